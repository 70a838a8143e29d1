"""A decision on knowledge is made once for one press or message, however often its confirmation has to be tried."""

from contextlib import closing

import pytest

import bot.tasks
from bot.conversation import outlets
from bot.outlet import Unsure, Wait
from kb import growth
from kb.growth import Keepers
from kb.passage import Passage
from tests.bot.happening import PRODUCTION, event, feed
from tests.services import hurry
from workers.knowledge.opening import open_knowledge
from workers.queues.work import carry_out

pytestmark = pytest.mark.usefixtures("knowledge")
assert bot.tasks
LI = Keepers.parse("U9")
MANUAL = "pump manual.pdf"


@pytest.fixture
def named():
    return PRODUCTION


@pytest.fixture
def store(office):
    with closing(open_knowledge(office.settings)) as store:
        yield store


def said(store, text="the coupling was misaligned", by="U1"):
    return growth.feedback(store, "why does pump P-77 vibrate?", "disagree", text, by)


def tried_twice(office, told, trouble):
    """An event whose confirmation the platform refuses to take the first time; what the keeper is told in the end."""
    seen = outlets.outlet_for("slack", office.settings)
    whisper, seen.trouble = seen.whisper, trouble

    def refused(place, reply, ticket=""):
        raise trouble

    seen.whisper = refused
    job = feed(office, told)
    assert job.state == "waiting"
    seen.whisper, seen.trouble = whisper, None
    hurry(office.ledger.jobs, job.key)
    assert carry_out(office, job.key)
    return (seen.posts + [words for _, words in seen.whispers])[-1]


def keepers_event(how, action, value):
    if how == "button":
        return event(f"{action}/1", "press", action=f"kb_{action}", value=value, message="1.5", user="U9")
    return event("slack:T:C1:9.0", text=f"kb {action} {value}", message="9.0", user="U9")


@pytest.mark.parametrize("trouble", [Wait(1.0), Unsure("http_500")])
@pytest.mark.parametrize("how", ["button", "command"])
def test_an_undo_that_is_confirmed_at_the_second_try_is_one_undo(office, store, how, trouble):
    passage = growth.approve(store, said(store).id, "U9", LI)
    told = tried_twice(office, keepers_event(how, "undo", passage.id), trouble)
    assert store.get(passage.id).status == "candidate"
    assert [change.action for change in store.history(passage.id)] == ["add", "approve", "undo"]
    assert passage.id in told


@pytest.mark.parametrize(("action", "state"), [("approve", "verified"), ("reject", "retired")])
def test_a_decision_that_is_confirmed_at_the_second_try_is_confirmed_as_made(office, store, action, state):
    passage = said(store)
    told = tried_twice(office, keepers_event("button", action, passage.id), Wait(1.0))
    assert store.get(passage.id).status == state
    assert len(store.history(passage.id)) == 2
    assert f"{passage.id} is " in told
    assert "not waiting" not in told


def test_a_decision_that_somebody_took_back_meanwhile_is_not_made_again_by_a_retry(office, store):
    passage = said(store)
    seen = outlets.outlet_for("slack", office.settings)
    whisper = seen.whisper

    def taken_back(place, reply, ticket=""):
        growth.undo(store, passage.id, "U9", LI)
        raise Wait(1.0)

    seen.whisper = taken_back
    job = feed(office, keepers_event("button", "approve", passage.id))
    seen.whisper = whisper
    hurry(office.ledger.jobs, job.key)
    assert carry_out(office, job.key)
    assert store.get(passage.id).status == "candidate"


def test_a_second_press_undoes_the_decision_before(office, store):
    passage = growth.approve(store, said(store).id, "U9", LI)
    for number in (1, 2):
        pressed = event(f"undo/{number}", "press", action="kb_undo", value=passage.id, message="1.5", user="U9")
        assert feed(office, pressed).state == "done"
    assert store.get(passage.id).status == "retired"  # the correction itself is taken back


def test_joining_two_passages_is_confirmed_at_the_second_try(office, store):
    one, two = said(store), said(store, "the coupling was misaligned.", by="U2")
    told = tried_twice(office, keepers_event("button", "merge", f"{two.id}>{one.id}"), Wait(1.0))
    assert (store.get(one.id).status, store.get(two.id).status) == ("candidate", "retired")
    assert [change.action for change in store.history(two.id)] == ["add", "merge"]
    assert one.id in told


def decided_twice(store):
    """A document that was approved and then retired."""
    for number in (1, 2):
        words = f"valve V{number} closes in chapter {number}"
        store.add([Passage(id="", title=f"Chapter {number}", text=words, document=MANUAL, status="candidate")])
    growth.decide_on(store, "approve", MANUAL, "U9", LI, "first")
    growth.decide_on(store, "retire", MANUAL, "U9", LI, "second")


def test_an_undo_of_a_document_takes_no_earlier_decision_back_when_it_is_tried_again(office, store):
    decided_twice(store)
    tried_twice(office, keepers_event("button", "doc_undo", growth.handle(MANUAL)), Unsure("http_500"))
    assert [passage.status for passage in store.list()] == ["verified", "verified"]


def test_an_undo_of_a_document_that_was_interrupted_goes_on_with_the_same_decision(store):
    decided_twice(store)
    first = growth.last_decision(store, MANUAL)[0]
    growth.undo(store, first, "U9", LI, note=growth.note_together(MANUAL, "third"))  # and then the worker died
    made = growth.undo_on(store, MANUAL, "U9", LI, "third")
    assert [passage.status for passage in store.list()] == ["verified", "verified"]
    assert len(made.changed) == 2
