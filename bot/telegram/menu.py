"""The command menu and the short description, in English (for everyone) and in Chinese. Best effort."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import telegram
from telegram.error import TelegramError

from bot.telegram.patience import Streak, log
from bot.telegram.wording import say

MENU = ("ask", "status", "stop", "digest", "kb", "models", "language", "level", "help")
LANGUAGES = (("en", None), ("zh", "zh"))  # ours, Telegram's language_code: None is for everyone else
TRIES = 6


async def offer(bot: telegram.Bot) -> None:
    """Set menu and description; what Telegram refuses is left out with a log line."""
    for lang, code in LANGUAGES:
        commands = [telegram.BotCommand(name, say(f"command_{name}", lang)) for name in MENU]
        await _try(partial(bot.set_my_commands, commands, language_code=code), "setting the menu")
        about = say("short_description", lang)
        await _try(partial(bot.set_my_short_description, about, language_code=code), "setting the description")


async def _try(call: Callable[[], Awaitable[object]], what: str) -> None:
    streak = Streak(what, first=1.0, most=300.0)
    for _ in range(TRIES):
        try:
            await call()
        except TelegramError as error:
            await asyncio.sleep(streak.failed(error))
        else:
            return
    log.warning("%s: given up until the next start", what)
