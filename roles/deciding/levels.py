"""One answer in the words of its reader: crew, engineer, manager, newcomer.

The facts stay: every level gives the headline with its time and confidence and the evidence of the likeliest cause,
and none has a number or an id that the answer itself lacks (a test holds them against it). An answer that diagnoses
nothing, and a reader who asked for no level, get the text as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import Field

from roles.deciding.figures import figure
from roles.sentences import ENDS
from roles.types import Action, Cause, Considered, Edge, Finding, Frozen, Lang, Level
from roles.wording import BOOK, say

MOST_FACTS, MOST_EDGES, MOST_WEIGHED, MOST_SIGNS, MOST_REFS = 12, 5, 4, 3, 5
WORTH = 0.01  # share of variance from which an edge is worth a line
QUITE, FAIRLY = 0.75, 0.55  # from which confidence on "quite sure" and "fairly sure" is said


PLAIN: tuple[Level, ...] = ("crew", "newcomer")  # who read nothing of files, models and limits of detectors


class Line(Frozen):
    """One line of an answer; `kind` as in workers.contracts.Block."""

    kind: str
    text: str
    refs: list[str] = Field(default_factory=list)


class Happening(Frozen):
    """The event that the diagnosis is about. `severity`: its peak in alarm thresholds, 0 without an alarm."""

    severity: float
    ongoing: bool


class Matter(Frozen):
    """A finished answer as a level needs it. `today` is its ordinary text."""

    lang: Lang
    verdict: str
    today: list[Line]
    causes: list[Cause] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    considered: list[Considered] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)
    event: Happening | None = None
    model: str = ""
    threshold: float | None = None

    @property
    def weighed(self) -> Considered | None:
        """What was weighed for the likeliest cause."""
        top = self.causes[0] if self.causes else None
        return next((c for c in self.considered if top and c.fault and c.fault == top.fault), None)


def word(matter: Matter, level: Level) -> list[Line]:
    """The answer for readers of `level`."""
    if matter.verdict in ("fault", "unsure", "normal") and matter.today:
        return LEVELS[level](matter)
    return [line for line in matter.today if line.kind != "data" or level not in PLAIN]


def refs_of(cause: Cause) -> list[str]:
    """Findings and passages behind a cause, as the ordinary text shows them."""
    return [*cause.evidence[:MOST_REFS], *(f"!{id_}" for id_ in cause.against)]


def sure(confidence: float, lang: Lang) -> str:
    """How sure, in words and as the number."""
    key = "sure_quite" if confidence >= QUITE else "sure_fairly" if confidence >= FAIRLY else "sure_not"
    return say(key, lang, confidence=figure(confidence, 2))


def crew(matter: Matter) -> list[Line]:
    """What is wrong, what to do, why in plain words, what to report."""
    lines = matter.today[:1]
    if matter.verdict != "fault":
        nearest = [finding.text for finding in matter.findings if finding.kind == "normal"]  # shares of a threshold
        rest = [line for line in matter.today[1:] if not any(text in line.text for text in nearest)]
        return lines + [line for line in rest if line.kind in ("note", "action", "ask")][:4]
    lines += [line for line in matter.today if line.kind == "action"]
    top = matter.causes[0]
    refs = refs_of(top)
    why = say("crew_why", matter.lang, sure=sure(top.confidence, matter.lang), why=plain_why(matter),
              refs=" ".join(refs))  # fmt: skip
    lines.append(Line(kind="cause", text=why, refs=refs))
    if len(matter.causes) > 1:
        names = listed([f"{c.text} ({figure(c.confidence, 2)})" for c in matter.causes[1:]], matter.lang)
        lines.append(Line(kind="cause", text=say("crew_else", matter.lang, causes=names)))
    return lines + [line for line in matter.today if line.kind == "ask"]


def plain_why(matter: Matter) -> str:
    """What the signs of the likeliest cause mean, without figures; what was measured where no sign is known."""
    weighed = matter.weighed
    signs = [s.text for s in weighed.signs if s.state == "seen"][:MOST_SIGNS] if weighed else []
    return listed(signs, matter.lang) or (matter.causes[0].why.rstrip(ENDS) if matter.causes else "")


def newcomer(matter: Matter) -> list[Line]:
    """For the crew, and what the fault is at all; without a diagnosis what was looked at, what changed, what that may
    mean."""
    lines = crew(matter)
    if matter.verdict != "fault":
        return [*lines[:1], *undiagnosed(matter), *lines[1:]]
    top, weighed = matter.causes[0], matter.weighed
    if weighed is not None and weighed.meaning:
        id_ = weighed.source
        text = say("newcomer_means", matter.lang, cause=top.text, text=weighed.meaning, id=id_)
        lines.insert(1, Line(kind="plain", text=text, refs=[id_]))
    return lines


def undiagnosed(matter: Matter) -> list[Line]:
    """In plain words, without figures: what was looked at, what the sensors did, what that may mean."""
    lang, lines = matter.lang, [Line(kind="plain", text=say("newcomer_looked", matter.lang))]
    if matter.verdict == "normal":
        return [*lines, Line(kind="plain", text=say("newcomer_normal", lang))]
    moved = {f.sensor: f for f in matter.findings if f.sensor and f"does_{f.kind}" in BOOK.entries}
    told = dict(list(moved.items())[:MOST_SIGNS])
    if told:
        changes = listed([f"{name} {say(f'does_{f.kind}', lang)}" for name, f in told.items()], lang)
        refs = [finding.id for finding in told.values()]
        text = say("newcomer_changed", lang, changes=changes, refs=" ".join(refs))
        lines.append(Line(kind="plain", text=text, refs=refs))
    lines.append(Line(kind="plain", text=say("newcomer_may_mean", lang)))
    return lines


def engineer(matter: Matter) -> list[Line]:
    """The ordinary text, then every figure behind it: facts, lags, rivals, model and threshold."""
    lang, lines = matter.lang, list(matter.today)
    cited = [id_ for cause in matter.causes for id_ in [*cause.evidence, *cause.against]]
    facts = sorted(matter.findings, key=lambda f: f.id not in cited)[:MOST_FACTS]
    lines += [Line(kind="plain", text=_fact(f, lang), refs=[f.id]) for f in facts]
    lines += [Line(kind="plain", text=_lag(edge, lang)) for edge in near(matter, cited)]
    if matter.considered:
        weighed = [f"{c.text} {figure(c.confidence, 2)}" for c in matter.considered[:MOST_WEIGHED]]
        lines.append(Line(kind="plain", text=say("engineer_weighed", lang, causes=listed(weighed, lang))))
    if matter.model and matter.threshold is not None:
        text = say("engineer_model", lang, model=matter.model, threshold=figure(matter.threshold))
        if matter.event is not None and matter.event.severity:
            text += say("engineer_peak", lang, severity=figure(matter.event.severity))
        lines.append(Line(kind="data", text=text))
    return lines


def _fact(finding: Finding, lang: Lang) -> str:
    strength = finding.values.get("strength")
    told = isinstance(strength, int | float)
    extra = say("engineer_strength", lang, strength=figure(float(strength or 0.0))) if told else ""
    return f"{finding.id}: {finding.text}{extra}"


def near(matter: Matter, cited: Sequence[str]) -> list[Edge]:
    """The strongest causal edges at the sensors that the causes rest on."""
    sensors = {f.sensor for f in matter.findings if f.id in cited} | {c.sensor for c in matter.causes}
    touching = [e for e in matter.edges if (e.cause in sensors or e.effect in sensors) and e.strength >= WORTH]
    return sorted(touching, key=lambda e: -e.strength)[:MOST_EDGES]


def _lag(edge: Edge, lang: Lang) -> str:
    return say("engineer_lag", lang, cause=edge.cause, effect=edge.effect, lag=figure(edge.lag_s),
               strength=figure(edge.strength, 2))  # fmt: skip


def manager(matter: Matter) -> list[Line]:
    """Status and impact in one paragraph behind the headline."""
    lang, event = matter.lang, matter.event
    status = "over" if event is not None and not event.ongoing else "ongoing"
    key = f"manager_{matter.verdict}_{status}" if matter.verdict == "fault" else f"manager_{matter.verdict}"
    parts = [say(key, lang)]
    refs: list[str] = []
    if event is not None and matter.verdict != "normal":
        worst = "manager_worst" if event.severity else "manager_silent"
        parts.append(say(worst, lang, severity=figure(event.severity)))
    if matter.verdict == "fault":
        top, refs = matter.causes[0], refs_of(matter.causes[0])
        cause = say("manager_cause", lang, cause=top.text, sure=sure(top.confidence, lang), refs=" ".join(refs))
        parts.append(cause)
    now = [a.text.rstrip(ENDS) for a in matter.actions if a.when == "now"][:2]
    if now:
        parts.append(say("manager_now", lang, actions=listed(now, lang)))
    if matter.asks_for:
        parts.append(say("manager_open", lang, ask=matter.asks_for[0].rstrip(ENDS)))
    paragraph = {"en": " ", "zh": ""}[lang].join(parts)
    return [*matter.today[:1], Line(kind="plain", text=paragraph, refs=refs)]


def listed(parts: Sequence[str], lang: Lang) -> str:
    """Parts of one sentence."""
    return {"en": "; ", "zh": "；"}[lang].join(part.rstrip(ENDS) for part in parts if part)


LEVELS: dict[Level, Callable[[Matter], list[Line]]] = {
    "crew": crew,
    "engineer": engineer,
    "manager": manager,
    "newcomer": newcomer,
}
