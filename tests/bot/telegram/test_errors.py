"""Every error of PTB is decided, by what the caller can do about it."""

import inspect

import httpx
import pytest
from telegram import error as tg

from bot.outlet import Gone, Refused, Unreachable, Unsure, Wait
from bot.telegram.errors import not_modified, too_late, trouble


def caused(error, cause):
    error.__cause__ = cause
    return error


DECIDED = {
    tg.TelegramError: (tg.TelegramError("Invalid server response"), Unsure),
    tg.Forbidden: (tg.Forbidden("Forbidden: bot was blocked by the user"), Gone),
    tg.InvalidToken: (tg.InvalidToken("Unauthorized"), Refused),
    tg.EndPointNotFound: (tg.EndPointNotFound("Not Found"), Refused),
    tg.NetworkError: (tg.NetworkError("Internal Server Error"), Unsure),
    tg.BadRequest: (tg.BadRequest("Bad Request: can't parse entities"), Refused),
    tg.TimedOut: (tg.TimedOut(), Unsure),
    tg.ChatMigrated: (tg.ChatMigrated(-1005), Gone),
    tg.RetryAfter: (tg.RetryAfter(7), Wait),
    tg.Conflict: (tg.Conflict("Conflict"), Unreachable),
    tg.PassportDecryptionError: (tg.PassportDecryptionError("x"), Refused),
}


def test_every_error_class_of_ptb_is_decided():
    known = {cls for _, cls in inspect.getmembers(tg, inspect.isclass) if issubclass(cls, tg.TelegramError)}
    assert known == set(DECIDED)


@pytest.mark.parametrize("cls", DECIDED)
def test_error_classes(cls):
    error, wanted = DECIDED[cls]
    assert type(trouble(error)) is wanted


def test_a_wait_tells_its_seconds_and_a_migration_its_new_chat():
    assert trouble(tg.RetryAfter(7)).seconds == 7
    assert trouble(tg.ChatMigrated(-1005)).code == "migrated:-1005"
    assert trouble(tg.NetworkError("Too Many Requests: retry after 9")).seconds == 9


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ConnectTimeout("slow"), Unreachable),
        (httpx.PoolTimeout("busy"), Unreachable),
        (httpx.ReadError("cut"), Unsure),
        (httpx.WriteError("cut"), Unsure),
        (httpx.ReadTimeout("slow"), Unsure),
        (httpx.WriteTimeout("slow"), Unsure),
        (httpx.RemoteProtocolError("closed"), Unsure),
        (RuntimeError("anything"), Unsure),
    ],
)
def test_whether_the_request_left_decides(cause, wanted):
    wrapped = tg.TimedOut() if isinstance(cause, httpx.TimeoutException) else tg.NetworkError(str(cause))
    assert type(trouble(caused(wrapped, cause))) is wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Bad Request: chat not found", Gone),
        ("Bad Request: message to edit not found", Gone),
        ("Bad Request: message can't be edited", Gone),
        ("Bad Request: message thread not found", Gone),
        ("Bad Request: TOPIC_CLOSED", Gone),
        ("Bad Request: not enough rights to send text messages to the chat", Gone),
        ("Bad Request: message is too long", Refused),
        ("Bad Request: BUTTON_DATA_INVALID", Refused),
    ],
)
def test_a_refused_request_is_gone_or_refused(said, wanted):
    assert type(trouble(tg.BadRequest(said))) is wanted


def test_a_file_beyond_the_servers_limit_is_refused():
    assert trouble(tg.NetworkError("Request Entity Too Large")).code == "too_large"


def test_what_counts_as_success():
    assert not_modified(tg.BadRequest("Bad Request: message is not modified: specified new message content..."))
    assert too_late(tg.BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"))
    assert not not_modified(tg.BadRequest("Bad Request: message to edit not found"))
