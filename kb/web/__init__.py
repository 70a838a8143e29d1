"""Searching the web when the plant's own knowledge has no answer."""

from kb.web.searxng import WebHit, search

__all__ = ["WebHit", "search"]
