"""What every knowledge base does, whatever stores it."""

import pytest

from kb.contract import Filters
from kb.errors import KnowledgeError
from kb.passage import Passage

LEVEL = Passage(id="P-1", title="Level", text="The mould level swings when the stopper clogs.", asset="mould")
ROLL = Passage(id="P-2", title="Roll", text="A seizing bearing raises the roll current.", asset="strand guide")
WATER = Passage(id="P-3", title="水", text="水流量下降说明阀门卡涩。", lang="zh", kind="rule")


def test_what_was_added_comes_back_with_its_standing(store):
    added = store.add([LEVEL, WATER], by="anna", note="import")
    assert [p.id for p in added.stored] == ["P-1", "P-3"]
    passage = store.get("P-1")
    assert (passage.text, passage.author, passage.status) == (LEVEL.text, "anna", "verified")
    assert passage.created.endswith("+00:00")
    assert len(passage.content_hash) == 64
    assert passage.embedding_model == "words"
    assert store.get("P-9") is None


def test_same_content_is_stored_once(store):
    store.add([LEVEL])
    again = store.add([LEVEL.model_copy(update={"id": "P-7", "text": f"  {LEVEL.text}\n"}), ROLL, ROLL])
    assert [p.id for p in again.stored] == ["P-2"]
    assert [p.id for p in again.known] == ["P-1", "P-2"]
    assert [p.id for p in store.list()] == ["P-1", "P-2"]


def test_passage_without_id_is_numbered_by_kind(store):
    said = [Passage(id="", title=f"why {n}?", text="because", kind="feedback", status="candidate") for n in range(3)]
    assert [p.id for p in store.add(said).stored] == ["FB-1", "FB-2", "FB-3"]


def test_taken_id_is_not_overwritten(store):
    store.add([LEVEL])
    other = store.add([ROLL.model_copy(update={"id": "P-1"})]).stored[0]
    assert other.id != "P-1"
    assert store.get("P-1").text == LEVEL.text


def test_list_filters_by_status_kind_and_asset(store):
    store.add([LEVEL, ROLL, WATER])
    store.set_status("P-2", "retired", by="anna")
    assert [p.id for p in store.list(Filters())] == ["P-1", "P-3"]
    assert [p.id for p in store.list(Filters(kinds=("rule",)))] == ["P-3"]
    assert [p.id for p in store.list(Filters(assets=("mould",)))] == ["P-1", "P-3"]  # P-3 speaks of every asset
    assert len(store.list()) == 3


def test_search_finds_by_words_and_puts_the_best_first(store):
    store.add([LEVEL, ROLL, WATER])
    assert [h.passage.id for h in store.search("bearing seizing", limit=1)] == ["P-2"]
    assert store.search("水流量下降")[0].passage.id == "P-3"
    assert len(store.search("level", limit=2)) == 2
    assert store.search("   ") == []


def test_search_sees_verified_passages_alone_unless_asked(store):
    store.add([LEVEL.model_copy(update={"status": "candidate"}), ROLL])
    assert [h.passage.id for h in store.search("mould level swings")] == ["P-2"]
    both = store.search("mould level swings", statuses=("candidate", "verified"))
    assert both[0].passage.id == "P-1"
    store.set_status("P-1", "verified", by="anna")
    assert store.search("mould level swings")[0].passage.id == "P-1"
    store.set_status("P-1", "retired", by="anna")
    assert [h.passage.id for h in store.search("mould level swings")] == ["P-2"]


def test_search_filters_by_asset_and_kind(store):
    store.add([LEVEL, ROLL, WATER])
    assert {h.passage.id for h in store.search("level", assets=["mould"])} == {"P-1", "P-3"}
    assert {h.passage.id for h in store.search("level", kinds=["rule"])} == {"P-3"}
    assert {h.passage.id for h in store.search("level", assets=["unheard of"])} == {"P-3"}


def test_nothing_is_lost_from_the_history(store):
    store.add([LEVEL], by="bo")
    store.set_status("P-1", "retired", by="anna", note="outdated")
    store.undo("P-1", by="carl")
    changes = store.history("P-1")
    assert [(c.action, c.by) for c in changes] == [("add", "bo"), ("retire", "anna"), ("undo", "carl")]
    assert changes[1].before.status == "verified"
    assert changes[1].note == "outdated"
    assert changes[2].undoes == changes[1].number
    assert store.history("P-9") == []


def test_undo_takes_back_one_change_after_the_other(store):
    store.add([LEVEL.model_copy(update={"status": "candidate"})])
    store.set_status("P-1", "verified", by="anna")
    store.set_status("P-1", "retired", by="anna")
    assert store.undo("P-1").status == "verified"
    assert store.undo("P-1").status == "candidate"
    assert store.undo("P-1").status == "retired"  # the addition itself
    with pytest.raises(KnowledgeError) as error:
        store.undo("P-1")
    assert error.value.code == "failure_kb_nothing_to_undo"


def test_undo_restores_who_verified(store):
    store.add([LEVEL.model_copy(update={"status": "candidate"})])
    assert store.set_status("P-1", "verified", by="anna").verifier == "anna"
    assert store.undo("P-1").verifier == ""


def test_change_is_refused_when_the_status_is_another(store):
    store.add([LEVEL])
    with pytest.raises(KnowledgeError) as error:
        store.set_status("P-1", "retired", expected=("candidate",))
    assert error.value.code == "failure_kb_status"
    assert store.get("P-1").status == "verified"
    assert len(store.history("P-1")) == 1


@pytest.mark.parametrize("change", [lambda s: s.set_status("X", "retired"), lambda s: s.undo("X")])
def test_unknown_id_is_named(store, change):
    with pytest.raises(KnowledgeError) as error:
        change(store)
    assert (error.value.code, error.value.values) == ("failure_kb_unknown_id", {"id": "X"})


def test_terminal_escapes_and_hidden_characters_are_not_stored(store):
    store.add([LEVEL.model_copy(update={"text": "Cool\x1b[31m the mould\u202e now\x07.", "title": "A\u200bB"})])
    assert (store.get("P-1").text, store.get("P-1").title) == ("Cool the mould now.", "AB")


def test_closing_twice_is_fine(store):
    store.close()
    store.close()
