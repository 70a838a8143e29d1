"""Long polling that confirms nothing before it is safe.

getUpdates confirms every update below its offset. PTB's Updater moves the offset as soon as updates lie in its queue
in memory, before any handler ran, and its one hook (a queue whose put raises) repeats the whole batch, dies on a
revoked token, and spins on one unreadable update. So the loop is ours, on PTB's Bot: the offset moves only up to the
first update that was not taken.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import telegram
from telegram.error import TelegramError

from bot.telegram.intake import Intake, NotTaken
from bot.telegram.patience import Stopped, Streak, pause, until

log = logging.getLogger("andon.telegram")
ALLOWED = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
LONG_POLL_S = 25
GRACE_S = 10  # a long poll answers late by so much at most, else the connection is dead
BATCH = 100  # most updates of one getUpdates (Bot API)


async def poll(bot: telegram.Bot, intake: Intake, stop: asyncio.Event) -> None:
    """Poll until `stop` is set. Leaves after the batch in hand, and confirms it."""
    offset, confirmed = 0, 0
    trouble, queue = Streak("polling"), Streak("the queue takes no events", first=0.25, most=5.0)
    while not stop.is_set():
        try:
            batch = await until(stop, _fetch(bot, offset))
        except Stopped:
            break
        except TelegramError as error:
            await pause(stop, trouble.failed(error))
            continue
        trouble.over()
        confirmed = offset
        if not batch:
            continue
        held = await _take(batch, intake)
        if held is None:
            offset = max(raw["update_id"] for raw in batch) + 1
            queue.over()
        else:
            offset = held[0]
            await pause(stop, queue.failed(held[1]))
    if offset > confirmed:
        await _confirm(bot, offset)


async def _fetch(bot: telegram.Bot, offset: int, timeout: int = LONG_POLL_S, limit: int = BATCH) -> list[Any]:
    """Raw updates. PTB's get_updates fails as a whole on one update that it cannot parse, and logs all their texts;
    its public way to raw answers (do_api_request) warns that get_updates exists. So this is the call below both."""
    asked = {"offset": offset, "timeout": timeout, "limit": limit, "allowed_updates": ALLOWED}
    found = await bot._post("getUpdates", asked, read_timeout=timeout + GRACE_S)
    return [raw for raw in found if isinstance(raw, dict) and "update_id" in raw] if isinstance(found, list) else []


async def _take(batch: list[dict[str, Any]], intake: Intake) -> tuple[int, BaseException] | None:
    """Hand a batch over, chats side by side, each in its order. The lowest update id that was not taken, and why.

    Updates above that id come again although some were taken: what follows knows events by their id.
    """
    lanes: dict[object, list[dict[str, Any]]] = {}
    for raw in batch:
        lanes.setdefault(_chat(raw), []).append(raw)

    async def lane(updates: list[dict[str, Any]]) -> tuple[int, BaseException] | None:
        for raw in updates:
            try:
                await intake(raw)
            except NotTaken as error:
                return int(raw["update_id"]), error.__cause__ or error
        return None

    held = [found for found in await asyncio.gather(*map(lane, lanes.values())) if found]
    return min(held, key=lambda found: found[0]) if held else None


def _chat(raw: dict[str, Any]) -> object:
    """The chat of a raw update; updates without one share a lane."""
    for part in raw.values():
        if isinstance(part, dict):
            holder = part if "chat" in part else part.get("message")
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return holder["chat"].get("id")
    return None


async def _confirm(bot: telegram.Bot, offset: int) -> None:
    """Tell Telegram what was taken before leaving; without it the same updates come once more, which is harmless."""
    try:
        await _fetch(bot, offset, timeout=0, limit=1)
    except TelegramError as error:
        log.info("the last updates were not confirmed (%s); they come again", type(error).__name__)
