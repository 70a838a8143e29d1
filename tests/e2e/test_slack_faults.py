"""What goes wrong on Slack, between Slack and Andon, and inside: nothing is lost and nothing answered twice."""

import json
import time

import pytest
from sqlalchemy import select

from tests.e2e.plant import Plant, big_csv, small_csv
from tests.e2e.workspace import Workspace, answer_row, labels, shown, slack_plant, unfaulted
from tests.services import hurry, postgres_server
from workers.state.models import Job, now

pytestmark = pytest.mark.timeout(240)
UPLOADS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")


@pytest.fixture(scope="module")
def slack():
    with Workspace() as server:
        server.retry_delays = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0)
        yield server


@pytest.fixture(scope="module")
def plant(slack, tmp_path_factory):
    settings = {"ANDON_ADMINS": "U0BOB", "ANDON_VISIBILITY_TIMEOUT": "6"}
    with slack_plant(slack, tmp_path_factory.mktemp("slack"), **settings) as plant:
        yield plant


@pytest.fixture
def place(slack, plant):
    yield slack.place()
    slack.calm()


def program(plant, name):
    """The process that runs now."""
    return [p for p in plant.programs if name in p.argv and p.process.poll() is None][-1]


def once(slack, ledger, place, ts):
    """The question has one answer and at most one other message, which offers no Stop any more; gives the answer when
    all that belongs to it was tried. The first sign of life is left out when Slack takes it later than the answer."""
    answer = slack.answered(place, ts)
    row = answer_row(ledger, answer, place)

    def tried():
        post = ledger.answers.find_post(f"pictures:{row.id}")
        return post is not None and post.state in ("sent", "gone")

    def others():
        return [m for m in slack.from_bot(place, ts) if m["ts"] != answer["ts"] and not m.get("files")]

    slack.wait_for(tried, 40, "the end of the pictures")
    slack.wait_for(lambda: all(labels(m) == [] for m in others()), 20, "the end of Stop")
    assert len(others()) <= 1, [shown(m) for m in others()]
    slack.answered(place, ts)
    return answer


def ask(slack, place, **more):
    return slack.say(
        place, "U0ANNA", "pump pressure jumped, why?", files=[("pumps.csv", small_csv())], mention=True, **more
    )


# Calls that fail


@pytest.mark.parametrize(("kind", "options"), [("error", {"status": 500}), ("error", {"status": 503}), ("html", {}),
                                           ("cut_before", {}), ("cut_after", {}), ("rate", {})])  # fmt: skip
@pytest.mark.parametrize("skip", [0, 1], ids=["first", "answer"])
def test_a_post_that_fails_or_whose_reply_is_lost_is_made_once(slack, ledger, place, kind, options, skip):
    slack.fault("chat.postMessage", kind, skip=skip, **options)
    once(slack, ledger, place, ask(slack, place))


def test_edits_and_downloads_that_fail_are_done_again(slack, ledger, place):
    for kind in ("error", "cut_before", "cut_after", "rate"):
        slack.fault("chat.update", kind)
        slack.fault("download", kind)
    ts = ask(slack, place)
    once(slack, ledger, place, ts)
    assert labels(slack.progress(place, ts)) == []


@pytest.mark.parametrize("method", UPLOADS)
def test_uploads_that_fail_once_are_done_again_or_left_out_and_the_answer_stays(slack, ledger, place, method):
    for kind in ("error", "cut_after", "rate"):
        slack.fault(method, kind)
    ts = ask(slack, place)
    answer = slack.answered(place, ts)
    once(slack, ledger, place, ts)
    assert set(labels(slack.message(place, answer["ts"]))) >= {"Copy", "Disagree"}


def test_when_uploads_fail_for_good_the_words_and_the_buttons_stay(slack, ledger, place):
    for method in UPLOADS:
        slack.fault(method, "slack_error", times=20, error="storage_limit_reached")
    ts = ask(slack, place)
    answer = slack.answered(place, ts)
    row = answer_row(ledger, answer, place)
    key = f"pictures:{row.id}"
    slack.wait_for(lambda: (p := ledger.answers.find_post(key)) and p.state == "gone", 20, "the pictures' end")
    message = slack.message(place, answer["ts"])
    assert "pump0" in shown(message)
    assert set(labels(message)) >= {"Copy", "Disagree"}
    assert "[picture]" not in shown(message)


def test_retry_after_is_honoured_by_everybody_who_writes_to_that_channel(slack, ledger, place):
    slack.fault("chat.postMessage", "rate", retry_after=4)
    asked = [ask(slack, place) for _ in range(2)]
    for ts in asked:
        once(slack, ledger, place, ts)
    calls = [c for c in slack.calls if json.dumps(place) in json.dumps(c.args) and c.method == "chat.postMessage"]
    refused = next(c for c in slack.calls_of("chat.postMessage") if c.fault == "rate" and c.time > float(asked[0]))
    early = [c for c in calls if refused.time + 0.3 < c.time < refused.time + 3.9]
    assert early == []


def test_many_questions_in_one_channel_keep_slacks_pace(slack, place):
    slack.pace, slack.pace_violations = True, 0
    slack.pace_burst = 7  # the 5 turns that may follow at once, and two messages that were a second under way
    try:
        asked = [slack.say(place, "U0ANNA", "resample to 10 s", files=[(f"{n}.csv", small_csv(rows=60, onset=40))],
                           mention=True) for n in range(8)]  # fmt: skip
        for ts in asked:
            slack.answered(place, ts, seconds=90)
    finally:
        slack.pace = False
    assert slack.pace_violations == 0


# Sockets and processes


