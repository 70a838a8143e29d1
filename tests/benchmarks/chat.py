"""How fast chat processes take events: `andon bot slack|telegram` beside bare bots, on the same strict platforms.

Every way in (Socket Mode, HTTP, polling, webhook) has three bots, each a process with a platform of its own, all
there at once; only one is loaded at a time, in turn. No worker runs. What each does before it is done with an event:
  andon  verify, translate, admit, write to Redis and hear that it has it (appendfsync always), then acknowledge
  echo   acknowledge, then reply with the same words; done when the reply was posted
  ack    acknowledge, in a handler that does nothing: the least that bolt or python-telegram-bot can do
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.benchmarks.bare_telegram import SECRET
from tests.benchmarks.chat_load import OUTSTANDING, Load, SlackLoad, TelegramLoad, cpu_seconds, resident_mb
from tests.benchmarks.report import Goal, Report
from tests.e2e.plant import ROOT, Plant
from tests.services import free_port, wait_until

ROUNDS, CLOSED_S = 5, 1.5
RATE, PACED_S = 50, 10.0
KEY, TOLD = "andon:inbox", "andon:inbox:told"
WAYS = ("Slack, Socket Mode", "Slack, HTTP", "Telegram, polling", "Telegram, webhook")
BARS = ("echo", "ack")
TAKEN_S = 0.02  # a stand-in for the worker takes the hint so often, as a free worker would
TITLE = "Chat processes under load"
COLUMNS = ["way in", "bot", "events/s", "andon's rate to it", "CPU ms an event", "cores", "ack p50 ms", "ack p99 ms",
           "resident MB"]  # fmt: skip


@dataclass
class Bot:
    """One bot, its platform and what was measured."""

    name: str
    load: SlackLoad | TelegramLoad
    pid: int = 0
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    paced: Load | None = None
    repeated: int = 0

    @property
    def replies(self) -> bool:
        """Whether there is more to wait for than the acknowledgement."""
        return self.name == "echo" or (self.name == "ack" and isinstance(self.load, TelegramLoad))

    def measure(self) -> Load:
        """One stretch in a closed loop."""
        cpu = cpu_seconds(self.pid)
        load = self.load.closed(CLOSED_S, self.replies)
        cpu = cpu_seconds(self.pid) - cpu
        self.rates.append(load.rate)
        self.cpu_ms.append(1000 * cpu / load.events)
        self.cores.append(cpu / load.seconds)
        self.repeated += load.repeated
        return load


def run(data: Path) -> Report:
    """All four ways; `data` is not used."""
    report = Report(TITLE, list(COLUMNS))
    if shutil.which("redis-server") is None:
        report.missing.append("redis-server")
        return report
    kept = []
    for way in WAYS:
        with tempfile.TemporaryDirectory() as folder, Plant(folder) as plant, contextlib.ExitStack() as stack:
            store = redis.Redis.from_url(plant.redis.url)
            bots = {name: stack.enter_context(bot(plant, way, name)) for name in ("andon", *BARS)}
            with standing_in(store):
                kept.append(measure(bots, store))
            rows(report, way, bots)
    least = min(kept)
    report.goals.append(Goal("acknowledged events that lay in Redis then", least, "== 1", least == 1))
    report.notes += [
        f"{os.cpu_count()} cores for the bot, the platform with the load, and Redis together.",
        f"events/s: median of {ROUNDS} stretches of {CLOSED_S:g} s with {OUTSTANDING} people of whom each speaks again "
        "as soon as the last event was acknowledged; the rate to it: median of the ratios of neighbouring stretches.",
        f"ack: {RATE} events a second for {PACED_S:.0f} s; from sending until Slack has the acknowledgement, and until "
        "Telegram's update is confirmed.",
        "cores: processor time of the bot to wall time under full load; well below 1 the platform was what held it up.",
        "andon: event written to Redis (appendfsync always) before the acknowledgement; echo: until the reply is "
        "posted; ack: bolt or python-telegram-bot with a handler that does nothing (PTB: until it has run).",
        "resident MB: at the end of it all. The goal is .8 of the echo bots' rate; 'ack' is a harder yardstick.",
        f"no worker: a stand-in takes each hint within {1000 * TAKEN_S:.0f} ms, so that hints are sent as in a plant.",
    ]
    return report


def measure(bots: dict[str, Bot], store: redis.Redis) -> float:
    """Warm up, load in turn, then at an even pace; the share of andon's acknowledged events that Redis held."""
    share = 1.0
    for one in bots.values():
        one.load.closed(1.0, one.replies)
    for number in range(ROUNDS):
        order = list(bots.values())
        for one in order[number % 3 :] + order[: number % 3]:
            store.delete(KEY)
            load = one.measure()
            if one.name == "andon":
                share = min(share, store.hlen(KEY) / load.events)
    for one in bots.values():
        one.paced = one.load.paced(RATE, PACED_S, one.replies)
        one.repeated += one.paced.repeated
    return share


