"""Pieces of a Telegram text. Offsets and lengths of entities count UTF-16 code units, not characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

import telegram
from telegram.constants import MessageEntityType


@dataclass(frozen=True)
class Said:
    """A message's words. `command` is without slash and bot name; `at_us`: our name or a command of ours was in it;
    `elsewhere`: it is a command for another bot."""

    text: str
    command: str = ""
    named: bool = False
    elsewhere: bool = False


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts every limit and offset."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _piece(raw: bytes, start: int, end: int) -> str:
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def read(message: telegram.Message, me: telegram.User) -> Said:
    """Text or caption without our mention and without the leading command."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or ()
    raw = text.encode("utf-16-le", "surrogatepass")
    ours = f"@{me.username}".casefold()
    cuts: list[tuple[int, int]] = []
    command, named, elsewhere = "", False, False
    for entity in sorted(entities, key=lambda e: e.offset):
        start, end = entity.offset, entity.offset + entity.length
        word = _piece(raw, start, end)
        called = entity.type == MessageEntityType.MENTION and word.casefold() == ours
        meant = entity.type == MessageEntityType.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
        if called or meant:
            cuts.append((start, end))
            named = True
        elif entity.type == MessageEntityType.BOT_COMMAND and not command and not _without(raw, cuts, start).strip():
            name, _, bot = word.removeprefix("/").partition("@")
            elsewhere = bool(bot) and f"@{bot}".casefold() != ours
            command, named = name.lower(), named or (bool(bot) and not elsewhere)
            cuts.append((start, end))
    return Said(_without(raw, cuts, len(raw) // 2).strip(), command, named, elsewhere)


def _without(raw: bytes, cuts: list[tuple[int, int]], end: int) -> str:
    """The text up to `end` without the cut pieces; the gap that a cut leaves between two blanks is closed."""
    kept, at = "", 0
    for start, stop in [*cuts, (end, end)]:
        part = _piece(raw, at, start)
        if kept and part.startswith((" ", "\u3000")) and re.search(r"\s$", kept):
            part = part[1:]
        kept += part
        at = stop
    return kept
