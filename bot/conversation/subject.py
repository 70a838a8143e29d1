"""What a judgement is about: a follow-up belongs to the answer that it explains, and simulated data teach nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import followups
from bot.conversation.delivery import document_of
from workers.contracts import Answer

if TYPE_CHECKING:
    from workers.client import Office, rows

NO_WORD = ("else", "free")  # agreeing that something else is possible, or unknown, is no word on the diagnosis


def judged(office: Office, answer: rows.Answer) -> rows.Answer:
    """The answer that a verdict on `answer` counts for: of a follow-up the one that it is about, so that one opinion
    counts once, wherever it is given."""
    document = document_or_none(office, answer)
    kind = (document.receipt.get("follow_up") or {}).get("kind") if document is not None else None
    return corrected(office, answer) if kind and kind not in NO_WORD else answer


def corrected(office: Office, answer: rows.Answer) -> rows.Answer:
    """The answer that a correction is about: the one that looked at the data."""
    try:
        return followups.original(office, answer)[0]
    except FileNotFoundError:
        return answer


def is_training(office: Office, answer: rows.Answer) -> bool:
    """Is it about simulated data?"""
    document = document_or_none(office, answer)
    return document is not None and document.data is not None and document.data.simulated


def of_nothing(office: Office, answer: rows.Answer) -> bool:
    """Did it say that nothing of earlier times is known? What is right instead is the answer to no question."""
    document = document_or_none(office, answer)
    return document is not None and "recalled" in document.receipt


def document_or_none(office: Office, answer: rows.Answer) -> Answer | None:
    """The whole answer; None when its file is gone."""
    try:
        return document_of(office, answer)
    except FileNotFoundError:
        return None
