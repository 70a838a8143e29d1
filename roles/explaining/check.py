"""What is wrong with an explanation: ids that were not given, ids that are about something else, numbers, times,
movements and relations that nothing cited bears out, a cause told as certain, advice, another language.

The same check guards every engine. Lines that the rules tell and whole sentences of what is cited may stand as they
are; everything else is read as the decision maker's own sentences are (roles/deciding/observing.py), which drops
rather than lets pass. It reads shape, not meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from roles.answering.rules import lacks_lockout
from roles.deciding import observing, ways
from roles.deciding.figures import written
from roles.deciding.mentions import mentions
from roles.explaining.holding import held
from roles.explaining.judging import beyond, cause_name, unsupported, without_causes, without_confidences
from roles.explaining.relating import shape, unrelated
from roles.explaining.sources import Sources, known_ids
from roles.explaining.types import Explanation, FollowUp, Sentence

MOST_SENTENCES, LONGEST = 6, 400  # of an explanation without its notes on safety; characters of a sentence
SHARED = {"en": 0.5, "zh": 0.4}  # of a sentence's words stand in what it cites, more than that
HAN = re.compile(r"[\u4e00-\u9fff]+")
STEM = 5  # letters by which words are held to be the same ("clogging", "clogged")
WITHOUT_FIGURES = ("crew", "newcomer")


def check(given: FollowUp, output: Explanation) -> list[str]:
    """Complaints about `output`, one sentence each; empty when it may be shown."""
    if output.unknown and given.asked != "free":
        return ["the rules know what to say here, so `unknown` is false"]
    if not output.sentences and not output.unknown and (given.told or given.asked == "free"):
        return ["no sentence was given; explain from what was given"]
    told = {line.text.strip() for line in given.told}
    own = [s for s in output.sentences if s.says.strip() not in told]
    complaints = [complaint for sentence in own for complaint in _sentence(given, sentence)]
    complaints += _ids(given, [s for s in output.sentences if s not in own])
    notes = [s for s in own if Sources(given, s.evidence).says(s.says)]
    if len(own) - len(notes) > MOST_SENTENCES:
        complaints.append(f"at most {MOST_SENTENCES} sentences")
    cited = [p for p in given.passages if any(p.id in s.evidence for s in own)]
    complaints += [
        f"{p.id} tells how to lock out, and the explanation does not" for p in cited if lacks_lockout(own, p)
    ]
    return complaints


def _ids(given: FollowUp, sentences: list[Sentence]) -> Iterator[str]:
    known = known_ids(given)
    yield from (f"{id_} was not given" for s in sentences for id_ in s.evidence if id_ not in known)


def _sentence(given: FollowUp, sentence: Sentence) -> Iterator[str]:
    """Complaints about one sentence in an engine's own words."""
    says, cited = sentence.says, Sources(given, sentence.evidence)
    start = repr(says[:40])
    if not says.strip() or "\n" in says or len(says) > LONGEST:
        yield f"a sentence is one line of 1 to {LONGEST} characters"
        return
    if not sentence.evidence:
        yield f"{start} cites nothing"
    yield from _ids(given, [sentence])
    yield from _figures(given, says)
    if cited.says(says):
        return
    yield from beyond(says, cited)
    yield from unsupported(says, cited)
    yield from (f"{start}: {why}" for why in _about(says, cited))
    yield from (f"{start}: {why}" for why in unrelated(says, cited))
    plain, wrong = without_confidences(says, cited)
    yield from wrong
    yield from (f"{start}: {why}" for why in held(plain, cited))
    called = [s.label or s.name.replace("_", " ") for s in given.sensors if s.name in cited.columns]
    source = "\n".join([*cited.texts, given.headline, *called, *(cause_name(w) for w in given.weighed)])
    about = ways.without_measures(shape("plain", given.lang).sub(" ", says))  # moves were looked at; others say little
    unread = shape("unmeasured", given.lang).search(says) or any(p.lang != given.lang for p in cited.passages)
    if not unread and _shared(about, source) <= SHARED[given.lang]:
        yield f"{start} says what nothing cited says"


def _figures(given: FollowUp, says: str) -> Iterator[str]:
    """Crews and newcomers read no figures but those of the headline."""
    if given.level not in WITHOUT_FIGURES:
        return
    known = written(observing.CLOCK.sub(" ", given.headline))
    bare = observing.CLOCK.sub(" ", says)
    for mention in reversed(mentions(bare, given.sensors)):  # S8 is a name
        bare = f"{bare[: mention.at]} {bare[mention.end :]}"
    yield from (f"the number {n} is none for this reader" for n in written(bare) if n not in known)


def _about(says: str, cited: Sources) -> Iterator[str]:
    """Sensors that a sentence names and that nothing cited is about; a part of a name is looked at where it moves."""
    if shape("unmeasured", cited.given.lang).search(says):
        return
    plain = without_causes(says.replace("times as wide", "times as much"), cited.given)
    for mention in mentions(plain, cited.given.sensors):
        name = says[mention.at : mention.end]
        if (mention.exact or " " in name) and not mention.columns & cited.columns:
            yield f"nothing that is cited is about {name}"


def _shared(says: str, source: str) -> float:
    """The share of the sentence's words that stand in `source`; Chinese is counted by pairs of characters."""
    own = _words(says)
    return len(own & _words(source)) / len(own) if own else 1.0


def _words(text: str) -> set[str]:
    latin = {word[:STEM] for word in re.findall(r"[a-z]{4,}", text.lower())}
    return latin | {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}
