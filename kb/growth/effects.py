"""What would change if a candidate were verified: the questions whose answer would be another one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

from kb.contract import KnowledgeBase
from kb.embedders.parts import parts_of
from kb.growth.answers import LOOKED_AT, Shown, answer_of, quoted, shown
from kb.growth.standing import get
from kb.packs import load
from kb.passage import Frozen, Passage
from kb.search.hits import ANSWERING
from kb.text import codes

PACK = "continuous_casting"
FILE = "questions.jsonl"
NEAR_AT_ALL = 0.3  # cosine below which a passage is never the first answer (unless it names the question's code)


class Turn(Frozen):
    """A question whose answer changes."""

    question: str
    before: Shown
    after: Shown


class Effect(Frozen):
    """The questions that are answered otherwise, and how many stay as they are."""

    changed: list[Turn]
    unchanged: int


@cache
def shipped_questions(pack: str = PACK) -> tuple[str, ...]:
    """Ordinary questions about a shipped pack, in both languages; none when it has no questions.jsonl."""
    file = load(pack).folder / FILE
    if not file.is_file():
        return ()
    return tuple(json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def difference(questions: Sequence[str], before: Sequence[Shown], after: Sequence[Shown]) -> Effect:
    """What is answered otherwise in `after` than in `before`, both from answers() for `questions`."""
    turns = [
        Turn(question=q, before=b, after=a) for q, b, a in zip(questions, before, after, strict=True) if b.id != a.id
    ]
    return Effect(changed=turns, unchanged=len(questions) - len(turns))


def effect(store: KnowledgeBase, id: str, questions: Sequence[str], threshold: float) -> Effect:
    """What verifying the candidate `id` would change among `questions` and its own; see effects()."""
    return effects(store, [id], questions, threshold)[id]


def effects(
    store: KnowledgeBase, ids: Sequence[str], questions: Sequence[str], threshold: float
) -> Mapping[str, Effect]:
    """What verifying each of these candidates alone would change among `questions` and the candidate's own.

    A question is searched with those candidates alone that are near to it at all, and again with each of them that is
    then among its nearest passages.
    """
    waiting = [get(store, id) for id in ids]
    own = {passage.id: passage.title for passage in waiting if passage.kind in ANSWERING}
    led = {passage.id: passage.answered_by for passage in waiting if passage.answered_by}
    asked = list(dict.fromkeys([*own.values(), *questions]))
    turns: dict[str, list[Turn]] = {id: [] for id in ids}
    for question, near in zip(asked, _near(store, asked, waiting), strict=True):
        if not near:
            continue
        hits = store.search(question, limit=LOOKED_AT + len(near) - 1, also=near)
        shown_ = {hit.passage.id for hit in hits}
        found = {id for id in near if id in shown_ or led.get(id) in shown_}
        before = shown(answer_of(store, question, threshold)) if found else Shown()
        for id in found:
            after = shown(
                quoted(hits, threshold, question) if len(near) == 1 else answer_of(store, question, threshold, [id])
            )
            if after.id != before.id and question in (own.get(id), *questions):
                turns[id].append(Turn(question=question, before=before, after=after))
    whole = {id: len(dict.fromkeys([*questions, *([own[id]] if id in own else [])])) for id in ids}
    return {id: Effect(changed=turns[id], unchanged=whole[id] - len(turns[id])) for id in ids}


def together(store: KnowledgeBase, ids: Sequence[str], questions: Sequence[str], threshold: float) -> Effect:
    """What verifying all of these candidates at once would change among `questions`."""
    turns: list[Turn] = []
    for question, near in zip(questions, _near(store, questions, [get(store, id) for id in ids]), strict=True):
        after = shown(answer_of(store, question, threshold, near)) if near else Shown()
        if not after.id:  # nothing of them is near, or nothing answers it: then nothing did before
            continue
        before = shown(answer_of(store, question, threshold))
        if before.id != after.id:
            turns.append(Turn(question=question, before=before, after=after))
    return Effect(changed=turns, unchanged=len(questions) - len(turns))


def _near(store: KnowledgeBase, questions: Sequence[str], waiting: Sequence[Passage]) -> list[list[str]]:
    """For each question the candidates that could answer it: near in sense, or with a code that it names."""
    if not waiting or not questions:
        return [[] for _ in questions]
    parts = [(passage.id, part) for passage in waiting for part in parts_of(passage)]
    cosines = store.embedder.encode(list(questions)) @ store.embedder.encode([part for _, part in parts]).T
    named = {passage.id: codes(f"{passage.title} {passage.text} {' '.join(passage.codes)}") for passage in waiting}
    return [
        list(dict.fromkeys(
            id for (id, _), cosine in zip(parts, row, strict=True)
            if cosine >= NEAR_AT_ALL or named[id] & codes(question)
        ))
        for question, row in zip(questions, cosines, strict=True)
    ]  # fmt: skip
