"""The first line of an answer for which no diagnosis was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.types import Detection
from workers.catalogue import recommending
from workers.contracts import Block
from workers.handling.handle import STEPS
from workers.prose import story
from workers.prose.numbers import span
from workers.telling import plotted, undone
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST_NAMED = 6


def headline(run: Run) -> Block:
    """The first line when no diagnosis was asked for."""
    lang, teller = run.lang, run.teller
    if run.seen is not None and teller is not None:
        events = [e for e in run.seen.detection.events if e.kind != "operating_change"]
        if not events:
            return Block(kind="headline", text=_calm(run, run.seen.detection))
        when = ", ".join(teller.time(e.start) for e in events[:3])
        return Block(kind="headline", text=say("headline_events", lang, count=len(events), when=when))
    if run.coded is not None:
        done = run.coded.generated.outcome == "done"
        text = run.coded.generated.explanation if done else say("headline_not_all", lang)
        return Block(kind="headline", text=text)
    if run.choice is not None and run.wants({"model"}) and run.seen is None:
        return recommending.headline(run.choice.output, run.settings, lang)
    limits = [f for f in run.findings if f.kind == "forecast" and "said" in f.values]
    if limits:
        return Block(kind="headline", text=str(limits[0].values["said"]))
    if run.forecasts:
        horizon = run.forecasts[0].step_s * len(run.forecasts[0].value)
        return Block(kind="headline", text=say("answer_forecast_headline", lang, horizon=span(horizon, lang)))
    if any(f.kind == "limit" for f in run.findings) and not undone.notes(run):
        return Block(kind="headline", text=say("headline_labelled", lang))
    asked = [t for t in run.tasks if t.kind == "plot"]
    drawn = not asked or plotted.drawn(run) or any(t.kind in STEPS for t in run.tasks)
    return Block(kind="headline", text=say(undone.headline(run) if drawn else "headline_not_done", lang))


def _calm(run: Run, detection: Detection) -> str:
    """The first line of a detection without an alarm; what left its normal range is never "nothing"."""
    left = [share.name for departure in detection.departures for share in departure.event.shares]
    if not left:
        return say("headline_no_event", run.lang)
    names = [run.names.name(sensor) for sensor in dict.fromkeys(left)]
    listed = story.joined(names[:MOST_NAMED], run.lang).rstrip(".。")
    return say("headline_departed", run.lang, count=len(names), sensors=listed)
