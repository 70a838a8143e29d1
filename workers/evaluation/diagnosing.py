"""What the decision maker makes of a detection and a graph of the ablation."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd

from detectors import causal
from detectors.types import Detection
from roles.decision import DECISION_MAKER
from roles.role import Outcome
from roles.supervisor import Supervision
from roles.types import Edge, Graph, RootCause
from workers.evaluation.cast import Cast
from workers.knowledge.context import Knowledge
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.looking.study import Seen
from workers.running import judging
from workers.telling.answer import numbered

WHY = "What is wrong and why?"


def first_cause(
    index: pd.DatetimeIndex, detection: Detection, edges: list[Edge], ranked: Sequence[causal.RootCandidate],
    names: Names, knowledge: Knowledge, cast: Cast,
) -> str:  # fmt: skip
    """The fault that the decision maker names first, as in a run; "" where it names none or is not sure."""
    teller = Teller(index, names, ZoneInfo("UTC"), knowledge.lang)
    caused = {edge.effect for edge in edges}
    roots = [
        RootCause(
            sensor=r.sensor, score=round(r.score, 4), reason=judging.root_reason(r, teller, caused=r.sensor in caused)
        )
        for r in ranked[: judging.MOST_ROOTS]
    ]
    graph = Graph(corrected=edges, root_causes=roots)
    judged = judging.Judged(graph, Outcome(Supervision(corrected=edges), cast.name))
    seen, findings = Seen(detection, causal.Discovery()), numbered(teller.findings(detection))
    outcome = judging.decide(
        WHY, findings, seen, judged, None, teller, names, knowledge, cast.engine
    ).outcome  # fmt: skip
    cast.count(DECISION_MAKER.name, outcome)
    causes = outcome.output.causes if outcome.output.verdict == "fault" else []
    return causes[0].fault or "" if causes else ""
