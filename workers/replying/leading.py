"""How the first sentence of a reply, or that a request was not understood, stands before the ordinary answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roles.types import Finding
from workers.contracts import Block
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

LONGEST = 80  # characters of a request that are quoted


def is_said(finding: Finding) -> bool:
    """Is a finding the first sentence itself, not to be told again?"""
    return finding.values.get("reply") == finding.text


def reply(run: Run) -> Block | None:
    """The first sentence that the question asked for, with the sentences of further sensors behind it."""
    said = [f for f in run.findings if "reply" in f.values]
    if not said:
        return None
    text = {"en": " ", "zh": ""}[run.lang].join(str(f.values["reply"]) for f in said)
    return Block(kind="headline", text=text, refs=[f.id for f in said if is_said(f)])


def is_short(run: Run) -> bool:
    """Is the diagnosis told by its headline alone: behind a reply that needs no more, or to words that were not
    understood?"""
    said = [f for f in run.findings if "reply" in f.values]
    return all(f.values.get("brief") for f in said) if said else _unread(run)


def short(run: Run) -> list[Block]:
    """The reply, or what was not understood and what can be asked; then the headline of the diagnosis."""
    assert run.decided is not None
    lang, said = run.lang, reply(run)
    if said is not None:
        alone = any(f.values.get("alone") for f in run.findings)
        return [said, *([] if alone else _whole(run)), Block(kind="note", text=say("answer_ask_whole", lang))]
    text = " ".join(run.question.text.split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    head = Block(kind="headline", text=say("answer_not_understood", lang, text=text))
    return [head, Block(kind="plain", text=say("answer_can_do", lang)), *_whole(run)]


def before(run: Run, diagnosis: list[Block]) -> list[Block]:
    """The blocks of a diagnosis; its headline becomes the second line where a reply is the first."""
    said = reply(run)
    return diagnosis if said is None else [said, *_whole(run), *diagnosis[1:]]


def _whole(run: Run) -> list[Block]:
    assert run.decided is not None
    output = run.decided.outcome.output
    headline = output.headline
    if output.verdict == "normal" and any(_is_outside(finding) for finding in run.findings):
        headline = say("answer_whole_unalarmed", run.lang)  # "no anomaly" would take back what was just said
    return [Block(kind="plain", text=say("answer_whole_file", run.lang, headline=headline))]


def _is_outside(finding: Finding) -> bool:
    """Does a reply say that the present value lies outside the usual range?"""
    if "reply" not in finding.values:
        return False
    known = [v for key in ("low", "now", "high") if isinstance(v := finding.values.get(key), int | float)]
    return len(known) == 3 and known != sorted(known)


def _unread(run: Run) -> bool:
    return any(task.values.get("unread") for task in run.tasks)
