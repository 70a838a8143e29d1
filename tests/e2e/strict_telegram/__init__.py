"""A strict local Telegram Bot API for end-to-end tests: real HTTP, the platform's limits and its words of refusal.

    with TelegramServer() as telegram:
        ... start the bot with telegram.environment ...
        telegram.say(telegram.anna, telegram.anna, "/start")
        telegram.wait_for(lambda: telegram.bot_messages(telegram.anna), what="a greeting")

Limits and their sources are in limits.py; `python -m tests.e2e.strict_telegram --port 8081` runs it alone.
"""

from tests.e2e.strict_telegram.dispatch import Call
from tests.e2e.strict_telegram.pace import Pace
from tests.e2e.strict_telegram.server import TOKEN, TelegramServer
from tests.e2e.strict_telegram.state import Answer, Query
from tests.e2e.strict_telegram.world import Chat, Message, User, Version

__all__ = ["TOKEN", "Answer", "Call", "Chat", "Message", "Pace", "Query", "TelegramServer", "User", "Version"]
