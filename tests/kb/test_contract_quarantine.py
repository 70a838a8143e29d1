"""Candidates and retired passages change no answer, in any store: neither its order nor its confidence."""

from kb.contract import Filters
from kb.passage import Passage, Rule

QUESTIONS = ["why does pump 3 drip at its seal?", "bearing of the fan runs hot", "风机轴承发热怎么办", "valve sticks"]
THINGS = ["pump", "fan", "valve", "gearbox"]
SIGNS = ["drips at its seal", "runs hot at the bearing", "sticks half open", "hums at night"]
OTHERS = ["阀门卡涩，流量下降。", "风机轴承发热，加油。", "泵的密封滴漏，更换密封。"]


def library():
    """Verified passages whose words are rare to different degrees."""
    english = [
        Passage(id=f"P-{n}", title=f"{THINGS[n % 4].title()} {n}",
                text=f"The {THINGS[n % 4]} {SIGNS[n % 3]}. " + f"Look at the {THINGS[(n + 1) % 4]} as well. " * (n % 5))
        for n in range(24)
    ]  # fmt: skip
    return english + [Passage(id=f"Z-{n}", title="检修", text=f"第{n}号：{OTHERS[n % 3]}", lang="zh") for n in range(9)]


def crafted(count):
    """Candidates that repeat the questions' words, short ones and long ones."""
    return [
        Passage(id=f"C-{n}", title=QUESTIONS[n % 4], text=f"{QUESTIONS[n % 4]} {n} " * (1 + n % 7), kind="feedback",
                lang="zh" if n % 4 == 2 else "en", status="candidate")
        for n in range(count)
    ]  # fmt: skip


def answers(store):
    """What is found, in its order, with scores and confidences; sums of products may differ in their last digits."""
    return [
        [(h.passage.id, *(round(x, 5) for x in (h.score, h.confidence, h.coverage or 0.0)))
         for h in store.search(question, limit=8)]
        for question in QUESTIONS
    ]  # fmt: skip


def test_candidates_with_crafted_words_change_no_answer_before_or_after_they_are_retired(store):
    store.add(library())
    before = answers(store)
    assert all(before)
    store.add(crafted(150))
    assert answers(store) == before
    for n in range(0, 150, 10):
        store.set_status(f"C-{n}", "retired", by="anna")
    assert answers(store) == before
    store.set_status("C-1", "verified", by="anna")  # so that they would, if they counted
    assert answers(store) != before
    store.set_status("C-1", "retired", by="anna")
    assert answers(store) == before


def test_candidate_has_the_score_that_it_would_have_if_it_were_verified(store):
    store.add([*library(), *crafted(40)])
    asked = "pump drips at its seal"
    waiting = {h.passage.id: h for h in store.search(asked, limit=50, also=["C-8"])}
    store.set_status("C-8", "verified")
    verified = {h.passage.id: h for h in store.search(asked, limit=50)}
    assert "C-8" in waiting
    assert abs(waiting["C-8"].confidence - verified["C-8"].confidence) < 0.02


def test_rule_is_neither_found_nor_listed_as_verified_before_it_is(store):
    rule = Passage(id="R-1", title="clog → level", text="Clogging makes the level swing.", kind="rule",
                   status="candidate", rule=Rule(cause="clogging", effect="level"))  # fmt: skip
    store.add([rule])
    assert (store.search("clogging level swing"), store.list(Filters(kinds=("rule",)))) == ([], [])
    store.set_status("R-1", "verified", by="anna")
    assert [h.passage.id for h in store.search("clogging level swing")] == ["R-1"]


def test_rule_is_found_as_long_as_a_passage_that_says_so_stands(store):
    said = [Passage(id=f"P-{n}", title="Level", text=f"Clogging makes the level swing, says page {n}.") for n in (1, 2)]
    rule = Passage(id="R-1", title="clog → level", text="Clogging makes the level swing.", kind="rule",
                   rule=Rule(cause="clogging", effect="level"), based_on=["P-1", "P-2"])  # fmt: skip
    store.add([*said, rule, Passage(id="P-3", title="Other", text="The level sensor swings in the wind.")])

    def found(**more):
        return {h.passage.id for h in store.search("clogging makes the level swing", limit=3, **more)}

    assert found() == {"P-1", "P-2", "R-1"}
    store.set_status("P-1", "retired", by="anna")
    assert found() == {"P-2", "R-1", "P-3"}
    store.set_status("P-2", "candidate", by="anna")
    assert found() == {"P-3"}
    assert "R-1" in found(also=["P-2"])
    store.undo("P-2")
    assert found() == {"P-2", "R-1", "P-3"}


def test_passages_are_counted_by_standing_and_kind(store):
    assert dict(store.counts()) == {}
    store.add([*library(), *crafted(5)])
    store.set_status("P-1", "retired")
    store.set_status("C-1", "verified")
    assert dict(store.counts()) == {
        ("verified", "manual"): 32, ("retired", "manual"): 1, ("candidate", "feedback"): 4, ("verified", "feedback"): 1,
    }  # fmt: skip


def test_passages_of_one_document_are_listed(store):
    store.add([p.model_copy(update={"document": f"file {n % 3}.md"}) for n, p in enumerate(library())])
    store.set_status("P-3", "retired")
    listed = store.list(Filters(documents=("file 0.md",), statuses=("verified", "candidate")))
    assert [p.id for p in listed] == [p.id for n, p in enumerate(library()) if n % 3 == 0 and p.id != "P-3"]
    assert store.list(Filters(documents=("file 9.md",))) == []
