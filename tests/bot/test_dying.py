"""A worker may die anywhere: what there is in the end is the same, and nothing is said twice."""

from contextlib import closing

import pytest

import bot.tasks
import workers.tasks
from bot.conversation import ordering
from kb import growth
from tests.bot.dying import Life, haunt
from tests.bot.happening import event
from tests.workers.state.conftest import Beginnings
from workers.contracts import Answer
from workers.knowledge.opening import open_knowledge
from workers.queues.registry import TASKS, Task
from workers.settings import Settings
from workers.staged import AnswerBrief

pytestmark = pytest.mark.usefixtures("knowledge")
assert bot.tasks
KEEPER = {"user": "U9"}


def document(text="The stopper is clogged"):
    """An answer with two pictures and a table."""
    pictures = [
        {"file": name, "caption": name, "kind": "overview", "width": 9, "height": 9} for name in ("a.png", "b.png")
    ]
    causes = [{"rank": 1, "text": "Stopper clogging", "confidence": 0.7, "why": "the level swings", "evidence": []}]
    return Answer.model_validate({
        "schema": "andon.answer/1", "question": {"id": "1", "text": "x", "lang": "en", "file": "a.csv"},
        "diagnosis": {"verdict": "fault", "causes": causes}, "text": text, "pictures": pictures,
        "blocks": [{"kind": "headline", "text": text}], "processed": "processed.csv", "receipt": {},
        "graph": {"corrected": [{"cause": "speed", "effect": "level", "lag_s": 4, "strength": 0.4}]},
        "plan": [{"order": 1, "kind": "resample", "text": "resample"}],
    })  # fmt: skip


def store(office, prefix):
    """The answer as a computing worker leaves it."""
    for name in ("a.png", "b.png", "processed.csv"):
        office.store.write_bytes(f"{prefix}/{name}", b"x")
    office.store.write_bytes(f"{prefix}/answer.json", document().model_dump_json(by_alias=True).encode())


def computed(office, run_id, stage):
    """In place of the whole pipeline."""
    run = office.ledger.runs.get(run_id)
    if run.state in ("queued", "running"):
        store(office, run.prefix)
        brief = AnswerBrief(folder=run.prefix, headline="The stopper is clogged", verdict="fault", confidence=0.7,
                            causes=["Stopper clogging"])  # fmt: skip
        workers.tasks._record(office, run_id, brief)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A plant's settings for one life after the other."""
    haunt(monkeypatch)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    named = {"ANDON_MODE": "production", "SLACK_ALLOWED": "*", "TELEGRAM_ALLOWED": "*", "ANDON_KEEPERS": "U9",
             "ANDON_WORK_ORDER_URL": "http://mes.invalid/orders"}  # fmt: skip
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    stage = TASKS["runs.stage"]
    monkeypatch.setitem(TASKS, "runs.stage", Task(stage.name, stage.queue, computed, stage.attempts, stage.given_up))
    monkeypatch.setattr(ordering.client, "send_order", lambda _data, _settings: ("WO-1", "mes.invalid"))
    return lambda name: Settings(data_dir=tmp_path / name)


@pytest.fixture
def before(settings):
    """What was there before: an answer that stands as message 1.5, and a candidate that waits."""
    life = Life(settings("before"))
    office, begin = life.office, Beginnings(life.office.ledger)
    for platform, channel, workspace in (("slack", "C1", "T"), ("telegram", "-100", "")):
        thread = "1.0" if platform == "slack" else ""
        there = begin.conversation(channel, thread=thread, workspace=workspace, platform=platform)
        run = begin.run(begin.question(conversation=there))
        answer = begin.answer(run, verdict="fault", prefix=run.prefix)
        store(office, run.prefix)
        office.ledger.answers.post(f"answer:{answer.question_id}", kind="answer", answer_id=answer.id,
                                   question_id=answer.question_id)  # fmt: skip
        office.ledger.answers.sent(f"answer:{answer.question_id}", channel, "1.5")
        office.ledger.talk.settle(answer.question_id, "answered")
    with closing(open_knowledge(office.settings)) as known:
        growth.feedback(known, "why does pump P-77 vibrate?", "disagree", "the coupling was misaligned", "U1")
    office.close()
    return office.settings.data_dir


def says(event_id, kind="message", second=0, **more):
    return lambda _office: event(event_id, kind, second, **more)


def press(action, value="1", by="U2", number=1, **more):
    return says(f"{action}/{by}/{number}", "press", action=action, value=value, message="1.5", user=by, **more)


def candidate(action):
    """A keeper's press on the candidate that waits, or on what became of it."""

    def line(office):
        with closing(open_knowledge(office.settings)) as known:
            (passage,) = known.list()
        return event(f"{action}/1", "press", action=action, value=passage.id, message="1.5", **KEEPER)

    return line


