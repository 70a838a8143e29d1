"""Reply -> Block Kit. Pure functions; every limit is kept by construction and nothing is cut silently.

Limits: 50 blocks a message, section text 3000, header 150 (docs.slack.dev/reference/block-kit/blocks), context text
2000, button label 75 and value 2000, block_id 255 (.../block-elements), chat.update text 4000 (its msg_too_long), all
blocks together about 13,200 characters (measured in slackapi/bolt-js issue 2509: msg_blocks_too_long).

What people read goes into plain_text: a sensor may be called *S1*, _x_, :fire: or <!channel>, and only plain_text
formats, links and notifies nothing at all. Slack keeps &, < and > as entities there too (bolt-python issue 513).
Lines that begin with a label ("Do now:") are rich_text, whose elements are literal, so that the label can be bold;
the few that hold a character which the two escape differently stay plain_text.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from bot.reply import Button, Reply
from bot.slack.fitting import cut, shortened
from bot.slack.markup import escape
from bot.slack.wording import say

Native = dict[str, Any]

BLOCKS = 50
TOGETHER = 12_500  # characters of all texts, labels, and what every block itself costs:
OVERHEAD = {"image": 400}
OVERHEAD_ELSE = 130  # measured in the same issue with a divider
SECTION = 3000
HEADER = 150
CONTEXT = 2000
LABEL = 75
ALT = 2000
FALLBACK = 3900
PER_ROW = 5  # more buttons in a row wrap badly on a phone
BUTTONS = 25  # what Slack allows; used when there are so many that blocks would run out
KEY_MARK = "andon:"
_SMALL = {"note", "data"}  # kinds that are read last: set in Slack's small grey type
_FENCE = "```"
_LABELLED = {"action", "ask"}  # kinds whose lines begin with what they are
_LABEL = re.compile(r"[^:：\n]{1,24}[:：]")
_EMOJI = re.compile(r":[\w+-]+:")


class Rendered(NamedTuple):
    """A message: the fallback text, its blocks, and what did not fit (empty: everything did)."""

    text: str
    blocks: list[Native]
    overflow: str


class Piece(NamedTuple):
    """A text on its way to blocks, and in which dress: header, section, labelled, context or code."""

    dress: str
    text: str


def render(reply: Reply, key: str = "", pictures: Sequence[str] = (), rest_note: str = "rest_in_file") -> Rendered:
    """The message for a reply. `key` marks its first block; `pictures` are ids of files that Slack holds;
    `rest_note` names the sentence that says where the overflow is found."""
    tail = _tail(reply, pictures)
    note = _context(escape(say(rest_note, reply.lang)))
    room = TOGETHER - sum(_weight(block) for block in [*tail, note])
    blocks, rest = _fill(_pieces(reply), BLOCKS - 1 - len(tail), room)
    if rest:
        blocks.append(note)
    blocks += tail
    if key and blocks:
        blocks[0]["block_id"] = block_id(key)
    return Rendered(fallback(reply.plain), blocks, rest)


def block_id(key: str) -> str:
    """The block_id of the first block of the post `key`, by which a lost message is found again."""
    if len(KEY_MARK + key) <= 255:
        return KEY_MARK + key
    return KEY_MARK + hashlib.sha256(key.encode()).hexdigest()


def fallback(text: str) -> str:
    """The text of notifications and of clients that show no blocks; an ellipsis says that there is more."""
    head, rest = cut(text, FALLBACK)
    return (escape(head) + ("…" if rest else "")).strip() or "…"


def texts(text: str, room: int = SECTION) -> Iterator[str]:
    """A long text in pieces of at most `room` characters, unescaped."""
    while text.strip():
        head, text = cut(text, room)
        if head.strip():
            yield head


def plain_text(text: str) -> Native:
    """A text object in which nothing is markup; `text` is escaped already."""
    return {"type": "plain_text", "text": text, "emoji": False}


def buttons(row: Sequence[Button], used: Counter[str], width: int = PER_ROW) -> list[Native]:
    """A row of buttons as actions blocks. An action_id is the action, numbered when it is in `used` already: Slack
    wants them to differ in a message."""
    made = [_button(button, used) for button in row]
    return [{"type": "actions", "elements": made[at : at + width]} for at in range(0, len(made), width)]


def _button(button: Button, used: Counter[str]) -> Native:
    number = used[button.action]
    used[button.action] += 1
    native: Native = {
        "type": "button",
        "text": plain_text(shortened(button.label, LABEL) or "…"),
        "action_id": f"{button.action}:{number}" if number else button.action,
    }
    if button.value:
        native["value"] = button.value
    if button.style:
        native["style"] = button.style
    return native


def _tail(reply: Reply, pictures: Sequence[str]) -> list[Native]:
    """What stands below the words: pictures, then buttons."""
    alt = shortened(reply.blocks[0].text if reply.blocks else "", ALT) or say("picture", reply.lang)
    tail: list[Native] = [{"type": "image", "slack_file": {"id": one}, "alt_text": alt} for one in pictures]
    used: Counter[str] = Counter()
    if len(reply.rows) > BLOCKS // 3:
        return tail + buttons([button for row in reply.rows for button in row], used, BUTTONS)
    for row in reply.rows:
        tail += buttons(row, used)
    return tail


def _weight(block: Native) -> int:
    """What a block takes of TOGETHER."""
    parts = [e for section in block["elements"] for e in section["elements"]] if block["type"] == "rich_text" else []
    inner = [block.get("text"), *(e.get("text") for e in parts or block.get("elements", []))]
    written = sum(len(text["text"] if isinstance(text, dict) else text) for text in inner if text)
    return written + len(block.get("alt_text", "")) + OVERHEAD.get(block["type"], OVERHEAD_ELSE)


def _pieces(reply: Reply) -> list[Piece]:
    """The reply's texts in reading order; neighbours of one kind share a block."""
    pieces = []
    for kind, group in groupby(reply.blocks, key=lambda block: "small" if block.kind in _SMALL else block.kind):
        text = "\n".join(block.text for block in group)
        if kind == "headline" and reply.kind == "answer":
            first, _, more = text.partition("\n")
            head, rest = cut(first, HEADER)
            pieces += [Piece("header", head), Piece("section", "\n".join(filter(None, (rest, more))))]
        else:
            pieces.append(Piece(_dress_of(kind, text), text))
    pieces.append(Piece("code", reply.code))
    return [piece for piece in pieces if piece.text.strip()]


