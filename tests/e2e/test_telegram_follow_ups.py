"""A simulation asked for on Telegram, and follow-ups about an answer there, with the real processes."""

import re

import pytest

from tests.e2e.phone import Phone, telegram_plant
from tests.e2e.plant import REACTIONS

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def telegram():
    with Phone() as server:
        yield server


@pytest.fixture(scope="module")
def plant(telegram, tmp_path_factory):
    with telegram_plant(telegram, tmp_path_factory.mktemp("telegram")) as plant:
        yield plant


@pytest.fixture(scope="module")
def asked(telegram, plant, shift):
    """Anna's question in private about a shift, answered with its files."""
    telegram.send_file(telegram.anna, telegram.anna, "strand2_0400.csv", shift, "level is jumping, why?")
    answer = telegram.answered(telegram.anna)
    telegram.wait_for(lambda: len([m for m in telegram.bot_messages(telegram.anna) if m.file]) == 4, 30, "its files")
    return answer


def follow(telegram, text, user=None, **more):
    """What is answered to a message in private."""
    user = user or telegram.anna
    before = len(telegram.answers(user))
    telegram.say(user, user, text, **more)
    return telegram.answered(user, before + 1)


def documents(telegram, chat, ending):
    return [m for m in telegram.bot_messages(chat) if m.document and m.file.name.endswith(ending)]


def test_why_and_what_else_are_told_from_the_answer(telegram, asked):
    why = follow(telegram, "why?")
    assert "Why I say Stopper clogging" in why.text
    assert "[F1]" in why.text
    assert set(REACTIONS["en"]) <= set(why.buttons)
    other = follow(telegram, "what else could it be?", reply_to=asked)
    assert "Besides Stopper clogging" in other.text


def test_a_follow_up_in_the_other_language_is_wholly_in_it(telegram, asked):
    answer = follow(telegram, "为什么？", reply_to=asked)
    assert "为什么是塞棒结瘤" in answer.text
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", answer.text)
    assert "-zh]" in answer.text


def test_a_work_order_comes_with_its_table(telegram, asked):
    order = follow(telegram, "make a work order", reply_to=asked)
    assert "Work order WO-" in order.text
    assert "stopper and nozzle, stopper position (column stopper_position)" in order.text
    table = telegram.wait_for(
        lambda: next((m for m in documents(telegram, telegram.anna, ".csv") if "WO-" in m.file.name), None), 30,
        "its table",
    )  # fmt: skip
    assert table.reply_to_id == order.id
    assert "Stopper clogging" in table.file.data.decode("utf-8-sig")


def test_a_simulation_is_a_card_that_runs_on_request(telegram, plant):
    mate = telegram.add_user("Mate", "en")
    telegram.say(mate, mate, "simulate stopper clogging for 60 minutes, starting after 35 min")
    card = telegram.said(mate, "not your plant's")
    assert card.buttons == ["Run", "Cancel"]
    assert telegram.answers(mate) == []
    telegram.press(mate, mate, card, "Run")
    answer = telegram.answered(mate)
    assert "Simulated, no plant data: stopper clogging" in answer.text
    telegram.wait_for(lambda: documents(telegram, mate, ".csv") and documents(telegram, mate, ".json"), 30, "its files")
    assert telegram.message(mate, card.id).buttons == []
    diagnosis = follow(telegram, "what is wrong here, and why?", mate)
    assert "stopper clogging" in diagnosis.text.lower()
    assert diagnosis.text.count("simulated data") == 1
    assert "teaches me nothing" in telegram.press(mate, mate, diagnosis, "Agree")


def test_a_simulation_is_cancelled(telegram, plant):
    mate = telegram.add_user("Maat", "zh")
    telegram.say(mate, mate, "模拟液压泄漏一小时")
    card = telegram.said(mate, "不是现场数据")
    assert card.buttons == ["开始", "取消"]
    telegram.press(mate, mate, card, "取消")
    telegram.wait_for(lambda: "已取消" in telegram.message(mate, card.id).text, 20, "the card to say so")
    assert telegram.message(mate, card.id).buttons == []
    assert telegram.answers(mate) == []
