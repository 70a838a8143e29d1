"""Track records: how often advice was right, from what people said of the answers that used it.

A record is shown beside the quote and ranks nothing: one loud week must not reorder what a question finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kb.contract import KnowledgeBase, Record
from kb.growth.agreement import settle
from kb.growth.crew import Crew

AT_ONCE = 500  # ids in one request to a store


def judge(
    store: KnowledgeBase, cited: Sequence[str], main: Sequence[str], right: bool | None, *,
    by: str, about: str, crew: Crew,
) -> None:  # fmt: skip
    """Note what `by` says of an answer that cited these passages.

    Right counts for every one of them; wrong counts for the `main` ones, those that the answer
    stood on; None takes it back. One word for each person and answer: a second one changes the first.
    """
    known = [id for id in dict.fromkeys([*cited, *main]) if store.get(id) is not None]
    if not known or not crew.counts(by):
        return
    if right is False:
        blamed = [id for id in known if id in main]
        store.vote([id for id in known if id not in blamed], None, by=by, about=about)
        store.vote(blamed, False, by=by, about=about)
    else:
        store.vote(known, right, by=by, about=about)
    for id in known:
        settle(store, id, by, crew)


def track_records(store: KnowledgeBase, ids: Iterable[str]) -> Mapping[str, Record]:
    """The record of each passage, empty where nobody said anything."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Record] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= store.records(wanted[start : start + AT_ONCE])
    return found
