"""What is shown of a run: which sensors a picture is worth, where the disturbance enters, which rows are anomalous."""

from __future__ import annotations

import re

import pandas as pd

from roles import decision
from roles.types import Finding
from workers.looking.findings import worst_first
from workers.looking.shown import Names
from workers.looking.study import Seen
from workers.running.judging import Decided, Judged

CARRIER = 0.15  # share of an event's score


def marks(seen: Seen | None, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns of processed.csv that say which rows are anomalous: `anomaly` 0/1 and the number of the `event`."""
    if seen is None:
        return {}
    events = pd.Series(seen.detection.event, index=frame.index)
    return {"anomaly": pd.Series(seen.detection.flag, index=frame.index), "event": events.where(events > 0)}


def focus(
    seen: Seen, judged: Judged | None, decided: Decided | None, findings: list[Finding], names: Names, most: int
) -> list[str]:
    """Sensors worth showing, in order of interest: where the first cause sits, what the text speaks of, what the causes
    rest on, the likely origin, what else changed.

    A carrier of the worst event without a finding of its own is shown when it carries a good part of the score.
    """
    told = {f.id: f.sensor for f in findings if f.sensor is not None}
    output = decided.outcome.output if decided else None
    wanted: list[str] = [cause.sensor for cause in output.causes[:1] if cause.sensor] if output else []
    wanted += spoken_of(output, names) if output else []
    for cause in decided.outcome.output.causes[:2] if decided else []:
        wanted += [cause.sensor] if cause.sensor else []
        wanted += [told[id_] for id_ in cause.evidence if id_ in told]
    wanted += [r.sensor for r in judged.graph.root_causes[:1]] if judged else []
    wanted += list(told.values())
    shares = [share for event in worst_first(seen.detection.events)[:2] for share in event.shares]
    wanted += [s.name for s in shares if s.share >= CARRIER]
    return list(dict.fromkeys(wanted))[:most]


def spoken_of(output: decision.Decision, names: Names) -> list[str]:
    """The sensors that the headline and the notes name, in the order of the text; a longer name before one in it."""
    text, found = "\n".join([output.headline, *output.notes]).casefold(), []
    for column in sorted(names.sensors, key=lambda c: -len(names.name(c))):
        name = re.escape(names.name(column).casefold())
        match = re.search(rf"(?<![a-z0-9_]){name}(?![a-z0-9_])", text)
        if match is not None:
            found.append((match.start(), column))
            text = text.replace(match[0], " " * len(match[0]))
    return [column for _, column in sorted(found)]


def origin(judged: Judged | None, decided: Decided | None) -> str | None:
    """The sensor where the disturbance enters: that of the diagnosed fault, else the likeliest by the numbers."""
    output = decided.outcome.output if decided else None
    if output is not None and output.verdict == "fault" and output.causes and output.causes[0].sensor:
        return output.causes[0].sensor
    roots = judged.graph.root_causes if judged else []
    return roots[0].sensor if roots else None
