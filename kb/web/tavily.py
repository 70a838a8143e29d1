"""Tavily, a search service for programs.

API: docs.tavily.com, "Search": POST /search with a bearer token, one credit a basic search. 401: the key; 429: too many
requests; 432 and 433: the plan's limit. It takes no language: it answers in that of the question.
"""

from __future__ import annotations

import json

from kb.passage import Lang
from kb.web.contract import Found
from kb.web.fetching import SECONDS, ask
from kb.web.results import results

SERVER = "https://api.tavily.com"


class Tavily:
    """`server` is the address without path."""

    name = "Tavily"
    setting = "TAVILY_API_KEY"

    def __init__(self, key: str, server: str = SERVER, seconds: float = SECONDS) -> None:
        self._key, self._server, self._seconds = key, server, seconds

    def search(self, text: str, lang: Lang, limit: int) -> Found:
        """See WebSearch."""
        wanted = {"query": text, "max_results": limit, "search_depth": "basic", "topic": "general",
                  "include_answer": False, "include_raw_content": False, "include_images": False}  # fmt: skip
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        url, body = f"{self._server.rstrip('/')}/search", json.dumps(wanted).encode()
        found = ask(self, url, headers, body=body, seconds=self._seconds)
        return Found(engine=self.name, hits=results(found.get("results"), "content", ("published_date",), limit))
