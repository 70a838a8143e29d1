"""Knowledge for a question about data: where its server or its embedding model is away, the diagnosis goes on without.

What was measured does not depend on knowledge, and the crew waits; the answer says that knowledge could not be asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from kb.errors import KnowledgeError
from kb.passage import Passage as Stored
from roles.types import Edge, Fault, Finding, Lang, Passage
from workers.knowledge.context import MOST_PASSAGES, Knowledge
from workers.looking.shown import Names
from workers.settings import Settings

log = logging.getLogger(__name__)

AWAY = ("failure_kb_weaviate_", "failure_kb_embedding_")  # what only an operator can mend
SETTINGS = {"failure_kb_embedding_url", "failure_kb_embedding_privacy", "failure_kb_embedding_extra"}  # not by waiting
T = TypeVar("T")


class Forbearing(Knowledge):
    """As Knowledge, and empty from the first failure on. `needed`: it is what was asked for, so a failure is raised.
    `misset`: the failure, where a setting is wrong and asking again later does not help."""

    def __init__(self, settings: Settings, lang: Lang) -> None:
        super().__init__(settings, lang)
        self.unheard = self.needed = False
        self.misset: KnowledgeError | None = None

    def passages(
        self, question: str, findings: Sequence[Finding], faults: Sequence[Fault], context: str = "",
        files: Sequence[str] = (),
    ) -> list[Passage]:  # fmt: skip
        """See Knowledge.passages."""
        return self._or_none(lambda: super(Forbearing, self).passages(question, findings, faults, context, files))

    def about_edges(self, edges: Sequence[Edge], names: Names, most: int = 6) -> list[Passage]:
        """See Knowledge.about_edges."""
        return self._or_none(lambda: super(Forbearing, self).about_edges(edges, names, most))

    def search(self, text: str, limit: int = MOST_PASSAGES) -> list[Passage]:
        """See Knowledge.search."""
        return self._or_none(lambda: super(Forbearing, self).search(text, limit))

    def _rules(self) -> list[Stored]:
        return self._or_none(super()._rules)

    def _or_none(self, ask: Callable[[], list[T]]) -> list[T]:
        if self.unheard and not self.needed:
            return []
        try:
            return ask()
        except KnowledgeError as error:
            if self.needed or not error.code.startswith(AWAY):
                raise
            log.warning("the knowledge base could not be asked, the diagnosis goes on without it: %s", error)
            self.unheard = True
            self.misset = error if error.code in SETTINGS else None
            return []
