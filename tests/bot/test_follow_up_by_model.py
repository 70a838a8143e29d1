"""In the thread of an answer: "why?" in a model's words with its buttons; a free question from the stored facts, or the
ordinary way."""

import json

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.conversation import outlets
from bot.conversation.subject import judged
from tests.bot.happening import event, feed
from tests.bot.recording import RecordingOutlet
from tests.llm_server import error, llm_server
from tests.workers import players
from tests.workers.diagnosed import diagnosed
from tests.workers.state.conftest import Beginnings
from workers.queues.work import carry_out
from workers.state.models import Job
from workers.wording import say

pytest.importorskip("openai", reason="the extra llm is not installed")
FREE = "could the argon flow have something to do with it?"
SHOWN = []


class Shown(RecordingOutlet):
    """Keeps what was posted with its buttons."""

    def post(self, place, reply, key, *, again=False):
        SHOWN.append(reply)
        return super().post(place, reply, key, again=again)


@pytest.fixture(autouse=True)
def shown(monkeypatch, office):
    monkeypatch.setitem(outlets.OUTLETS, "slack", "tests.bot.test_follow_up_by_model:Shown")
    SHOWN.clear()


@pytest.fixture
def thread(office):
    """A thread with a diagnosis of a file in it."""
    begin = Beginnings(office.ledger)
    place = begin.conversation(thread="1.0", workspace="T")
    run = begin.run(begin.question(conversation=place), artifact="file:///nowhere/shift.csv", file_name="shift.csv")
    made = begin.answer(run, verdict="fault")
    data = json.dumps(diagnosed().model_dump(mode="json", by_alias=True), ensure_ascii=False)
    office.store.write_bytes(f"{made.prefix}/answer.json", data.encode())
    return made


def with_model(office, monkeypatch, server):
    endpoint = {"openai_base_url": server.url, "openai_api_key": SecretStr(server.key), "chat_model": "test-model"}
    made = office.settings.model_copy(update=endpoint | {"llm_retries": 0})
    monkeypatch.setattr(office, "settings", made)


def said(office, text):
    """What is posted for a message, all chat jobs done; the names of jobs for computing that wait."""
    feed(office, event(f"e:{text}", text=text, user="U1"))
    waiting = []
    for _ in range(8):
        due = [key for key in keys(office) if key not in waiting]
        if not due:
            break
        for key in due:
            carry_out(office, key) if office.ledger.jobs.get(key).queue == "chat" else waiting.append(key)
    return waiting


def keys(office):
    with office.ledger.jobs.writing() as session:
        return list(session.scalars(select(Job.key).where(Job.state == "waiting")))


def test_why_is_worded_by_the_model_and_carries_the_buttons(office, thread, monkeypatch):
    with llm_server(player=players.good) as server:
        with_model(office, monkeypatch, server)
        said(office, "why?")
    reply = next(reply for reply in SHOWN if reply.kind == "answer")
    assert "Why I say Stopper clogging" in reply.plain
    assert "The signs that are seen fit Stopper clogging" in reply.plain
    assert say("explain_worded", "en") in reply.plain
    actions = [button.action for row in reply.rows for button in row]
    assert {"copy", "quote", "query", "agree", "disagree"} <= set(actions)
    assert len(server.requests) == 1


def test_a_free_question_is_told_from_the_stored_facts(office, thread, monkeypatch):
    with llm_server(player=lambda body: players.good(body) | {"unknown": True}) as server:
        with_model(office, monkeypatch, server)
        waiting = said(office, FREE)
    reply = next(reply for reply in SHOWN if reply.kind == "answer")
    assert reply.plain.startswith("The data of this answer do not tell.")
    assert waiting == []


def test_a_free_question_that_the_model_cannot_answer_goes_the_ordinary_way(office, thread, monkeypatch):
    with llm_server(player=lambda _body: error(500)) as server:
        with_model(office, monkeypatch, server)
        waiting = said(office, FREE)
    assert [key.rpartition(":")[2] for key in waiting] == ["plan"]
    assert not [reply for reply in SHOWN if reply.kind == "answer"]


def test_without_a_model_it_goes_the_ordinary_way_at_once(office, thread):
    assert [key.rpartition(":")[2] for key in said(office, FREE)] == ["plan"]


def test_agreeing_with_a_free_answer_is_no_word_on_the_diagnosis(office, thread):
    begin = Beginnings(office.ledger)
    made = begin.answer(begin.run(begin.question(text=FREE)), verdict="follow_up")
    for kind, about in (("free", made.id), ("why", thread.id)):
        told = diagnosed().model_copy(update={"receipt": {"follow_up": {"kind": kind, "about": f"#A{thread.id}"}}})
        data = json.dumps(told.model_dump(mode="json", by_alias=True), ensure_ascii=False)
        office.store.write_bytes(f"{made.prefix}/answer.json", data.encode())
        assert judged(office, made).id == about
