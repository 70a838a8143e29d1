"""`andon bot slack|telegram|console`: the chat processes. They verify, admit, enqueue and acknowledge; no more."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import sys
from collections.abc import Awaitable, Callable

from bot.dialogue import Dialogue
from bot.incoming import Incoming
from bot.intake import Intake
from bot.outlet import Refused
from bot.wording import say
from workers import client
from workers.settings import Settings

log = logging.getLogger(__name__)

CHAT_TASKS = ("bot.tasks",)
TOKEN_REFUSED = {"slack": "failure_slack_refused", "telegram": "failure_telegram_refused"}
Take = Callable[[Incoming], Awaitable[None]]


def slack(args: argparse.Namespace, settings: Settings) -> int:
    """`andon bot slack`: Socket Mode when SLACK_APP_TOKEN is set, else HTTP with SLACK_SIGNING_SECRET."""
    missing = ["SLACK_BOT_TOKEN"] if settings.slack_bot_token is None else []
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        missing.append("SLACK_APP_TOKEN")
    return _serve("slack", missing, settings)


def telegram(args: argparse.Namespace, settings: Settings) -> int:
    """`andon bot telegram`: polling, or a webhook when TELEGRAM_WEBHOOK_URL is set."""
    missing = ["TELEGRAM_BOT_TOKEN"] if settings.telegram_bot_token is None else []
    if settings.telegram_webhook_url is not None and settings.telegram_webhook_secret is None:
        missing.append("TELEGRAM_WEBHOOK_SECRET")
    return _serve("telegram", missing, settings)


def _serve(platform: str, missing: list[str], settings: Settings) -> int:
    if missing:
        raise client.AndonError("failure_token_missing", names=", ".join(missing), doc=f"docs/{platform}.md")
    client.start_logging(settings, aloud=True)
    names = [name for name in settings.admit_everybody if name.startswith(platform.upper())]
    if names:
        log.warning(say("everybody_admitted", settings.lang, names=", ".join(names)))
    try:
        serve = importlib.import_module(f"bot.{platform}.app").serve
    except ImportError as error:
        raise client.AndonError("failure_extra_missing", extra="chat") from error
    try:
        asyncio.run(_run(serve, settings))
    except Refused as refused:
        raise client.AndonError(TOKEN_REFUSED[platform], why=refused.code, doc=f"docs/{platform}.md") from refused
    return 0


async def _run(serve: Callable[[Settings, Take], Awaitable[None]], settings: Settings) -> None:
    door = client.open_door(settings, CHAT_TASKS)
    try:
        async with Intake(door, settings) as intake:
            await serve(settings, intake.take)
    finally:
        door.close()


def console(args: argparse.Namespace, settings: Settings) -> int:
    """`andon bot console`: a conversation on the terminal; a line may begin with a file's name."""
    print(say("console_hello", args.lang or settings.lang))
    talk = Dialogue(settings, args.lang)
    for line in sys.stdin:
        said = talk.reply(line)
        if said:
            print(said, flush=True)
    return 0
