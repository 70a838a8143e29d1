"""From the rows of an engine's answer to results: cleaned, each page once, no more than asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kb.web.contract import WebHit
from kb.web.plain import day, plain, web_address

TITLE, SNIPPET = 150, 300  # characters


def results(rows: object, text: str, dates: Iterable[str], limit: int) -> list[WebHit]:
    """The first `limit` rows that have a title and a web address; `text` and `dates` name the fields that hold them."""
    hits: dict[str, WebHit] = {}
    for row in rows if isinstance(rows, list) else []:
        hit = _hit(row, text, dates) if isinstance(row, dict) else None
        if hit is not None:
            hits.setdefault(hit.url, hit)
    return list(hits.values())[:limit]


def _hit(row: dict[str, Any], text: str, dates: Iterable[str]) -> WebHit | None:
    title, url = plain(_string(row.get("title")), TITLE), web_address(_string(row.get("url")))
    if not title or not url:
        return None
    return WebHit(title=title, url=url, text=plain(_string(row.get(text)), SNIPPET), date=day(*map(row.get, dates)))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
