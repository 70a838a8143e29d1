"""What went wrong, told by what the caller can do about it (bot/outlet.py).

PTB folds every failure of the connection into NetworkError or TimedOut; whether the request had left is told by the
httpx error underneath (`__cause__`). A NetworkError without one is an HTTP status that PTB has no class for (5xx).
"""

from __future__ import annotations

import re

import httpx
from telegram import error as tg

from bot.outlet import Gone, Refused, Trouble, Unreachable, Unsure, Wait
from bot.telegram.patience import wait_asked

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
# Descriptions of 400 answers after which nothing can be done in that chat, for that message or press, any more.
GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id_invalid",
    "channel_private",
    "group chat was deactivated",
    "group chat was upgraded",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to be replied not found",
    "message to reply not found",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights",
    "need administrator rights",
    "query is too old",
    "query id is invalid",
)
RETRY = re.compile(r"too many requests(?:.*?(\d+))?", re.IGNORECASE | re.DOTALL)


def trouble(error: tg.TelegramError) -> Trouble:
    """The caller's view of an error of PTB."""
    said = error.message
    match error:
        case tg.RetryAfter():
            return Wait(max(wait_asked(error), 1.0))
        case tg.ChatMigrated():
            return Gone(f"migrated:{error.new_chat_id}")
        case tg.Forbidden():
            return Gone(said)
        case tg.InvalidToken() | tg.EndPointNotFound():
            return Refused("Unauthorized")  # PTB's own text may hold the token
        case tg.PassportDecryptionError():
            return Refused("passport")
        case tg.Conflict():
            return Unreachable(said)  # 409: nothing was done
        case tg.BadRequest():
            return _bad_request(said)
        case tg.NetworkError():  # TimedOut too
            return _network(error)
        case _:
            return Unsure(said)  # a 2xx answer that is no JSON


def _bad_request(said: str) -> Trouble:
    low = said.lower()
    return Gone(said) if any(part in low for part in GONE) else Refused(said)


def _network(error: tg.NetworkError) -> Trouble:
    said, cause = error.message, error.__cause__
    if isinstance(cause, NEVER_LEFT):
        return Unreachable(type(cause).__name__)
    if isinstance(cause, (httpx.HTTPError, OSError)) or isinstance(error, tg.TimedOut):
        return Unsure(type(cause).__name__ if cause else "timed_out")
    if cause is not None and not isinstance(cause, tg.TelegramError):
        return Unsure(type(cause).__name__)
    if "request entity too large" in said.lower():
        return Refused("too_large")  # 413
    asked = RETRY.match(said)
    if asked:  # 429 without parameters
        return Wait(max(float(asked[1] or 1), 1.0))
    return Unsure(said[:80])


def not_modified(error: tg.TelegramError) -> bool:
    """The message is already as we want it."""
    return isinstance(error, tg.BadRequest) and "not modified" in error.message.lower()


def too_late(error: tg.TelegramError) -> bool:
    """The press can no longer be answered: nobody waits for it any more."""
    low = error.message.lower()
    return isinstance(error, tg.BadRequest) and ("query is too old" in low or "query id is invalid" in low)
