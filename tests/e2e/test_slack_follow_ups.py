"""Follow-ups, levels, work orders and logs in a Slack thread, with the real processes and a real maintenance system."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.e2e.plant import REACTIONS
from tests.e2e.workspace import answer_row, labels, request_of, shown

pytestmark = pytest.mark.timeout(180)
LOG = (
    "Date,Line,Downtime reason,Minutes\n2025-03-03,CC1,Roll change,120\n2025-03-04,CC1,Leak,35\n2025-03-05,CC2,Leak,2\n"
)


class System:
    """A maintenance system that is away at the first knock."""

    def __init__(self):
        self.taken = []
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                system.taken.append((dict(self.headers), json.loads(body)))
                self.send_response(503 if len(system.taken) == 1 else 201)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def system():
    made = System()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def plant_settings(system):
    return {
        "ANDON_WORK_ORDER_URL": f"http://127.0.0.1:{system.server.server_port}/orders",
        "ANDON_WORK_ORDER_SECRET": "s3cret",
    }


@pytest.fixture(scope="module")
def thread(slack, plant, shift):
    """A diagnosed shift in C0STRAND: the thread, and its answer."""
    ts, answer = slack.ask("C0STRAND", "U0ANNA", "level is jumping, why?", "strand2_0400.csv", shift)
    slack.settled("C0STRAND", ts)
    return ts, answer


def next_answer(slack, thread, before):
    """The answer in the thread that comes after `before` ones."""
    slack.wait_for(lambda: len(slack.answers("C0STRAND", thread)) > before, 30, "a further answer")
    return slack.answers("C0STRAND", thread)[before]


def follow(slack, thread, text, user="U0ANNA"):
    before = len(slack.answers("C0STRAND", thread))
    slack.say("C0STRAND", user, text, thread_ts=thread)
    return next_answer(slack, thread, before)


def test_why_is_told_from_the_stored_answer_as_an_answer_that_can_be_quoted(slack, ledger, thread):
    ts, _ = thread
    answer = follow(slack, ts, "why?")
    text = shown(answer)
    assert "Why I say Stopper clogging" in text
    assert "[F1]" in text
    assert set(REACTIONS["en"]) <= set(labels(answer))
    run = answer_row(ledger, answer, "C0STRAND").run_id
    assert ledger.runs.stages(run) == {}  # nothing was detected again
    assert "strand2_0400.csv" in request_of(ledger, answer, "C0STRAND")["file_name"]
    again = follow(slack, ts, f"#A{answer_row(ledger, answer, 'C0STRAND').id} what else could it be?")
    assert "Besides Stopper clogging" in shown(again)


def test_a_word_on_a_follow_up_counts_once_for_its_answer(slack, plant, ledger, thread):
    ts, first = thread
    row = answer_row(ledger, first, "C0STRAND")
    answer = follow(slack, ts, "why?", user="U0BOB")
    slack.click("C0STRAND", "U0BOB", answer["ts"], "agree")
    slack.whispered("U0BOB", "you agree")
    slack.click("C0STRAND", "U0BOB", first["ts"], "agree")
    other = follow(slack, ts, "what else could it be?", user="U0BOB")
    slack.click("C0STRAND", "U0BOB", other["ts"], "agree")
    # one job waits for a day: asking whether the repair helped
    slack.wait_for(lambda: ledger.jobs.counts().get("waiting", 0) <= 1, 60, "what it teaches")
    assert ledger.answers.tally(row.id) == {"agree": 1}
    assert ledger.answers.tally(answer_row(ledger, answer, "C0STRAND").id) == {}
    known = plant.command("kb", "list", "--json").stdout
    assert '"right": 1' in known
    assert '"right": 2' not in known


def test_follow_ups_are_no_questions_of_the_digest(slack, thread):
    follow(slack, thread[0], "why?", user="U0BOB")
    slack.slash("U0BOB", "C0STRAND", "/andon", "digest now")
    head = shown(slack.said("C0STRAND", "with a fault", None)).splitlines()
    assert "1 answers, 1 with a fault" in head[0]
    assert not any("Why I say" in line for line in head)


def test_a_follow_up_in_chinese_is_answered_in_chinese(slack, thread):
    assert "检查清单" in shown(follow(slack, thread[0], "检查清单"))


def test_a_work_order_from_more_comes_with_its_table_and_reaches_the_maintenance_system(slack, system, ledger, thread):
    ts, first = thread
    before = len(slack.answers("C0STRAND", ts))
    slack.click("C0STRAND", "U0LI", first["ts"], "more")
    slack.click_view("U0LI", slack.form()["id"], "order")
    answer = next_answer(slack, ts, before)
    text = shown(answer)
    assert "Work order WO-" in text
    assert f"#A{answer_row(ledger, first, 'C0STRAND').id}" in text
    files = slack.wait_for(
        lambda: [f for m in slack.from_bot("C0STRAND", ts) for f in m.get("files", [])], 30, "the table"
    )
    assert b"Stopper clogging" in slack.file_content(files[0]["id"])
    slack.said("C0STRAND", "I keep trying", ts, 30)
    slack.said("C0STRAND", "has taken work order", ts, 60)
    orders = [order for _, order in system.taken]
    assert orders[0] == orders[1]
    assert orders[0]["cause"]["text"] == "Stopper clogging"
    assert {headers["Idempotency-Key"] for headers, _ in system.taken} == {orders[0]["id"]}
    assert all(headers["X-Andon-Signature"].startswith("sha256=") for headers, _ in system.taken)


def test_a_level_is_a_persons_own_and_shows_in_help(slack, ledger, mate_dm):
    mate, here = mate_dm
    slack.say(here, mate, "I am an engineer")
    slack.said(here, "worded for: engineers")
    _, answer = slack.ask(here, mate)
    assert "alarm threshold" in shown(answer)
    assert request_of(ledger, answer, here)["level"] == "engineer"
    slack.say(here, mate, "who am I?")
    slack.said(here, f"({mate}). Your role: ")
    slack.say(here, mate, "help")
    slack.said(here, "what else could it be?")


@pytest.fixture
def mate_dm(slack, plant):
    mate = slack.mate()
    return mate, slack.dm(mate)


def test_an_order_without_a_diagnosis_is_refused_in_the_thread(slack, mate_dm):
    mate, here = mate_dm
    slack.ask(here, mate)
    slack.say(here, mate, "make a work order")
    slack.said(here, "There is no diagnosis to make a work order from")


def test_why_without_an_answer_before_is_an_ordinary_question(slack, ledger, mate_dm):
    mate, here = mate_dm
    slack.say(here, mate, "why?")
    answer = slack.answered(here)
    assert "decide" in ledger.runs.stages(answer_row(ledger, answer, here).run_id)


def test_a_log_is_counted_in_chat_with_its_chart(slack, plant):
    here = slack.place()
    _, answer = slack.ask(here, "U0ANNA", "top 3 downtime causes", "log.csv", LOG.encode())
    assert "Roll change: 120 min" in shown(answer)
    slack.wait_for(lambda: "[picture]" in shown(slack.answers(here)[0]), 40, "the chart")


def test_two_logs_of_one_thread_are_counted_together_on_request(slack, plant):
    here = slack.place()
    ts, _ = slack.ask(here, "U0ANNA", "top 3 downtime causes", "day.csv", LOG.encode())
    night = LOG.replace("Roll change", "Leak").encode()
    slack.say(here, "U0ANNA", "and the night?", files=[("night.csv", night)], thread_ts=ts)
    slack.answered(here, ts, count=2)
    slack.say(here, "U0ANNA", "top 3 downtime causes of both shifts together", thread_ts=ts)
    answer = shown(slack.answered(here, ts, count=3))
    assert "1. Leak: 194 min" in answer
    assert "day.csv + night.csv" in answer


def test_nothing_is_left_undone(slack, ledger):
    assert ledger.jobs.dead() == []
    assert slack.failed == []
