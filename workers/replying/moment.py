"""When did a sensor rise, fall or change? From what detection found of it, or that it found nothing clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from roles.types import FactValue, Finding
from workers.prose.numbers import figure
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

KINDS = {"rise": {"rise", "drift_up"}, "fall": {"fall", "drift_down"}}
MOST = 3


def changed(run: Run, sensor: str, way: Literal["rise", "fall", "change"]) -> Finding:
    """The findings of `sensor` that answer, in order of time."""
    assert run.reading is not None
    assert run.teller is not None
    teller = run.teller
    found = [f for f in run.findings if f.sensor == sensor and f.start is not None and f.event is not None]
    found = [f for f in found if way == "change" or f.kind in KINDS[way]]
    found.sort(key=lambda f: str(f.start))
    values = run.reading.frame[sensor].to_numpy(dtype=float)
    low, high = (float(f(values)) for f in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 0.0)
    name, lang = teller.names.name(sensor), teller.lang
    if found:
        gap = {"en": "; ", "zh": "；"}[lang]
        listed = gap.join(f"{f.text.rstrip('.。')} [{f.id}]" for f in found[:MOST])
        sentence = say("reply_at", lang, at=teller.at(pd.Timestamp(str(found[0].start))), findings=listed)
    else:
        sentence = say(
            f"reply_{way}_none", lang, sensor=name, start=teller.time(0), end=teller.time(len(teller.index) - 1),
            low=figure(low), high=figure(high), unit=teller.names.unit(sensor),
        )  # fmt: skip
    facts: dict[str, FactValue] = {"low": low, "high": high, "brief": True, "reply": sentence}
    facts |= {f"{k}_{f.id}": v for f in found[:MOST] for k, v in f.values.items() if isinstance(v, int | float)}
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=teller.names.tag(sensor), values=facts)
