"""A simulation asked for in Slack, and a question about the models, with the real processes."""

import pytest

from tests.e2e.workspace import Workspace, labels, shown, slack_plant, unfaulted

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def slack():
    with Workspace() as server:
        yield server


@pytest.fixture(scope="module")
def plant(slack, tmp_path_factory):
    with slack_plant(slack, tmp_path_factory.mktemp("slack"), ANDON_KEEPERS="U0LI") as plant:
        yield plant


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
