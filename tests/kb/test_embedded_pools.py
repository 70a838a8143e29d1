"""Lookups of the embedded store cost what they bring, however many passages there are."""

import pytest

from kb.contract import Filters
from kb.passage import Passage
from kb.stores.embedded.pools import EmbeddedPools
from kb.stores.embedded.store import EmbeddedStore
from tests.kb.conftest import WordEmbedder

MANY = 1500


@pytest.fixture(scope="module")
def store():
    held = EmbeddedStore(None, WordEmbedder())
    every = range(MANY)
    held.add([Passage(id=f"X-{n}", title="Pump", text=f"The pump of line {n} hums.", asset="pump") for n in every])
    yield held
    held.close()


def steps(db, work):
    """What `work` gives, and how many steps of SQLite's machine it took."""
    taken = []
    db.set_progress_handler(lambda: taken.append(1), 1)
    try:
        return work(), len(taken)
    finally:
        db.set_progress_handler(None, 1)


@pytest.mark.parametrize("where", [
    Filters(), Filters(kinds=("manual", "case")), Filters(also=("X-5",)), Filters(statuses=("verified", "candidate")),
    Filters(assets=("pump",)),
], ids=str)  # fmt: skip
def test_passages_are_looked_up_by_their_ids_not_among_all_that_are_verified(store, where):
    ids = ["X-3", "X-700", "X-1400", "nobody"]
    with store._reading() as db:
        pools = EmbeddedPools(db, store._pools)
        found, taken = steps(db, lambda: pools.passages(ids, (), where))
        counting, also_taken = steps(db, lambda: pools._counting([4, 701, 1401, 9999], where))
    assert [passage.id for passage in found] == ids[:3]
    assert len(counting) == 3
    assert max(taken, also_taken) < MANY / 3