def _dress_of(kind: str, text: str) -> str:
    if kind in _LABELLED and _LABEL.match(text) and escape(text) == text and not _EMOJI.search(text):
        return "labelled"
    return "context" if kind == "small" else "section"


def _fill(pieces: list[Piece], blocks: int, left: int) -> tuple[list[Native], str]:
    """At most `blocks` blocks that weigh `left` at most, and the text that didn't fit."""
    made: list[Native] = []
    for number, piece in enumerate(pieces):
        text = piece.text
        while text.strip():
            room = min(left - OVERHEAD_ELSE, _room(piece.dress))
            head, rest = cut(_unfenced(text) if piece.dress == "code" else text, room)
            if len(made) >= blocks or not head or (rest and room < 200):
                return made, "\n".join([text, *(later.text for later in pieces[number + 1 :])])
            if head.strip():
                made.append(_dressed(piece.dress, head))
                left -= _weight(made[-1])
            text = rest
    return made, ""


def _room(dress: str) -> int:
    return {"header": HEADER, "context": CONTEXT, "code": SECTION - 2 * len(_FENCE) - 2}.get(dress, SECTION)


def _dressed(dress: str, text: str) -> Native:
    if dress == "header":
        return {"type": "header", "text": plain_text(escape(text))}
    if dress == "context":
        return _context(escape(text))
    if dress == "labelled":
        return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": _labelled(text)}]}
    if dress == "code":
        fenced = f"{_FENCE}\n{escape(text)}\n{_FENCE}"
        return {"type": "section", "text": {"type": "mrkdwn", "text": fenced, "verbatim": True}}
    return {"type": "section", "text": plain_text(escape(text))}


def _labelled(text: str) -> list[Native]:
    """Literal elements of lines, the label of each in bold."""
    made: list[Native] = []
    for line in text.splitlines(keepends=True):
        label = _LABEL.match(line)
        if label is not None:
            made.append({"type": "text", "text": label[0], "style": {"bold": True}})
            line = line[label.end() :]
        if line:
            made.append({"type": "text", "text": line})
    return made


def _context(text: str) -> Native:
    return {"type": "context", "elements": [plain_text(text)]}


def _unfenced(text: str) -> str:
    """Code whose own fences cannot close ours: an invisible character stands between their backticks."""
    return re.sub("`(?=`)", "`\N{ZERO WIDTH SPACE}", text)
