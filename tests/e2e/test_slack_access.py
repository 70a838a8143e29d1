"""Who may talk to Andon on Slack, in production mode; and a process whose token is refused."""

import time

import pytest

from tests.e2e.plant import Plant, small_csv
from tests.e2e.workspace import Workspace, shown, unfaulted

pytestmark = pytest.mark.timeout(180)
SECRET = "valve Q77 leaks"


@pytest.fixture(scope="module")
def slack():
    with Workspace() as server:
        yield server


@pytest.fixture(scope="module")
def plant(slack, tmp_path_factory):
    """In production mode; the list of who may talk comes with each test's bot process."""
    settings = {"ANDON_MODE": "production", "ANDON_VIEWERS": "U0LI", "ANDON_CONTACT": "Ms Schmidt, phone 4711"}
    with Plant(tmp_path_factory.mktemp("slack"), **slack.env, **settings) as plant:
        plant.run("worker").ready()
        yield plant


@pytest.fixture
def bot(slack, plant):
    """bot(allowed): the chat process anew."""
    started = []

    def run(allowed):
        started.append(plant.run("bot", "slack", **({"SLACK_ALLOWED": allowed} if allowed else {})).ready())
        slack.wait_for(lambda: slack.open_sockets == 1, 20, "its socket")

    yield run
    for program in started:
        program.stop()
    slack.wait_for(lambda: slack.open_sockets == 0, 20, "no socket")


def kept(plant):
    """Everything that was written: database, artifacts, logs, and what Redis keeps."""
    return b"".join(p.read_bytes() for p in plant.folder.rglob("*") if p.is_file())


def test_an_empty_list_admits_nobody_says_whom_to_ask_once_and_keeps_nothing(slack, plant, bot):
    bot("")
    places = [slack.place() for _ in range(2)]
    for place in (*places, *places):
        slack.say(place, "U0ANNA", SECRET, files=[("secret.csv", small_csv(name="secret"))], mention=True)
    slack.say(slack.dm("U0ANNA"), "U0ANNA", SECRET)
    slack.slash("U0ANNA", places[0], "/andon", f"kb search {SECRET}")
    slack.say(places[0], "U0BOB", SECRET, mention=True)
    said = slack.wait_for(lambda: len(m := everything(slack)) >= 2 and m, 20, "two notices")
    slack.say(places[1], "U0BOB", SECRET, mention=True)
    slack.wait_quiet()
    time.sleep(3)  # a third notice would come by now
    assert len(said) == len(everything(slack)) == 2
    for message in said:
        assert "Ms Schmidt, phone 4711" in shown(message)
        assert "T0PLANT" in shown(message)
        assert SECRET not in shown(message)
    assert slack.calls_of("download") == []
    plant_wide = kept(plant)
    assert SECRET.encode() not in plant_wide
    assert b"secret.csv" not in plant_wide
    ledger = plant.ledger()
    assert ledger.runs.counts(("queued", "running", "done", "failed", "stopped")) == 0
    ledger.close()


def everything(slack):
    return [m for channel in list(slack.world.channels) for m in slack.from_bot(channel)]


@pytest.mark.parametrize("what", ["team", "channel", "user"])
def test_who_is_listed_by_any_id_is_admitted(slack, plant, bot, what):
    place, mate = slack.place(), slack.mate()
    bot({"team": "T0PLANT", "channel": place, "user": mate}[what])
    slack._do(lambda: slack.world.channels[place].members.add(mate))
    ts = slack.say(place, mate, "what are the signs of stopper clogging?", mention=True)
    slack.answered(place, ts)
    if what != "team":
        elsewhere, other = slack.place(), slack.mate()
        there = place if what == "user" else elsewhere
        slack.say(there, other, "what are the signs of stopper clogging?", mention=True)
        slack.said(there, "I may not talk with you here yet")
        assert len(slack.answers(there)) == (1 if there == place else 0)


def test_people_of_an_organisation_that_shares_a_channel_are_not_of_our_workspace(slack, plant, bot):
    bot("T0PLANT")
    place, stranger = slack.place(), slack.mate()
    slack.share(place)
    slack.hire(stranger, "T0PARTNER")
    ts = slack.say(place, stranger, SECRET, files=[("secret.csv", small_csv(name="secret"))], mention=True)
    notice = slack.said(place, "I may not talk with you here yet", ts)
    assert "T0PARTNER" in shown(notice)
    ts = slack.say(place, slack.mate(), "what are the signs of stopper clogging?", mention=True)
    slack.answered(place, ts)
    assert SECRET.encode() not in kept(plant)


def test_a_viewer_may_copy_but_not_ask_judge_or_stop(slack, plant, bot):
    bot("T0PLANT")
    place = slack.place()
    ts, answer = slack.ask(place, "U0BOB")
    slack.settled(place, ts)
    slack.click(place, "U0LI", answer["ts"], "copy")
    slack.whispered("U0LI", "pump0")
    slack.click(place, "U0LI", answer["ts"], "disagree")
    slack.whispered("U0LI", "does not allow this")
    before = len(slack.from_bot(place))
    slack.say(place, "U0LI", "why?", mention=True)
    slack.said(place, "does not allow this")
    slack.say(place, "U0LI", "status", mention=True)
    slack.said(place, "Your role: viewer")
    assert len(slack.from_bot(place)) == before + 2
    ledger = plant.ledger()
    row = ledger.answers.get(ledger.answers.post_at(place, answer["ts"]).answer_id)
    assert ledger.answers.said_of([row.id]) == []
    ledger.close()


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_token_that_slack_refuses_ends_the_process_with_one_sentence(plant, name):
    done = plant.command("bot", "slack", **{name: "xoxb-wrong" if "BOT" in name else "xapp-wrong"})
    assert done.returncode == 2
    assert name in done.stderr.splitlines()[-1]
    assert "docs/slack.md" in done.stderr
    assert "wrong" not in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_was_refused_and_nothing_leaked(slack, plant):
    assert [c for c in unfaulted(slack) if c[1] != "invalid_auth"] == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    for words in ("xoxb-", "xapp-", SECRET, "Traceback"):
        assert words not in logs
