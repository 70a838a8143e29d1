"""What every knowledge base does, whatever stores it."""

import pytest

import kb
from kb.contract import Edit, Filters, Record
from kb.errors import KnowledgeError
from kb.passage import Passage, Rule
from tests.kb.conftest import WordEmbedder

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
    assert [[p.id for p in store.list(last=n)] for n in (0, 2, 9)] == [[], ["P-2", "P-3"], ["P-1", "P-2", "P-3"]]
    assert [p.id for p in store.list(Filters(assets=("mould",)), last=1)] == ["P-3"]


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


def test_search_sees_single_candidates_when_they_are_named(store):
    one = ROLL.model_copy(update={"id": "P-3", "title": "Roll bearing", "status": "candidate"})
    store.add([LEVEL, one, one.model_copy(update={"id": "P-4", "text": "Another text.", "status": "candidate"})])
    found = {hit.passage.id for hit in store.search("roll bearing current", also=["P-3", "P-99"])}
    assert "P-3" in found
    assert "P-4" not in found
    assert "P-3" not in {hit.passage.id for hit in store.search("roll bearing current")}


def test_search_filters_by_asset_and_kind(store):
    store.add([LEVEL, ROLL, WATER])
    assert {h.passage.id for h in store.search("level", assets=["mould"])} == {"P-1", "P-3"}
    assert {h.passage.id for h in store.search("level", kinds=["rule"])} == {"P-3"}
    assert {h.passage.id for h in store.search("level", assets=["unheard of"])} == {"P-3"}


def test_nothing_is_lost_from_the_history(store):
    store.add([LEVEL], by="bo")
    store.set_status("P-1", "retired", by="anna", note="outdated")
    store.undo("P-1", by="carl", note="still true")
    changes = store.history("P-1")
    assert [(c.action, c.by) for c in changes] == [("add", "bo"), ("retire", "anna"), ("undo", "carl")]
    assert changes[1].before.status == "verified"
    assert (changes[1].note, changes[2].note) == ("outdated", "still true")
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


def edit(store, id, **changes):
    before = store.get(id)
    return Edit(before=before, after=before.model_copy(update=changes))


def test_revision_writes_over_and_is_found_under_its_new_words(store):
    store.add([LEVEL, ROLL])
    after = store.revise([edit(store, "P-1", text="Argon leaks at the plug.")], action="amend", by="anna")[0]
    assert (store.get("P-1"), after.text) == (after, "Argon leaks at the plug.")
    assert store.search("argon leaks plug")[0].passage.id == "P-1"
    assert store.history("P-1")[-1].action == "amend"
    assert store.undo("P-1").text == LEVEL.text
    assert store.search("mould level swings stopper")[0].passage.id == "P-1"


def test_revision_adds_what_was_not_there_and_notes_a_memo(store):
    assert store.memo("pack x") is None
    store.revise([Edit(before=None, after=LEVEL)], action="pack", by="pack:x", memo=("pack x", "1"))
    assert (store.get("P-1").text, store.memo("pack x")) == (LEVEL.text, "1")
    store.revise([], action="pack", memo=("pack x", "2"))
    assert store.memo("pack x") == "2"


def test_revision_of_what_somebody_else_changed_is_refused_whole(store):
    store.add([LEVEL, ROLL])
    stale = edit(store, "P-1", text="Something else.")
    store.set_status("P-1", "retired", by="bo")
    with pytest.raises(KnowledgeError) as error:
        store.revise([edit(store, "P-2", asset="rolls"), stale], action="amend", by="anna")
    assert (error.value.code, error.value.values) == ("failure_kb_changed", {"id": "P-1"})
    assert (store.get("P-2").asset, store.get("P-1").text) == (ROLL.asset, LEVEL.text)


def test_undo_takes_back_a_revision_and_leaves_what_came_later(store):
    store.add([LEVEL.model_copy(update={"status": "candidate"})])
    store.revise([edit(store, "P-1", disputed_by=["FB-1"])], action="dispute", by="anna")
    store.revise([edit(store, "P-1", text="New words of the pack.")], action="pack", by="pack:x")
    undone = store.undo("P-1", by="anna")
    assert (undone.disputed_by, undone.text, undone.status) == ([], "New words of the pack.", "candidate")


def test_verification_has_a_date_that_undo_takes_away(store):
    store.add([LEVEL.model_copy(update={"status": "candidate"})])
    assert store.set_status("P-1", "verified", by="anna").verified_at.endswith("+00:00")
    assert store.undo("P-1").verified_at == ""


def test_votes_are_counted_once_for_each_person_and_answer(store):
    store.add([LEVEL, ROLL])
    store.vote(["P-1", "P-2"], True, by="bo", about="answer 1")
    store.vote(["P-1"], True, by="bo", about="answer 1")
    store.vote(["P-1"], False, by="anna", about="answer 1")
    store.vote(["P-1"], True, by="bo", about="answer 2")
    assert store.records(["P-1", "P-2"]) == {"P-1": Record(right=2, wrong=1), "P-2": Record(right=1)}
    store.vote(["P-1"], False, by="bo", about="answer 2")
    store.vote(["P-1"], None, by="anna", about="answer 1")
    assert store.records(["P-1", "P-9"]) == {"P-1": Record(right=1, wrong=1), "P-9": Record()}
    assert store.records([]) == {}
    votes = {(v.passage, v.by, v.about): v.right for v in store.votes(["P-1", "P-9"])}
    assert votes == {("P-1", "bo", "answer 1"): True, ("P-1", "bo", "answer 2"): False}
    assert list(store.votes([])) == []
    with pytest.raises(KnowledgeError):
        store.vote(["P-9"], True, by="bo", about="answer 1")


def test_everything_moves_to_another_store_and_moving_again_changes_nothing(store):
    other = kb.open_store(":memory:", WordEmbedder(), packs=())
    rule = Rule(cause="stopper clogs", effect="mould level", effect_tag="mould_level")
    other.add([LEVEL.model_copy(update={"status": "candidate", "codes": ["E-1"], "rule": rule}), ROLL, WATER], by="bo")
    other.set_status("P-1", "verified", by="anna")
    other.set_status("P-2", "retired", by="anna")
    other.undo("P-2", by="carl")
    other.vote(["P-1"], True, by="bo", about="a")
    other.revise([], action="pack", memo=("pack x", "1"))
    store.add([ROLL.model_copy(update={"text": "An older text.", "created": "2020-01-01T00:00:00+00:00"})])
    assert store.restore(other.dump()) == 3
    assert store.restore(other.dump()) == 0
    assert {p.id: p for p in store.list()} == {p.id: p for p in other.list()}
    assert [(c.action, c.by, c.after) for c in store.history("P-1")] == [
        (c.action, c.by, c.after) for c in other.history("P-1")
    ]
    assert [c.action for c in store.history("P-2")] == ["add", "migrate"]
    assert (store.records(["P-1"])["P-1"], store.memo("pack x")) == (Record(right=1), "1")
    assert store.search("bearing seizing", limit=1)[0].passage.text == ROLL.text
    assert store.undo("P-1", by="anna").status == "candidate"
