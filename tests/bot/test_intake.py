"""Taking events: safe before it is acknowledged, many at once, and nothing of those who are not admitted."""

import asyncio
import threading
import time

import pytest

from bot import unattended
from bot.conversation import outlets
from bot.incoming import FileRef, Incoming
from bot.intake import MOST_AT_ONCE, Intake
from workers.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing of the tester's environment is read."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


class Door:
    """Remembers the batches that were put in; `fails` and `gate` are what the queue does."""

    def __init__(self):
        self.batches, self.fails, self.gate, self.checked, self.there = [], None, None, 0, True

    @property
    def events(self):
        return [event for batch in self.batches for event in batch]

    def put(self, events):
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fails is not None:
            raise self.fails
        self.batches.append(list(events))

    def check(self):
        self.checked += 1
        if self.fails is not None:
            raise self.fails

    def attended(self):
        return self.there

    def close(self):
        """Nothing to close."""


def event(i=1, **more):
    given = {"event_id": f"e{i}", "kind": "message", "platform": "slack", "workspace": "T1", "channel": "C1",
             "user": "U1", "text": "why is the level jumping?"}  # fmt: skip
    return Incoming(**given | more)


def through(act, door=None, **settings):
    """Run act(intake) with an intake on a door; gives the door."""
    door = door or Door()

    async def run():
        async with Intake(door, Settings(**settings)) as intake:
            await act(intake)

    asyncio.run(asyncio.wait_for(run(), 20))
    return door


def test_an_event_is_put_in_whole_as_json():
    told = event(files=[FileRef(id="F1", name="level.csv", size=7)], lang="zh", form={"a": "b"})
    door = through(lambda intake: intake.take(told))
    (kept,) = door.events
    assert Incoming.model_validate(kept) == told
    assert isinstance(kept["at"], str)


def test_where_the_queue_refused_an_event_stands_in_the_log_and_not_the_words_of_the_event(caplog):
    door = Door()
    door.fails = ValueError("cannot keep 'why is the level jumping?'")

    async def act(intake):
        with pytest.raises(ConnectionError):
            await intake.take(event())

    through(act, door)
    assert "ValueError" in caplog.text
    assert "raise self.fails" in caplog.text
    assert "jumping" not in caplog.text


def test_taking_returns_only_after_the_door_took_it():
    door = Door()
    door.gate = threading.Event()

    async def act(intake):
        taking = asyncio.create_task(intake.take(event()))
        await asyncio.sleep(0.2)
        assert not taking.done()
        door.gate.set()
        await taking
        assert len(door.events) == 1

    through(act, door)


def test_a_door_that_fails_is_told_to_whoever_brought_the_event_and_the_next_one_is_taken():
    door = Door()
    door.fails = OSError("redis://:geheim@host is away")

    async def act(intake):
        with pytest.raises(ConnectionError) as told:
            await intake.take(event(1))
        assert "geheim" not in str(told.value)
        door.fails = None
        await intake.take(event(2))

    through(act, door)
    assert [kept["event_id"] for kept in door.events] == ["e2"]


def test_under_load_events_are_put_in_together_each_once_and_in_order():
    door = Door()
    door.gate = threading.Event()
    count = 3 * MOST_AT_ONCE + 7

    async def act(intake):
        crew = [asyncio.create_task(intake.take(event(i))) for i in range(count)]
        await asyncio.sleep(0.1)
        door.gate.set()
        await asyncio.gather(*crew)

    through(act, door)
    assert [kept["event_id"] for kept in door.events] == [f"e{i}" for i in range(count)]
    assert len(door.batches) <= 5
    assert max(map(len, door.batches)) <= MOST_AT_ONCE


