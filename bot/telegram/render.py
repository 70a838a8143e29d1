"""Reply -> Telegram HTML and buttons. Pure functions; every limit holds by construction, nothing is cut silently.

Limits, all from the Bot API reference (https://core.telegram.org/bots/api) and counted in UTF-16 code units after
entities are parsed: sendMessage text 4096, captions 1024, callback_data 64 bytes, CopyTextButton text 256.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from telegram import CopyTextButton, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.reply import Button, Reply
from bot.telegram.spans import units
from bot.telegram.wording import say
from workers.contracts import Block

TEXT = 4096
CAPTION = 1024
CALLBACK_BYTES = 64
COPY = 256
ROW = 5  # buttons of a row at most
ROW_WIDTH = 30  # columns of text that one row of buttons shows on a phone before labels are shortened
LABEL = re.compile(r"[^\n:：]{1,60}(?:：|:(?=\s))")
REFS = re.compile(r"\s*\[([^\[\]]+)\]$")
WORDS = re.compile(r"[^\s\[\](),;（），；]+")
SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LABELLED = ("cause", "action", "ask", "data", "note")
FOLDED = ("ask", "data")  # of an answer: the app shows their first three lines and opens the rest by a tap

Keyboard = InlineKeyboardMarkup | ForceReply | None


@dataclass(frozen=True)
class Rendered:
    """`text` is HTML for one message; `overflow` is plain text that belongs into a file below it, mostly empty."""

    text: str
    overflow: str
    keyboard: Keyboard


@dataclass(frozen=True)
class Piece:
    """One line of the message: as HTML, as it reads, and its length as Telegram counts."""

    html: str
    plain: str
    folded: bool = False

    @property
    def size(self) -> int:
        """Length in UTF-16 units, as Telegram counts it."""
        return units(self.plain)


def render(reply: Reply) -> Rendered:
    """The message for a Reply. Pieces that do not fit stand in `overflow`, and the message says so in words."""
    answer = reply.kind == "answer"
    blocks = _what_to_do_first(reply.blocks) if answer else reply.blocks
    pieces = [piece for piece in (_dress(b, fold=answer and b.kind in FOLDED) for b in blocks) if piece.plain.strip()]
    code = clean(reply.code)
    if code.strip():
        pieces.append(Piece(f"<pre>{_escape(code)}</pre>", code))
    shown, left = _fit(pieces, reply.lang)
    text = _joined(shown)
    if _blank("".join(piece.plain for piece in shown)):
        text = "…"  # Telegram refuses a message without anything to see
    return Rendered(text, "\n".join(piece.plain for piece in left), keyboard(reply))


def _what_to_do_first(blocks: Sequence[Block]) -> list[Block]:
    """On a phone at night: what is wrong, then what to do, then why. Only causes and actions change their places."""
    order = {"action": 0, "cause": 1}
    moved = iter(sorted((b for b in blocks if b.kind in order), key=lambda b: order[b.kind]))
    return [next(moved) if block.kind in order else block for block in blocks]


def _joined(pieces: Sequence[Piece]) -> str:
    """The lines; two or more folded ones in a row stand in one expandable quote."""
    lines: list[str] = []
    for folded, run in groupby(pieces, key=lambda piece: piece.folded):
        found = [piece.html for piece in run]
        text = "\n".join(found)
        lines.append(f"<blockquote expandable>{text}</blockquote>" if folded and len(found) > 1 else text)
    return "\n".join(lines)


def captions(text: str) -> tuple[str, str]:
    """HTML of a picture's caption, and plain text of what it could not hold: for the caption of the document."""
    plain = clean(text).strip()
    head = _head(plain, CAPTION)
    return _escape(head), "" if head == plain else "…" + plain[len(head) - 1 :].lstrip()


def short(text: str, limit: int) -> str:
    """Plain text of at most `limit` units; "…" at the end says that there was more."""
    return _head(clean(text).strip(), limit)


def clean(text: str) -> str:
    """What Telegram can carry: half characters are replaced, control characters become blanks."""
    return CONTROL.sub(" ", SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))


