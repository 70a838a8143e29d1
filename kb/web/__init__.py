"""Searching the web when the plant's own knowledge has no answer: three engines under one contract."""

from kb.web.brave import Brave
from kb.web.candidates import keep, note_shown, shown_for
from kb.web.contract import Found, WebHit, WebSearch
from kb.web.engines import first_answer
from kb.web.outgoing import outgoing
from kb.web.relevance import Related, related
from kb.web.searxng import Searxng
from kb.web.tavily import Tavily

__all__ = ["Brave", "Found", "Related", "Searxng", "Tavily", "WebHit", "WebSearch", "first_answer", "keep",
           "note_shown", "outgoing", "related", "shown_for"]  # fmt: skip
