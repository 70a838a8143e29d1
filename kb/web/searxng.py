"""Searching the web through a SearXNG server: titles, addresses and snippets, never the pages themselves.

What comes back is text of strangers: it is shown with its source and as not verified, and decides nothing.
API: SearXNG documentation, "Search API" (GET /search?q=...&format=json; 403 when the format json is switched off).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from kb.errors import KnowledgeError
from kb.passage import Frozen, Lang
from kb.text import clean

SECONDS = 8.0
MOST_BYTES = 2_000_000
SNIPPET = 300  # characters


class WebHit(Frozen):
    """One result. `date` is what the engine says, often nothing."""

    title: str
    url: str
    text: str
    date: str = ""


def search(server: str, text: str, lang: Lang, limit: int = 4) -> list[WebHit]:
    """The first results for `text`. KnowledgeError when the server can't be reached or does not speak JSON."""
    query = urllib.parse.urlencode({"q": text[:300], "format": "json", "language": lang})
    try:
        request = urllib.request.Request(f"{server.rstrip('/')}/search?{query}", headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            found = json.loads(response.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        code = "failure_web_json_off" if error.code == 403 else "failure_web"
        raise KnowledgeError(code, why=f"HTTP {error.code}") from error
    except (OSError, ValueError) as error:  # ValueError: no JSON, or no address at all
        raise KnowledgeError("failure_web", why=type(error).__name__) from error
    rows = (found.get("results") or []) if isinstance(found, dict) else []
    hits = [_hit(row) for row in rows if isinstance(row, dict)]
    return [hit for hit in hits if hit.url.startswith(("http://", "https://")) and hit.title][:limit]


def _hit(row: dict[str, Any]) -> WebHit:
    """A row of the answer; whatever is missing is empty."""
    text = " ".join(clean(str(row.get("content") or "")).split())
    return WebHit(
        title=" ".join(clean(str(row.get("title") or "")).split())[:SNIPPET],
        url=str(row.get("url") or "")[:1000],
        text=text if len(text) <= SNIPPET else f"{text[: SNIPPET - 1]}…",
        date=str(row.get("publishedDate") or "")[:10],
    )
