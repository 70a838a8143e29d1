"""Every way in which Slack says no is one of the caller's words."""

import http.client
import re
import socket
import ssl
import urllib.error
from pathlib import Path

import pytest

from bot.conversation import posting
from bot.outlet import Gone, Refused, Unreachable, Unsure, Wait
from bot.slack import app, errors
from bot.slack.calling import call
from workers.commands import tokens

STRICT = Path(__file__).parents[2] / "e2e" / "strict_slack"


# Of methods that we don't call, of response_urls, and of answers to Slack.
NOT_OURS = {"invalid_payload", "used_url", "expired_url", "invalid_name", "already_reacted", "bot_not_found",
            "users_list_not_supplied", "invalid_json", "json_not_object", "invalid_response"}  # fmt: skip


def test_a_code_means_one_thing():
    kinds = [errors.GONE, errors.REFUSED, errors.UNSURE, set(errors.WAIT)]
    assert sum(map(len, kinds)) == len(set().union(*kinds))


def test_a_token_that_is_no_more_is_one_set_of_codes_everywhere():
    """Jobs wait for a token (posting), the bot ends at its start (app), doctor and worker refuse it (tokens)."""
    assert errors.NO_TOKEN <= errors.REFUSED
    assert errors.NO_TOKEN <= posting.OPERATOR
    assert errors.NO_TOKEN | {"not_allowed_token_type"} == app.FATAL
    assert app.FATAL | {"Unauthorized", "Not Found"} == tokens.REFUSED


def test_every_code_of_the_strict_slack_is_a_decision():
    sources = "".join(path.read_text(encoding="utf-8") for path in STRICT.rglob("*.py"))
    codes = set(re.findall(r'SlackError\(\s*"([a-z_]+)"', sources))
    codes -= NOT_OURS
    assert codes - errors.GONE - errors.REFUSED - errors.UNSURE - set(errors.WAIT) == set()


@pytest.mark.parametrize(
    ("code", "kind"),
    [("channel_not_found", Gone), ("not_in_channel", Gone), ("is_archived", Gone), ("message_not_found", Gone),
     ("cant_update_message", Gone), ("account_inactive", Refused), ("expired_trigger_id", Gone),
     ("invalid_blocks", Refused), ("invalid_auth", Refused), ("missing_scope", Refused), ("msg_too_long", Refused),
     ("internal_error", Unsure), ("fatal_error", Unsure), ("ratelimited", Wait)],
)  # fmt: skip
def test_codes(code, kind):
    assert type(errors.by_code(code)) is kind


def test_an_unlisted_code_is_refused_and_logged(caplog):
    assert type(errors.by_code("brand_new")) is Refused
    assert "brand_new" in caplog.text


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (urllib.error.URLError(ConnectionRefusedError(111, "refused")), Unreachable),
        (urllib.error.URLError(socket.gaierror(-2, "unknown")), Unreachable),
        (urllib.error.URLError(OSError(113, "no route")), Unreachable),
        (urllib.error.URLError(ssl.SSLCertVerificationError()), Unreachable),
        (urllib.error.URLError(TimeoutError()), Unsure),
        (urllib.error.URLError(ConnectionResetError()), Unsure),
        (http.client.RemoteDisconnected(), Unsure),
        (http.client.IncompleteRead(b""), Unsure),
        (ConnectionResetError(), Unsure),
        (TimeoutError(), Unsure),
    ],
)
def test_connections(error, kind):
    assert type(errors.understood(error)) is kind


def test_our_own_mistakes_are_not_slacks():
    def mistaken():
        raise KeyError("x")

    with pytest.raises(KeyError):
        call(mistaken)
