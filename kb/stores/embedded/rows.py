"""Passages and changes as rows of the embedded store's tables. Every function works inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from kb.contract import Change, Filters
from kb.embedders import Vectors
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage, Status
from kb.stores.embedded.index import Pool, Row
from kb.stores.entries import NUMBERED, OTHERS
from kb.text import tokens

BLOCK = 2000  # passages that are read into memory at a time


def find(db: sqlite3.Connection, content_hash: str) -> Passage | None:
    """The passage with this content, of any status."""
    row = db.execute("SELECT document FROM passages WHERE content_hash = ?", (content_hash,)).fetchone()
    return Passage.model_validate_json(row[0]) if row else None


def look(db: sqlite3.Connection, id: str) -> Passage | None:
    """The passage with this id, None when there is none."""
    row = db.execute("SELECT document FROM passages WHERE id = ?", (id,)).fetchone()
    return Passage.model_validate_json(row[0]) if row else None


def present(db: sqlite3.Connection, id: str) -> Passage:
    """The passage with this id; KnowledgeError when there is none."""
    passage = look(db, id)
    if passage is None:
        raise KnowledgeError("failure_kb_unknown_id", id=id)
    return passage


def statuses_of(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Status]:
    """The status of each passage that there is."""
    marks = ", ".join("?" * len(ids))
    return dict(db.execute(f"SELECT id, status FROM passages WHERE id IN ({marks})", tuple(ids)).fetchall())


def numbered(db: sqlite3.Connection, passage: Passage) -> Passage:
    """`passage` with an id: its own if it has one that is free, else the next number of its kind."""
    if passage.id and db.execute("SELECT 1 FROM passages WHERE id = ?", (passage.id,)).fetchone() is None:
        return passage
    prefix = NUMBERED.get(passage.kind, OTHERS)
    key = f"counter {prefix}"
    db.execute("INSERT INTO meta VALUES (?, '0') ON CONFLICT DO NOTHING", (key,))
    while True:
        db.execute("UPDATE meta SET value = value + 1 WHERE key = ?", (key,))
        number = int(db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])
        id = f"{prefix}-{number}"
        if db.execute("SELECT 1 FROM passages WHERE id = ?", (id,)).fetchone() is None:
            return passage.model_copy(update={"id": id})


def words_table(lang: str, status: str) -> str:
    """Where a passage's words are indexed: those of verified passages stand apart, so that no other changes how rare
    a word is among them."""
    return f"{'words' if status == 'verified' else 'waiting'}_{lang}"


def put(db: sqlite3.Connection, passage: Passage, revision: int, vectors: Vectors | None = None) -> None:
    """Write `passage` over the one with its id, or as a new one. `vectors` None: the content did not change."""
    row = db.execute("SELECT number, lang, status FROM passages WHERE id = ?", (passage.id,)).fetchone()
    values = (revision, passage.lang, passage.kind, passage.status, passage.asset, passage.pair, passage.origin,
              passage.content_hash, passage.model_dump_json(), passage.id)  # fmt: skip
    if row is None:
        number = db.execute(
            "INSERT INTO passages (revision, lang, kind, status, asset, pair, origin, content_hash, document, id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values).lastrowid  # fmt: skip
    else:
        number = row[0]
        db.execute(
            "UPDATE passages SET revision = ?, lang = ?, kind = ?, status = ?, asset = ?, pair = ?, origin = ?, "
            "content_hash = ?, document = ? WHERE id = ?", values)  # fmt: skip
    table, former = words_table(passage.lang, passage.status), words_table(*row[1:]) if row else None
    if vectors is not None or table != former:
        if former:
            db.execute(f"DELETE FROM {former} WHERE rowid = ?", (number,))
        title, body = index_words(passage)
        db.execute(f"INSERT INTO {table} (rowid, title, body) VALUES (?, ?, ?)",
                   (number, " ".join(title), " ".join(body)))  # fmt: skip
    if vectors is not None:
        db.execute("DELETE FROM vectors WHERE passage = ?", (number,))
        db.execute(
            "INSERT INTO vectors (passage, model, parts, data) VALUES (?, ?, ?, ?)",
            (number, passage.embedding_model, len(vectors), np.asarray(vectors, np.float16).tobytes()),
        )


def index_words(passage: Passage) -> tuple[list[str], list[str]]:
    """The words of a passage as the index holds them: those of its title, those of its text and codes."""
    return tokens(passage.title), tokens(" ".join([passage.text, *passage.codes]))


def append_change(
    db: sqlite3.Connection, action: str, before: Passage | None, after: Passage, by: str, at: str,
    note: str = "", undoes: int | None = None,
) -> None:  # fmt: skip
    """Add one change to the history."""
    db.execute(
        "INSERT INTO history (id, action, before, after, by, at, note, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (after.id, action, before.model_dump_json() if before else None, after.model_dump_json(), by, at, note, undoes),
    )


def copy_changes(db: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Add the changes of another store as they are, under numbers of this one."""
    numbers: dict[int, int | None] = {}
    for c in changes:
        undoes = numbers.get(c.undoes) if c.undoes is not None else None
        append_change(db, c.action, c.before, c.after, c.by, c.at, c.note, undoes)
        numbers[c.number] = db.execute("SELECT last_insert_rowid()").fetchone()[0]