def test_cut_sockets_a_refresh_and_refused_connections_lose_nothing(slack, ledger, place):
    asked = []
    for trouble in (slack.cut_sockets, slack.ask_disconnect, lambda: slack.refuse_sockets(2), slack.cut_sockets):
        trouble()
        asked.append(ask(slack, place))
    for ts in asked:
        once(slack, ledger, place, ts)
    assert slack.open_sockets >= 1


def test_a_socket_that_died_silently_is_noticed(slack, ledger, place):
    ever = slack.sockets_ever
    slack.kill_sockets_silently()
    ts = ask(slack, place)
    slack.wait_for(lambda: slack.sockets_ever > ever, 30, "a new socket")
    once(slack, ledger, place, ts)


def test_events_while_redis_is_down_are_not_acknowledged_and_come_again(slack, plant, ledger, place):
    plant.redis.kill()
    acked = len(slack.acks)
    ts = ask(slack, place)
    time.sleep(1.5)
    assert len(slack.acks) == acked
    plant.redis.start()
    once(slack, ledger, place, ts)


def test_events_while_the_bot_is_down_are_answered_when_it_is_back(slack, plant, ledger, place):
    program(plant, "bot").kill()
    slack.cut_sockets()
    ts = ask(slack, place)
    plant.run("bot", "slack").ready()
    once(slack, ledger, place, ts)


def test_a_worker_killed_in_the_middle_is_replaced_and_the_answer_comes_once(slack, plant, ledger, place):
    ts = slack.say(place, "U0ANNA", "why?", files=[("big.csv.gz", big_csv())], mention=True)
    progress = slack.progress(place, ts)
    slack.wait_for(lambda: "%" in shown(slack.message(place, progress["ts"])), 30, "it to be computing")
    program(plant, "worker").kill()
    plant.run("worker").ready()
    once(slack, ledger, place, ts)


# Dead letters


def buried(ledger):
    """The dead letters. No job that failed waits for its next attempt: the pauses between all of them are minutes."""
    with ledger.jobs.reading() as session:
        failed = session.scalars(select(Job.key).where(Job.state == "waiting", Job.error != "", Job.due > now())).all()
    for key in failed:
        hurry(ledger.jobs, key)
    return ledger.jobs.dead()


def test_what_fails_for_good_is_a_dead_letter_that_can_be_replayed(slack, plant, ledger, place):
    slack.fault("chat.postMessage", "slack_error", times=1000, error="missing_scope")
    ts = ask(slack, place)
    slack.wait_for(lambda: [j for j in buried(ledger) if j.key.startswith("deliver:")], 90, "the answer to be given up")
    assert slack.from_bot(place) == []
    slack.calm()
    key, ref = next((job.key, job.ref) for job in ledger.jobs.dead() if job.key.startswith("deliver:"))
    listed = plant.command("letters", "list").stdout
    assert key in listed
    assert ref in listed
    assert "jumped" not in listed
    doctor = json.loads(plant.command("doctor", "--json").stdout)
    assert [c for c in doctor["checks"] if "andon letters" in c["remedy"] and c["status"] != "ok"]
    there = slack.place()
    slack.slash("U0BOB", there, "/andon", "letters")
    slack.whispered("U0BOB", key)
    slack.slash("U0BOB", there, "/andon", "replay all")
    slack.whispered("U0BOB", "Trying again")
    slack.answered(place, ts)
    slack.wait_for(lambda: ledger.jobs.counts().keys() <= {"done"}, 30, "everything to be done")
    slack.answered(place, ts)


# PostgreSQL


def test_a_conversation_on_postgresql(tmp_path):
    with (
        Workspace() as slack,
        postgres_server(tmp_path) as url,
        Plant(tmp_path / "plant", **slack.env, DATABASE_URL=url) as plant,
    ):
        worker, bot = plant.run("worker"), plant.run("bot", "slack")
        worker.ready()
        bot.ready()
        slack.wait_socket()
        place = slack.place()
        ts, answer = slack.ask(place, "U0ANNA")
        slack.settled(place, ts)
        slack.say(place, "U0LI", "plot pump2 please", thread_ts=ts)
        slack.answered(place, ts, 2)
        slack.click(place, "U0LI", answer["ts"], "disagree")
        slack.submit("U0LI", slack.form()["id"], {"right": "valve V7 was throttled"})
        slack.said(place, "Noted: “valve V7 was throttled”", ts)
        slack.click(place, "U0LI", answer["ts"], "copy")
        slack.whispered("U0LI", "#A1")
        slack.slash("U0LI", place, "/andon", "digest 05:50")
        slack.said(place, "every day at 05:50")
        big = slack.say(place, "U0ANNA", "why?", files=[("b.csv.gz", big_csv())], mention=True)
        progress = slack.progress(place, big)
        slack.say(place, "U0ANNA", "stop", thread_ts=big)
        slack.wait_for(lambda: "Stopped" in shown(slack.message(place, progress["ts"])), 10, "it to be stopped")
        ledger = plant.ledger()
        assert [f.right for f in ledger.answers.said_of([1])] == ["valve V7 was throttled"]
        assert ledger.jobs.dead() == []
        ledger.close()
        assert not (plant.folder / "data/andon.sqlite").exists()
        assert unfaulted(slack) == []
        assert "Traceback" not in plant.logs()


def test_nothing_was_refused_and_nothing_leaked(slack, plant, ledger):
    assert [c for c in unfaulted(slack) if c[1] != "thread_not_found"] == []
    assert [w for w in slack.warnings if "fallback" in w] == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    for words in ("xoxb-", "xapp-", "pump pressure jumped"):
        assert words not in logs
