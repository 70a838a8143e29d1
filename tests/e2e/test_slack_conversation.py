"""A crew on Slack: the real bolt app, worker and Redis against the strict Slack, from message to learnt correction."""

import json

import pytest

from tests.e2e.plant import REACTIONS, Plant, small_csv
from tests.e2e.strict_slack import SlackServer

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def slack():
    with SlackServer() as server:
        yield server


@pytest.fixture(scope="module")
def plant(slack, tmp_path_factory):
    with Plant(tmp_path_factory.mktemp("slack"), **slack.env, ANDON_ADMINS="U0BOB", ANDON_KEEPERS="U0LI") as plant:
        worker, bot = plant.run("worker"), plant.run("bot", "slack")
        worker.ready()
        bot.ready()
        slack.wait_socket()
        yield plant


def labels(message):
    """Texts of all buttons of a message."""
    return [e["text"]["text"] for b in message.get("blocks", []) if b["type"] == "actions" for e in b["elements"]]


def finals(slack, channel, thread):
    """The messages of a thread that carry the four reactions."""
    wanted = [set(words) for words in REACTIONS.values()]
    return [m for m in slack.from_bot(channel, thread) if any(w <= set(labels(m)) for w in wanted)]


def final(slack, channel, thread, seconds=90):
    """The one answer of a thread."""
    slack.wait_for(lambda: finals(slack, channel, thread), seconds, "an answer")
    (message,) = finals(slack, channel, thread)
    return message


def shown(message):
    """Everything that a message shows."""
    return json.dumps(message.get("blocks", []), ensure_ascii=False) + message.get("text", "")


@pytest.fixture(scope="module")
def answered(slack, plant):
    """A question with a file, answered: (thread, answer)."""
    ts = slack.say("C0STRAND", "U0ANNA", "pump pressure jumped, why?", files=[("pumps.csv", small_csv())], mention=True)
    return ts, final(slack, "C0STRAND", ts)


def test_a_file_with_a_question_is_answered_in_its_thread(slack, answered):
    thread, message = answered
    assert set(REACTIONS["en"]) <= set(labels(message))
    assert "pump" in shown(message)
    first = slack.from_bot("C0STRAND", thread)[0]
    versions = slack.history("C0STRAND", first["ts"])
    assert "pumps.csv" in shown(versions[0].message)
    assert labels(versions[0].message) == ["Stop"]
    slack.wait_for(lambda: labels(slack.message("C0STRAND", first["ts"])) == [], 20, "the end of Stop")


def test_pictures_stand_in_the_answer(slack, answered):
    thread, message = answered

    def pictures():
        return [b for b in slack.message("C0STRAND", message["ts"])["blocks"] if b["type"] == "image"]

    slack.wait_for(pictures, 30, "pictures in the answer")
    assert all(b["alt_text"] for b in pictures())
    assert set(REACTIONS["en"]) <= set(labels(slack.message("C0STRAND", message["ts"])))


def test_copy_gives_the_whole_answer_to_whoever_asked(slack, answered):
    thread, message = answered
    slack.click("C0STRAND", "U0LI", message["ts"], "copy")
    slack.wait_for(lambda: [e for e in slack.ephemerals if e["to"] == "U0LI" and "```" in shown(e)], 20, "a copy")


def test_quote_opens_a_form_and_its_question_is_answered_in_the_thread(slack, answered):
    thread, message = answered
    slack.click("C0STRAND", "U0ANNA", message["ts"], "quote")
    view = slack.wait_for(lambda: next(iter(slack.views), None), 20, "a form")
    assert slack.submit("U0ANNA", view["id"], {"text": "what are the signs of stopper clogging?"}).result == "closed"
    slack.wait_for(lambda: len(finals(slack, "C0STRAND", thread)) == 2, 60, "a second answer")


def test_query_says_how_to_set_up_a_search_engine(slack, answered):
    thread, message = answered
    slack.click("C0STRAND", "U0ANNA", message["ts"], "query")
    slack.wait_for(lambda: [e for e in slack.ephemerals if "SEARXNG_URL" in shown(e)], 20, "how to set it up")


