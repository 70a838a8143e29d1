"""The Telegram process: verifies, translates, hands over. Nothing else; no state."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

from telegram.ext import Application, ExtBot

from bot.telegram import menu, polling, webhook
from bot.telegram.connection import Request, api_url, file_url, quiet, token_of
from bot.telegram.intake import Intake, Take
from bot.telegram.patience import Stopped, persist
from workers import client
from workers.settings import Settings

log = logging.getLogger("andon.telegram")


def build(settings: Settings) -> Application:
    """PTB's Application: it owns the bot, its connections and their life.

    It gets no Updater and no handlers: process_update swallows what a handler raises, but what `take` raises must
    keep an update from being confirmed (see polling.py).
    """
    return (
        Application.builder()
        .token(token_of(settings))
        .base_url(api_url(settings))
        .base_file_url(file_url(settings))
        .request(Request())
        .get_updates_request(Request(pool=2))
        .updater(None)
        .job_queue(None)
        .build()
    )


async def serve(settings: Settings, take: Take) -> None:
    """Run until SIGTERM or SIGINT: by webhook where TELEGRAM_WEBHOOK_URL is set, else by polling.

    `take` makes an event durable; when it raises, the update is not confirmed and comes again. The caller gets an
    event at least once: it knows it by `event_id`. AndonError when a setting makes a start useless.
    """
    quiet()
    application = build(settings)
    hook = webhook.Hook(settings) if settings.telegram_webhook_url else None
    stop = asyncio.Event()
    _stop_on_signals(stop)
    bot: ExtBot = application.bot
    extra: asyncio.Task[None] | None = None
    try:
        await persist("starting", application.initialize, stop)
        extra = asyncio.create_task(menu.offer(bot))
        intake = Intake(bot, take)
        if hook is not None:
            await webhook.listen(bot, hook, intake, stop, client.health(settings))
        else:
            await persist("leaving the webhook", lambda: bot.delete_webhook(drop_pending_updates=False), stop)
            log.info("telegram ready: polling as @%s", bot.username)
            await polling.poll(bot, intake, stop)
    except Stopped:
        pass
    finally:
        if extra is not None:
            extra.cancel()
            await asyncio.gather(extra, return_exceptions=True)
        await application.shutdown()
        await application.bot.shutdown()  # also when initialize never got through
    log.info("telegram stopped")


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, ValueError, RuntimeError):  # not the main thread, or no such platform
            loop.add_signal_handler(number, stop.set)
