"""A pack's passages into the embedded store: at first use, and when the pack's content or the embedder changed."""

from __future__ import annotations

from kb.contract import Change
from kb.embedded import EmbeddedStore, now
from kb.packs import Pack
from kb.passage import Passage
from kb.rows import append_change, changes_of, put, select


def sync(store: EmbeddedStore, pack: Pack) -> bool:
    """Bring the pack's passages in `store` to the shipped state; False when they were there already.

    People's decisions stay: a shipped passage that a keeper retired remains retired under a new text, and what
    people added is not looked at. A passage that the pack dropped is retired. Vectors are made before the write
    lock is taken; the note of the content hash is written with the passages, so a broken load is done again.
    """
    key, origin = f"pack {pack.name}", f"pack:{pack.name}"
    if store.meta(key) == pack.content_hash:
        return False
    shipped = {p.id: store.prepare(p, by=origin) for p in pack.passages}
    with_hash = {p.id: p for p in store.list() if p.origin == origin}
    fresh = [p for p in shipped.values() if p.id not in with_hash or with_hash[p.id].content_hash != p.content_hash]
    vectors = dict(zip((p.id for p in fresh), store.vectors(fresh), strict=True))
    with store.writing() as (db, revision):
        present = {p.id: p for p in select(db, None)}
        for passage in shipped.values():
            before = present.get(passage.id)
            if before is not None and before.origin != origin:
                continue  # somebody's own passage has this id: it is theirs
            after = _merged(before, passage, changes_of(db, passage.id))
            if after == before:
                continue
            changed = before is None or before.content_hash != after.content_hash
            put(db, after, revision, vectors.get(after.id) if changed else None)
            append_change(db, "pack", before, after, origin, now())
        for id, before in present.items():
            if before.origin == origin and id not in shipped and before.status != "retired":
                after = before.model_copy(update={"status": "retired"})
                put(db, after, revision)
                append_change(db, "pack", before, after, origin, now(), note="no longer in the pack")
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, pack.content_hash))
    return True


def _merged(before: Passage | None, shipped: Passage, changes: list[Change]) -> Passage:
    """The shipped passage with the standing and dates that it has in the store; what a pack retired may return."""
    if before is None:
        return shipped
    kept = {"created": before.created, "author": before.author, "embedding_model": before.embedding_model}
    if changes and changes[-1].action != "pack":
        kept |= {"status": before.status, "verifier": before.verifier}
    return shipped.model_copy(update=kept)
