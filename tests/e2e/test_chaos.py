"""Chaos: 150 messages with files on both platforms while workers are killed, Redis is restarted and the platforms
answer 429 and 500 or lose their replies. Nothing may be lost, nothing answered twice.

ANDON_CHAOS_MESSAGES changes the number; the seed is fixed, what the operating system does with it is not.
"""

import os
import random
import threading
import time

import pytest

from tests.e2e.plant import REACTIONS, Plant, small_csv
from tests.e2e.strict_slack import SlackServer
from tests.e2e.strict_telegram import TelegramServer

MESSAGES = int(os.environ.get("ANDON_CHAOS_MESSAGES", "150"))
SECONDS = 240 + 5 * MESSAGES  # the property is that nothing is lost, however slow the machine is
LEAST = min(5, MESSAGES // 20)  # blows
QUICK, PAUSE = (3, 6), (8, 16)  # seconds between the first blows, and between the others
TROUBLE = {"rate": 0.03, "error": 0.03, "cut_before": 0.02, "cut_after": 0.02}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 120)]


def slack_answers(slack, channel, thread):
    """Messages of a thread that carry the reactions."""
    return [
        m for m in slack.from_bot(channel, thread)
        if set(REACTIONS["en"])
        <= {e["text"]["text"] for b in m.get("blocks", []) if b["type"] == "actions" for e in b["elements"]}
    ]  # fmt: skip


def telegram_answers(telegram, chat, question):
    """Messages that carry the reactions and answer this question."""
    return [
        m for m in telegram.bot_messages(chat)
        if set(REACTIONS["en"]) <= {b.get("text") for row in (m.keyboard or []) for b in row}
        and m.reply_to_id == question
    ]  # fmt: skip


class Saboteur(threading.Thread):
    """Kills workers and Redis in turn until told to stop. The first blows come quickly, as a fast machine is soon done;
    later what was killed mostly stands again before the next, so that a slow machine does more than start."""

    def __init__(self, plant, seed):
        super().__init__(daemon=True)
        self.plant, self.chance, self.over = plant, random.Random(seed), threading.Event()
        self.worker = plant.run("worker").ready()
        self.done = []

    def run(self):
        while not self.over.wait(self.chance.uniform(*(QUICK if len(self.done) < LEAST else PAUSE))):
            act = self.chance.choice(["worker", "child", "child", "child", "redis", "redis"])
            if act == "worker":
                self.worker.kill()
                time.sleep(self.chance.uniform(0, 1.5))
                self.worker = self.plant.run("worker")
                if self.chance.random() < 0.75:
                    self.worker.ready(120)
            elif act == "child":
                pids = self.worker.children()
                if pids:
                    try:
                        os.kill(self.chance.choice(pids), 9)
                    except ProcessLookupError:
                        continue
            else:
                self.plant.redis.kill()
                time.sleep(self.chance.uniform(0, 2))
                self.plant.redis.start()
            self.done.append(act)


def test_nothing_is_lost_and_nothing_is_answered_twice(tmp_path):
    chance = random.Random(7)
    csv = small_csv(rows=120, onset=90)
    with SlackServer() as slack, TelegramServer() as telegram:
        slack.retry_delays = (0.5, 1, 2, 5, 10, 10, 10, 10)
        # many places: in one group Telegram's own pace (20 messages a minute) would be all that is measured
        groups = [telegram.add_supergroup(f"Shift {i}", [telegram.anna]) for i in range(4)]
        crew = [telegram.add_user(f"Crew {i}") for i in range(12)]
        channels = ["C0STRAND", "C0SHIFT", *(f"C0CHAOS{i}" for i in range(4))]
        for channel in channels[2:]:
            slack.add_channel(channel, channel.lower(), "channel", True, "U0ANNA")
        with Plant(tmp_path, **slack.env, **telegram.environment, ANDON_VISIBILITY_TIMEOUT="12") as plant:
            saboteur = Saboteur(plant, 7)
            plant.run("bot", "slack").ready()
            plant.run("bot", "telegram").ready()
            slack.wait_socket()
            slack.chaos(TROUBLE, 7, methods=("chat.postMessage", "chat.update", "download"), rate={"retry_after": 1})
            telegram.chaos(TROUBLE, 7, spare=("getMe", "setMyCommands", "deleteWebhook"), retry_after=1)
            saboteur.start()
            asked = []
            for number in range(MESSAGES):
                text = "resample to 10 s" if number % 10 else "pressure jumped, why?"
                name = f"pumps{number}.csv"
                if number % 2:
                    channel = chance.choice(channels)
                    ts = slack.say(channel, "U0ANNA", text, files=[(name, csv)], mention=True)
                    asked.append(("slack", channel, ts))
                elif number % 8:
                    person = chance.choice(crew)
                    sent = telegram.send_file(person, person, name, csv, caption=text)
                    asked.append(("telegram", person, sent.id))
                else:
                    group = chance.choice(groups)
                    sent = telegram.send_file(group, telegram.anna, name, csv, caption=f"@andon_bot {text}")
                    asked.append(("telegram", group, sent.id))
                time.sleep(chance.uniform(0, 0.25))
            answers = await_answers(slack, telegram, asked, SECONDS)
            saboteur.over.set()
            saboteur.join()
            slack.calm()
            telegram.chaos(None)
            time.sleep(12)  # a second answer would come by now
            answers = counted(slack, telegram, asked)
            ledger = plant.ledger()
            report = {"sabotage": saboteur.done, "jobs": ledger.jobs.counts(),
                      "dead": [(j.key, j.error) for j in ledger.jobs.dead()]}  # fmt: skip
            ledger.close()
            lost = [q for q, count in zip(asked, answers, strict=True) if count == 0]
            twice = [q for q, count in zip(asked, answers, strict=True) if count > 1]
            print(f"{MESSAGES} messages: {len(lost)} lost, {len(twice)} answered twice; {report}")
            assert lost == [], report
            assert twice == [], report
            assert len(saboteur.done) >= LEAST


def counted(slack, telegram, asked):
    """How many answers each question has."""
    return [
        len(slack_answers(slack, place, message) if platform == "slack" else
            telegram_answers(telegram, place, message))
        for platform, place, message in asked
    ]  # fmt: skip


def await_answers(slack, telegram, asked, seconds):
    """Wait until every question has an answer, or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answers = counted(slack, telegram, asked)
        if all(answers):
            return answers
        time.sleep(1)
    return counted(slack, telegram, asked)
