"""What is wrong with an answer from knowledge: no source, alien ids, numbers and units that its passages do not hold,
certainty or danger, a lockout note left out, words that none of its passages holds, another language.

The same check guards every engine. It compares words, not meaning. A sentence that turns its passage round ("opens"
for "closes") has given way to the passage's own before it comes here (guarding.py, turning.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from roles.answering.rules import lacks_lockout, words
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.deciding.claiming import claims, dangers
from roles.deciding.figures import number_of, written
from roles.numerals import ENGLISH, IN_ENGLISH
from roles.numerals import number_of as number_in_words
from roles.types import Passage
from roles.unfit import foreign

MOST_SENTENCES, LONGEST = 8, 600  # of an answer with its notes; characters of a sentence
SHARED = 1 / 3  # of a sentence's words stand in what it cites, at least
LEAST_WORDS = 4  # a shorter sentence has too few words to tell
STEM = 5  # letters by which words are held to be the same ("clogging", "clogged")
HAN = re.compile(r"[\u4e00-\u9fff]+")
SPELT = {**ENGLISH, "hundred": 100, "thousand": 1000}
IN_WORDS = re.compile(rf"\b(?!one\b)(?:{IN_ENGLISH}|hundred|thousand)\b", re.IGNORECASE)  # "one" is an article, too
ZH_NUMBER = re.compile(r"[一二两三四五六七八九十百千]{2,}(?=毫米|米|秒|分钟|小时|天|度|安|伏|巴|兆帕)")


def check(given: KnowledgeQuestion, output: KnowledgeAnswer) -> list[str]:
    """Complaints about `output`, one sentence each; empty when it may be shown."""
    best = max((p.confidence for p in given.passages if p.text.strip()), default=0.0)  # a blank one says nothing
    if best < given.threshold:
        return ["no passage is similar enough, so there is no answer"] if output.sentences else []
    if not output.sentences:
        return ["no sentence was given; answer from the passages"]
    complaints = [complaint for sentence in output.sentences for complaint in _sentence(given, sentence)]
    if len(output.sentences) > MOST_SENTENCES:
        complaints.append(f"at most {MOST_SENTENCES} sentences")
    if not any(p.id in output.cited and p.confidence >= given.threshold for p in given.passages):
        complaints.append("no passage at the threshold or above is cited")
    cited = [p for p in given.passages if p.id in output.cited]
    complaints += [
        f"{p.id} tells how to lock out, and the answer does not" for p in cited if lacks_lockout(output.sentences, p)
    ]
    return complaints


def _sentence(given: KnowledgeQuestion, sentence: Sentence) -> Iterator[str]:
    says, cited = sentence.says, [p for p in given.passages if p.id in sentence.evidence]
    start = repr(says[:40])
    if not says.strip() or "\n" in says or len(says) > LONGEST:
        yield f"a sentence is one line of 1 to {LONGEST} characters"
    if not sentence.evidence:
        yield f"{start} cites no passage"
    known = {p.id for p in given.passages}
    yield from (f"{id_} was not given" for id_ in sentence.evidence if id_ not in known)
    source = "\n".join(f"{p.title}\n{p.text}" for p in cited)
    yield from _numbers(says, source, given.passages)
    yield from (f"{c} claims more than the passages say" for c in claims(says) if c.strip("'") not in source.lower())
    yield from (f"{danger} is dangerous advice" for danger in dangers(says))
    if _quotes(says, cited):
        return
    if foreign(_without_names(says, given.passages), given.lang):
        yield f"{start} is not in the reader's language ({given.lang})"
    if all(p.lang == given.lang for p in cited) and cited and _shared(says, source) < SHARED:
        yield f"{start} says what none of its passages says"


def _quotes(says: str, cited: list[Passage]) -> bool:
    plain = " ".join(says.split())
    return any(plain in " ".join(p.text.split()) for p in cited)


def _without_names(text: str, passages: list[Passage]) -> str:
    """The text without codes and without ids and titles of passages, which may be in any language."""
    for name in sorted({n for p in passages for n in (p.id, p.title) if n}, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _numbers(says: str, source: str, passages: list[Passage]) -> Iterator[str]:
    """Numbers as they stand in the cited passages: not rounded, not worked out, with the same unit."""
    says = _without_names(says, [p.model_copy(update={"title": ""}) for p in passages])
    in_words = _spelt(source)
    given = _measured(source) + [(value, "") for value in in_words.values()]
    values = {value for value, _ in given}
    for value, unit in _measured(says):
        if value not in values:
            yield f"the number {value:g} is in no cited passage"
        elif unit and not any(v == value and u in (unit, "") for v, u in given):
            yield f"{value:g} {unit} is in no cited passage: it has another unit there"
    for word, value in _spelt(says).items():
        if word not in in_words and value not in values:
            yield f"the number {word!r} is in no cited passage"
    for word in ZH_NUMBER.findall(says):
        if word not in source and number_in_words(word) not in values:
            yield f"the number {word} is in no cited passage"


def _spelt(text: str) -> dict[str, float]:
    """The English numbers in words of a text with their values."""
    return {word.lower(): float(SPELT[word.lower()]) for word in IN_WORDS.findall(text)}


def _measured(text: str) -> list[tuple[float, str]]:
    """(value without sign, unit or "") of each number; the unit of a range's end counts for its beginning."""
    found = []
    for number in written(text):
        at = text.find(number)
        rest, text = text[at + len(number) :], text[at + len(number) :]
        unit = _unit().match(rest)
        found.append((abs(number_of(number)), words()["units"][unit[1]] if unit else ""))
    return found


@cache
def _unit() -> re.Pattern[str]:
    """A known unit that follows a number, the range in between passed over."""
    names = "|".join(re.escape(unit) for unit in sorted(words()["units"], key=len, reverse=True))
    return re.compile(rf"(?:\s?(?:[-–~]|to|至|到)\s?\d[\d.,]*)?\s?({names})(?![A-Za-z/])")


def _shared(says: str, source: str) -> float:
    """The share of the sentence's words that stand in `source`; Chinese is counted by pairs of characters."""
    own = _words(says)
    return 1.0 if len(own) < LEAST_WORDS else len(own & _words(source)) / len(own)


def _words(text: str) -> set[str]:
    latin = {w[:STEM] for w in re.findall(r"[a-z]{4,}", text.lower())}
    return latin | {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}
