"""A pack's passages into a store: at first use, and when the pack's content changed."""

from __future__ import annotations

from kb.contract import Edit, KnowledgeBase
from kb.errors import KnowledgeError
from kb.packs import Pack
from kb.passage import Passage

TRIES = 3


def sync(store: KnowledgeBase, pack: Pack) -> bool:
    """Bring the pack's passages in `store` to the shipped state; False when they were there already.

    People's decisions stay: a shipped passage that a keeper retired remains retired under a new text, and what
    people added is not looked at. A passage that the pack dropped is retired. The content hash is noted with the
    passages, so a broken load is done again; so is one in which somebody else wrote meanwhile.
    """
    key, origin = f"pack {pack.name}", f"pack:{pack.name}"
    for attempt in range(TRIES):
        if store.memo(key) == pack.content_hash:
            return False
        try:
            store.revise(_edits(store, pack, origin), action="pack", by=origin, memo=(key, pack.content_hash))
            break
        except KnowledgeError as error:
            if error.code != "failure_kb_changed" or attempt == TRIES - 1:
                raise
    return True


def _edits(store: KnowledgeBase, pack: Pack, origin: str) -> list[Edit]:
    present = {p.id: p for p in store.list()}
    shipped = {p.id: p for p in pack.passages}
    edits = []
    for passage in shipped.values():
        before = present.get(passage.id)
        if before is not None and before.origin != origin:
            continue  # somebody's own passage has this id: it is theirs
        after = passage if before is None else _merged(store, before, passage)
        if after != before:
            edits.append(Edit(before=before, after=after))
    dropped = (p for p in present.values() if p.origin == origin and p.id not in shipped and p.status != "retired")
    return edits + [Edit(before=p, after=p.model_copy(update={"status": "retired"})) for p in dropped]


def _merged(store: KnowledgeBase, before: Passage, shipped: Passage) -> Passage:
    """The shipped passage with the standing and dates that it has in the store; what a pack retired may return."""
    kept = {"created", "author", "content_hash", "embedding_model", "disputed_by"}  # the store renews the last two
    if (before.status, before.verifier) != (shipped.status, shipped.verifier):
        changes = store.history(before.id)
        if changes and changes[-1].action != "pack":
            kept |= {"status", "verifier", "verified_at"}
    return shipped.model_copy(update={field: getattr(before, field) for field in kept})
