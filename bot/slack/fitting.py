"""Cutting texts into pieces that Slack takes, at line or sentence ends, losing nothing. Pure functions.

Lengths are counted as Slack counts them: after escaping, a character beyond the basic plane as two.
"""

from __future__ import annotations

from bot.slack.markup import escape

_ENTITY = {"&": 5, "<": 4, ">": 4}
_ENDS = ("\n", ". ", "。", "; ", "；", ", ", "，", " ")  # best place to cut first


def cost(text: str) -> int:
    """How long a text is once escaped."""
    return sum(map(_cost, text))


def _cost(char: str) -> int:
    return _ENTITY.get(char, 2 if ord(char) > 0xFFFF else 1)


def cut(text: str, room: int) -> tuple[str, str]:
    """(what fits into `room` characters, the rest); cut behind a line or sentence end where one is near.

    The two parts together are `text`. The first is empty when not even one character fits.
    """
    spent, end = 0, len(text)
    for index, char in enumerate(text):
        spent += _cost(char)
        if spent > room:
            end = index
            break
    if end == len(text):
        return text, ""
    for mark in _ENDS:
        at = text.rfind(mark, end // 2, end)  # not so early that pieces become crumbs
        if at >= 0:
            return text[: at + len(mark)], text[at + len(mark) :]
    return text[:end], text[end:]


def shortened(text: str, room: int) -> str:
    """One line that fits, escaped; a cut is shown by an ellipsis. For labels and titles, which cannot go on below."""
    text = " ".join(text.split())
    if cost(text) <= room:
        return escape(text)
    head, _ = cut(text, room - 1)
    return escape(head.rstrip(" ,;，；.。")) + "…"
