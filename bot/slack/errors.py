"""What went wrong at Slack, in the words of bot/outlet.py.

The codes are data: codes.toml. One that isn't listed is Refused and logged: tests/bot/slack/test_errors.py makes a new
one a decision.
"""

from __future__ import annotations

import errno
import http.client
import logging
import re
import socket
import ssl
import tomllib
import urllib.error
from pathlib import Path

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.outlet import Gone, Refused, Trouble, Unreachable, Unsure, Wait

log = logging.getLogger(__name__)

_CODES = tomllib.loads((Path(__file__).parent / "codes.toml").read_text(encoding="utf-8"))
GONE, REFUSED, UNSURE = (frozenset(_CODES[kind]) for kind in ("gone", "refused", "unsure"))
NO_TOKEN = frozenset(_CODES["token"])
WAIT: dict[str, float] = _CODES["wait"]  # seconds when Slack names none
_CODE = re.compile(r"[a-z0-9_]{1,80}")
_NO_WAY = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}


def by_code(code: str) -> Trouble:
    """What an `ok: false` means."""
    if code in GONE:
        return Gone(code)
    if code in UNSURE:
        return Unsure(code)
    if code in WAIT:
        return Wait(WAIT[code], code)
    if code not in REFUSED:
        log.warning("Slack answered with an error code that is not listed: %s", code)
    return Refused(code)


def by_status(status: int, retry_after: str | None = None) -> Trouble:
    """What an HTTP status without a readable body means."""
    if status == 429:
        return Wait(_seconds(retry_after))
    return Unsure(f"http_{status}") if status >= 500 else Refused(f"http_{status}")


THEIRS = (SlackClientError, OSError, http.client.HTTPException)  # of slack_sdk, urllib (an OSError) and http.client


def understood(error: SlackClientError | OSError | http.client.HTTPException) -> Trouble:
    """The Trouble that an exception of THEIRS means."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, urllib.error.HTTPError):
        return by_status(error.code, error.headers.get("Retry-After"))
    if isinstance(error, urllib.error.URLError):
        return _unsent(error.reason)
    return Unsure(type(error).__name__)  # the request had left when the connection broke


def _answered(error: SlackApiError) -> Trouble:
    answer = error.response
    if isinstance(answer, dict):  # a body that isn't JSON: slack_sdk hands over the bare response
        status, headers, code = int(answer.get("status", 0)), answer.get("headers", {}), ""
    else:
        status, headers = answer.status_code, answer.headers
        said = answer.get("error", "") if isinstance(answer.data, dict) else ""
        code = said if _CODE.fullmatch(said) else ""  # slack_sdk puts a sentence there when the body isn't JSON
    retry_after = {str(name).lower(): value for name, value in dict(headers or {}).items()}.get("retry-after")
    if status == 429 or (code in WAIT and retry_after):
        return Wait(_seconds(retry_after), code or "rate_limited")
    if code and status < 500:
        return by_code(code)
    return by_status(status) if status >= 400 else Unsure("unreadable_answer")


def _unsent(reason: object) -> Trouble:
    """urllib wraps what happens until the request has been sent: some of it is surely before the connection."""
    name = type(reason).__name__
    if isinstance(reason, socket.gaierror | ssl.SSLCertVerificationError):
        return Unreachable(name)
    if isinstance(reason, OSError) and reason.errno in _NO_WAY:
        return Unreachable(name)
    return Unsure(name)


def _seconds(retry_after: object) -> float:
    """Retry-After in seconds; a list is how slack_sdk gives headers."""
    value = retry_after[0] if isinstance(retry_after, list) and retry_after else retry_after
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return 1.0
