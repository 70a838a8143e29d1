"""The desk where chat asks for knowledge and models: what commands and reactions need of kb, in plain values."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage
from kb.search.nameless import nameless
from kb.text import lang_of
from workers.catalogue import models
from workers.contracts import CauseSaid, EdgeSaid
from workers.knowledge import reviewing, websearch, whole
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.repeats import observed
from workers.knowledge.reviewing import Candidate, Card
from workers.knowledge.whole import DocumentSeen
from workers.settings import Settings
from workers.wording import say

if TYPE_CHECKING:
    from workers.contracts import Answer as Document
    from workers.state.models import Answer, Feedback

SHORT = 200  # characters of a passage in a list


# what a verdict says of the answer; "withdrawn" says nothing any more
CLAIMS = ("fault", "answered")  # verdicts of answers that say what is so
RIGHT = {"agree": True, "fixed": True, "disagree": False, "not_fixed": False}


def used(document: Document | None) -> tuple[list[str], list[str]]:
    """The passages that an answer cited, and those of them that it stands on: that of its likeliest cause, or what was
    quoted as the answer. An answer that was not sure claims nothing: what it shows, it only shows, but for what it
    gives from the web."""
    if document is None:
        return [], []
    cited = [evidence.id for evidence in document.evidence]
    if document.diagnosis.verdict not in CLAIMS:
        return cited, [evidence.id for evidence in document.evidence if evidence.kind == "web"]
    first = document.diagnosis.causes[0].evidence if document.diagnosis.causes else []
    return cited, [id for id in cited if id in first]


def teaches(document: Document | None) -> bool:
    """Does a word on this answer count? Not on simulated data, which are training material, and not on a follow-up,
    whose answer it counts for."""
    if document is None:
        return True
    return not (document.data is not None and document.data.simulated) and not document.receipt.get("follow_up")


def _diagnosis(answer: Answer) -> str:
    """What agreeing with an answer teaches: its likeliest cause and what was seen. An answer without a cause teaches
    nothing, however many agree with it."""
    if answer.verdict != "fault":
        return ""
    return "\n".join([*answer.causes[:1], answer.headline])


class Desk:
    """Opens the store for each thing that is asked, so that no connection is held by an idle worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def _store(self) -> Iterator[KnowledgeBase]:
        with closing(open_knowledge(self.settings)) as store:
            yield store

    def learn(self, said: Feedback, answer: Answer, question: str, document: Document | None = None) -> str:
        """What a judgement teaches: the id of the case or correction that it became, "" when there is none.

        It also counts for the passages that the answer used (`document`), where it `teaches` at all. A judgement that
        was changed or withdrawn takes its earlier word back; what a keeper decided stays.
        """
        about, crew = f"answer {answer.id}", reviewing.crew(self.settings)
        title = question.strip() or answer.headline
        of_part = EdgeSaid.of(said.aspect) or CauseSaid.of(said.aspect)
        whole = of_part is None  # else it is about one edge or cause, not about the answer
        cited, main = used(document) if whole else ([], [])
        right = RIGHT.get(said.verdict) if teaches(document) else None
        with self._store() as store:
            growth.judge(store, cited, main, right, by=said.user, about=about, crew=crew)
            made, text = None, self._lesson(said, answer, title)
            if text and right is not None:
                data = observed(document) if whole else None
                made = growth.feedback(store, title, "agree" if right else "disagree", text, said.user,
                                       wrong=main, about=about, crew=crew, observed=data)  # fmt: skip
            elif right and whole and (id := self._answers_alone(store, question, document, main)):
                made = growth.attach(store, question, id, by=said.user, about=about, crew=crew)
            before = said.candidate or (self._case(store, answer, title) if whole and right is False else "")
            if before and (made is None or made.id != before):
                self._take_back(store, before, said.user, about, crew)
            return made.id if made is not None else ""

    def _lesson(self, said: Feedback, answer: Answer, title: str) -> str:
        """What there is to learn, in words. The first line of a case is its diagnosis."""
        edge = EdgeSaid.of(said.aspect)
        if edge is not None:
            key = "lesson_edge_yes" if said.verdict == "agree" else "lesson_edge_no"
            return say(key, lang_of(title), cause=edge.cause, effect=edge.effect)
        if RIGHT.get(said.verdict):
            return _diagnosis(answer)
        if not said.right:
            return ""
        return f"{said.right}\n{said.reason}".strip()

    def _answers_alone(
        self, store: KnowledgeBase, question: str, document: Document | None, main: Sequence[str]
    ) -> str:  # fmt: skip
        """The passage that an answer from knowledge stands on, "" where the question does not lead to it by itself: one
        that leans on what was said before ("and how often?") means something else the next time."""
        if document is None or document.diagnosis.verdict != "answered" or not main or nameless(question):
            return ""
        quoted = growth.answer_of(store, question, self.settings.answer_threshold)
        return main[0] if any(_is(hit.passage, main[0]) for hit in quoted) else ""

    def _case(self, store: KnowledgeBase, answer: Answer, title: str) -> str:
        """The case that agreeing with this answer made, "" when there is none."""
        diagnosis = _diagnosis(answer)
        case = growth.known_case(store, title, diagnosis) if diagnosis else None
        return case.id if case is not None else ""

    def _take_back(self, store: KnowledgeBase, id: str, by: str, about: str, crew: growth.Crew) -> None:
        if store.get(id) is not None:
            growth.withdraw(store, id, by, about, crew)

    def review(self, questions: Sequence[str] = (), lang: str = "en", limit: int = 10) -> list[Card]:
        """What waits for a keeper, oldest first, with what it resembles, contradicts and would change.

        `questions` are the plant's own (ledger.answers.asked), asked beside the shipped ones.
        """
        with self._store() as store:
            return reviewing.cards(store, growth.candidates(store)[:limit], self.settings, questions, lang)

    def card(self, id: str, questions: Sequence[str] = (), lang: str = "en") -> Card:
        """One candidate as a keeper decides on it. KnowledgeError when it is none."""
        with self._store() as store:
            return reviewing.cards(store, [growth.waiting(store, id)], self.settings, questions, lang)[0]

    def review_cards(
        self, questions: Sequence[str], lang: str, limit: int
    ) -> tuple[list[DocumentSeen], list[Candidate]]:
        """What waits as chat shows it: documents of which several passages wait, whole, and the oldest others."""
        with self._store() as store:
            documents, single = growth.told_apart(growth.candidates(store))
            shown = [whole.card(store, name, waits, self.settings, questions)
                     for name, waits in list(documents.items())[:limit]]  # fmt: skip
            cards = reviewing.cards(store, single[: limit - len(shown)], self.settings, questions, lang)
        return [whole.seen(card, lang) for card in shown], [reviewing.candidate(card, lang) for card in cards]

    def document_card(self, name: str, questions: Sequence[str], lang: str) -> DocumentSeen:
        """What of a document waits, by its name or its handle. KnowledgeError when nothing of it does."""
        with self._store() as store:
            return whole.seen(whole.named(store, name, self.settings, questions), lang)

    def document_cards(self, name: str, questions: Sequence[str], lang: str, limit: int) -> list[Candidate]:
        """The first candidates of a document one by one; nothing when none of it waits."""
        with self._store() as store:
            waits = growth.waiting_documents(store).get(growth.document_named(store, name), [])
            cards = reviewing.cards(store, waits[:limit], self.settings, questions, lang)
        return [reviewing.candidate(card, lang) for card in cards]

    def document_named(self, words: str) -> str:
        """The document in the knowledge base that is called so (or has this handle), "" when there is none."""
        with self._store() as store:
            return growth.document_named(store, words)

    def decide_document(self, action: str, name: str, by: str, lang: str, occasion: str) -> str:
        """approve, reject, retire or undo all of a document as `by`; what came of it, in a sentence. `occasion` names
        the press or message: what is done twice for one counts as one decision. KnowledgeError says why not."""
        token = _token(occasion)
        with self._store() as store:
            document, may = growth.document_named(store, name) or name, keepers(self.settings)
            if action == "undo":
                made = growth.undo_on(store, document, by, may, token)
            else:
                acts: dict[str, growth.DocumentAction] = {"approve": "approve", "reject": "reject", "retire": "retire"}
                made = growth.decide_on(store, acts[action], document, by, may, token)
        return whole.outcome(action, made, lang)

    def review_card(self, id: str, questions: Sequence[str], lang: str) -> Candidate:
        """One candidate with every question that would be answered otherwise. KnowledgeError when it is none."""
        return reviewing.candidate(self.card(id, questions, lang), lang, whole=True)

    def merge(self, id: str, into: str, by: str) -> None:
        """Join a near-duplicate with another passage as `by`; undo on `id` takes it back. KnowledgeError: why not."""
        with self._store() as store:
            growth.merge(store, id, into, by, keepers(self.settings))

    def history(self, id: str, lang: str = "en") -> list[str]:
        """Every change of a passage in a line each, oldest first; nothing for an unknown id."""
        with self._store() as store:
            return reviewing.history_told(store.history(id), lang)

    def waiting(self) -> int:
        """How many candidates wait for a keeper."""
        with self._store() as store:
            return len(growth.candidates(store))

    def counts(self) -> dict[str, int]:
        """How many passages there are of each status."""
        with self._store() as store:
            counts = store.counts()
        return {
            s: sum(n for (status, _), n in counts.items() if status == s) for s in ("verified", "candidate", "retired")
        }

    def search(self, text: str, limit: int = 5) -> list[tuple[str, str, str, float]]:
        """(id, title, text, confidence) of the verified passages nearest to `text`."""
        with self._store() as store:
            hits = store.search(text, limit=limit)
        return [(h.passage.id, h.passage.title, _short(h.passage.text), h.confidence) for h in hits]

    def web(self, text: str, lang: Lang) -> list[tuple[str, str, str, str]] | None:
        """(title, URL, snippet, date) of the web's results for `text`; None when no search engine is set up.

        `text` is an answer's, not a person's, so names, codes and numbers of the plant are left out. Nothing is
        stored. KnowledgeError says why the engine does not answer.
        """
        engines = websearch.configured(self.settings)
        if engines is None:
            return None
        return [(h.title, h.url, h.text, h.date) for h in engines.search(engines.words(text, private=True), lang)]

    def decide(self, action: str, id: str, by: str, occasion: str = "") -> str:
        """approve, reject, retire or undo as `by`; gives the passage's new status. `occasion` names the press or
        message: what is done twice for one counts as one decision. KnowledgeError says why not."""
        acts = {"approve": growth.approve, "reject": growth.reject, "retire": growth.retire, "undo": growth.undo}
        note = growth.note_occasion(_token(occasion))
        with self._store() as store:
            known = growth.decided(store, id, by, note)
            return (known or acts[action](store, id, by, keepers(self.settings), note=note)).status

    def simulation(self, text: str, lang: Lang) -> tuple[dict[str, Any], list[str], str, str]:
        """What a sentence asks the simulator for: parameters, the lines that show them, why it cannot be ("" when it
        can), the name of the table."""
        from workers import simulating
        from workers.asides import voice

        with voice(self.settings, f"simulate:{secrets.token_hex(4)}") as engine:
            wish = simulating.read(text, lang, engine)
        name = "" if wish.problem else simulating.name_of(wish.order)
        return wish.order.model_dump(mode="json"), wish.lines, wish.problem, name

    def simulated_name(self, order: dict[str, Any]) -> str:
        """The name of the table that a run with these parameters gives."""
        from roles.simulator import SimulationOrder
        from workers import simulating

        return simulating.name_of(SimulationOrder.model_validate(order))

    def ask_models(self, text: str, lang: Lang) -> list[str]:
        """A question about the models, answered from the catalogue in lines."""
        from workers.asides import voice
        from workers.catalogue.query import ask

        with voice(self.settings, f"models:{secrets.token_hex(4)}") as engine:
            return ask(text, self.settings, lang, engine).text.splitlines()

    def models(self) -> list[tuple[str, str, str]]:
        """(name, status, what it is best for) of the catalogue."""
        return [(card.name, card.status, card.purpose) for card in models.cards(self.settings)]


def _is(passage: Passage, id: str) -> bool:
    """Is it this one, or its version in another language?"""
    return passage.id == id or bool(passage.pair and id.startswith(f"{passage.pair}-"))


def _token(occasion: str) -> str:
    """A short name of an occasion, as the history keeps it; "" for none."""
    return sha256(occasion.encode()).hexdigest()[:8] if occasion else ""


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rstrip() + "…"


__all__ = ["Desk", "KnowledgeError"]