def test_a_failed_batch_is_told_to_each_of_it():
    door = Door()
    door.fails = OSError()

    async def act(intake):
        outcomes = await asyncio.gather(*(intake.take(event(i)) for i in range(5)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [ConnectionError] * 5

    through(act, door)


def test_an_event_that_can_not_be_kept_is_left_out_and_holds_up_nobody():
    async def act(intake):
        bad = event(1).model_copy(update={"text": "\ud83d"})  # past the check of its texts
        await asyncio.gather(intake.take(bad), intake.take(event(2)))

    assert [kept["event_id"] for kept in through(act).events] == ["e2"]


def test_one_who_gave_up_waiting_does_not_spoil_it_for_the_others():
    door = Door()
    door.gate = threading.Event()

    async def act(intake):
        impatient, patient = (asyncio.create_task(intake.take(event(i))) for i in range(2))
        await asyncio.sleep(0.1)
        impatient.cancel()
        door.gate.set()
        await patient
        await intake.take(event(3))

    through(act, door)
    assert door.events[-1]["event_id"] == "e3"


def test_when_the_process_ends_what_is_not_safe_is_refused_rather_than_left_waiting():
    door = Door()
    door.gate = threading.Event()

    async def run():
        async with Intake(door, Settings()) as intake:
            crew = [asyncio.create_task(intake.take(event(i))) for i in range(MOST_AT_ONCE + 3)]
            await asyncio.sleep(0.1)
        outcomes = await asyncio.wait_for(asyncio.gather(*crew, return_exceptions=True), 5)
        assert {type(outcome) for outcome in outcomes} == {ConnectionError}
        door.gate.set()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_the_queue_is_looked_after_also_after_it_failed(monkeypatch):
    monkeypatch.setattr("bot.intake.CHECK_S", 0.02)
    door = Door()
    door.fails = OSError()

    async def act(_intake):
        end = time.monotonic() + 5
        while door.checked < 3 and time.monotonic() < end:
            await asyncio.sleep(0.01)

    through(act, door)
    assert door.checked >= 3


# Admission

SECRET = {
    "text": "the level of strand 2", "files": [FileRef(id="F1", name="secret.csv")], "user_name": "Anna",
    "reply_to": "7", "quote": "secret", "action": "ask", "value": "secret", "form": {"right": "secret"},
}  # fmt: skip


def test_in_production_with_an_empty_list_nothing_of_what_was_said_is_kept():
    door = through(lambda intake: intake.take(event(**SECRET)), mode="production")
    (kept,) = door.events
    refused = Incoming.model_validate(kept)
    assert (refused.kind, refused.user, refused.channel, refused.event_id) == ("refused", "U1", "C1", "e1")
    assert "secret" not in str(kept)
    assert "strand" not in str(kept)
    assert (refused.text, refused.files, refused.form, refused.user_name) == ("", [], {}, "")


@pytest.mark.parametrize("kind", ["message", "command", "press", "form"])
def test_one_who_is_not_admitted_is_told_when_they_spoke_to_andon(kind):
    door = through(lambda intake: intake.take(event(kind=kind, ticket="t1")), mode="production")
    assert [(kept["kind"], kept["ticket"]) for kept in door.events] == [("refused", "t1")]


@pytest.mark.parametrize(
    "more", [{"addressed": False}, {"kind": "reaction"}, {"kind": "edit"}, {"kind": "joined"}], ids=str
)
def test_what_was_not_said_to_andon_by_one_who_is_not_admitted_is_dropped(more):
    door = through(lambda intake: intake.take(event(**more)), mode="production")
    assert door.events == []


def test_who_is_listed_is_heard_whether_addressed_or_not():
    async def act(intake):
        await intake.take(event(1))
        await intake.take(event(2, addressed=False))
        await intake.take(event(3, user="U2"))

    door = through(act, mode="production", slack_allowed="U1")
    assert [(kept["event_id"], kept["kind"]) for kept in door.events] == [
        ("e1", "message"), ("e2", "message"), ("e3", "refused")]  # fmt: skip


# Nobody works


@pytest.fixture
def recorded(monkeypatch):
    monkeypatch.setitem(outlets.OUTLETS, "slack", "tests.bot.recording:RecordingOutlet")
    monkeypatch.setattr(unattended, "AFTER_S", 0.0)
    outlets.outlet_for.cache_clear()
    yield lambda settings: outlets.outlet_for("slack", settings).posts
    outlets.outlet_for.cache_clear()


def test_who_asks_while_nobody_works_is_told_once_in_a_conversation_and_anew_after_that_was_over(recorded):
    door, settings = Door(), Settings()
    away = unattended.Unattended(door, settings)

    def asked(*events):
        for each in events:
            away.heard(each)
        asyncio.run(away.look())
        return [post for post in recorded(settings) if "Received" in post or "已收到" in post]

    assert asked(event(1)) == []  # somebody is there
    door.there = False
    assert asked() == []
    assert len(asked(event(2, thread="1.0"), event(3, thread="1.0"))) == 1
    assert len(asked(event(4, thread="1.0"))) == 1
    both = asked(event(5, thread="2.0", text="为什么？"))
    assert "工作进程暂时不在线" in both[1]
    aside = [event(6, thread="3.0", addressed=False), event(7, kind="reaction", thread="4.0", action="+1")]
    assert len(asked(*aside)) == 2  # nobody asked Andon anything
    door.there = True
    asked()
    door.there = False
    assert len(asked(event(8, thread="1.0"))) == 3


def test_a_worker_that_is_away_for_a_moment_is_not_worth_a_word(recorded, monkeypatch):
    monkeypatch.setattr(unattended, "AFTER_S", 30.0)
    door, settings = Door(), Settings()
    door.there = False
    away = unattended.Unattended(door, settings)
    away.heard(event(1))
    asyncio.run(away.look())
    assert recorded(settings) == []
