"""When a machine stood still or was started, by a sensor that is next to nothing at a standstill, and when a switch
went on and off: how often, and each stretch with its times and length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

import workers.handling.filtering as filtering
import workers.handling.onoff as onoff
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.handling.rowtimes import lasting
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

MOST = 6  # stretches that are named, and sensors that are told


class Stretch(NamedTuple):
    """A standstill: its first row, the first row at work behind it (None at the end), and how long it is, s."""

    start: pd.Timestamp
    end: pd.Timestamp | None
    length_s: float


def stopped(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """One finding a sensor, the first sentences of the answer. What it usually runs at is read from the whole file."""
    found: dict[str, dict[str, FactValue]] = {}
    for sensor in [str(name) for name in part.columns][:MOST]:
        readings = part[sensor].replace([np.inf, -np.inf], np.nan).dropna()
        whole = handled.frame[sensor]
        still = onoff.standing(readings, whole)
        level, flag = onoff.at_work(whole), onoff.is_flag(whole)
        if flag or task.values.get("starts"):
            text, values = _switched(task, teller, sensor, level, still, flag=flag)
        else:
            text, values = _stood(task, teller, sensor, level, still)
        if task.values.get("yes_no"):
            began = values.get("starts") if task.values.get("starts") else still.any()
            yes = say("reply_yes" if began else "reply_no", teller.lang)
            text = say("versus_answer", teller.lang, yes=yes, told=text)
        found[sensor] = values
        stretches = standstills(still)
        start = stretches[0].start.to_pydatetime() if stretches else None
        handled.findings.append(
            Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                    tag=teller.names.tag(sensor), start=start, values=values | {"reply": text})
        )  # fmt: skip
    text = say("handled_statistics", teller.lang, count=len(found))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": found})


def standstills(still: pd.Series) -> list[Stretch]:
    """Each run of rows that are `still`, until the next row at work."""
    marks = still.to_numpy(dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(int)))
    index = pd.DatetimeIndex(still.index)
    found = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        end = index[after] if after < len(index) else None
        length = ((index[-1] if end is None else end) - index[first]).total_seconds()
        found.append(Stretch(index[first], end, length))
    return found


def _words(task: Subtask, teller: Teller, sensor: str, level: float) -> dict[str, str]:
    lang, unit, within = teller.lang, teller.names.unit(sensor), filtering.hours(task.start, task.end, teller)
    return {
        "sensor": teller.names.name(sensor), "when": f"{filtering.SPACE[lang]}{within}" if within else "",
        "limit": f"{figure(onoff.NOTHING * level)}{unit}", "level": f"{figure(level)}{unit}",
    }  # fmt: skip


def _stood(
    task: Subtask, teller: Teller, sensor: str, level: float, still: pd.Series
) -> tuple[str, dict[str, FactValue]]:
    """How often and how long it stood still, with the facts of that."""
    lang, stretches, words = teller.lang, standstills(still), _words(task, teller, sensor, level)
    values: dict[str, FactValue] = {"stops": len(stretches), "for_s": sum(s.length_s for s in stretches)}
    values |= {"level": level, "limit": onoff.NOTHING * level}
    if not stretches or still.all():
        return say("stops_all" if stretches else "stops_never", lang, **words), values
    text = say(
        "stops_found", lang, **words, total=lasting(sum(each.length_s for each in stretches), teller),
        times=_times(len(stretches), lang), stretches=_listed(stretches, teller),
    )  # fmt: skip
    return text, values


def _switched(
    task: Subtask, teller: Teller, sensor: str, level: float, still: pd.Series, *, flag: bool
) -> tuple[str, dict[str, FactValue]]:
    """How often it came on and went off and how long it was either, with the facts of that; of what is no `flag` also
    from which reading on it counts as on."""
    lang, words, marks = teller.lang, _words(task, teller, sensor, level), still.to_numpy(dtype=bool)
    shown = {"on": standstills(~still), "off": standstills(still)}
    lengths = {way: sum(each.length_s for each in stretches) for way, stretches in shown.items()}
    starts, stops = int((marks[:-1] & ~marks[1:]).sum()), int((~marks[:-1] & marks[1:]).sum())
    values: dict[str, FactValue] = {"starts": starts, "stops": stops, "on_s": lengths["on"], "off_s": lengths["off"]}
    if not starts and not stops:
        return say(f"switched_all_{'off' if marks.all() else 'on'}", lang, **words), values
    way = "on" if task.values.get("starts") else "off"
    said = {"ons": _times(starts, lang), "offs": _times(stops, lang), "way": say(f"switched_{way}", lang)}
    said |= {each: lasting(length, teller) for each, length in lengths.items()}
    said["how"] = "" if flag else say("switched_limit", lang, **words)
    text = say("switched_found", lang, **words, **said, stretches=_listed(shown[way], teller))
    return text, values


def _times(count: int, lang: str) -> str:
    return say("stops_once" if count == 1 else "stops_times" if count else "stops_no_time", lang, count=count)


def _listed(stretches: list[Stretch], teller: Teller) -> str:
    said = [_stretch(each, teller) for each in stretches[:MOST]]
    said += [say("stops_more", teller.lang, count=len(stretches) - MOST)] if len(stretches) > MOST else []
    return filtering.COMMA[teller.lang].join(said)


def _stretch(each: Stretch, teller: Teller) -> str:
    length, start = lasting(each.length_s, teller), teller.at(each.start)
    if each.end is None:
        return say("stops_open", teller.lang, start=start, length=length)
    return say("stops_stretch", teller.lang, start=start, end=teller.at(each.end), length=length)
