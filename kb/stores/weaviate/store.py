"""The Weaviate store: nothing of it lies on this machine; several processes and hosts use it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from kb.contract import (
    ANY,
    Added,
    Change,
    Counts,
    Dump,
    Edit,
    Filters,
    Hits,
    Passages,
    Record,
    Vote,
    last_standing,
    taken_back,
)
from kb.embedders import Embedder, Vectors
from kb.errors import KnowledgeError
from kb.passage import Kind, Lang, Passage, Status
from kb.search.confidence import Calibration, calibration_for
from kb.search.hybrid import hybrid
from kb.search.question import Question
from kb.stores.entries import ACTIONS, borne, now, prepared, vectors_of
from kb.stores.weaviate import schema
from kb.stores.weaviate.ballots import Ballots
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.lexicon import Lexicon
from kb.stores.weaviate.log import Log
from kb.stores.weaviate.moving import differing, moved
from kb.stores.weaviate.place import Place
from kb.stores.weaviate.pools import Mute, WeaviatePools
from kb.stores.weaviate.shelf import Shelf
from kb.stores.weaviate.turns import Turns
from kb.stores.weaviate.writer import Books, Draft, Writer, behind
from kb.threads import one_thread

T = TypeVar("T")

MOVED = 500  # passages of a move that are written as one


class WeaviateStore:
    """KnowledgeBase on a Weaviate server. See KnowledgeBase for the methods."""

    def __init__(self, place: Place, embedder: Embedder) -> None:
        self.place = place
        self.embedder = embedder
        self._calibration: Calibration = calibration_for(embedder.id)
        self.connection = Connection(place)
        try:
            self._log = Log(self.connection)
            self._make()
            self._shelf = Shelf(self.connection, embedder.id)
            self._ballots = Ballots(self.connection)
            self._lexicon = Lexicon(self.connection)
            self._books = Books(self._log, self._shelf, self._lexicon)
            self._turns = Turns(self.connection)
            self._number = 0  # how long the log was when it was last looked at
            self._lock = threading.RLock()  # this process's threads stand in line here, not at the server
            self._catch_up()
        except BaseException:
            self.connection.close()
            raise

    def _make(self) -> None:
        """The collections and the tenant in them, where they are not there yet."""
        if self.connection.has_tenant(schema.STATE):
            head = self._log.head()
            if head.version == schema.VERSION and self.embedder.id in head.applied:
                return
        model = self.embedder.id
        for name in (*schema.SHARED, schema.verified(model), schema.waiting(model)):
            self.connection.make(name)

    @contextmanager
    def _writing(self, wait: float | None = None) -> Iterator[Writer]:
        """A turn at writing, with the shelf up to the log's end."""
        self._catch_up()
        with self._lock, self._turns.take(wait) as turn:
            writer = Writer(self._books, self.embedder, turn)
            while writer.behind:
                writer.follow()
            yield writer
            self._number = writer.head.number

    def _behind(self) -> bool:
        head = self._log.head()
        self._number = head.number
        return behind(head, self.embedder.id)

    def _catch_up(self, wait: float | None = None) -> None:
        """Let the shelf follow the log, a page each turn, so that others may write in between.

        What was left by a killed writer, or by one with another embedding model, is done here.
        """
        while self._behind():
            with self._lock, self._turns.take(wait) as turn:
                writer = Writer(self._books, self.embedder, turn)
                if writer.behind:
                    writer.follow()

    def _fresh(self, read: Callable[[], T]) -> T:
        """What `read` gives once the shelf follows the log; while somebody is writing, as far as it did."""
        behind = self.connection.start(self._behind)
        found = read()
        if not behind.result():
            return found
        try:
            self._catch_up(wait=0)
        except KnowledgeError as error:
            if error.code != "failure_kb_weaviate_busy":
                raise
            return found  # whatever was confirmed before is in it
        return read()

    def _vectors(self, passages: Sequence[Passage]) -> dict[str, Vectors]:
        """By content hash."""
        distinct = list({p.content_hash: p for p in passages}.values())
        return {p.content_hash: v for p, v in zip(distinct, vectors_of(distinct, self.embedder), strict=True)}

    def add(self, passages: Sequence[Passage], *, by: str = "", note: str = "") -> Added:
        """See KnowledgeBase.add. Vectors are made before it is our turn."""
        ready = [prepared(passage, self.embedder.id, by) for passage in passages]
        hashes = [p.content_hash for p in ready]
        before = self._shelf.by_hashes(hashes)
        vectors = self._vectors([p for p in ready if p.content_hash not in before])
        stored: list[Passage] = []
        known: list[Passage] = []
        with self._writing() as writer:
            same = self._shelf.by_hashes(hashes)
            taken = set(self._shelf.by_ids([p.id for p in ready if p.id]))
            for passage in ready:
                if passage.content_hash in same:  # also a repetition within `passages`
                    known.append(same[passage.content_hash])
                    continue
                passage = writer.numbered(passage, taken)
                same[passage.content_hash] = passage
                taken.add(passage.id)
                stored.append(passage)
            if stored:
                at = now()
                writer.write([Draft("add", None, p, by, at, note) for p in stored], vectors, {})
        return Added(stored=stored, known=known)

    def get(self, id: str) -> Passage | None:
        """See KnowledgeBase.get."""
        return self._fresh(lambda: self._shelf.get(id))

    def list(self, where: Filters | None = None, *, last: int | None = None) -> Passages:
        """See KnowledgeBase.list. The server does not sort them, so all that pass are read."""
        found = self._fresh(lambda: self._shelf.standing(where))
        return found if last is None else found[max(len(found) - last, 0) :]

    def counts(self) -> Counts:
        """See KnowledgeBase.counts."""
        return self._fresh(self._lexicon.standings)

    def search(
        self, text: str, *, lang: Lang | None = None, limit: int = 5, statuses: Sequence[Status] = ("verified",),
        kinds: Sequence[Kind] = (), assets: Sequence[str] | None = None, also: Sequence[str] = (),
    ) -> Hits:  # fmt: skip
        """See KnowledgeBase.search."""
        where = Filters(statuses=tuple(statuses), kinds=tuple(kinds), assets=tuple(assets or ()), also=tuple(also))

        def found() -> Hits:
            pools = WeaviatePools(self.connection, self._shelf, self._lexicon, self._number)
            pools.expect(Question.of(text, Mute(), lang), where)

            def find(most: int) -> Hits:
                return hybrid(pools, self.embedder, self._calibration, text, lang=lang, limit=most, where=where)

            return borne(find, limit, where, self._shelf.statuses, self._shelf.get)

        with one_thread():
            return self._fresh(found)

    def _present(self, id: str) -> Passage:
        passage = self._shelf.get(id)
        if passage is None:
            raise KnowledgeError("failure_kb_unknown_id", id=id)
        return passage

    def set_status(
        self, id: str, status: Status, *, by: str = "", action: str = "", note: str = "",
        expected: Sequence[Status] = ANY,
    ) -> Passage:  # fmt: skip
        """See KnowledgeBase.set_status. `action` is the word in the history, by default told from the status."""
        with self._writing() as writer:
            before = self._present(id)
            if before.status not in expected:
                raise KnowledgeError("failure_kb_status", id=id, status=before.status)
            standing: dict[str, object] = {"status": status}
            if status == "verified":
                standing |= {"verifier": by, "verified_at": now()}
            after = before.model_copy(update=standing)
            writer.write([Draft(action or ACTIONS[status], before, after, by, now(), note)], {}, {})
        return after

    def undo(self, id: str, *, by: str = "", note: str = "") -> Passage:
        """See KnowledgeBase.undo. What a pack's new version changed is not a person's change and stays."""
        with self._writing() as writer:
            before = self._present(id)
            change = last_standing(self._log.of(id))
            if change is None:
                raise KnowledgeError("failure_kb_nothing_to_undo", id=id)
            after = prepared(taken_back(before, change), self.embedder.id)
            writer.write([Draft("undo", before, after, by, now(), note, undoes=change.number)], {}, {})
        return after

    def revise(
        self, edits: Sequence[Edit], *, action: str, by: str = "", note: str = "", memo: tuple[str, str] | None = None
    ) -> Passages:
        """See KnowledgeBase.revise. Vectors are made before it is our turn."""
        ready = [prepared(edit.after, self.embedder.id, by) for edit in edits]
        vectors = self._vectors([
            after for edit, after in zip(edits, ready, strict=True)
            if edit.before is None or edit.before.content_hash != after.content_hash
        ])  # fmt: skip
        with self._writing() as writer:
            present = self._shelf.by_ids([p.id for p in ready])
            for edit, after in zip(edits, ready, strict=True):
                if (present[after.id].passage if after.id in present else None) != edit.before:
                    raise KnowledgeError("failure_kb_changed", id=after.id)
            at = now()
            drafts = [Draft(action, e.before, after, by, at, note) for e, after in zip(edits, ready, strict=True)]
            writer.write(drafts, vectors, dict([memo]) if memo else {})
        return ready

    def memo(self, key: str) -> str | None:
        """See KnowledgeBase.memo."""
        return self._log.head().memos.get(key)

    def vote(self, ids: Sequence[str], right: bool | None, *, by: str, about: str) -> None:
        """See KnowledgeBase.vote."""
        present = self._fresh(lambda: self._shelf.by_ids(ids))
        for id in ids:
            if id not in present:
                raise KnowledgeError("failure_kb_unknown_id", id=id)
        if right is None:
            self._ballots.take_back(ids, by, about)
        else:
            self._ballots.put([Vote(passage=id, right=right, by=by, about=about, at=now()) for id in ids])

    def votes(self, ids: Sequence[str]) -> Sequence[Vote]:
        """See KnowledgeBase.votes."""
        return self._ballots.on(ids)

    def records(self, ids: Sequence[str]) -> Mapping[str, Record]:
        """See KnowledgeBase.records."""
        return self._ballots.records(ids)

    def history(self, id: str) -> Sequence[Change]:
        """See KnowledgeBase.history."""
        return self._log.of(id)

    def dump(self) -> Dump:
        """See KnowledgeBase.dump."""
        head = self._log.head()
        changes = [change for page in self._log.after(0, head.number) for change in page]
        return Dump(passages=self.list(), changes=changes, votes=self._ballots.all(), memos=dict(head.memos))

    def restore(self, dump: Dump) -> int:
        """See KnowledgeBase.restore. Passages are written in parts, each of them whole."""
        changes: dict[str, list[Change]] = {}
        for change in dump.changes:
            changes.setdefault(change.id, []).append(change)
        written = 0
        for first in range(0, len(dump.passages), MOVED):
            written += self._restore(dump.passages[first : first + MOVED], changes)
        self._ballots.put(list(dump.votes))
        if any(self.memo(key) != value for key, value in dump.memos.items()):
            with self._writing() as writer:
                writer.write([], {}, dump.memos)
        return written

    def _restore(self, passages: Sequence[Passage], changes: Mapping[str, Sequence[Change]]) -> int:
        ready = [p.model_copy(update={"embedding_model": self.embedder.id}) for p in passages]
        fresh = differing(ready, self._shelf)
        if not fresh:
            return 0
        vectors = self._vectors(fresh)
        with self._writing() as writer:
            writer.write(moved(fresh, changes, self._shelf, writer.head.number), vectors, {})
        return len(fresh)

    def close(self) -> None:
        """See KnowledgeBase.close."""
        self.connection.close()
