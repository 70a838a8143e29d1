"""Brave Search, an index of its own.

API: api-dashboard.search.brave.com, "Web search": GET /res/v1/web/search with the header X-Subscription-Token; at most
400 characters and 50 words. 422 with SUBSCRIPTION_TOKEN_INVALID: the key; 429: too many requests.
"""

from __future__ import annotations

from urllib.parse import urlencode

from kb.passage import Lang
from kb.web.contract import Found
from kb.web.fetching import SECONDS, ask
from kb.web.results import results

SERVER = "https://api.search.brave.com"
LANGUAGES: dict[Lang, str] = {"en": "en", "zh": "zh-hans"}


class Brave:
    """`server` is the address without path."""

    name = "Brave"
    setting = "BRAVE_API_KEY"

    def __init__(self, key: str, server: str = SERVER, seconds: float = SECONDS) -> None:
        self._key, self._server, self._seconds = key, server, seconds

    def search(self, text: str, lang: Lang, limit: int) -> Found:
        """See WebSearch."""
        query = urlencode({"q": text, "count": limit, "search_lang": LANGUAGES[lang],
                           "result_filter": "web", "text_decorations": "false"})  # fmt: skip
        url = f"{self._server.rstrip('/')}/res/v1/web/search?{query}"
        web = ask(self, url, {"X-Subscription-Token": self._key}, seconds=self._seconds).get("web")
        rows = web.get("results") if isinstance(web, dict) else []
        return Found(engine=self.name, hits=results(rows, "description", ("page_age",), limit))