def _fit(pieces: Sequence[Piece], lang: str) -> tuple[list[Piece], list[Piece]]:
    """The pieces that one message shows, in order, and those that it does not."""
    if sum(piece.size for piece in pieces) + max(0, len(pieces) - 1) <= TEXT:
        return list(pieces), []
    notice = say("rest_in_file", lang)
    last = Piece(f"<i>{_escape(notice)}</i>", notice)
    room = TEXT - last.size
    shown: list[Piece] = []
    left: list[Piece] = []
    for piece in pieces:
        if piece.size + 1 <= room:
            shown.append(piece)
            room -= piece.size + 1
            continue
        if not shown and not left:  # the first one alone is too long: its beginning tells what the file is about
            head = _head(piece.plain, min(room - 1, TEXT // 4))
            shown.append(Piece(_escape(head), head))
            room -= units(head) + 1
        left.append(piece)
    return [*shown, last], left


def _head(text: str, limit: int) -> str:
    """`text`, or its beginning with "…" within `limit` units, cut at a blank where there is one."""
    if units(text) <= limit:
        return text
    size, end = 0, 0
    while size + units(text[end]) < limit:  # one unit is for the "…"
        size += units(text[end])
        end += 1
    blank = text.rfind(" ", end // 2, end)
    return text[: blank if blank > 0 else end].rstrip() + "…"


def _dress(block: Block, *, fold: bool = False) -> Piece:
    """A block as it reads: the headline and labels bold, references small at the end."""
    text = clean(block.text)
    body, listed = text, ""
    found = REFS.search(text)
    if found and set(found[1].split()) <= {*block.refs, *(f"!{ref}" for ref in block.refs)}:
        body, listed = text[: found.start()], found[1]
    told = set(WORDS.findall(text))
    missing = [clean(ref) for ref in block.refs if clean(ref) not in told]
    listed = " ".join(part for part in [listed, *missing] if part)
    dressed = _label(block.kind, body)
    if not listed:
        return Piece(dressed, body, fold)
    return Piece(f"{dressed} <code>[{_escape(listed)}]</code>", f"{body} [{listed}]", fold)


def _label(kind: str, text: str) -> str:
    if kind == "headline":
        return f"<b>{_escape(text)}</b>"
    found = LABEL.match(text) if kind in LABELLED else None
    if not found:
        return _escape(text)
    return f"<b>{_escape(found[0])}</b>{_escape(text[found.end() :])}"


def _escape(text: str) -> str:
    """Telegram's HTML knows four named entities; quotes need none outside attributes."""
    return html.escape(text, quote=False)


def _blank(text: str) -> bool:
    """Nothing to see: blanks, zero-width and direction marks only."""
    return all(unicodedata.category(char)[0] in "ZC" for char in text)


def keyboard(reply: Reply) -> Keyboard:
    """The buttons; else, when the person's written reply is wanted, the app opens one. Both at once cannot be sent."""
    rows = [[_button(button) for button in row] for wide in reply.rows for row in _rows(wide)]
    if rows:
        return InlineKeyboardMarkup(rows)
    return ForceReply(selective=True) if reply.asks else None


def _rows(row: Sequence[Button]) -> Iterator[Sequence[Button]]:
    """A row in as few rows as show their labels whole: all buttons of a row get the width of the widest."""
    widest = max((_columns(button.label) for button in row), default=1)
    most = max(1, min(ROW, ROW_WIDTH // max(1, widest)))
    count = -(-len(row) // most)
    for i in range(count):
        yield row[i * len(row) // count : (i + 1) * len(row) // count]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _button(button: Button) -> InlineKeyboardButton:
    label = clean(button.label) or "…"
    if button.copy_text and units(clean(button.copy_text)) <= COPY:
        return InlineKeyboardButton(label, copy_text=CopyTextButton(clean(button.copy_text)))
    data = f"{button.action}:{button.value}"
    if len(data.encode()) > CALLBACK_BYTES:
        raise ValueError(f"callback data of {len(data.encode())} bytes; Telegram takes {CALLBACK_BYTES}")
    return InlineKeyboardButton(label, callback_data=data)
