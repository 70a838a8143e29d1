"""SearXNG (and the older searx): a search server of the plant's own, which asks others.

API: docs.searxng.org, "Search API": GET /search?q=...&format=json&language=.... Status 403 means that the format json
is switched off (search: formats: in settings.yml), 429 that the limiter takes us for a robot.
"""

from __future__ import annotations

import base64
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from kb.errors import KnowledgeError
from kb.passage import Lang
from kb.web.contract import Found
from kb.web.fetching import SECONDS, ask
from kb.web.plain import plain
from kb.web.results import results

LANGUAGES: dict[Lang, str] = {"en": "en", "zh": "zh-CN"}
CODES = {403: "failure_web_json_off", 429: "failure_web_limiter"}
MOST_SILENT = 4


class Searxng:
    """`server` is the address of the start page; a user name and password in it go into the header."""

    name = "SearXNG"
    setting = "SEARXNG_URL"

    def __init__(self, server: str, seconds: float = SECONDS) -> None:
        self._server, self._seconds = server, seconds

    def search(self, text: str, lang: Lang, limit: int) -> Found:
        """See WebSearch."""
        url, headers = self._request(urlencode({"q": text, "format": "json", "language": LANGUAGES[lang]}))
        found = ask(self, url, headers, codes=CODES, seconds=self._seconds)
        hits = results(found.get("results"), "content", ("publishedDate", "pubdate"), limit)
        return Found(engine=self.name, hits=hits, silent=_silent(found.get("unresponsive_engines")))

    def _request(self, query: str) -> tuple[str, dict[str, str]]:
        """Address and headers. The limiter asks for what browsers send: a language."""
        try:
            parts = urlsplit(self._server.strip())
        except ValueError:  # "http://["
            raise KnowledgeError("failure_web", engine=self.name, setting=self.setting, why="URL") from None
        secret, _, host = parts.netloc.rpartition("@")
        headers = {"Accept-Language": "en, zh"}
        if secret:
            headers["Authorization"] = f"Basic {base64.b64encode(unquote(secret).encode()).decode()}"
        path = f"{parts.path.rstrip('/').removesuffix('/search')}/search"
        return urlunsplit((parts.scheme, host, path, query, "")), headers


def _silent(rows: object) -> list[str]:
    """The engines that did not answer, with the reason: [["google", "timeout"], ...]."""
    pairs = [row for row in rows if isinstance(row, list) and row] if isinstance(rows, list) else []
    return [plain(": ".join(str(part) for part in pair[:2]), 80) for pair in pairs[:MOST_SILENT]]
