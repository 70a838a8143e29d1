"""The embedded store: one SQLite file, full text and vectors, safe for several processes and threads.

Every change stands in the history with the passage before and after it; nothing is deleted. Vectors are also held
in memory and follow what other processes write: a revision number on each passage says what is new.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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
from kb.embedders import Embedder
from kb.errors import KnowledgeError
from kb.passage import Kind, Lang, Passage, Status
from kb.search.confidence import Calibration, calibration_for
from kb.search.hybrid import hybrid
from kb.stores.embedded.database import connect, in_words, transaction
from kb.stores.embedded.index import Pool
from kb.stores.embedded.pools import EmbeddedPools
from kb.stores.embedded.rows import (
    append_change,
    changes_of,
    copy_changes,
    find,
    load_pools,
    look,
    numbered,
    present,
    put,
    select,
    statuses_of,
)
from kb.stores.entries import ACTIONS, borne, differs, now, prepared, vectors_of
from kb.threads import one_thread


class EmbeddedStore:
    """KnowledgeBase on one file; `path` None keeps it in memory. See KnowledgeBase for the methods."""

    def __init__(self, path: Path | None, embedder: Embedder) -> None:
        self.path = path
        self.embedder = embedder
        self._calibration: Calibration = calibration_for(embedder.id)
        self._lock = threading.RLock()
        self._db = connect(path)
        self._pools: dict[Lang, Pool] = {"en": Pool(embedder.dims), "zh": Pool(embedder.dims)}
        self._seen = 0  # revision up to which the pools are complete

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, in_words(self.path):
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A transaction and the revision that its changes carry."""
        with self._lock, in_words(self.path), transaction(self._db):
            self._db.execute("INSERT INTO meta VALUES ('revision', '0') ON CONFLICT DO NOTHING")
            self._db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
            revision = int(self._db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])
            yield self._db, revision

    def memo(self, key: str) -> str | None:
        """See KnowledgeBase.memo."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def add(self, passages: Sequence[Passage], *, by: str = "", note: str = "") -> Added:
        """See KnowledgeBase.add. Vectors are made before the write lock is taken."""
        ready = [prepared(passage, self.embedder.id, by) for passage in passages]
        with self._reading() as db:
            fresh = [p for p in ready if find(db, p.content_hash) is None]
        vectors = {p.content_hash: v for p, v in zip(fresh, vectors_of(fresh, self.embedder), strict=True)}
        stored: list[Passage] = []
        known: list[Passage] = []
        with self.writing() as (db, revision):
            for passage in ready:
                same = find(db, passage.content_hash)
                if same is not None:  # also a repetition within `passages`
                    known.append(same)
                    continue
                passage = numbered(db, passage)
                put(db, passage, revision, vectors[passage.content_hash])
                append_change(db, "add", None, passage, by, now(), note)
                stored.append(passage)
        return Added(stored=stored, known=known)

    def get(self, id: str) -> Passage | None:
        """See KnowledgeBase.get."""
        with self._reading() as db:
            row = db.execute("SELECT document FROM passages WHERE id = ?", (id,)).fetchone()
        return Passage.model_validate_json(row[0]) if row else None

    def list(self, where: Filters | None = None, *, last: int | None = None) -> Passages:
        """See KnowledgeBase.list."""
        with self._reading() as db:
            return select(db, where, last)

    def search(
        self, text: str, *, lang: Lang | None = None, limit: int = 5, statuses: Sequence[Status] = ("verified",),
        kinds: Sequence[Kind] = (), assets: Sequence[str] | None = None, also: Sequence[str] = (),
    ) -> Hits:  # fmt: skip
        """See KnowledgeBase.search."""
        where = Filters(statuses=tuple(statuses), kinds=tuple(kinds), assets=tuple(assets or ()), also=tuple(also))
        with self._reading() as db:
            self._catch_up(db)
            pools = EmbeddedPools(db, self._pools)

            def find(most: int) -> Hits:
                return hybrid(pools, self.embedder, self._calibration, text, lang=lang, limit=most, where=where)

            with one_thread():
                return borne(find, limit, where, lambda ids: statuses_of(db, ids), lambda id: look(db, id))

    def counts(self) -> Counts:
        """See KnowledgeBase.counts."""
        with self._reading() as db:
            rows = db.execute("SELECT status, kind, COUNT(*) FROM passages GROUP BY kind, status")
            return {(status, kind): count for status, kind, count in rows}

    def _catch_up(self, db: sqlite3.Connection) -> None:
        """Take what was written since the last search into the pools; embed what another model embedded."""
        revision = int((db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone() or ("0",))[0])
        if revision == self._seen:
            return
        missing = load_pools(db, self._pools, self.embedder.id, self._seen)
        if missing:
            vectors = vectors_of(missing, self.embedder)
            with self.writing() as (_, new):
                for passage, rows in zip(missing, vectors, strict=True):
                    current = present(db, passage.id)  # its standing may have changed while the vectors were made
                    if current.content_hash == passage.content_hash:
                        put(db, current.model_copy(update={"embedding_model": self.embedder.id}), new, rows)
            self._catch_up(db)
            return
        self._seen = revision

    def set_status(
        self, id: str, status: Status, *, by: str = "", action: str = "", note: str = "",
        expected: Sequence[Status] = ANY,
    ) -> Passage:  # fmt: skip
        """See KnowledgeBase.set_status. `action` is the word in the history, by default told from the status."""
        with self.writing() as (db, revision):
            before = present(db, id)
            if before.status not in expected:
                raise KnowledgeError("failure_kb_status", id=id, status=before.status)
            standing: dict[str, object] = {"status": status}
            if status == "verified":
                standing |= {"verifier": by, "verified_at": now()}
            after = before.model_copy(update=standing)
            put(db, after, revision)
            append_change(db, action or ACTIONS[status], before, after, by, now(), note)
        return after

    def revise(
        self, edits: Sequence[Edit], *, action: str, by: str = "", note: str = "", memo: tuple[str, str] | None = None
    ) -> Passages:
        """See KnowledgeBase.revise. Vectors are made before the write lock is taken."""
        ready = [prepared(edit.after, self.embedder.id, by) for edit in edits]
        fresh = [
            after for edit, after in zip(edits, ready, strict=True)
            if edit.before is None or differs(edit.before, after)
        ]  # fmt: skip
        vectors = dict(zip((p.id for p in fresh), vectors_of(fresh, self.embedder), strict=True))
        with self.writing() as (db, revision):
            for edit, after in zip(edits, ready, strict=True):
                if look(db, after.id) != edit.before:
                    raise KnowledgeError("failure_kb_changed", id=after.id)
                put(db, after, revision, vectors.get(after.id))
                append_change(db, action, edit.before, after, by, now(), note)
            if memo:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", memo)
        return ready

    def vote(self, ids: Sequence[str], right: bool | None, *, by: str, about: str) -> None:
        """See KnowledgeBase.vote."""
        with self.writing() as (db, _):
            for id in ids:
                present(db, id)
                db.execute("DELETE FROM votes WHERE passage = ? AND by = ? AND about = ?", (id, by, about))
                if right is not None:
                    db.execute("INSERT INTO votes VALUES (?, ?, ?, ?, ?)", (id, by, about, right, now()))

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """See KnowledgeBase.records."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT passage, SUM(right), SUM(1 - right) FROM votes WHERE passage IN ({', '.join('?' * len(ids))}) "
                "GROUP BY passage", tuple(ids)).fetchall()  # fmt: skip
        counted = {id: Record(right=right, wrong=wrong) for id, right, wrong in rows}
        return {id: counted.get(id, Record()) for id in ids}

    def votes(self, ids: Sequence[str]) -> Sequence[Vote]:
        """See KnowledgeBase.votes."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT passage, right, by, about, at FROM votes WHERE passage IN ({', '.join('?' * len(ids))}) "
                "ORDER BY at, passage, by, about", tuple(ids)).fetchall()  # fmt: skip
        return [Vote(passage=p, right=right, by=by, about=about, at=at) for p, right, by, about, at in rows]

    def undo(self, id: str, *, by: str = "", note: str = "") -> Passage:
        """See KnowledgeBase.undo. What a pack's new version changed is not a person's change and stays."""
        with self.writing() as (db, revision):
            before = present(db, id)
            change = last_standing(changes_of(db, id))
            if change is None:
                raise KnowledgeError("failure_kb_nothing_to_undo", id=id)
            after = prepared(taken_back(before, change), self.embedder.id)
            put(db, after, revision, vectors_of([after], self.embedder)[0] if differs(before, after) else None)
            append_change(db, "undo", before, after, by, now(), note, undoes=change.number)
        return after

    def dump(self) -> Dump:
        """See KnowledgeBase.dump."""
        with self._reading() as db:
            votes = db.execute("SELECT passage, right, by, about, at FROM votes")
            own = "key = 'revision' OR key LIKE 'counter %'"  # the store's, not for another one
            return Dump(
                passages=select(db, None), changes=changes_of(db),
                votes=[Vote(passage=p, right=right, by=by, about=about, at=at) for p, right, by, about, at in votes],
                memos=dict(db.execute(f"SELECT key, value FROM meta WHERE NOT ({own})").fetchall()),
            )  # fmt: skip

    def restore(self, dump: Dump) -> int:
        """See KnowledgeBase.restore."""
        ready = {p.id: p.model_copy(update={"embedding_model": self.embedder.id}) for p in dump.passages}
        with self._reading() as db:
            fresh = [p for p in ready.values() if look(db, p.id) != p]
        vectors = dict(zip((p.id for p in fresh), vectors_of(fresh, self.embedder), strict=True))
        written = 0
        with self.writing() as (db, revision):
            before = {id: look(db, id) for id in vectors}
            for id, rows in vectors.items():
                if before[id] == ready[id]:
                    continue
                put(db, ready[id], revision, rows)
                written += 1
                if before[id] is not None:
                    append_change(db, "migrate", before[id], ready[id], "", now())
            copy_changes(db, [c for c in dump.changes if c.id in before and before[c.id] is None])
            votes = [(v.passage, v.by, v.about, v.right, v.at) for v in dump.votes]
            db.executemany("INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?)", votes)
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(dump.memos.items()))
        return written

    def history(self, id: str) -> Sequence[Change]:
        """See KnowledgeBase.history."""
        with self._reading() as db:
            return changes_of(db, id)

    def close(self) -> None:
        """See KnowledgeBase.close."""
        with self._lock:
            self._db.close()
