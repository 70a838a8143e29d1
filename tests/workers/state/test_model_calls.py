"""Budgets and replies of language models hold over processes; days begin at the plant's midnight."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from roles.llm.contract import Call, Reply
from workers.state.model_calls import KEPT, ModelCall, ModelCalls, ModelReply
from workers.state.models import now


def call(**more):
    return Call(
        **({"purpose": "controller", "model": "m", "tokens_in": 10, "tokens_out": 5, "ms": 250.0, "cost": 0.5} | more)
    )


def backdate(ledger, table, at):
    with Session(ledger.engine) as session, session.begin():
        session.execute(update(table).values(at=at))


def test_a_run_s_tokens_cost_and_seconds_are_its_own_and_known_to_every_process(ledger):
    books = ledger.model_calls
    books.record("runs/1", call())
    books.record("runs/1", call(outcome="failure_llm_busy"))
    books.record("runs/2", call(tokens_in=100))
    other = ModelCalls(ledger.engine)
    assert (other.tokens("runs/1"), other.spent("runs/1"), other.seconds("runs/1")) == (30, 1.0, 0.5)
    assert [c.outcome for c in other.calls("runs/1")] == ["ok", "failure_llm_busy"]
    assert (other.tokens_today(), other.spent_today()) == (135, 1.5)
    assert (other.tokens("runs/3"), other.calls("runs/3")) == (0, [])


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
def test_what_was_used_before_midnight_at_the_plant_is_not_of_today(ledger, zone):
    books = ModelCalls(ledger.engine, ZoneInfo(zone))
    books.record("runs/1", call())
    midnight = now().astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    backdate(ledger, ModelCall, midnight)
    assert books.tokens_today() == 15
    backdate(ledger, ModelCall, midnight - timedelta(seconds=1))
    assert (books.tokens_today(), books.spent_today(), books.tokens("runs/1")) == (0, 0.0, 15)


def test_the_newest_reply_of_a_key_is_given_until_it_is_too_old(ledger):
    books = ledger.model_calls
    assert books.get("key") is None
    books.put("key", Reply(text="one"))
    books.put("key", Reply(text="two", data={"a": 1}))
    assert books.get("key") == Reply(text="two", data={"a": 1})
    backdate(ledger, ModelReply, now() - KEPT - timedelta(minutes=1))
    assert books.get("key") is None
    books.put("other", Reply(text="new"))
    with Session(ledger.engine) as session:
        assert session.get(ModelReply, "key") is None
