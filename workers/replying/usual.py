"""Is one sensor as usual? Its present value beside the range of the normal period, and what it did before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from roles.types import FactValue, Finding
from workers.prose.numbers import figure
from workers.replying.series import present_rows, steady, stretches, usual_range
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

# Questions to which "yes" means that something is wrong.
ADVERSE = re.compile(r"abnormal|too (?:high|low)|unusually|wrong|bad\b|异常|偏高|偏低|太高|太低|有问题|有没有问题")


def is_usual(run: Run, sensor: str, text: str, begin: str = "") -> Finding | None:
    """Yes or no (else `begin`), with the present value and the usual range; None when the normal period has too few
    readings."""
    assert run.reading is not None
    assert run.teller is not None
    assert run.detection is not None
    teller, reference = run.teller, run.detection.reference
    band = usual_range(run.reading.frame[sensor].to_numpy(dtype=float)[reference.start : reference.end])
    values = steady(run, sensor)
    if band is None or not np.isfinite(values[-1]):
        return None
    low, high = band
    now = float(values[-1])
    outside = pd.Series((values < low) | (values > high))
    told = [f for f in run.findings if f.sensor == sensor and f.event is not None]
    key = "now" if outside.iloc[-1] else "before" if told else "usual"
    good = key == "usual"
    facts: dict[str, FactValue] = {"now": now, "low": low, "high": high, "usual": good, "brief": good}
    since = teller.time(stretches(outside)[-1].first) if key == "now" else ""
    told_by = {"finding": told[0].text.rstrip(".。"), "id": told[0].id} if told else {"finding": "", "id": ""}
    sentence = say(
        f"reply_normal_{key}", teller.lang, yes=begin or _yes(good, text, teller.lang),
        sensor=teller.names.name(sensor), unit=teller.names.unit(sensor),
        now=figure(now), low=figure(low), high=figure(high), since=since,
        side=say("reply_side_above" if now > high else "reply_side_below", teller.lang), **told_by,
        start=teller.time(reference.start), end=teller.time(max(reference.start, reference.end - 1)),
    )  # fmt: skip
    facts |= {"rows_of_now": present_rows(run), "reply": sentence}
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=teller.names.tag(sensor), values=facts)


def _yes(good: bool, text: str, lang: str) -> str:
    return say("reply_yes" if good != bool(ADVERSE.search(text)) else "reply_no", lang)
