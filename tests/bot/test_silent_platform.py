"""A platform that does not answer, or answers a press no more: what was pressed for is done, and others go on."""

from datetime import timedelta

import pytest

import bot.tasks
from bot.conversation import outlets
from bot.conversation.reactions import HANDLERS
from bot.outlet import Refused, Sent, Unreachable, Unsure, Wait
from tests.bot.happening import event, fail_for_good, feed
from tests.bot.recording import RecordingOutlet
from tests.services import hurry
from tests.workers.diagnosed import diagnosed
from workers.queues.registry import ATTEMPTS
from workers.queues.work import carry_out
from workers.state.models import Job, now
from workers.state.silence import PATIENCE

pytestmark = pytest.mark.usefixtures("knowledge")
assert bot.tasks


class Toastless(RecordingOutlet):
    """Answers no press."""

    platform = "telegram"

    def toast(self, ticket, text=""):
        raise self.toasts

    def open_form(self, place, form, ticket):
        return False

    open_sheet = open_form


@pytest.fixture
def telegram(office, monkeypatch):
    monkeypatch.setitem(outlets.OUTLETS, "telegram", f"{__name__}:Toastless")
    outlets.outlet_for.cache_clear()
    yield outlets.outlet_for("telegram", office.settings)
    outlets.outlet_for.cache_clear()


@pytest.mark.parametrize(
    ("action", "trouble"),
    [*((action, Unreachable("ConnectError")) for action in sorted({*HANDLERS, "of another version"} - {"query"})),
     ("copy", Unsure("http_500")), ("copy", Wait(30.0)), ("copy", Refused("bad"))],
)  # fmt: skip
def test_a_press_that_cannot_be_answered_is_dealt_with_at_once(office, telegram, answer, action, trouble):
    telegram.toasts = trouble
    data = diagnosed().model_dump_json(by_alias=True).encode()
    office.store.write_bytes(f"{answer.prefix}/answer.json", data)
    value = f"{answer.id}.0" if action.startswith(("edge", "not_", "fixed")) else str(answer.id)
    pressed = event("p", "press", action=action, value=value, message="1.5", platform="telegram", ticket="t", user="9")
    assert feed(office, pressed).state == "done"


@pytest.mark.parametrize("trouble", [Unsure("http_500"), Unreachable("ConnectError")])
def test_a_silence_makes_pauses_longer_and_lets_later_messages_of_the_conversation_go_first(office, outlet, trouble):
    outlet.trouble = trouble
    first = feed(office, event("slack:T:C1:2.0", text="thanks"))
    pauses = []
    for lasted in (0, 8, 40, 300, 3600):  # so far apart that no draw turns their order
        with office.ledger.jobs.writing() as session:
            session.get(Job, first.key).silent = now() - timedelta(seconds=lasted)
        hurry(office.ledger.jobs, first.key)
        carry_out(office, first.key)
        pauses.append((office.ledger.jobs.get(first.key).due - now()).total_seconds())
    assert pauses == sorted(pauses)
    assert (pauses[0] < 2, pauses[2] > 10, pauses[4] >= 290) == (True, True, True)
    assert office.ledger.jobs.get(first.key).attempts == 0
    outlet.trouble = None
    assert feed(office, event("slack:T:C1:3.0", text="status", message="3.0")).state == "done"
    hurry(office.ledger.jobs, first.key)
    assert carry_out(office, first.key)
    assert len(outlet.posts) == 2


def test_a_silence_of_hours_is_a_dead_letter(office, outlet):
    outlet.trouble = Unsure("http_500")
    job = feed(office, event("slack:T:C1:2.0", text="thanks"))
    with office.ledger.jobs.writing() as session:
        session.get(Job, job.key).silent = now() - PATIENCE
    letter = fail_for_good(office, job.key)
    assert (letter.state, letter.attempts >= ATTEMPTS) == ("dead", True)
    assert "Silent: http_500" in letter.error
    outlet.trouble = None
    assert office.ledger.jobs.replay(job.key)
    assert carry_out(office, job.key)
    assert len(outlet.posts) == 1


def test_a_whisper_and_an_edit_that_stay_unheard_are_waited_for_in_the_same_way(office, outlet, answer, monkeypatch):
    def silent(*_args, **_more):
        raise Unsure("http_500")

    monkeypatch.setattr(outlet, "whisper", silent, raising=False)
    job = feed(office, event("p", "press", action="agree", value=str(answer.id), message="1.5", user="U2"))
    assert job.silent is not None
    monkeypatch.setattr(outlet, "edit", silent)
    office.ledger.talk.settle(answer.question_id, "running")
    office.ledger.answers.post(f"progress:{answer.question_id}", kind="progress", question_id=answer.question_id)
    sent = Sent(channel="C1", message="1.4")
    office.ledger.answers.sent(f"progress:{answer.question_id}", sent.channel, sent.message)
    office.add("s", "chat.stopped", "chat", {"question_id": answer.question_id, "by": "Bo"})
    assert not carry_out(office, "s")
    assert office.ledger.jobs.get("s").silent is not None
