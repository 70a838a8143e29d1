"""A simulation asked for in Slack, and a question about the models, with the real processes."""

import pytest

from tests.e2e.workspace import labels, shown, unfaulted

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def plant_settings():
    return {"ANDON_KEEPERS": "U0LI"}


def card_of(slack, here, text):
    ts = slack.say(here, "U0ANNA", text, mention=True)
    return ts, slack.said(here, "not your plant's" if text.isascii() else "不是现场数据", ts)


def test_a_sentence_is_shown_run_and_can_be_asked_about(slack, plant):
    here = slack.place()
    ts, card = card_of(slack, here, "Simulate a stopper clogging at 1.2 m/min for 90 minutes, starting after 50 min")
    assert labels(card) == ["Run", "Cancel"]
    assert "about 1.2 m/min" in shown(card)
    assert slack.answers(here, ts) == []
    slack.click(here, "U0ANNA", card["ts"], "simulate_run")
    answer = slack.answered(here, ts)
    assert "Simulated, no plant data: stopper clogging" in shown(answer)
    slack.wait_for(lambda: len([f for f in slack.files if f["name"].startswith("simulated_")]) >= 3, 30, "its files")
    ours = [f["name"] for f in slack.files if f["name"].startswith("simulated_stopper_clogging_1.2")]
    names = {name.rsplit(".", 1)[1] for name in ours}
    assert names == {"csv", "json", "png"}
    slack.say(here, "U0ANNA", "what is wrong here, and why?", thread_ts=ts)
    diagnosis = slack.answered(here, ts, count=2)
    assert "stopper clogging" in shown(diagnosis).lower()
    assert "simulated data" in shown(diagnosis)


def test_agreeing_with_what_was_said_of_simulated_data_teaches_nothing_whatever_the_file_is_called(slack, plant):
    here = slack.place()
    ts, card = card_of(slack, here, "simulate stopper clogging for 60 minutes, starting after 35 min")
    slack.click(here, "U0ANNA", card["ts"], "simulate_run")
    slack.answered(here, ts)
    tables = lambda: [f["id"] for f in slack.files if f["name"] == "simulated_stopper_clogging_60min_seed0.csv"]  # noqa: E731
    data = slack.wait_for(lambda: tables() and slack.file_content(tables()[0]), 30, "its table")
    ts, answer = slack.ask(here, "U0BOB", "level is jumping, why?", "strand2_0400.csv", data)
    assert "clogging" in shown(answer).splitlines()[0]
    assert shown(answer).count("simulated data") == 1
    slack.click(here, "U0BOB", answer["ts"], "agree")
    slack.whispered("U0BOB", "this teaches me nothing")
    slack.click(here, "U0BOB", answer["ts"], "disagree")
    slack.submit("U0BOB", slack.form()["id"], {"right": "the slide gate jams"})
    slack.said(here, "teaches me nothing; say", ts)
    ledger = plant.ledger()
    slack.wait_for(lambda: not ledger.jobs.counts().get("waiting"), 60, "the end of all jobs")
    ledger.close()
    known = plant.command("kb", "list", "--json").stdout
    assert "slide gate jams" not in known
    assert '"kind": "case"' not in known
    assert '"right": 1' not in known


def test_cancel_and_what_cannot_be_simulated(slack, plant):
    here = slack.place()
    ts, card = card_of(slack, here, "模拟液压泄漏一小时")
    slack.click(here, "U0ANNA", card["ts"], "simulate_off")
    slack.said(here, "已取消", ts)
    assert slack.answers(here, ts) == []
    ts = slack.say(here, "U0ANNA", "simulate clogging at 2.5 m/min", mention=True)
    refused = slack.said(here, "0.7 to 1.3 m/min", ts)
    assert labels(refused) == []


def test_a_question_about_the_models_is_answered_from_the_catalogue(slack, plant):
    here = slack.place()
    ts = slack.say(here, "U0ANNA", "哪个模型误报最少？", mention=True)
    answer = slack.answered(here, ts)
    assert "误报次数 0" in shown(answer)
    slack.slash("U0ANNA", here, "/andon", "models which one is best?")
    slack.said(here, "F1 on the simulated caster", None)


def test_nothing_was_refused(slack, plant):
    assert unfaulted(slack) == []
