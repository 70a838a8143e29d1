"""HTML as the Bot API reads it (section "HTML style"): a closed set of tags, everything else is an error.

Errors name the byte offset in the UTF-8 source. An unknown named reference such as &nbsp; is no error there: it stays
in the text as it stands.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tests.e2e.strict_telegram.entities import units

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(rb"&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_PLAIN = re.compile(rb"[^&<]+")
_SPACE = b" \t\r\n\v\f"


class CannotParse(Exception):
    """The text that follows "can't parse entities: "."""


@dataclass
class _Open:
    name: str
    argument: str
    offset: int


def parse(source: str) -> tuple[str, list[dict]]:
    """(plain text, entities); CannotParse when Telegram would refuse."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str):
        self.data, self.at = source.encode("utf-8"), 0
        self.text: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[dict] = []

    def run(self) -> tuple[str, list[dict]]:
        while self.at < len(self.data):
            if plain := _PLAIN.match(self.data, self.at):
                self.at = plain.end()
                self._add(plain.group().decode("utf-8"))
            elif self.data[self.at : self.at + 1] == b"&":
                self._add(self._reference())
            elif self.data[self.at + 1 : self.at + 2] == b"/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise CannotParse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.text), _without_overlap(self.entities)

    def _add(self, text: str) -> None:
        self.text.append(text)
        self.units += units(text)

    def _reference(self) -> str:
        """The character that stands at &...; or a bare ampersand when it is none that Telegram knows."""
        match = _REFERENCE.match(self.data, self.at)
        character = None
        if match and match[3]:
            character = _NAMED.get(match[3].decode())
        elif match:
            code = int(match[1], 16) if match[1] else int(match[2])
            if 0xD800 <= code <= 0xDFFF:
                raise CannotParse("Text contains invalid Unicode characters after decoding HTML entities")
            character = chr(code) if 0 < code < 0x10FFFF else None
        self.at = match.end() if character else self.at + 1
        return character or "&"

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._until(_SPACE + b">").lower()
        if self.at == len(self.data):
            raise CannotParse(f"Unclosed start tag at byte offset {begin}")
        if name not in _KINDS:
            raise CannotParse(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument = ""
        while True:
            self._skip_space()
            if self.data[self.at : self.at + 1] == b">":
                break
            argument = self._attribute(name, begin) or argument
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(name, argument, self.units))

    def _attribute(self, tag: str, begin: int) -> str:
        """Reads one attribute; what it says for this tag, else ""."""
        name = self._until(_SPACE + b"=>/\"'").lower()
        if self.at == len(self.data):
            raise CannotParse(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if not name:
            raise CannotParse(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_space()
        value = ""
        if self.data[self.at : self.at + 1] == b"=":
            self.at += 1
            self._skip_space()
            value = self._value(tag, begin)
        elif self.at == len(self.data):
            raise CannotParse(f'Unclosed start tag "{tag}" at byte offset {begin}')
        return _meaning(tag, name, value)

    def _value(self, tag: str, begin: int) -> str:
        if self.at == len(self.data):
            raise CannotParse(f'Unclosed start tag "{tag}" at byte offset {begin}')
        quote = self.data[self.at : self.at + 1]
        if quote not in (b'"', b"'"):
            start = self.at
            token = re.compile(rb"[A-Za-z0-9.-]*").match(self.data, self.at)
            self.at = token.end()
            if self.at == len(self.data) or self.data[self.at] not in _SPACE + b">":
                raise CannotParse(f"Unexpected end of name token at byte offset {start}")
            return token.group().decode().lower()
        self.at += 1
        value = []
        while self.at < len(self.data) and self.data[self.at : self.at + 1] != quote:
            if self.data[self.at : self.at + 1] == b"&":
                value.append(self._reference().encode("utf-8"))
            else:
                value.append(self.data[self.at : self.at + 1])
                self.at += 1
        if self.at == len(self.data):
            raise CannotParse(f"Unclosed start tag at byte offset {begin}")
        self.at += 1
        return b"".join(value).decode("utf-8")

    def _end_tag(self) -> None:
        begin = self.at
        self.at += 2
        if not self.open:
            raise CannotParse(f"Unexpected end tag at byte offset {begin}")
        name = self._until(_SPACE + b">").lower()
        self._skip_space()
        if self.data[self.at : self.at + 1] != b">":
            raise CannotParse(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        started = self.open.pop()
        if name and name != started.name:
            expected = f'expected "</{started.name}>", found "</{name}>"'
            raise CannotParse(f"Unmatched end tag at byte offset {begin}, {expected}")
        if self.units > started.offset:
            self._entity(started)

    def _entity(self, started: _Open) -> None:
        found = {"type": _KINDS[started.name], "offset": started.offset, "length": self.units - started.offset}
        if started.name == "a":
            covered = "".join(self.text).encode("utf-16-le")[2 * started.offset :].decode("utf-16-le")
            self.entities += _linked(found, started.argument or covered)
            return
        if started.name == "blockquote" and started.argument:
            found["type"] = "expandable_blockquote"
        elif started.name == "tg-emoji":
            if not started.argument.isdigit():
                raise CannotParse("Invalid custom emoji identifier specified")
            found["custom_emoji_id"] = started.argument
        elif started.name == "code" and started.argument:
            found["language"] = started.argument
        elif started.name == "pre":
            inner = self.entities[-1] if self.entities else {}
            if inner.get("type") == "code" and _span(inner) == _span(found):
                self.entities.pop()
                found |= {"language": inner["language"]} if "language" in inner else {}
        self.entities.append(found)

    def _until(self, stops: bytes) -> str:
        start = self.at
        while self.at < len(self.data) and self.data[self.at] not in stops:
            self.at += 1
        return self.data[start : self.at].decode("utf-8", "replace")

    def _skip_space(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _SPACE:
            self.at += 1


def _meaning(tag: str, name: str, value: str) -> str:
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "1" if (tag, name) == ("blockquote", "expandable") else ""


def _linked(entity: dict, url: str) -> list[dict]:
    """A link, a mention by id, or nothing when the address is none (then Telegram keeps the bare text)."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "tg" and parts.netloc == "user":
            return [entity | {"type": "text_mention", "user_id": int(parse_qs(parts.query)["id"][0])}]
        if not parts.scheme:
            url = f"http://{url}"
            parts = urlsplit(url)
    except (ValueError, KeyError):
        return []
    if parts.scheme in ("http", "https"):
        host = parts.hostname or ""
        if "." not in host or any(c.isspace() for c in url):
            return []
        return [entity | {"url": url if parts.path or parts.query else f"{url}/"}]
    return [entity | {"url": url}] if parts.scheme in ("tg", "ton", "mailto", "tel") else []


def _span(entity: dict) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _without_overlap(entities: list[dict]) -> list[dict]:
    """pre and code hold no other entity (section "Formatting options"); a language outside pre is dropped."""
    blocks = [_span(e) for e in entities if e["type"] in ("code", "pre")]

    def inside(entity: dict) -> bool:
        start, end = _span(entity)
        outer = [(a, b) for a, b in blocks if a <= start and end <= b and (a, b) != (start, end)]
        same = (start, end) in blocks and entity["type"] not in ("code", "pre")
        return bool(outer) or same

    kept = [e for e in entities if not inside(e)]
    return [{k: v for k, v in e.items() if k != "language" or e["type"] == "pre"} for e in kept]
