"""How we talk to the Bot API: where it is, how long we wait, and what must not reach the logs."""

from __future__ import annotations

import json
import logging
from typing import Any

from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from workers.client import AndonError
from workers.settings import Settings

CONNECT_S = 5.0
READ_S = 20.0  # the default of 5 s makes a slow answer look like a lost one, and we cannot look a message up
MEDIA_S = 60.0
POOL_S = 5.0


class Request(HTTPXRequest):
    """PTB's request whose broken answers stay out of the log: they may hold what people wrote."""

    def __init__(self, pool: int = 16) -> None:
        super().__init__(
            connection_pool_size=pool,
            read_timeout=READ_S,
            write_timeout=READ_S,
            connect_timeout=CONNECT_S,
            pool_timeout=POOL_S,
            media_write_timeout=MEDIA_S,
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The JSON of an answer; TelegramError when it is none."""
        try:
            parsed = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(parsed, dict):
            raise TelegramError("Invalid server response")
        return parsed


def token_of(settings: Settings) -> str:
    """The bot's token; AndonError when none is set."""
    token = settings.telegram_bot_token
    value = token.get_secret_value().strip() if token is not None else ""
    if not value:
        raise AndonError("failure_telegram_token_missing")
    return value


def api_url(settings: Settings) -> str:
    """What PTB puts before the token for calls."""
    return settings.telegram_api_url.rstrip("/") + "/bot"


def file_url(settings: Settings) -> str:
    """What stands before the token for downloads."""
    return (settings.telegram_file_url or settings.telegram_api_url).rstrip("/") + "/file/bot"


def quiet() -> None:
    """Keep the token out of the logs: httpx tells every URL at INFO, and the token is a part of it."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
