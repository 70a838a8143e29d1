"""Short questions about an answer: how sure, who says so, since when, in two lines, is it the pump."""

from zoneinfo import ZoneInfo

import pytest

from bot.conversation.followups import kind_of
from tests.workers.diagnosed import diagnosed
from workers.followups.answering import follow_up
from workers.followups.meant import meant_at_once, thing_of


def told(text, fault="stopper_clogging", lang="en"):
    kind = kind_of(text)
    assert kind is not None
    base = diagnosed(fault)
    return base, follow_up(base, kind, zone=ZoneInfo("UTC"), lang=lang, question={"text": text})[0].text


@pytest.mark.parametrize("text", ["are u sure", "how sure are you and why?", "确定吗"])
def test_how_sure_names_the_confidence_and_what_it_rests_on(text):
    base, said = told(text)
    cause = base.diagnosis.causes[0]
    assert f"{cause.confidence:.2f}" in said.splitlines()[0]
    assert f"[{cause.evidence[0]}]" in said
    _, unsure = told(text, "unknown")
    assert unsure.startswith(("Not sure", "There is no cause"))


def test_who_said_that_names_the_file_and_the_passages():
    base, said = told("who said that?")
    assert base.data.file_name in said.splitlines()[0]
    assert base.evidence[0].title in said
    assert base.evidence[0].source in said


def test_since_when_tells_the_first_signs_in_order():
    base, said = told("since when?")
    signs = [line for line in said.splitlines() if line.startswith("- ")]
    times = [f.start for line in signs for f in base.findings if f"[{f.id}]" in line]
    assert times == sorted(times)
    assert signs


def test_two_lines_are_two_lines():
    base, said = told("two lines for the manager pls")
    assert len(said.splitlines()) == 2
    assert said.splitlines()[0].rstrip(".") == base.blocks[0].text.rstrip(".")


def test_a_cause_that_was_weighed_is_told_with_its_signs_and_another_thing_is_not_made_up():
    base, said = told("was it the stopper clogging?")
    assert f"{base.considered[0].confidence:.2f}" in said.splitlines()[0]
    assert base.considered[0].signs[0].text in said
    _, steam = told("is it the steam trap?")
    assert steam.startswith("Nothing here tells: “steam trap”")
    _, pump = told("why not the mould pump?")
    assert "not weighed as a cause" in pump


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("wy?", "why"),
        ("wat shud i do", "first"),
        ("waht else could it be?", "else"),
        ("chek list", "checklist"),
        ("wot else cud it be", "else"),
        ("are u sure", "sure"),
        ("who siad that", "sources"),
        ("sinse when?", "since"),
        ("is it serius?", "serious"),
        ("make a work ordr", "order"),
        ("还能用到周一吗", "stop"),
        ("能用吗", "stop"),
        ("谁说的", "sources"),
        ("几点开始的", "since"),
        ("两句话说", "short"),
        ("in two lines please", "short"),
    ],
)
def test_a_hurried_hand_is_read(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "where should we stop?",
        "what should we clean first",
        "what else is in the file",
        "should we shop",
        "check lift",
        "what does it do",
        "when does it start",
        "what show",
        "who took the temperature",
        "what is it now?",
        "is it curious?",
        "since then",
        "are you there",
        "能用水浇吗",
        "能用什么代替",
        "可以用加油枪吗",
        "能开风机吗",
        "几点开始上升的",
        "who said the pump is fine",
        "is it the same as yesterday?",
        "is it the first time",
        "can it be a bit higher",
        "是不是正常",
        "是不是超过65度了",
        "since when is the vibration high?",
        "why is the pump hot",
        "is it above 65?",
    ],
)
def test_another_question_is_never_bent_into_a_known_one(text):
    assert kind_of(text) is None


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("is it the steam trap?", "steam trap"),
        ("why not the pump?", "pump"),
        ("为什么不是水泵", "水泵"),
        ("是不是缺氟了", "缺氟"),
        ("could it be a loose cable?", "loose cable"),
        ("why?", ""),
    ],
)
def test_the_thing_is_what_was_named(text, thing):
    assert thing_of(text) == thing


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gearbox hot, why?? can we run on", "stop"), ("泵很热，还能继续开吗", "stop"), ("what should we do?", "first"),
        ("can we run a correlation?", None), ("can we plot this, please", None), ("阀门能不能开", None), ("why?", None),
    ],
)  # fmt: skip
def test_whether_to_go_on_is_asked_beside_what_is_seen(text, kind):
    assert meant_at_once(text) == kind
