"""What the methods work on: the world, the queue, the bot's profile, open button presses, and the switches."""

import itertools
import time
from dataclasses import dataclass, field

from tests.e2e.strict_telegram.pace import Pace
from tests.e2e.strict_telegram.updates import Updates
from tests.e2e.strict_telegram.webhook import Webhook
from tests.e2e.strict_telegram.world import Chat, Message, User, World


@dataclass(frozen=True)
class Answer:
    """What answerCallbackQuery said; `seconds` since the tap."""

    query_id: str
    text: str
    show_alert: bool
    url: str
    time: float
    seconds: float


@dataclass
class Query:
    """A button that somebody pressed."""

    id: str
    user: User
    message: Message
    data: str
    created: float = field(default_factory=time.monotonic)
    answer: Answer | None = None
    update_id: int | None = None


@dataclass
class State:
    """Everything the server knows."""

    world: World
    updates: Updates
    webhook: Webhook
    pace: Pace | None = None
    allow_http_webhook: bool = True
    callback_seconds: float = 15.0  # Telegram doesn't say; a press is too old after about this long
    queries: dict[str, Query] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict]] = field(default_factory=dict)  # (scope, language) -> commands
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)  # (which, language) -> text
    actions: list[tuple[Chat, str, int, float]] = field(default_factory=list)  # chat, action, topic, time
    bot_reactions: list[tuple[Chat, int, list[str]]] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def unique(self) -> str:
        """An id as Telegram makes them for albums and button presses: digits."""
        return str(13_000_000_000_000_000 + next(self.numbers) * 7_919)
