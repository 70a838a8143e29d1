"""When did a sensor rise, fall or change? The moment of its greatest rise in the readings as they are, told by what
detection found of it where that is the same; or that nothing clear shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from detectors.signs.turning import Turn, greatest
from detectors.types import FloatArray
from roles.types import FactValue, Finding
from workers.prose.numbers import figure, span
from workers.replying.series import once, usual_range
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

Way = Literal["rise", "fall", "change"]
KINDS = {"rise": {"rise", "drift_up"}, "fall": {"fall", "drift_down"}}
LEVELS = KINDS["rise"] | KINDS["fall"]
MOST = 3
REAL = 0.5  # of what a finding says that a level changed by, which the readings as they are must show too
SAME = 0.02  # of the file: a finding this near to the greatest change is that change


def changed(run: Run, sensor: str, way: Way) -> Finding:
    """The moment of the greatest change of `sensor`, with the findings of it; else the findings in order of time."""
    assert run.reading is not None
    assert run.teller is not None
    teller, lang = run.teller, run.lang
    values = run.reading.frame[sensor].to_numpy(dtype=float)
    found = _found(run, sensor, way, values)
    turn = _turn(run, way, values)
    same = [f for f in found if turn is not None and _is_same(f, turn, run)]
    low, high = (float(f(values)) for f in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 0.0)
    facts: dict[str, FactValue] = {"low": low, "high": high, "brief": True}
    if turn is not None and not same:
        told = [f for f in found if f.kind not in LEVELS][: MOST - 1]
        sentence = _sentence(run, sensor, turn, told)
        facts |= {"before": turn.before, "after": turn.after, "change": turn.change}
        facts |= {"within_s": turn.within * (run.reading.receipt.step_s or 1.0)}
    elif found:
        told = (same + [f for f in found if f not in same])[:MOST]
        at = teller.at(pd.Timestamp(str(told[0].start)))
        sentence = say("reply_at", lang, at=at, findings=_listed(told, lang))
    else:
        told = []
        sentence = say(
            f"reply_{way}_none", lang, sensor=teller.names.name(sensor), start=teller.time(0),
            end=teller.time(len(teller.index) - 1), low=figure(low), high=figure(high), unit=teller.names.unit(sensor),
        )  # fmt: skip
    facts |= {f"{k}_{f.id}": v for f in told for k, v in f.values.items() if isinstance(v, int | float)}
    start = teller.index[turn.row].to_pydatetime() if turn is not None and not same else None
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=teller.names.tag(sensor), start=start,
                   values=facts | {"reply": sentence})  # fmt: skip


def _found(run: Run, sensor: str, way: Way, values: FloatArray) -> list[Finding]:
    """The findings of the sensor that answer, in order of time, each once."""
    found = [f for f in run.findings if f.sensor == sensor and f.start is not None and f.event is not None]
    found = [f for f in found if way == "change" or f.kind in KINDS[way]]
    return once(sorted((f for f in found if _is_real(f, values, run)), key=lambda f: str(f.start)))


def _is_real(finding: Finding, values: FloatArray, run: Run) -> bool:
    """Do the readings as they are show the change of level? What a finding tells is measured with what planned
    operation explains taken off, which can move a rise to where none was."""
    assert run.teller is not None
    change = finding.values.get("change")
    if finding.kind not in LEVELS or not isinstance(change, int | float):
        return True
    first, last = (int(run.teller.index.searchsorted(pd.Timestamp(str(t)))) for t in (finding.start, finding.end))
    sides = values[max(0, 2 * first - last) : first], values[(first + last) // 2 : last + 1]
    if not all(np.isfinite(side).any() for side in sides):
        return True
    before, after = (float(np.nanmedian(side)) for side in sides)
    return (after - before) * np.sign(change) >= REAL * abs(change)


def _turn(run: Run, way: Way, values: FloatArray) -> Turn | None:
    """The greatest change of that way that leaves the normal period's range or comes back into it."""
    turns = [greatest(values, up=up) for up in (True, False) if way == "change" or up == (way == "rise")]
    turn = max((t for t in turns if t is not None), key=lambda t: abs(t.change), default=None)
    if turn is None or run.detection is None:
        return turn
    reference = run.detection.reference
    band = usual_range(values[reference.start : reference.end])
    if band is not None and all(band[0] <= level <= band[1] for level in (turn.before, turn.after)):
        return None
    return turn


def _is_same(finding: Finding, turn: Turn, run: Run) -> bool:
    """Is a finding's change of level the turn itself?"""
    assert run.teller is not None
    if finding.kind not in LEVELS or finding.start is None:
        return False
    index, step = run.teller.index, (run.reading.receipt.step_s if run.reading else None) or 1.0
    unsure = finding.values.get("onset_within_s")
    seconds = max(turn.within * step, SAME * step * len(index), float(unsure) if isinstance(unsure, int | float) else 0)
    return abs(pd.Timestamp(finding.start) - index[turn.row]) <= timedelta(seconds=seconds)


def _sentence(run: Run, sensor: str, turn: Turn, told: Sequence[Finding]) -> str:
    """ "At 11:30: Injection pressure rose from 919 to 1,080 bar", with the planned change that it came with."""
    assert run.teller is not None
    teller, lang = run.teller, run.lang
    step = (run.reading.receipt.step_s if run.reading else None) or 1.0
    at = teller.time(turn.row)
    if turn.within:
        at = say("finding_onset", lang, start=at, within=span(turn.within * step, lang))
    key = "reply_rose" if turn.change > 0 else "reply_fell"
    moment = teller.index[turn.row]
    planned = [f for f in run.findings if f.kind == "operating_change" and f.start and f.end
               and f.start - timedelta(seconds=SAME * step * len(teller.index)) <= moment <= f.end]  # fmt: skip
    sentence = say(key, lang, at=at, sensor=teller.names.name(sensor), before=figure(turn.before),
                   after=figure(turn.after), unit=teller.names.unit(sensor))  # fmt: skip
    more = [*planned[:1], *told]
    return sentence if not more else f"{sentence.rstrip('.。')}{_gap(lang)}{_listed(more, lang)}{_stop(lang)}"


def _listed(found: Sequence[Finding], lang: str) -> str:
    return _gap(lang).join(f"{f.text.rstrip('.。')} [{f.id}]" for f in found)


def _gap(lang: str) -> str:
    return {"en": "; ", "zh": "；"}[lang]


def _stop(lang: str) -> str:
    return {"en": ".", "zh": "。"}[lang]