def rows(report: Report, way: str, bots: dict[str, Bot]) -> None:
    """What was measured on one way in."""
    andon = bots["andon"]
    for name, one in bots.items():
        ratio = statistics.median(a / b for a, b in zip(andon.rates, one.rates, strict=True))
        waits = sorted(1000 * wait for wait in one.paced.waits)
        p50, p99 = statistics.median(waits), waits[int(0.99 * len(waits))]
        middle = statistics.median
        report.rows.append([way, name, round(middle(one.rates)), "" if one is andon else ratio, middle(one.cpu_ms),
                            middle(one.cores), p50, p99, resident_mb(one.pid)])  # fmt: skip
        if one is andon:
            report.goals.append(Goal(f"{way}: ack p99 ms", p99, "< 200", p99 < 200))
        else:
            asked = "" if name == "echo" else " (harder yardstick)"
            report.goals.append(Goal(f"{way}: rate to bare {name}{asked}", ratio, ">= 0.8", ratio >= 0.8))
        if one.repeated:
            report.notes.append(f"{way}, {name}: {one.repeated} events had to be delivered more than once.")


@contextlib.contextmanager
def bot(plant: Plant, way: str, name: str) -> Iterator[Bot]:
    """A bot's process with a platform of its own, ready for events."""
    load = SlackLoad() if way.startswith("Slack") else TelegramLoad()
    port = free_port()
    argv, environment = (andon if name == "andon" else bare)(way, name, port)
    environment |= plant.environment | load.env
    if way == "Slack, HTTP":
        del environment["SLACK_APP_TOKEN"]
        load.server.http_target = f"http://127.0.0.1:{port}/slack/events"
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH", "HOME")}
    written = plant.folder / f"{name}.log"
    with written.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *argv], cwd=ROOT, env=keep | environment, stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_until(lambda: ready(way, load) or process.poll() is not None, 60, f"{name} to be ready for {way}")
        assert process.poll() is None, written.read_text(encoding="utf-8")[-2000:]
        yield Bot(name, load, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        load.stop()


def andon(way: str, name: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Command and settings of Andon, with allow-lists as in production."""
    settings = {"ANDON_MODE": "production", "SLACK_ALLOWED": "T0PLANT", "TELEGRAM_ALLOWED": "*"}
    settings |= {"ANDON_SLACK_LISTEN": f"127.0.0.1:{port}", "ANDON_TELEGRAM_LISTEN": f"127.0.0.1:{port}"}
    if way == "Telegram, webhook":
        settings["TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}/hook"
        settings["TELEGRAM_WEBHOOK_SECRET"] = SECRET
    return ["bot.cli", "bot", "slack" if way.startswith("Slack") else "telegram"], settings


def bare(way: str, name: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Command of a bare bot."""
    if way.startswith("Slack"):
        how = ["socket"] if way == "Slack, Socket Mode" else ["http", str(port)]
        return ["tests.benchmarks.bare_bolt", name, *how], {}
    return ["tests.benchmarks.bare_telegram", name, *([str(port)] if way == "Telegram, webhook" else [])], {}


def ready(way: str, load: SlackLoad | TelegramLoad) -> bool:
    """Whether events would reach the bot now."""
    if way == "Slack, Socket Mode":
        return load.server.open_sockets > 0
    if way == "Telegram, polling":
        return load.server.state.updates._poll > 0
    if way == "Telegram, webhook":
        return bool(load.server.state.webhook.url)
    try:
        return load.server.verify_url()
    except Exception:  # nobody listens yet
        return False


@contextlib.contextmanager
def standing_in(store: redis.Redis) -> Iterator[None]:
    """Take hints as a free worker would; events stay."""
    over = threading.Event()

    def take() -> None:
        while not over.wait(TAKEN_S):
            store.delete("chat", TOLD)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
