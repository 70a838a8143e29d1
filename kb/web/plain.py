"""What strangers wrote, as plain text on one line: no markup, no escapes, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

from kb.text import clean

MOST_MARKUP = 20_000  # characters of a title or snippet that are looked at at all
MOST_ADDRESS = 500
BREAKS = frozenset({"br", "p", "div", "li", "td", "tr"})
SILENT = frozenset({"script", "style"})
_NOT_IN_AN_ADDRESS = re.compile(r"[\s<>\"\\`]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Words(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in SILENT
        self.words.append(" " if tag in BREAKS else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in SILENT and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def plain(markup: str, most: int) -> str:
    """`markup` as text of at most `most` characters; longer text ends in "…"."""
    text = " ".join(_visible(clean(" ".join(_text(markup[:MOST_MARKUP]).split()))).split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _text(markup: str) -> str:
    parser = _Words()
    try:
        parser.feed(markup)
        parser.close()
    except AssertionError:  # the parser's answer to "<![x": then it is no markup
        return markup
    return "".join(parser.words)


def _visible(text: str) -> str:
    """Without control, format, private and unassigned characters."""
    return "".join(char for char in text if unicodedata.category(char)[0] != "C")


def web_address(url: str) -> str:
    """`url` as it is when it is an http(s) address of at most MOST_ADDRESS characters, else "".

    Odd hosts (punycode, numbers, this network) stay: nothing is fetched, and people shall see where a text is from.
    One with a user name is refused: "http://known.example@other.example" is read wrongly.
    """
    url = url.strip()
    if not url or len(url) > MOST_ADDRESS or _NOT_IN_AN_ADDRESS.search(url) or _visible(url) != url:
        return ""
    try:
        parts = urlsplit(url)
        proper = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if proper else ""


def day(*texts: object) -> str:
    """The first of `texts` that begins with a day (ISO 8601), as that day; else ""."""
    found = (_DAY.match(text) for text in texts if isinstance(text, str))
    return next((match[0] for match in found if match), "")
