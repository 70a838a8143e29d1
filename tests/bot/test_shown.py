"""What stands below an answer and before it: no judging of what claims nothing, each refusal once, photos first."""

import pytest

from bot.conversation import digest
from bot.conversation.delivery import Remarks, reply_of
from bot.conversation.scene import Spot
from bot.outlet import Place
from tests.workers.state.conftest import Beginnings
from workers.contracts import Answer, Block, Diagnosis, PlanStep


def document(receipt=None, text="Pump pressure jumped", plan=()):
    return Answer(schema="andon.answer/1", question={"lang": "en"}, diagnosis=Diagnosis(verdict="answered"), text=text,
                  blocks=[Block(kind="headline", text=text)], receipt=receipt or {}, plan=list(plan))  # fmt: skip


def labels(reply):
    return [button.label for row in reply.rows for button in row]


@pytest.fixture
def spot(outlet):
    return Spot(Place(platform="slack", channel="C1"), outlet, "en")


@pytest.mark.parametrize(
    ("receipt", "judged", "any_"),
    [
        ({}, True, True),
        ({"failed": True}, False, True),
        ({"learnt": {"taken": []}}, False, True),
        ({"courtesy": True}, False, False),
    ],
)
def test_only_what_claims_something_can_be_agreed_with(spot, receipt, judged, any_):
    shown = labels(reply_of(1, document(receipt), spot))
    assert ({"Agree", "Disagree"} <= set(shown)) == judged
    assert bool(shown) == any_


def test_a_refusal_is_said_once_and_what_can_not_be_read_comes_first(spot):
    refusal = "big.csv is larger than the 20 MB"
    assert reply_of(1, document({"failed": True}, refusal), spot, Remarks(last=refusal)).plain.count("20 MB") == 1
    assert reply_of(1, document(), spot, Remarks(first="I cannot read pictures")).plain.startswith("I cannot read")


def test_the_digest_counts_diagnoses_and_answers_alone(office):
    begin = Beginnings(office.ledger)
    unread = PlanStep(order=1, kind="diagnose", text="", values={"unread": True})
    for headline, told, verdict in (
        ("Clogging", document(), "fault"), ("You are welcome", document({"courtesy": True}), "answered"),
        ("Read: 5 new passages", document({"learnt": {"taken": []}}), "answered"), ("Too large", document(), "failed"),
        ("I did not understand", document(plan=[unread]), "unsure"),
    ):  # fmt: skip
        answer = begin.answer(headline=headline, verdict=verdict)
        office.store.write_bytes(f"{answer.prefix}/answer.json", told.model_dump_json(by_alias=True).encode())
    lines = digest.lines(office, office.ledger.talk.get_conversation(answer.conversation_id), "en")
    assert "1 answers" in lines[0]
    assert [line for line in lines[1:] if "[#A" in line and "Clogging" not in line] == []
