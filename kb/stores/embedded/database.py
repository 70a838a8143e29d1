"""The SQLite file of the embedded store: schema, connection, transactions, and its failures in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import KnowledgeError
from kb.wal import use_wal

SCHEMA_VERSION = 4
BUSY_SECONDS = 30  # how long a writer waits for another process

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    lang TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    asset TEXT NOT NULL,
    pair TEXT NOT NULL,
    origin TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_revision ON passages (revision);
CREATE INDEX IF NOT EXISTS passages_hash ON passages (content_hash);
CREATE INDEX IF NOT EXISTS passages_pair ON passages (pair) WHERE pair != '';
CREATE INDEX IF NOT EXISTS passages_status ON passages (status);
CREATE INDEX IF NOT EXISTS passages_kind ON passages (kind, status);
CREATE INDEX IF NOT EXISTS passages_file ON passages (json_extract(document, '$.document'));
CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    action TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    undoes INTEGER
);
CREATE INDEX IF NOT EXISTS history_id ON history (id, number);
CREATE TABLE IF NOT EXISTS vectors (
    passage INTEGER NOT NULL REFERENCES passages (number),
    model TEXT NOT NULL,
    parts INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (passage, model)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS votes (
    passage TEXT NOT NULL,
    by TEXT NOT NULL,
    about TEXT NOT NULL,
    right INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (passage, by, about)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words_en USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE IF NOT EXISTS words_zh USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE IF NOT EXISTS waiting_en USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE IF NOT EXISTS waiting_zh USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE IF NOT EXISTS terms_en USING fts5vocab (words_en, 'row');
CREATE VIRTUAL TABLE IF NOT EXISTS terms_zh USING fts5vocab (words_zh, 'row');
"""

# Words of verified passages stand apart from all others, so that these change no statistics: version 4.
APART = """
INSERT INTO waiting_{lang} (rowid, title, body) SELECT rowid, title, body FROM words_{lang}
    WHERE rowid IN (SELECT number FROM passages WHERE status != 'verified');
DELETE FROM words_{lang} WHERE rowid IN (SELECT number FROM passages WHERE status != 'verified');
"""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


@contextmanager
def in_words(path: Path | None) -> Iterator[None]:
    """Turn SQLite's failures that a person can mend into KnowledgeError; the rest passes."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code; the rest is detail
        for codes, failure in ((_BUSY, "failure_kb_busy"), (_CLOSED, "failure_kb_unwritable"),
                               (_DAMAGED, "failure_kb_damaged"), (_DISK, "failure_kb_disk")):  # fmt: skip
            if code in codes:
                raise KnowledgeError(failure, path=path or ":memory:") from error
        raise


def connect(path: Path | None) -> sqlite3.Connection:
    """Open (make) the file with its schema; None is a store in memory. Several processes may do so at once.

    Write-ahead logging lets readers read while one writes; FULL makes a commit survive a power cut as well.
    """
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KnowledgeError("failure_kb_unwritable", path=path) from error
    with in_words(path):
        db = sqlite3.connect(path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            db.close()
            raise KnowledgeError("failure_kb_newer", path=path)
        use_wal(db.execute, BUSY_SECONDS)
        db.execute("PRAGMA synchronous = FULL")
        if version < SCHEMA_VERSION:
            with transaction(db):
                _bring_up(db)
        return db


def _bring_up(db: sqlite3.Connection) -> None:
    """The schema of this version, from any earlier one; another process may have done it while we waited."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    steps = [SCHEMA, *(APART.format(lang=lang) for lang in ("en", "zh") if version < 4)]
    for statement in (statement for step in steps for statement in step.split(";\n")):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; the write lock is taken at once, so that what is read inside is what is written over."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
