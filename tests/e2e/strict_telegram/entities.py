"""Entities of a text: offsets and lengths in UTF-16 code units, as MessageEntity counts them."""

import re
from itertools import accumulate

from tests.e2e.strict_telegram.errors import bad

_FOUND_IN_TEXT = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,8}(?![\w@])")),
    ("mention", re.compile(r"(?<![\w@/.+-])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\w@])")),
    ("url", re.compile(r"(?<![\w@])https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*")),
)
_FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
_GIVEN = {
    *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "text_mention"),
    *("custom_emoji", "blockquote", "expandable_blockquote", "date_time"),
}
_OPAQUE = {"code", "pre", "text_link", "text_mention"}


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, entity: dict) -> str:
    """The piece of `text` that an entity (or a quote: offset and length) covers."""
    raw = text.encode("utf-16-le")
    return raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def found_in(text: str, taken: list[dict] = ()) -> list[dict]:
    """Commands, mentions, links, hashtags and addresses that Telegram finds by itself, outside code and links."""
    blocked = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in _OPAQUE]
    found = []
    for kind, pattern in _FOUND_IN_TEXT:
        for match in pattern.finditer(text):
            offset, length = units(text[: match.start()]), units(match.group())
            if all(offset + length <= start or end <= offset for start, end in blocked):
                found.append({"type": kind, "offset": offset, "length": length})
                blocked.append((offset, offset + length))
    return found


def checked(text: str, entities: list[dict]) -> list[dict]:
    """Entities that a bot gives itself (`entities`, `caption_entities`): they must lie on characters of the text.

    Kinds that Telegram finds by itself (mention, url, ...) are ignored, unknown ones refused.
    """
    edges = {0, *accumulate(map(units, text))}
    kept = []
    for entity in entities:
        if not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
            raise bad("can't parse MessageEntity: offset and length are needed")
        if entity.get("type") in _FOUND:
            continue
        if entity.get("type") not in _GIVEN:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if end > max(edges):
            raise bad(f"can't parse entities: entity at UTF-16 offset {start} ends after the text")
        if start not in edges or end not in edges:
            raise bad(f"can't parse entities: entity at UTF-16 offset {start} cuts a character")
        kept += [dict(entity)] if entity["length"] > 0 else []
    return kept


def trimmed(text: str, entities: list[dict]) -> tuple[str, list[dict]]:
    """Telegram cuts white space off both ends (in front only up to the first entity); empty entities vanish."""
    front = units(text) - units(text.lstrip())
    front = min([front, *(entity["offset"] for entity in entities)])
    text = text[front:].rstrip()  # white space has one unit a character
    end, kept = units(text), []
    for entity in entities:
        start = max(0, entity["offset"] - front)
        stop = min(end, entity["offset"] - front + entity["length"])
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return text, sorted(kept, key=lambda e: (e["offset"], -e["length"]))
