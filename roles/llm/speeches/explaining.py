"""The explainer with a language model: it words why an answer says what it says, each sentence with the ids that it
stands on. Headline, confidences and advice stay the rules'; what protects people stands in its source's own words."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from roles.answering.guarding import guarded
from roles.answering.rules import with_lockout
from roles.answering.types import Sentence
from roles.explaining.types import Explanation, FollowUp, Weighed
from roles.llm.condensing import IN_A_QUESTION, RUN, condense
from roles.llm.speech import Brief, Said, Speech, near, passages
from roles.types import Finding

MOST_FINDINGS, MOST_LINKS, MOST_WEIGHED, MOST_LINES, MOST_PASSAGES, LONGEST_PASSAGE = 14, 10, 5, 10, 5, 480
PUT_IN = re.compile(r"\s*[\[（(](?:[A-Z][\w-]*\d[\w-]*(?:[\s,，、]+|(?=[\]）)])))+[\]）)]")  # "... [F1, C2]"


class SentenceSaid(Said):
    """One sentence; `evidence` are the ids that it stands on."""

    says: str
    evidence: list[str]


class Explained(Said):
    """One to six sentences; `unknown` where the facts do not tell."""

    sentences: list[SentenceSaid] = Field(default_factory=list)
    unknown: bool = False


def brief(given: FollowUp) -> Brief:
    """The question with the stored facts: what was weighed, measured and related, and what the rules say to it."""
    names = {s.name: s.label for s in given.sensors if s.label}
    data = {
        "question": condense(given.question, most=IN_A_QUESTION),
        "asked": given.asked,
        "reader": given.level or "",
        "verdict": given.verdict,
        "headline": condense(given.headline, 240),
        "causes": [_weighed(each) for each in given.weighed[:MOST_WEIGHED]],
        "findings": [{"id": f.id, "text": condense(f.text, 240)} for f in _first(given)],
        "edges": [
            [k.id, names.get(k.cause, k.cause), names.get(k.effect, k.effect), round(k.lag_s, 1)]
            for k in given.links[:MOST_LINKS]
        ],
        "data": [{"id": n.id, "text": condense(n.text, 200)} for n in given.notes[:6]],
        "advice": [{"id": s.id, "text": condense(s.text, 200)} for s in given.steps[:6]],
        "would_help": [condense(ask, 160) for ask in given.asks_for[:4]],
        "rules_say": [condense(line.text, 220) for line in given.told[:MOST_LINES]],
        "near": near(given.passages, MOST_PASSAGES),
    }  # fmt: skip
    shown = passages(given.passages, most=MOST_PASSAGES, longest=LONGEST_PASSAGE, numbers=RUN)
    return Brief(data, shown, len(shown))


def _weighed(each: Weighed) -> dict[str, Any]:
    """A cause as it is shown."""
    signs = {state: [condense(text, 90) for text in texts[:4]] for state, texts in each.signs.items() if texts}
    doubts = {"doubts": [condense(text, 90) for text in each.doubts[:3]]} if each.doubts else {}
    return {"id": each.id, "cause": condense(each.text, 120), "confidence": round(each.confidence, 2),
            "findings": [id_ for id_ in each.evidence if id_.startswith("F")][:6], **signs, **doubts}  # fmt: skip


def _first(given: FollowUp) -> list[Finding]:
    """The findings behind the causes first, then as they come."""
    behind = [id_ for each in given.weighed[:MOST_WEIGHED] for id_ in each.evidence]
    order = {id_: at for at, id_ in reversed(list(enumerate(behind)))}
    return sorted(given.findings, key=lambda f: order.get(f.id, len(behind)))[:MOST_FINDINGS]


def assemble(given: FollowUp, said: Explained) -> dict[str, Any]:
    """The sentences on one line each. One that stands on advice is that advice; one about what protects people gives
    way to its source's own sentence; lockout notes of cited passages are kept."""
    worded = [Sentence(says=_plain(s.says, given), evidence=list(dict.fromkeys(s.evidence))) for s in said.sentences]
    kept = [each for sentence in worded for each in _safely(given, sentence)]
    sentences = list({s.says: s for s in kept if s.says}.values())
    whole = Explanation(sentences=with_lockout(sentences, given.passages), unknown=said.unknown)
    return whole.model_dump(mode="json")


def _plain(says: str, given: FollowUp) -> str:
    """A sentence on one line, with the crew's names of columns and without ids in it."""
    line = " ".join(PUT_IN.sub("", " ".join(says.split())).split())
    for sensor in sorted(given.sensors, key=lambda s: -len(s.name)):
        if sensor.label and sensor.label != sensor.name:
            line = re.sub(rf"(?<![A-Za-z0-9_(]){re.escape(sensor.name)}(?![A-Za-z0-9_])", sensor.label, line)
    return line


def _safely(given: FollowUp, sentence: Sentence) -> list[Sentence]:
    """The sentence, or what is said in its place."""
    advice = [step for step in given.steps if step.id in sentence.evidence]
    if advice:
        return [Sentence(says=step.text, evidence=[step.id]) for step in advice]
    cited = [p for p in given.passages if p.id in sentence.evidence]
    if not cited:
        return [sentence]
    of_passages = sentence.model_copy(update={"evidence": [p.id for p in cited]})
    safe = guarded(of_passages, cited, given.lang)
    return [sentence] if safe == of_passages else [safe] if safe is not None else []


SPEECH = Speech(Explained, brief, assemble, max_tokens=900)
