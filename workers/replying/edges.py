"""What drives this sensor, does one affect the other, after what delay? Told from the corrected causal graph.

An edge says that one sensor's past tells something of the other's future that all the others don't tell (Granger): it
predicts, which is not proof that it causes. No edge is no proof of the contrary.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from detectors.causal import Discovery
from detectors.types import FloatArray, IntArray
from roles.planning.wants.graphed import Linked, linked
from roles.types import Edge, FactValue, Finding
from workers.looking.study import said
from workers.prose.numbers import figure, span
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

LEFT_OUT = ("causes_note_trend", "causes_note_cycle", "causes_note_stop", "causes_note_one_scale")
MOST = 3  # pairs; edges of one sensor
MOST_LAG, LEAST_ROWS = 500, 20  # rows of a correlation
SMALL_P = 1e-3
WEAK = 0.04  # strength, a partial correlation of 0.2: there, and next to nothing of the other's movement
LEAST_P = 1e-12  # smaller ones are told as smaller than this


def of_the_graph(run: Run, text: str) -> list[Finding]:
    """The sentence that normalised `text` asks of the graph; [] where it asks nothing of it."""
    asked = linked(text, list(run.names.sensors.values())) if run.judged is not None else None
    if asked is None or run.reading is None:
        return []
    telling = _Telling(run)
    if asked.kind == "most":
        sentence = telling.most()
    elif asked.kind == "into":
        sentence = telling.around(asked.effects[0], "into")
    elif asked.kind == "out_of":
        sentence = telling.around(asked.causes[0], "out_of")
    else:
        sentence = telling.between(asked)
    values: dict[str, FactValue] = telling.facts | {"brief": True, "reply": sentence}
    return [Finding(id="F0", kind="statistics", text=sentence, values=values)]


class _Telling:
    """Writes sentences about the edges of one run and keeps their numbers in `facts`."""

    def __init__(self, run: Run) -> None:
        assert run.judged is not None
        self.run, self.lang, self.graph = run, run.lang, run.judged.graph
        self.discovery = run.discovery or Discovery()
        self.facts: dict[str, FactValue] = {}

    def most(self) -> str:
        """Which sensor runs ahead of the most others."""
        ways: dict[str, list[Edge]] = {}
        for edge in self.graph.corrected:
            if edge.strength > 0:
                ways.setdefault(edge.cause, []).append(edge)
        if not ways:
            return self._say("none_at_all")
        cause = max(ways, key=lambda name: (len(ways[name]), max(edge.strength for edge in ways[name])))
        self.facts["count"] = len(ways[cause])
        told = self._listed(ways[cause], "effect")
        return self._joined(self._say("most", cause=self._name(cause), count=len(ways[cause]), listed=told),
                            self._say("not_proof"))  # fmt: skip

    def around(self, sensor: str, way: str) -> str:
        """What runs ahead of a sensor (`into`), or what it runs ahead of (`out_of`)."""
        here, there = ("effect", "cause") if way == "into" else ("cause", "effect")
        edges = [edge for edge in self.graph.corrected if getattr(edge, here) == sensor]
        if not edges:
            none = self._say(f"{way}_none", sensor=self._name(sensor))
            return self._untested([sensor]) or self._joined(none, self._rows())
        seen = [edge for edge in edges if edge.strength > 0]
        known = [edge for edge in edges if edge.strength <= 0]
        parts = [self._say(way, sensor=self._name(sensor), listed=self._listed(seen, there)), self._say("not_proof")]
        if known:  # knowledge asserts it; there is nothing of it in these readings
            names = [f"{self._name(getattr(e, there))} [{e.source}]" for e in known[:MOST]]
            parts.append(self._say("by_knowledge", listed={"en": ", ", "zh": "、"}[self.lang].join(names)))
        return self._joined(*(parts if seen else parts[2:]))

    def between(self, asked: Linked) -> str:
        """Whether the pairs that were asked about have edges."""
        parts = [self._say("no_model")] if asked.kind == "if_changed" else []
        found = False
        for cause, effect in list(product(asked.causes, asked.effects))[:MOST]:
            if asked.kind == "correlation":
                parts.append(self._correlation(cause, effect, asked.lag_s))
            edge, sentence = self._pair(cause, effect, both=asked.kind in ("between", "correlation"))
            found |= edge is not None and edge.strength > 0
            parts.append(sentence)
            if asked.sure and edge is not None:
                parts.append(self._test(edge))
        return self._joined(*parts, self._say("not_proof") if found else "")

    def _pair(self, cause: str, effect: str, *, both: bool) -> tuple[Edge | None, str]:
        """The edge between two sensors with its sentence, or the sentence that there is none and what is known."""
        edges = {(edge.cause, edge.effect): edge for edge in self.graph.corrected}
        there, back = edges.get((cause, effect)), edges.get((effect, cause))
        edge = there or (back if both else None)
        if edge is not None:
            return edge, self._yes(edge)
        if untested := self._untested([cause, effect]):
            return None, untested
        names = {"cause": self._name(cause), "effect": self._name(effect)}
        gone = next((e for e in self.graph.removed if (e.cause, e.effect) == (cause, effect)), None)
        if gone is not None:
            return None, self._say("removed", reason=gone.reason.rstrip(".。"), **names)
        if back is not None:
            return back, self._joined(self._say("no", **names), self._say("back", edge=self._edge(back)))
        weak = any({e.cause, e.effect} == {cause, effect} if both else (e.cause, e.effect) == (cause, effect)
                   for e in self.discovery.weak)  # fmt: skip
        return None, self._joined(self._say("trace" if weak else "no", **names), "" if weak else self._rows())

    def _yes(self, edge: Edge) -> str:
        if edge.origin == "knowledge" and edge.strength <= 0:
            return self._say("known_alone", reason=edge.reason.rstrip(".。"), source=edge.source)
        if edge.origin == "knowledge":
            return self._say("known", reason=edge.reason.rstrip(".。"), source=edge.source, edge=self._edge(edge))
        return self._say("yes_weak" if edge.strength < WEAK else "yes", edge=self._edge(edge))

    def _edge(self, edge: Edge) -> str:
        """ "feed_flow runs 4 min ahead of vessel_pressure (strength 0.31)"."""
        names = {"cause": self._name(edge.cause), "effect": self._name(edge.effect)}
        return self._say("edge" if edge.lag_s else "edge_at_once", **names, **self._numbers(edge))

    def _listed(self, edges: Sequence[Edge], side: str) -> str:
        """The other ends of the strongest edges with lag and strength."""
        strongest = sorted(edges, key=lambda edge: -edge.strength)[:MOST]
        told = [self._say("end", sensor=self._name(getattr(edge, side)), **self._numbers(edge)) for edge in strongest]
        return {"en": ", ", "zh": "、"}[self.lang].join(told)

    def _numbers(self, edge: Edge) -> dict[str, str]:
        """Lag and strength of an edge in words, and that it is weak where it is."""
        self.facts |= {f"lag_s_{edge.cause}_{edge.effect}": edge.lag_s}
        self.facts |= {f"strength_{edge.cause}_{edge.effect}": edge.strength}
        weak = self._say("weak") if edge.strength < WEAK else ""
        return {"lag": span(edge.lag_s, self.lang), "strength": figure(edge.strength, 2), "weak": weak}

    def _test(self, edge: Edge) -> str:
        """The p-value of the edge's test, where the edge is of the data."""
        tested = next((e for e in self.discovery.edges if (e.cause, e.effect) == (edge.cause, edge.effect)), None)
        if tested is None:
            return ""
        p = max(tested.p_value, LEAST_P)
        self.facts["p_value"] = p
        return self._say("p_below" if tested.p_value < LEAST_P else "p", p=f"{p:.1g}" if p < SMALL_P else figure(p, 2))

    def _correlation(self, cause: str, effect: str, lag_s: float | None) -> str:
        """Pearson's r at the same time, at the lag that was asked for, and where it is greatest."""
        assert self.run.reading is not None
        frame, step = self.run.reading.frame, self.run.reading.receipt.step_s or 1.0
        found = correlated(frame[cause].to_numpy(dtype=float), frame[effect].to_numpy(dtype=float))
        if found is None:
            return ""
        lags, values, rows = found
        names = {"cause": self._name(cause), "effect": self._name(effect)}
        best, now = int(np.argmax(np.abs(values))), float(values[lags == 0][0])
        self.facts |= {"r": now, "rows": rows, "r_best": float(values[best]), "best_lag_s": abs(int(lags[best])) * step}
        if lag_s is not None and (at := np.flatnonzero(lags == round(lag_s / step))).size:
            there = float(values[at[0]])
            self.facts |= {"r_at": there, "lag_s": lag_s}
            shown = {"r": figure(there, 2), "lag": span(lag_s, self.lang), "now": figure(now, 2)}
            first = self._say("r_at", **shown, **names)
        else:
            first = self._say("r", now=figure(now, 2), rows=f"{rows:,}", span=self._span(cause, effect), **names)
        lead = names["cause"] if lags[best] >= 0 else names["effect"]
        far = span(abs(int(lags[best])) * step, self.lang)
        more = self._say("r_best", r=figure(float(values[best]), 2), lead=lead, lag=far) if lags[best] else ""
        return self._joined(first, more or (self._say("r_best_now") if len(lags) > 1 else ""), self._say("r_no_cause"))

    def _span(self, cause: str, effect: str) -> str:
        """From when to when both have readings."""
        assert self.run.reading is not None
        assert self.run.teller is not None
        rows = np.flatnonzero(self.run.reading.frame[[cause, effect]].notna().all(axis=1).to_numpy())
        return self._say("r_span", start=self.run.teller.time(int(rows[0])), end=self.run.teller.time(int(rows[-1])))

    def _untested(self, sensors: Sequence[str]) -> str:
        """That one of the sensors took no part in the search; "" where all did."""
        left = [self._name(s) for s in sensors if s not in self.discovery.sensors]
        return self._say("untested", sensors={"en": ", ", "zh": "、"}[self.lang].join(left)) if left else ""

    def _rows(self) -> str:
        """How far the rows go to show that there is none, and what the search left out."""
        left_out = [said(n, self.run.lang) for n in self.discovery.notes if n.code in LEFT_OUT]
        return self._joined(self._say("enough" if self.discovery.telling else "too_few"), *left_out)

    def _name(self, column: str) -> str:
        return self.run.names.name(column)

    def _say(self, key: str, **values: object) -> str:
        return say(f"reply_edges_{key}", self.lang, **values)

    def _joined(self, *sentences: str) -> str:
        return {"en": " ", "zh": ""}[self.lang].join(filter(None, sentences))


def correlated(one: FloatArray, other: FloatArray) -> tuple[IntArray, FloatArray, int] | None:
    """Lags in rows (positive: `one` is ahead) with Pearson's r at each, and how many rows have both at the same time;
    None where one of the two does not move, or too few rows have both."""
    together = int((np.isfinite(one) & np.isfinite(other)).sum())
    most = max(0, min(MOST_LAG, len(one) // 4, together - LEAST_ROWS))
    lags = np.arange(-most, most + 1)
    values = np.zeros(len(lags))
    for i, lag in enumerate(lags):
        a, b = (one[: len(one) - lag], other[lag:]) if lag >= 0 else (one[-lag:], other[:lag])
        both = np.isfinite(a) & np.isfinite(b)
        if both.sum() < LEAST_ROWS or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
            if lag == 0:
                return None
            continue  # a part without a movement or without readings shows nothing at this lag
        values[i] = np.corrcoef(a[both], b[both])[0, 1]
    return lags, values, together
