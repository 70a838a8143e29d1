"""Sending an order to the plant's maintenance system: one POST of its JSON, signed, with an idempotency key.

Headers: Idempotency-Key (the order's id), X-Andon-Timestamp (seconds since 1970), X-Andon-Signature
("sha256=" and the hex HMAC-SHA256 of "TIMESTAMP.BODY" under ANDON_WORK_ORDER_SECRET; absent without a secret).
No redirect is followed: the order goes to whom it was meant for, or nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlsplit

from kb.noredirect import NoRedirect
from workers.errors import AndonError
from workers.orders.order import WorkOrder
from workers.settings import Settings

SECONDS = 10.0
TRIES = 3
PAUSE_S = 0.5  # before the second try, doubled before each further one
LATER = frozenset({408, 425, 429})  # and every 5xx: the same order may be taken later


def signature(body: bytes, timestamp: str, secret: str) -> str:
    """What X-Andon-Signature holds."""
    made = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={made.hexdigest()}"


def send_order(
    order: WorkOrder, settings: Settings, *, tries: int = TRIES, sleep: Callable[[float], None] = time.sleep
) -> str:
    """Send the order and give the host that took it. A repeated order carries the same key, so it is taken once.

    Raises AndonError: failure_order_not_set_up, failure_order_refused (trying again is useless), or
    failure_order_unreachable (after `tries`; later it may work).
    """
    url = settings.work_order_url
    if not url:
        raise AndonError("failure_order_not_set_up")
    host = urlsplit(url).hostname or "-"
    if urlsplit(url).scheme not in ("http", "https"):
        raise AndonError("failure_order_refused", id=order.id, host=host, why="http, https")
    for number in range(1, tries + 1):
        try:
            _post(url, order, settings)
        except urllib.error.HTTPError as error:
            if error.code not in LATER and error.code < 500:
                raise AndonError("failure_order_refused", id=order.id, host=host, why=error.code) from None
            why: object = error.code
        except (OSError, HTTPException) as error:
            why = type(getattr(error, "reason", error)).__name__
        except ValueError:
            raise AndonError("failure_order_refused", id=order.id, host=host, why="URL") from None
        else:
            return host
        if number < tries:
            sleep(PAUSE_S * 2 ** (number - 1))
    raise AndonError("failure_order_unreachable", id=order.id, host=host, why=why)


def _post(url: str, order: WorkOrder, settings: Settings) -> None:
    body, stamp = order.model_dump_json(by_alias=True).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "andon (work orders)",
        "Idempotency-Key": order.id,
        "X-Andon-Timestamp": stamp,
    }
    if settings.work_order_secret is not None:
        headers["X-Andon-Signature"] = signature(body, stamp, settings.work_order_secret.get_secret_value())
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.build_opener(NoRedirect()).open(request, timeout=SECONDS) as answer:
        answer.read(1024)
