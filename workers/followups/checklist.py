"""A checklist with boxes from the advised actions, and what to check first."""

from __future__ import annotations

from collections.abc import Iterator

from roles.types import Action, Lang
from workers.contracts import Answer, Block
from workers.orders.making import steps
from workers.prose.levels import ordinary_of
from workers.wording import say

MOST = 8
MOST_FIRST = 3
ENDS = "。."  # a question keeps its mark


def checklist(answer: Answer, lang: Lang) -> list[Block]:
    """Safety first, then by urgency, then what would make it surer."""
    items = [*_actions(answer, lang), *_asks(answer, lang)][:MOST]
    return _boxed(answer, items, "checklist_head", lang)


def first_checks(answer: Answer, lang: Lang) -> list[Block]:
    """The precaution and what to look at before anything else."""
    urgent = [(text, refs, mark) for text, refs, mark in _actions(answer, lang, now_only=True)]
    items = [*urgent, *_asks(answer, lang)][:MOST_FIRST]
    return _boxed(answer, items, "first_head", lang)


def precautions(answer: Answer, lang: Lang) -> list[tuple[str, list[str]]]:
    """The advised actions that are for safety, with their passages."""
    return [(text, refs) for text, refs, safety in _actions(answer, lang) if safety]


Item = tuple[str, list[str], bool]  # text, passages, is it a precaution


def _actions(answer: Answer, lang: Lang, *, now_only: bool = False) -> Iterator[Item]:
    chosen: list[Action] = [a for a in answer.diagnosis.actions if a.when == "now" or not now_only]
    for step in steps(chosen, lang) if chosen else []:
        yield step.text.rstrip(ENDS), [step.source] if step.source else [], step.safety


def _asks(answer: Answer, lang: Lang) -> Iterator[Item]:
    for ask in answer.diagnosis.asks_for:
        yield say("checklist_find", lang, ask=ask.rstrip(ENDS)), [], False


def _boxed(answer: Answer, items: list[Item], head: str, lang: Lang) -> list[Block]:
    top = next(iter(answer.diagnosis.causes), None)
    if not items:
        first = ordinary_of(answer)[:1]
        text = say("checklist_none", lang, headline=first[0].text.rstrip(ENDS) if first else "-")
        return [Block(kind="headline", text=text)]
    what = (
        top.text
        if top is not None and answer.diagnosis.verdict in ("fault", "answered")
        else say("checklist_open", lang)
    )
    blocks = [Block(kind="headline", text=say(head, lang, cause=what))]
    for number, (text, refs, safety) in enumerate(items, start=1):
        mark = say("order_safety", lang) if safety else ""
        cited = f" [{' '.join(refs)}]" if refs else ""
        blocks.append(Block(kind="action", text=f"☐ {number}. {mark}{text}{cited}", refs=refs))
    return blocks