def changes_of(db: sqlite3.Connection, id: str | None = None) -> list[Change]:
    """The history of one passage (None: of all), oldest first."""
    rows = db.execute(
        "SELECT number, id, action, before, after, by, at, note, undoes FROM history WHERE ? IS NULL OR id = ? "
        "ORDER BY number",
        (id, id),
    )
    return [
        Change(number=n, id=i, action=action, before=Passage.model_validate_json(before) if before else None,
               after=Passage.model_validate_json(after), by=by, at=at, note=note, undoes=undoes)
        for n, i, action, before, after, by, at, note, undoes in rows
    ]  # fmt: skip


def condition(where: Filters, among: bool = False) -> tuple[str, list[str]]:
    """`where` as SQL on table passages and its values. `among`: of some passages that the query names, nothing else is
    to be found by: SQLite would rather go through all the verified ones than look for forty ids."""
    table = "+passages" if among else "passages"  # a column with a sign is looked up in no index
    parts: list[str] = []
    values: list[str] = []
    for column, words in (("status", where.statuses), ("kind", where.kinds)):
        if words or column == "status":
            part = f"{table}.{column} IN ({', '.join('?' * len(words))})"
            values += words
            if column == "status" and where.also:
                part = f"({part} OR {table}.id IN ({', '.join('?' * len(where.also))}))"
                values += where.also
            parts.append(part)
    if where.assets:
        parts.append(f"{table}.asset IN ('', {', '.join('?' * len(where.assets))})")
        values += where.assets
    if where.documents:  # as the index passages_file has it
        parts.append(f"json_extract(passages.document, '$.document') IN ({', '.join('?' * len(where.documents))})")
        values += where.documents
    return " AND ".join(parts), values


def select(db: sqlite3.Connection, where: Filters | None, last: int | None = None) -> list[Passage]:
    """Passages that pass `where`, in the order of their addition; the `last` of them, where that is given."""
    clause, values = condition(where) if where else ("1", [])
    most = -1 if last is None else max(last, 0)
    rows = db.execute(
        f"SELECT document FROM passages WHERE {clause} ORDER BY number DESC LIMIT ?", [*values, most]
    ).fetchall()
    return [Passage.model_validate_json(row[0]) for row in reversed(rows)]


def load_pools(db: sqlite3.Connection, pools: dict[Lang, Pool], model: str, seen: int) -> list[Passage]:
    """Bring the pools to the file's state; passages without vectors of `model` are returned, not loaded."""
    order = "p.revision, p.number" if seen else "p.number"  # by revision the index finds the few that are new
    rows = db.execute(
        "SELECT p.number, p.lang, p.status, p.kind, p.asset, v.parts, v.data, "
        "CASE WHEN v.data IS NULL THEN p.document END FROM passages p "
        f"LEFT JOIN vectors v ON v.passage = p.number AND v.model = ? WHERE p.revision > ? ORDER BY {order}",
        (model, seen),
    )
    missing: list[Passage] = []
    while block := rows.fetchmany(BLOCK):
        fresh: dict[Lang, list[tuple[Row, int, bytes]]] = {lang: [] for lang in pools}
        for number, lang, status, kind, asset, parts, data, document in block:
            row, pool = Row(number, status, kind, asset, hash(data)), pools[lang]
            if document is not None:
                missing.append(Passage.model_validate_json(document))
            elif pool.holds(row):
                pool.relabel(row)
            else:
                for other in pools.values():
                    other.drop(number)
                fresh[lang].append((row, parts, data))
        for lang, found in fresh.items():
            if found:
                vectors = np.frombuffer(b"".join(data for _, _, data in found), np.float16).astype(np.float32)
                parts = [parts for _, parts, _ in found]
                pools[lang].put([row for row, _, _ in found], vectors.reshape(sum(parts), -1), parts)
    return missing
