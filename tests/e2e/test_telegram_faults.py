"""Telegram when things break: lost replies, 429 and 500, duplicates, killed workers, restarts, flood control, access.

One plant by webhook serves the faults; a second one without Redis, the chat process alone, serves access.
"""

import sqlite3
import time
import urllib.error
import urllib.request

import pytest

from tests.e2e.phone import Phone
from tests.e2e.plant import REACTIONS, Plant, big_csv, small_csv
from tests.services import free_port

pytestmark = pytest.mark.timeout(180)
SECRET = "s3cret-of-the-hook"
QUESTION = "pump pressure jumped, why?"


@pytest.fixture(scope="module")
def telegram():
    with Phone() as server:
        server.state.webhook.parallel = 10
        yield server


@pytest.fixture(scope="module")
def hook():
    return f"http://127.0.0.1:{free_port()}/hook/of/andon"


@pytest.fixture(scope="module")
def plant(telegram, hook, tmp_path_factory):
    listen = hook.split("/")[2]
    settings = {
        "TELEGRAM_WEBHOOK_URL": hook, "TELEGRAM_WEBHOOK_SECRET": SECRET, "ANDON_TELEGRAM_LISTEN": listen,
        "ANDON_VISIBILITY_TIMEOUT": "6",
    }  # fmt: skip
    with Plant(tmp_path_factory.mktemp("faults"), **telegram.environment, **settings) as plant:
        start(plant)
        yield plant


def start(plant, *argvs):
    """Start processes of Andon and wait until they are ready."""
    for program in [plant.run(*argv) for argv in argvs or (("worker",), ("bot", "telegram"))]:
        program.ready()


@pytest.fixture(scope="module")
def ledger(plant):
    ledger = plant.ledger()
    yield ledger
    ledger.close()


@pytest.fixture
def mate(telegram, plant):
    return telegram.add_user("Mate", "en")


