"""Why a request brought no reply: HTTP errors and broken lines, told apart by what the caller can do about them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

BUDGETS = ("failure_llm_budget", "failure_llm_budget_day")  # of a run, of a day
PLACES = {408: "busy", 409: "busy", 425: "busy", 429: "busy", 503: "busy", 529: "busy"}
CONTEXT = re.compile(
    r"context.?length|context.?(size|window)|maximum context|exceed_context|prompt is too long|too many (input )?tokens"
    r"|input is too long|reduce the length|string_above_max_length"
)
NO_MODEL = re.compile(
    r"model_not_found|(model|deployment)\W.{0,200}(not found|not exist|not available|no access|not loaded)"
    r"|(unknown|invalid|no such) (model|deployment)"
)
FILTERED = re.compile(r"content_filter|content management policy|responsibleai|content_policy|safety system")
UNPAID = re.compile(r"insufficient_quota|insufficient balance|billing|exceeded your current quota|credit")


@dataclass(frozen=True)
class Trouble:
    """A request that brought no reply. A value, never raised: `complaint` may quote the request, so it goes nowhere."""

    code: str  # the RoleError that it becomes when nothing helps
    why: str = ""  # "HTTP 503", "ConnectError": safe to show
    retry: bool = False
    wait_s: float = 0.0  # as the server asked
    status: int = 0  # 0: no HTTP answer
    complaint: str = ""  # the server's words, for learning alone
    seen: int = 0  # tokens that had arrived, estimated
    sent: bool = False  # the prompt was worked on, so it counts
    values: Mapping[str, object] = field(default_factory=dict)  # for the sentence


def of_status(status: int, body: Any, headers: Mapping[str, str]) -> Trouble:
    """An HTTP error. `body` is what came with it: JSON or text."""
    complaint = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False) if body is not None else ""
    said, why, code = complaint.lower(), f"HTTP {status}", "failure_llm_rejected"
    if status == 402 or (status == 429 and UNPAID.search(said)):
        return Trouble("failure_llm_auth", why, status=status)
    if status in PLACES:
        return Trouble("failure_llm_busy", why, True, asked_pause(headers), status)
    if status >= 500:
        return Trouble("failure_llm_unreachable", why, True, asked_pause(headers), status, complaint)
    if status in (401, 403, 407):
        code = "failure_llm_auth"
    elif status == 413 or CONTEXT.search(said):
        return Trouble("failure_llm_context", why, status=status, complaint=complaint)
    elif FILTERED.search(said):
        return Trouble("failure_llm_refused", why, status=status)
    elif NO_MODEL.search(said):
        return Trouble("failure_llm_model", why, status=status, complaint=complaint)
    elif status in (404, 405, 410):
        code = "failure_llm_url"
    return Trouble(code, why, status=status, complaint=complaint)


def asked_pause(headers: Mapping[str, str]) -> float:
    """Seconds that a server asks to wait, as a number or as a date; 0 when it does not."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        asked = headers.get(name)
        if not asked:
            continue
        with suppress(ValueError):
            seconds = float(asked) / unit
            return max(seconds, 0.0) if seconds == seconds else 0.0
        with suppress(TypeError, ValueError, OverflowError):
            return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
    return 0.0
