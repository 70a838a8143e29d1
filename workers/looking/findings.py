"""Measured symptoms become findings: numbered facts in the reader's words, every number kept as a number too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pandas as pd

from detectors.future.passing import Passing
from detectors.types import Closest, Detection, Event, Forecast, IntArray, Reference, Symptom
from roles.decision import EventBrief
from roles.types import FactValue, Finding
from workers.contracts import EventOut
from workers.looking import swinging
from workers.looking.shown import NEAR_START, Shown
from workers.predicting import limits
from workers.prose.numbers import figure, span
from workers.wording import say

WHOLE_MINUTES = 180.0  # s: what is unsure by more is told in whole minutes
MOST = 24  # findings of one answer; what is weaker than these stays in the events' shares
MOST_DEPARTED = 8  # of one departure
PER_SENSOR = 2
JUST_BELOW = 0.995  # of the threshold: two figures would say that it was reached
EARLIER = {  # sentences of a level before the normal period
    "rise": "earlier_higher", "drift_up": "earlier_higher", "fall": "earlier_lower", "drift_down": "earlier_lower",
}  # fmt: skip
STILL = 0.05  # of the usual spread: "0 times as much" says nothing


class Teller(Shown):
    """Writes findings about one frame in one language and plant zone."""

    def findings(self, detection: Detection) -> list[Finding]:
        """The strongest symptoms of the worst events first, then what departed without an alarm, then planned changes,
        numbered F1, F2, ..."""
        kept: list[Callable[[str], Finding]] = []
        order = {e.number: i for i, e in enumerate(worst_first(detection.events))}
        seen: dict[tuple[int, str], int] = {}
        for symptom in sorted(detection.symptoms, key=lambda s: (order.get(s.event, len(order)), -s.strength)):
            key = (symptom.event, symptom.sensor)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= PER_SENSOR and len(kept) < MOST:
                kept.append(lambda id_, s=symptom: self._dated(id_, s, detection.reference))  # type: ignore[misc]
        for departure in detection.departures:
            kept += [lambda id_, s=s: self.symptom(id_, s) for s in departure.symptoms[:MOST_DEPARTED]]  # type: ignore[misc]
        planned = [e for e in detection.events if e.kind == "operating_change"]
        kept += [lambda id_, e=e: self.planned(id_, e) for e in planned[:6]]  # type: ignore[misc]
        if detection.closest is not None:
            kept.append(lambda id_, c=detection.closest: self.closest(id_, c))  # type: ignore[misc]
        return [make(f"F{i}") for i, make in enumerate(kept, start=1)]

    def _dated(self, id_: str, symptom: Symptom, reference: Reference) -> Finding:
        """A symptom as a finding. A level before the normal period is told as what it was until then: "fell" would
        say that it was the normal one first, which is so only of what did not begin with the file."""
        made = self.symptom(id_, symptom)
        begun = symptom.onset > len(self.index) // NEAR_START
        if symptom.end >= reference.start or symptom.kind not in EARLIER or begun:
            return made
        shown = {k: figure(abs(v) if k == "change" else v) for k, v in symptom.values.items()}
        text = say(
            f"finding_{EARLIER[symptom.kind]}", self.lang, sensor=self.names.name(symptom.sensor),
            unit=self.names.unit(symptom.sensor), points=self._points(symptom.sensor), end=self.time(symptom.end),
            **shown,
        )  # fmt: skip
        kind = "rise" if EARLIER[symptom.kind] == "earlier_higher" else "fall"  # what it drifts to is the normal one
        return made.model_copy(update={"text": text, "kind": kind})

    def symptom(self, id_: str, symptom: Symptom) -> Finding:
        """One symptom as a finding."""
        values: dict[str, FactValue] = {k: round(v, 6) for k, v in symptom.values.items()}
        shown = {k: figure(abs(v) if k == "change" else v) for k, v in symptom.values.items()}
        shown["period"] = span(symptom.values.get("period_s", 0.0), self.lang)
        shown["lasted"] = span(symptom.values.get("lasted_s", 0.0), self.lang)
        if symptom.state:
            shown |= {k: span(v, self.lang) for k, v in symptom.values.items() if k.endswith("_s")}
        if "amplitude_ratio" in symptom.values:
            shown |= swinging.words(symptom, self)
        text = say(
            f"finding_{_shape(symptom)}",
            self.lang,
            sensor=self.names.name(symptom.sensor),
            unit=self.names.unit(symptom.sensor),
            points=self._points(symptom.sensor),
            onset=self._onset(symptom),
            state=symptom.state,
            **shown,
        )
        companions = ("、" if self.lang == "zh" else ", ").join(map(self.names.name, symptom.companions))
        if companions:
            text = say("finding_lone", self.lang, finding=text, companions=companions)
        values |= {"strength": round(symptom.strength, 3), "unit": self.names.unit(symptom.sensor).strip(),
                   "clock": self.time(symptom.onset)}  # fmt: skip
        values |= {"follows": self.names.name(symptom.follows)} if symptom.follows else {}
        values |= {"companions": companions} if companions else {}
        values |= {"state": symptom.state} if symptom.state else {}
        return Finding(
            id=id_, kind=symptom.kind, text=text, sensor=symptom.sensor, tag=self.names.tag(symptom.sensor),
            event=symptom.event, start=self.index[symptom.onset].to_pydatetime(),
            end=self.index[symptom.end].to_pydatetime(), values=values,
        )  # fmt: skip

    def _points(self, column: str) -> str:
        """The unit of a difference: of a reading in percent, "+37 %" would be read as a share of it."""
        unit = self.names.unit(column)
        return say("finding_points", self.lang) if unit.strip() == "%" else unit

    def _onset(self, symptom: Symptom) -> str:
        """When a symptom began; of a slow change with what that is unsure by."""
        within = symptom.values.get("onset_within_s", 0.0)
        if not within:
            return self.time(symptom.onset)
        within = 60.0 * round(within / 60.0) if within >= WHOLE_MINUTES else within
        return say("finding_onset", self.lang, start=self.time(symptom.onset), within=span(within, self.lang))

    def closest(self, id_: str, found: Closest) -> Finding:
        """How near a file without an alarm came to one."""
        moment = self.index[found.row].to_pydatetime()
        key = "finding_normal_near" if found.share >= JUST_BELOW else "finding_normal"
        text = say(
            key, self.lang, sensor=self.names.name(found.sensor), share=figure(found.share, 2),
            time=self.time(found.row),
        )  # fmt: skip
        values: dict[str, FactValue] = {"share": round(found.share, 3), "clock": self.time(found.row)}
        return Finding(id=id_, kind="normal", text=text, sensor=found.sensor, tag=self.names.tag(found.sensor),
                       start=moment, end=moment, values=values)  # fmt: skip

    def planned(self, id_: str, event: Event) -> Finding:
        """An operating change as a finding."""
        start, end = self.time(event.start), self.time(event.end)
        text = say("finding_operating_change", self.lang, start=start, end=end, reason=self.why(event))
        values: dict[str, FactValue] = {**event.values, "settled_s": self._settled(event), "clock": start}
        for side in ("before", "after"):  # as read: a setpoint's value is a number, a grade or a note is not
            with suppress(ValueError):
                values[side] = float(str(event.values.get(side, "")))
        first, last = (self.index[i].to_pydatetime() for i in (event.start, event.end))
        return Finding(
            id=id_, kind="operating_change", text=text, event=event.number, start=first, end=last, values=values
        )

    def why(self, event: Event) -> str:
        """The reason of a planned change in words, its numbers as people write them."""
        if not event.reason:
            return ""
        shown: dict[str, object] = {k: figure(v) if isinstance(v, float) else v for k, v in event.values.items()}
        shown["column"] = self.names.name(str(event.values.get("column", "")))
        shown["settled"] = span(self._settled(event), self.lang)
        return say(f"reason_{event.reason}", self.lang, **shown)

    def _settled(self, event: Event) -> float:
        """Seconds within which the sensors followed a planned change."""
        step = (self.index[-1] - self.index[0]).total_seconds() / max(1, len(self.index) - 1)
        return round(float(event.values.get("settled_rows", 0.0)) * step, 3)

    def forecast(
        self, made: Forecast, limit: float | None, side: str, passing: Passing | None = None, source: str = ""
    ) -> Finding:
        """When a forecast passes a limit (`source`: who says that this is the limit), and its end with its band."""
        ahead = pd.Timedelta(seconds=made.step_s * len(made.value))
        value, low, high = (float(part[-1]) for part in (made.value, made.low, made.high))
        name, unit = self.names.name(made.sensor), self.names.unit(made.sensor)
        text = say(
            "finding_forecast",
            self.lang,
            sensor=name,
            unit=unit,
            time=self.at(self.index[-1] + ahead),
            value=figure(value),
            low=figure(low),
            high=figure(high),
        )
        values: dict[str, FactValue] = {
            "value": value,
            "low": low,
            "high": high,
            "band_percent": 90,
            "horizon_s": ahead.total_seconds(),
        }
        if limit is not None and passing is not None:
            ahead_s = ahead.total_seconds()
            said, numbers = limits.told(passing, made.sensor, limit, side, made.step_s, ahead_s, self, source)
            text, values = say("passing_and_forecast", self.lang, said=said, forecast=text), values | numbers
            values["said"] = said
        return Finding(
            id="F0",
            kind="forecast",
            text=text,
            sensor=made.sensor,
            tag=self.names.tag(made.sensor),
            start=self.index[-1].to_pydatetime(),
            values=values,
        )

    def brief(self, event: Event, flag: IntArray) -> EventBrief:
        """An event as the decision maker needs it. `flag` (n,) says which rows alarmed."""
        alarmed = event.start + np.flatnonzero(flag[event.start : event.end + 1])[:1]
        return EventBrief(
            number=event.number,
            start=self.time(event.start),
            end=self.time(event.end),
            severity=round(event.severity, 3),
            kind=event.kind,
            reason=self.why(event),
            ongoing=self._ongoing(event),
            sensors=[share.name for share in event.shares[:6]],
            begun=self.index[event.start].tz_convert(self.zone).to_pydatetime(),
            ended=self.index[event.end].tz_convert(self.zone).to_pydatetime(),
            alarm=self.time(int(alarmed[0])) if len(alarmed) else "",
            alarmed=self.index[alarmed[0]].tz_convert(self.zone).to_pydatetime() if len(alarmed) else None,
            weight=round(weight(event), 3),
        )

    def out(self, event: Event) -> EventOut:
        """An event as answer.json shows it, plant time."""
        start, end, peak = (
            self.index[i].tz_convert(self.zone).to_pydatetime() for i in (event.start, event.end, event.peak)
        )
        shares = [{"name": share.name, "share": round(share.share, 4)} for share in event.shares[:12]]
        return EventOut(
            event=event.number,
            start=start,
            end=end,
            peak=peak,
            severity=round(event.severity, 3),
            kind=event.kind,
            sensors=shares,
            reason=self.why(event),
            ongoing=self._ongoing(event),
        )

    def _ongoing(self, event: Event) -> bool:
        """Does the event last to the end of the file, or nearly so, or do its signs still stand there?"""
        return event.standing or self.lasts(event.end)


def _shape(symptom: Symptom) -> str:
    """Which sentence tells the symptom: its kind, and how it is meant."""
    values, kind = symptom.values, symptom.kind
    if symptom.state:
        return f"lasts_{symptom.state}" if symptom.state in ("on", "off") else "lasts_state"
    if "foretold" in values and kind != "decoupled":
        return "apart_above" if values["change"] > 0 else "apart_below"
    if kind == "calm" and values.get("spread_ratio", 1.0) < STILL:
        return "calm_still"
    return f"{kind}_slow" if "amplitude_ratio" in values else kind


def worst_first(events: tuple[Event, ...]) -> list[Event]:
    """Anomalies by severity times the root of their length: a long one outranks a single spike."""
    alarms = [e for e in events if e.kind != "operating_change"]
    return sorted(alarms, key=lambda e: -weight(e))


def weight(event: Event) -> float:
    """How much of an event there is: its severity times the root of its length in rows."""
    return float(event.severity * (event.end - event.start + 1) ** 0.5)
