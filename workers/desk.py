"""The desk where chat asks for knowledge and models: what commands and reactions need of kb, in plain values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from kb import growth, web
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage
from kb.text import lang_of
from workers import models
from workers.commands.kb import keepers, open_knowledge
from workers.settings import Settings
from workers.wording import say

if TYPE_CHECKING:
    from workers.state.models import Answer, Feedback

SHORT = 200  # characters of a passage in a list


class Desk:
    """Opens the store for each thing that is asked, so that no connection is held by an idle worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def _store(self) -> Iterator[KnowledgeBase]:
        with closing(open_knowledge(self.settings)) as store:
            yield store

    def learn(self, said: Feedback, answer: Answer, question: str) -> str:
        """The id of the candidate that a judgement became, "" when there is nothing to learn from it.

        A judgement that was changed or withdrawn takes its earlier candidate back, unless a keeper decided on it.
        """
        title = question.strip() or answer.headline
        with self._store() as store:
            text = self._lesson(said, answer, title)
            made = None
            if text and said.verdict in ("agree", "disagree"):
                verdict: growth.Verdict = "agree" if said.verdict == "agree" else "disagree"
                made = growth.feedback(store, title, verdict, text, said.user)
            if said.candidate and (made is None or made.id != said.candidate):
                self._take_back(store, said.candidate, said.user)
            return made.id if made is not None else ""

    def _lesson(self, said: Feedback, answer: Answer, title: str) -> str:
        """What there is to learn, in words."""
        if said.aspect.startswith("edge:"):
            cause, _, effect = said.aspect.removeprefix("edge:").partition(">")
            key = "lesson_edge_yes" if said.verdict == "agree" else "lesson_edge_no"
            return say(key, lang_of(title), cause=cause, effect=effect)
        if said.verdict == "agree":
            # an answer that names no cause teaches none, however many agree with it
            return "; ".join([answer.headline, *answer.causes[:1]]) if answer.verdict == "fault" else ""
        if not said.right:
            return ""
        return f"{said.right}\n{said.reason}".strip()

    def _take_back(self, store: KnowledgeBase, id: str, by: str) -> None:
        passage = store.get(id)
        if passage is not None and passage.status == "candidate":
            store.set_status(id, "retired", by=by, action="withdraw", expected=("candidate",))

    def candidates(self, limit: int = 10) -> list[tuple[str, str, str, str]]:
        """(id, title, text, author) of what waits for a keeper, oldest first."""
        with self._store() as store:
            return [_row(passage) for passage in growth.candidates(store)[:limit]]

    def counts(self) -> dict[str, int]:
        """How many passages there are of each status."""
        with self._store() as store:
            passages = store.list()
        return {s: sum(p.status == s for p in passages) for s in ("verified", "candidate", "retired")}

    def search(self, text: str, limit: int = 5) -> list[tuple[str, str, str, float]]:
        """(id, title, text, confidence) of the verified passages nearest to `text`."""
        with self._store() as store:
            hits = store.search(text, limit=limit)
        return [(h.passage.id, h.passage.title, _short(h.passage.text), h.confidence) for h in hits]

    def web(self, text: str, lang: Lang) -> list[tuple[str, str, str, str]] | None:
        """(title, URL, snippet, date) of the web's results for `text`; None when no search engine is set up.

        KnowledgeError says why the engine does not answer.
        """
        if self.settings.web_search_url is None:
            return None
        return [(h.title, h.url, h.text, h.date) for h in web.search(self.settings.web_search_url, text, lang)]

    def decide(self, action: str, id: str, by: str) -> str:
        """approve, reject, retire or undo as `by`; gives the passage's new status. KnowledgeError says why not."""
        acts = {"approve": growth.approve, "reject": growth.reject, "retire": growth.retire, "undo": growth.undo}
        with self._store() as store:
            return acts[action](store, id, by, keepers(self.settings)).status

    def models(self) -> list[tuple[str, str, str]]:
        """(name, status, what it is best for) of the catalogue."""
        return [(card.name, card.status, card.purpose) for card in models.cards(self.settings)]


def _row(passage: Passage) -> tuple[str, str, str, str]:
    return passage.id, passage.title, passage.text, passage.author


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rstrip() + "…"


__all__ = ["Desk", "KnowledgeError"]
