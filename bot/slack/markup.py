"""Slack's markup and plain text, both ways. Pure functions.

Source: https://docs.slack.dev/messaging/formatting-message-text (escaping, special parsing, dates, links).
"""

from __future__ import annotations

import re

_MARK = re.compile(r"<([^<>]*)>")  # < and > that people type arrive as entities, so these are always markup
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # Slack refuses or drops them


def escape(text: str) -> str:
    """Text as Slack wants it in every text object, so that nothing in it links, mentions or notifies."""
    text = _ODD.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentions(text: str, user: str) -> bool:
    """Whether a message's text mentions `user`."""
    return re.search(rf"<@{re.escape(user)}(\|[^<>]*)?>", text) is not None


def plain(text: str, me: str) -> str:
    """A message's text as its writer saw it, without the mention of `me`."""
    mention = re.compile(rf"<@{re.escape(me)}(\|[^<>]*)?>")
    *before, last = _between(mention, text)
    text = "".join(part.rstrip(" \t") for part in before) + last
    text = _MARK.sub(_shown, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.strip().lstrip(":,，：").strip()


def _between(mark: re.Pattern[str], text: str) -> list[str]:
    """The parts of a text between its marks, in one pass: blanks before a mark that does not come would be tried from
    each of them."""
    parts, start = [], 0
    for found in mark.finditer(text):
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


def _shown(mark: re.Match[str]) -> str:
    """What a person sees of one piece of markup."""
    body, _, label = mark[1].partition("|")
    if body.startswith("@"):
        return "@" + (label or body[1:]).lstrip("@")
    if body.startswith("#"):
        return "#" + (label or body[1:]).lstrip("#")
    if body.startswith("!date^"):
        return label
    if body.startswith("!"):
        return "@" + (label or body[1:].split("^")[0]).lstrip("@")
    if not label:
        return body.removeprefix("mailto:")
    return label if label in body else f"{label} ({body})"  # Slack links file.csv to http://file.csv by itself
