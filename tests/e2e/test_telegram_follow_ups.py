"""A simulation asked for on Telegram, and follow-ups about an answer there, with the real processes."""

import re

import pytest

from tests.e2e.phone import Phone, telegram_plant
from tests.e2e.plant import REACTIONS

pytestmark = pytest.mark.timeout(180)
GUIDE = """# Kiln

## Lamps

The violet lamp of kiln 3 means low draught.

## Key

The kiln 3 key hangs at gate 9.
"""


@pytest.fixture(scope="module")
def telegram():
    with Phone() as server:
        yield server


@pytest.fixture(scope="module")
def plant(telegram, tmp_path_factory):
    telegram.keeper, folder = telegram.add_user("Kim", "en"), tmp_path_factory.mktemp("telegram")
    with telegram_plant(telegram, folder, fresh=True, ANDON_KEEPERS=str(telegram.keeper.id)) as plant:
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


def test_earlier_times_of_another_chat_are_not_told(telegram, plant, asked, shift):
    olga = telegram.add_user("Olga", "en")
    telegram.send_file(olga, olga, "strand2_0500.csv", shift, "level is jumping, why?")
    telegram.answered(olga)
    told = follow(telegram, "did we have this before?", olga)  # Anna had, in her own chat
    assert told.text.startswith("Not that I know of")
    assert set(REACTIONS["en"]) <= set(told.buttons)
    assert follow(telegram, "上次是什么问题？", olga, reply_to=told).text.startswith("据我所知没有")


def test_a_crews_document_is_decided_on_in_one_line_or_by_a_button(telegram, plant):
    mate, kim = telegram.add_user("Mate", "en"), telegram.keeper
    telegram.send_file(mate, mate, "kiln guide.md", GUIDE.encode(), "learn this")
    report = telegram.said(mate, "wait for a keeper", seconds=60)
    assert "Keeper: review kiln guide.md" in report.buttons
    assert "does not allow" in telegram.press(mate, mate, report, "Keeper: review kiln guide.md")
    telegram.say(kim, kim, "/kb reject kiln guide.md")
    telegram.said(kim, "Rejected: 2 passages of kiln guide.md", seconds=60)
    telegram.say(kim, kim, "/kb undo kiln guide.md")
    telegram.said(kim, "taken back: 2 passages", seconds=60)
    telegram.say(kim, kim, "/kb review kiln guide.md")
    card = telegram.said(kim, "kiln guide.md: 2 passages wait", seconds=60)
    assert card.buttons == ["Approve all 2", "Reject all 2", "One by one"]
    telegram.press(kim, kim, card, "Approve all 2")
    telegram.said(kim, "used in answers from now on: 2 passages", seconds=60)
    answer = follow(telegram, "what does the violet lamp of kiln 3 mean?", mate)
    assert "low draught" in answer.text