def test_disagreement_becomes_a_candidate_once_and_can_be_undone(slack, plant, answered):
    thread, message = answered
    slack.click("C0STRAND", "U0ANNA", message["ts"], "agree")
    slack.click("C0STRAND", "U0ANNA", message["ts"], "disagree")
    view = slack.wait_for(lambda: next(iter(slack.views), None), 20, "a form")
    slack.submit("U0ANNA", view["id"], {"right": "valve V7 was throttled", "reason": "I closed it"})
    noted = slack.wait_for(
        lambda: next((m for m in slack.from_bot("C0STRAND", thread) if "valve V7" in shown(m)), None), 30, "a note"
    )
    ledger = plant.ledger()
    (said,) = [f for f in ledger.answers.said_of([1]) if f.aspect == "answer"]
    assert (said.verdict, said.right) == ("disagree", "valve V7 was throttled")
    candidate = slack.wait_for(lambda: ledger.answers.feedback(said.id).candidate, 30, "a candidate")
    assert "V7" in plant.command("kb", "review").stdout
    slack.click("C0STRAND", "U0ANNA", noted["ts"], "undo")
    slack.wait_for(lambda: candidate not in plant.command("kb", "review").stdout, 30, "the candidate's end")
    ledger.close()


def test_thumbs_down_asks_in_the_open_and_a_reply_is_the_right_answer(slack, plant, answered):
    thread, message = answered
    slack.react("U0LI", "C0STRAND", message["ts"], "-1")
    slack.wait_for(lambda: [m for m in slack.from_bot("C0STRAND", thread) if "disagree with" in shown(m)], 30, "it")
    slack.say("C0STRAND", "U0LI", "a blocked filter", thread_ts=thread)
    slack.wait_for(lambda: [m for m in slack.from_bot("C0STRAND", thread) if "blocked filter" in shown(m)], 30, "note")
    ledger = plant.ledger()
    assert [f.right for f in ledger.answers.said_of([1]) if f.user == "U0LI"] == ["a blocked filter"]
    ledger.close()


def test_a_follow_up_in_the_thread_needs_no_mention_and_no_file(slack, answered):
    thread, _ = answered
    before = len(finals(slack, "C0STRAND", thread))
    slack.say("C0STRAND", "U0ANNA", "plot pump0 please", thread_ts=thread)
    slack.wait_for(lambda: len(finals(slack, "C0STRAND", thread)) == before + 1, 60, "an answer")


def test_a_stop_is_honoured_and_said(slack, plant):
    ts = slack.say("C0SHIFT", "U0ANNA", "why?", files=[("big.csv", small_csv(rows=20000, onset=15000))], mention=True)
    progress = slack.wait_for(lambda: slack.from_bot("C0SHIFT", ts), 20, "progress")[0]
    slack.click("C0SHIFT", "U0ANNA", progress["ts"], "stop")
    slack.wait_for(lambda: "topped" in shown(slack.message("C0SHIFT", progress["ts"])), 5, "it to be stopped")
    assert finals(slack, "C0SHIFT", ts) == []
    ledger = plant.ledger()
    assert ledger.runs.counts() == 0
    ledger.close()


def test_slash_commands_answer(slack, plant):
    for text, expected in (("", "/andon"), ("status", "Your role"), ("kb", "verified"), ("models", "ensemble"),
                           ("language zh", "中文"), ("language en", "English")):  # fmt: skip
        slack.slash("U0ANNA", "C0STRAND", "/andon", text)
        slack.wait_for(lambda e=expected: any(e in shown(m) for m in slack.from_bot("C0STRAND")), 30, text)


def test_nothing_was_refused_and_nothing_leaked(slack, plant, answered):
    assert [c for c in slack.calls if c.error and not c.fault] == []
    assert [w for w in slack.warnings if "fallback" in w] == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    assert "xoxb-" not in logs
    assert "xapp-" not in logs
    assert "pressure jumped" not in logs
    assert "Traceback" not in logs