def ask(telegram, user, rows=240, text=QUESTION):
    """A question with a file, not waited for."""
    return telegram.send_file(user, user, "pumps.csv", small_csv(rows=rows, onset=rows * 2 // 3), text)


def settled(telegram, ledger):
    """Wait until nobody has anything left to do."""
    telegram.wait_for(lambda: not ledger.jobs.counts().get("waiting"), 60, "the end of all jobs")


def carriers(telegram, chat):
    """Every message of a chat that carries any of the reactions."""
    return [m for m in telegram.bot_messages(chat) if {*REACTIONS["en"], *REACTIONS["zh"]} & set(m.buttons)]


# Webhook


def test_only_telegram_is_let_in(telegram, plant, hook):
    body = b'{"update_id": 1, "message": {"message_id": 1}}'
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
        request = urllib.request.Request(hook, body, {"Content-Type": "application/json", **headers})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403


def test_an_update_told_again_is_answered_once(telegram, plant, ledger, mate):
    telegram.state.webhook.lost_answers = 2
    message = ask(telegram, mate)
    telegram.repeat(message)
    telegram.answered(mate)
    telegram.repeat(message)
    telegram.wait_for(lambda: telegram.given(message.update_id) >= 3, 10, "the third delivery")
    settled(telegram, ledger)
    assert len(carriers(telegram, mate)) == 1
    assert len([m for m in telegram.bot_messages(mate) if m.photo]) == 1


# What the platform does to calls


CALLS = ("sendMessage", "editMessageText", "sendPhoto", "sendDocument")


def test_whatever_breaks_a_question_is_answered_once(telegram, plant, ledger):
    crew = {kind: telegram.add_user(kind) for kind in ("rate", "error", "cut_before", "cut_after")}
    for kind, user in crew.items():
        for call in CALLS:
            telegram.fault(call, kind, where=lambda args, user=user: args.get("chat_id") == user.id)
        telegram.fault("editMessageText", kind, where=lambda args, user=user: final_edit(args, user))
        for call in ("getFile", "download"):
            telegram.fault(call, kind)
    questions = {kind: ask(telegram, user) for kind, user in crew.items()}
    answers = {kind: telegram.answered(user) for kind, user in crew.items()}
    settled(telegram, ledger)
    # a picture that may have got through is not sent again, nor is its copy in full
    assert {f.method for f in telegram.faults.waiting if f.left} <= {"sendDocument"}
    for kind, user in crew.items():
        assert carriers(telegram, user) == [answers[kind]]
        assert answers[kind].reply_to_id == questions[kind].id
        assert answers[kind].text.startswith("No cause")
        photos = [m for m in telegram.bot_messages(user) if m.photo]
        assert len(photos) <= 1
        assert photos or kind in ("error", "cut_before")  # may have got through: better once than twice


def final_edit(args, user):
    """Is it the edit that makes an answer?"""
    return args.get("chat_id") == user.id and "disagree" in str(args.get("reply_markup"))


def test_a_progress_message_whose_birth_was_lost_does_no_harm(telegram, plant, ledger, mate):
    telegram.fault("sendMessage", "cut_after")
    ask(telegram, mate)
    answer = telegram.answered(mate)
    (orphan,) = [m for m in telegram.bot_messages(mate) if m.buttons == ["Stop"]]
    assert orphan.id < answer.id
    assert "over" in telegram.press(mate, mate, orphan, "Stop")
    telegram.wait_for(lambda: orphan.buttons == [], 10, "the end of its Stop")
    settled(telegram, ledger)
    assert carriers(telegram, mate) == [answer]


def test_stop_on_a_progress_message_whose_birth_was_lost_stops(telegram, plant, ledger, mate):
    telegram.fault("sendMessage", "cut_after")
    telegram.send_file(mate, mate, "pumps.csv.gz", big_csv(), QUESTION)
    orphan = telegram.wait_for(lambda: telegram.bot_messages(mate), 10, "progress")[0]
    assert "Stopping" in telegram.press(mate, mate, orphan, "Stop")  # at once: its double may be there or not yet
    telegram.wait_for(lambda: [m for m in telegram.bot_messages(mate) if "Stopped" in m.text], 10, "it to be stopped")
    settled(telegram, ledger)
    assert carriers(telegram, mate) == []


def test_an_answer_whose_progress_message_was_deleted_is_posted_once_even_when_replies_are_lost(
    telegram, plant, ledger, mate
):
    telegram.send_file(mate, mate, "pumps.csv.gz", big_csv(), QUESTION)
    progress = telegram.wait_for(lambda: telegram.bot_messages(mate), 10, "progress")[0]
    telegram.delete(mate, progress.id)
    telegram.fault("sendMessage", "cut_after")
    telegram.answered(mate)
    settled(telegram, ledger)
    assert len(carriers(telegram, mate)) == 1


def test_the_answer_stands_when_its_pictures_are_refused(telegram, plant, ledger, mate):
    spoilt = [telegram.fault(call, "telegram_error", times=20, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
              for call in ("sendPhoto", "sendMediaGroup")]  # fmt: skip
    ask(telegram, mate)
    answer = telegram.answered(mate)
    settled(telegram, ledger)
    for fault in spoilt:
        fault.left = 0
    names = [m.file.name for m in telegram.bot_messages(mate) if m.document]
    assert names == ["overview.png"]
    assert carriers(telegram, mate) == [answer]


def test_a_supergroup_that_telegram_never_announced_gets_its_answer(telegram, plant, ledger, mate):
    group = telegram.add_group("Night shift", [mate])
    telegram.send_file(group, mate, "pumps.csv", small_csv(rows=40_000, onset=30_000), "@andon_bot why?")
    telegram.wait_for(lambda: telegram.bot_messages(group), 10, "progress")
    new = telegram.upgrade(group, announce=False)
    telegram.answered(new)
    settled(telegram, ledger)
    assert len(carriers(telegram, new)) == 1


# Restarts


def test_a_message_that_redis_can_not_take_comes_again_and_is_answered_once(telegram, plant, ledger, mate):
    settled(telegram, ledger)
    plant.redis.kill()
    message = telegram.say(mate, mate, "what are the signs of stopper clogging?")
    telegram.wait_for(lambda: telegram.given(message.update_id) >= 2, 20, "a second delivery")
    assert [u["update_id"] for u in telegram.pending_updates] == [message.update_id]
    plant.redis.start()
    telegram.answered(mate)
    assert telegram.pending_updates == []
    settled(telegram, ledger)
    assert len(telegram.bot_messages(mate)) == 1


def test_a_worker_killed_in_mid_run_is_replaced_and_answers_once(telegram, plant, ledger, mate):
    worker = next(p for p in plant.programs if p.argv == ("worker",))
    telegram.send_file(mate, mate, "pumps.csv.gz", big_csv(), QUESTION)
    progress = telegram.wait_for(lambda: telegram.bot_messages(mate), 10, "progress")[0]
    telegram.wait_for(lambda: len(progress.versions) > 1, 20, "the run to begin")
    worker.kill()
    assert carriers(telegram, mate) == []
    start(plant, ("worker",))
    assert telegram.answered(mate).id == progress.id
    settled(telegram, ledger)
    assert len(carriers(telegram, mate)) == 1


def test_updates_that_come_while_everything_is_down_are_answered_once(telegram, plant, ledger, mate):
    for program in plant.programs:
        program.stop()
    plant.redis.kill()
    message = ask(telegram, mate)
    telegram.wait_for(lambda: telegram.given(message.update_id) >= 1, 10, "a try")
    plant.redis.start()
    start(plant)
    telegram.answered(mate)
    settled(telegram, ledger)
    assert len(carriers(telegram, mate)) == 1
    assert telegram.pending_updates == []


# Flood control


def test_eight_questions_in_one_group_keep_within_flood_control(telegram, plant, ledger, mate):
    group = telegram.add_group("Busy crew", [mate])
    telegram.pace = True
    questions = [
        telegram.say(group, mate, f"@andon_bot what are the signs of stopper clogging ({i})?") for i in range(8)
    ]
    answer = telegram.answered(group, 8, seconds=100)
    violations, telegram.pace = telegram.pace.violations, None
    assert violations == []
    assert {m.reply_to_id for m in carriers(telegram, group)} == {q.id for q in questions}
    assert answer.id in {m.id for m in carriers(telegram, group)}


def test_no_fault_was_left_undone_or_told_in_the_logs(telegram, plant, ledger):
    assert [j.key for j in ledger.jobs.dead()] == []
    expected = ("message to edit not found", "upgraded to a supergroup", "message is not modified")
    assert [c for c in telegram.refused if not any(words in c.description for words in expected)] == []
    assert telegram.unanswered_callbacks == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    assert telegram.token not in logs
    assert SECRET not in logs
    assert "pressure jumped" not in logs


# Without Redis; access


@pytest.fixture(scope="module")
def shop():
    with Phone() as server:
        yield server


@pytest.fixture(scope="module")
def laptop(shop, tmp_path_factory):
    """`andon bot telegram` alone: first in production mode with an empty list, see `let_in` for the second time."""
    folder = tmp_path_factory.mktemp("laptop")
    plant = Plant(folder, **shop.environment, ANDON_MODE="production")
    del plant.environment["REDIS_URL"]
    start(plant, ("bot", "telegram"))
    yield plant
    for program in plant.programs:
        program.stop()


def kept(laptop):
    """All that the database and the logs hold, as text."""
    database = sqlite3.connect(laptop.folder / "data/andon.sqlite")
    with database:
        dump = "\n".join(database.iterdump())
    database.close()
    return dump + laptop.logs()


def test_an_empty_list_in_production_admits_nobody_and_says_so_once(shop, laptop):
    group = shop.add_group("Strangers", [shop.anna])
    for chat, text in ((shop.anna, "secret recipe one"), (shop.anna, "secret recipe two"),
                       (group, "@andon_bot secret recipe three")):  # fmt: skip
        shop.say(chat, shop.anna, text)
    shop.send_file(shop.anna, shop.anna, "recipe.csv", small_csv(), "secret recipe four")
    strange = (shop.anna, group)  # which of her messages comes first is the workers' business
    notice = shop.wait_for(lambda: [m for chat in strange for m in shop.bot_messages(chat)], 30, "a notice")[0]
    assert "may not talk" in notice.text
    assert str(shop.anna.id) in notice.text
    shop.say(shop.li, shop.li, "秘密配方")
    shop.said(shop.li, "联系")
    shop.wait_for(lambda: not shop.pending_updates, 10, "the confirmation")
    time.sleep(1.0)
    assert len(shop.bot_messages(shop.anna)) + len(shop.bot_messages(group)) == 1
    assert len(shop.bot_messages(shop.li)) == 1
    for words in ("secret recipe", "recipe.csv", "秘密"):
        assert words not in kept(laptop)
    assert shop.calls_of("getFile") == []


@pytest.fixture(scope="module")
def let_in(shop, laptop):
    """The same laptop once more: Anna, the forum and a guest are listed; the guest is a viewer."""
    for program in laptop.programs:
        program.stop()
    guest = shop.add_user("Guest")
    laptop.environment |= {"TELEGRAM_ALLOWED": f"{shop.anna.id},{shop.forum.id},{guest.id}",
                           "ANDON_VIEWERS": str(guest.id)}  # fmt: skip
    start(laptop, ("bot", "telegram"))
    return guest


def test_who_is_listed_is_answered_by_the_chat_process_alone(shop, laptop, let_in):
    question = shop.send_file(shop.anna, shop.anna, "pumps.csv", small_csv(), QUESTION)
    answer = shop.answered(shop.anna)
    assert shop.edits(shop.anna, answer)[0].time - question.date < 1.5
    shop.wait_for(lambda: [m for m in shop.bot_messages(shop.anna) if m.document], 30, "the chart in full")
    assert "agree" in shop.press(shop.anna, shop.anna, answer, "Agree")
    assert len(shop.answers(shop.anna)) == 1


def test_a_listed_chat_admits_whoever_writes_there(shop, laptop, let_in):
    topic = shop.topics["Strand 1"]
    shop.say(shop.forum, shop.li, "@andon_bot what are the signs of stopper clogging?", topic=topic)
    assert shop.answered(shop.forum, topic=topic).topic == topic


def test_a_viewer_may_look_but_not_ask(shop, laptop, let_in):
    shop.say(let_in, let_in, "what are the signs of stopper clogging?")
    refusal = shop.said(let_in, "role does not allow")
    shop.say(let_in, let_in, "/status")
    assert "viewer" in shop.said(let_in, "Your role", refusal.id).text
    assert shop.answers(let_in) == []
    assert shop.refused == []
    assert shop.unanswered_callbacks == []