def due_digest(office):
    (wanted,) = office.ledger.answers.subscriptions()
    due = {"subscription_id": wanted.id, "due": "2026-01-01T06:00:00+00:00"}
    office.ledger.jobs.add("digest", "chat.digest", "chat", due)


def begun(office):
    """A question under way, whose run no worker has taken up yet."""
    ledger = office.ledger
    place = ledger.talk.conversation("slack", "T", "C1", "1.0", private=False)
    question = ledger.talk.ask("slack:T:C1:2.0", [], conversation_id=place.id, user="U1", text="why is strand 1 high?",
                               lang="en", message="2.0").question  # fmt: skip
    run = ledger.runs.begin(question.id, {"id": str(question.id), "text": question.text})
    ledger.answers.post(f"progress:{question.id}", kind="progress", question_id=question.id)
    ledger.answers.sent(f"progress:{question.id}", "C1", "m0")
    assert run.state == "queued"


def answered(office):
    """The same question, answered."""
    begun(office)
    question = office.ledger.talk.find_question("slack:T:C1:2.0")
    run = office.ledger.runs.of(question.id)
    office.ledger.answers.record(run.id, prefix=run.prefix, headline="nothing wrong", verdict="answered")
    office.ledger.talk.settle(question.id, "answered")


FILES = [{"id": "F1", "name": "level.csv"}]
ASKED = says("slack:T:C1:2.0", text="why is strand 1 high?", files=FILES)
RIGHT = {"choice": "", "right": "it was the nozzle", "reason": ""}
SCRIPTS = {
    "question": [ASKED],
    "agree": [press("agree")],
    "disagree": [press("disagree"),
                 says("form/1", "form", action="right", value="1", form=RIGHT, message="1.5", user="U2")],
    "changed mind": [press("agree"), press("disagree"), says("r/1", "reaction", 5, action="-1", value="removed",
                                                            message="1.5", thread="", user="U2")],
    "edge": [press("edge_no", "1.0")],
    "outcome": [press("fixed", "1.1")],
    "approve": [candidate("kb_approve")],
    "approve and undo": [candidate("kb_approve"), candidate("kb_undo")],
    "reject and undo": [candidate("kb_reject"), candidate("kb_undo")],
    "work order": [press("order")],
    "order in words": [says("slack:T:C1:3.0", text="make a work order", message="3.0", reply_to="1.5")],
    "edit under way": [begun, says("slack:T:C1:2.0/edit/9", "edit", 9, text="why is strand 2 high?")],
    "edit of an answered question": [answered, says("slack:T:C1:2.0/edit/9", "edit", 9, text="why is strand 2 high?")],
    "again": [press("again")],
    "stop": [begun, says("slack:T:C1:4.0", text="stop", message="4.0")],
    "digest": [says("slack:T:C1:5.0", text="digest 05:50", message="5.0"), due_digest],
    "copy and quote": [press("copy"), press("quote")],
}  # fmt: skip


def lives(settings, before, script, platform):
    """A life without deaths, and one for every boundary of it at which a worker may die."""
    first = Life(settings("life"), before)
    count = first.live(script)
    wanted = first.remains(platform)
    first.end()
    assert count > 3
    for at in range(1, count + 1):
        life = Life(settings(f"life {at}"), before)
        life.live(script, at)
        yield at, life, wanted
        life.end()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SCRIPTS)
def test_wherever_a_worker_dies_the_end_is_the_same_and_nothing_is_said_twice(settings, before, name):
    for at, life, wanted in lives(settings, before, SCRIPTS[name], "slack"):
        came = life.remains()
        for part, value in wanted.items():
            assert came[part] == value, (name, at, part)


def telegram(script):
    """The same in a Telegram chat."""
    place = {"platform": "telegram", "workspace": "", "channel": "-100", "thread": ""}
    return [lambda office, line=line: line(office).model_copy(update=place) for line in script]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["question", "again"])
def test_where_no_message_can_be_looked_for_there_is_one_answer_and_no_file_comes_twice(settings, before, name):
    script = telegram([ASKED] if name == "question" else [press("again", "2")])
    for at, life, wanted in lives(settings, before, script, "telegram"):
        came = life.remains("telegram")
        for part in ("questions", "runs", "answers", "posts", "jobs", "knowledge"):
            assert came[part] == wanted[part], (name, at, part)
        standing = [message for message in life.outlet("telegram").messages.values() if "Agree" in str(message["rows"])]
        assert len(standing) == 1, (name, at)
        assert len(came["attached"]) == len(set(came["attached"])) <= len(wanted["attached"]), (name, at)
