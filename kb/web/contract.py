"""What a search of the web can do, whatever answers it. Titles, addresses and snippets; pages are never fetched.

What comes back is text of strangers: it is shown with its source and as not verified, and decides nothing.
"""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from kb.passage import Frozen, Lang


class WebHit(Frozen):
    """One result, in plain text. `date` (ISO 8601, a day) is what the engine says, often nothing."""

    title: str
    url: str
    text: str
    date: str = ""


class Found(Frozen):
    """What an engine found, best first. `silent` are the engines behind it that did not answer, with the reason."""

    engine: str
    hits: list[WebHit] = Field(default_factory=list)
    silent: list[str] = Field(default_factory=list)


class WebSearch(Protocol):
    """A search engine. `setting` is the name of the setting that switches it on."""

    name: str
    setting: str

    def search(self, text: str, lang: Lang, limit: int) -> Found:
        """At most `limit` results for `text`, in the language `lang` where the engine can choose.

        KnowledgeError with the code of a sentence when it does not answer as it should.
        """
        ...
