"""The pipeline manager's rules: clauses become ordered subtasks with everything that they imply.

Steps come in the order in which they depend on each other, not in the order of speaking: detection needs clean data,
a diagnosis needs events and causes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from roles.planning.bounds import bounded
from roles.planning.clauses import Clause, read
from roles.planning.colloquial import in_full
from roles.planning.columns import spelled
from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.partnames import quantities_of
from roles.planning.limits import numbers, ownlimits
from roles.planning.ordering import ORDER, ordered
from roles.planning.parts import leaving, stated
from roles.planning.types import Plan, Request, Subtask, TaskKind
from roles.planning.wants import asked, beyond, figures, graphed, wishes
from roles.planning.wants.bare import again, asks, of_course
from roles.planning.wants.unclear import strange, unclear
from roles.planning.when import times
from roles.planning.when.weekdays import dated
from roles.planning.words import blank, either, normal, pattern, words
from roles.types import Sensor
from roles.wording import say

ABOUT_SENSORS: set[TaskKind] = {"label", "statistics", "plot", "forecast", "diagnose", "code"}
SHIFT = either(["(?:night|day|late|early|morning|afternoon) shifts?"], ["[夜白早中晚日]班"])
DEFAULT_STEP_S, DEFAULT_HORIZON_S = 60.0, 600.0


def plan(request: Request) -> Plan:
    """The ordered subtasks of a request; never empty. An empty request with data is a full diagnosis."""
    if not request.has_data:
        reason = say("plan_no_data", request.lang)
        return Plan(lang=request.lang, subtasks=[Subtask(order=1, kind="ask", reason=reason)])
    text = in_full(normal(bounded(request.text)), [n for s in request.sensors for n in (s.name, s.instance or "")])
    text = spelled.out(dated(text, request.start, request.end), request.sensors)
    if asked.form(text) == "sensors":
        listed = _task("statistics", Clause(text), {"list": True}, say("plan_asked", request.lang))
        return Plan(lang=request.lang, subtasks=[listed])
    if lasting := stated.asks_how_long(text, request.texts):
        return Plan(lang=request.lang, subtasks=[_state(text, lasting[0], request, value=lasting[1])])
    if state := leaving.asks_state(text, request.texts):
        return Plan(lang=request.lang, subtasks=[_state(text, state, request)])
    clauses = read(text, request)
    graph = [clause for clause in clauses if graphed.asks(clause.text, clause.intents, request.sensors)]
    if graph and not any(clause.intents for clause in clauses if clause not in graph):
        linked = Subtask(order=1, kind="causes", reason=say("plan_asked", request.lang))
        return Plan(lang=request.lang, subtasks=ordered([linked], request))
    coded = request.codes and any("code" in clause.intents for clause in clauses)  # "the power spectrum": as it says
    if not coded and (course := of_course(text, clauses)) is not None:
        looked = _task("diagnose", course, {}, say("plan_asked", request.lang))
        return Plan(lang=request.lang, subtasks=ordered([looked], request))
    tasks = [task for clause in clauses for task in _tasks(clause, request)]
    unknown = list(dict.fromkeys(word for clause in clauses for word in clause.mentions.unknown))
    if not tasks:
        about = again(clauses[0]) if clauses else Clause("")
        unread = asked.is_question(text) or strange(text, request.sensors)
        named = bool(about.columns or about.period or about.mentions.unknown)
        named = named and not (unread and asked.YES_NO.search(text) is not None)
        looks = named and asks(text, about)
        unread = unread and not named
        reason = say("plan_asked" if named else "plan_default", request.lang)
        kind: TaskKind = "plot" if named and not looks else "diagnose"
        said = {"unread": True} if unread and not about.columns else {}  # of a sensor its own account is given
        if kind == "plot" and about.columns and pattern("sub", "now").search(about.text):
            kind, said = "statistics", {"now": True}  # "strokes per minute now"
        said |= _against(about, request) if kind == "plot" else {}
        tasks = [_task(kind, _closed(about, request) if looks else about, said, reason)]
        if said.get("form") == "scatter":
            tasks[0] = tasks[0].model_copy(update={"sensors": _as_said(about, request)})
        unknown = unknown or ([] if named else unclear(text, request.sensors))
    if {task.kind for task in tasks} == {"model"} and any(clause.model for clause in clauses):
        # "Use my model strand2": whoever names a model of the plant wants it to look at the file.
        tasks.append(_task("detect", clauses[0], {}, say("plan_asked", request.lang)))
    if all(task.values.get("refused") for task in tasks):  # what there is without code: a look at the columns
        tasks += [_task("plot", clause, {}, _reason(clause, request)) for clause in clauses if "code" in clause.intents]
    unknown = [] if all(task.kind == "ask" for task in tasks) else unknown  # knowledge of a thing needs no column of it
    return Plan(lang=request.lang, subtasks=_learning(ordered(tasks, request), text), unknown=unknown)


def _state(text: str, column: str, request: Request, value: str = "") -> Subtask:
    """What a text column says at the times that are named, or how long its state `value` lasts at a time."""
    period = times.find(text, request.start, request.end)
    clause = Clause(text, period=period)
    return _task(
        "statistics", clause, {"state": column} | ({"value": value} if value else {}), _reason(clause, request)
    )


def _closed(clause: Clause, request: Request) -> Clause:
    """A clause whose period has both ends, so that what happened in it can be told: "what changed since 05:00?"."""
    period, first, last = clause.period, request.start, request.end
    if not period or first is None or last is None:
        return clause
    start = period.start or min(first, (period.end or last) - 2 * times.AROUND)
    end = period.end or max(last, start + 2 * times.AROUND)
    return replace(clause, period=replace(period, start=start, end=end, window=True))


def _learning(tasks: list[Subtask], text: str) -> list[Subtask]:
    """What is called normal anywhere in the request, and how sensitive the detection shall be, holds for the detection,
    whoever asked for that."""
    rows, wish = numbers.train_rows(text), wishes.sensitivity(text)
    said = ({"train_rows": rows} if rows else {}) | ({"sensitivity": wish} if wish else {})
    if not said:
        return tasks
    return [t.model_copy(update={"values": {**t.values, **said}}) if t.kind == "detect" else t for t in tasks]


def _tasks(clause: Clause, request: Request) -> list[Subtask]:
    """One subtask for each intent of a clause, one label for each limit."""
    reason, tasks = _reason(clause, request), list[Subtask]()
    if pattern("sub", "split").search(clause.text) and (moment := _moment(clause)):
        return _halves(replace(clause, period=times.Period()), moment, reason)
    if (told := figures.asked(clause.text, clause.intents, clause.columns, request.sensors)) is not None:
        figures_ = (told, *told.also)
        drawn = replace(clause, columns=tuple(name for each in figures_ for name in each.columns))
        # in the order in which they are held against each other
        tasks = [_task("statistics", replace(clause, columns=f.columns), f.values, reason) for f in figures_]
        tasks.append(_task("plot", drawn, {}, reason))
        clause = replace(clause, intents=clause.intents & told.kept(clause.intents))
    for kind in sorted(clause.intents, key=ORDER.index):
        if kind == "label" and clause.together is not None and clause.columns:
            tasks.append(_combined(clause, request, reason))
        elif kind == "label":
            tasks += [_label(clause, limit, request, reason) for limit in clause.limits]
        elif kind == "code" and not request.codes:
            words = beyond.operations(clause.text, "never")
            tasks.append(_task(kind, clause, {"text": clause.text, "words": words, "refused": True}, reason))
        else:
            limited = _lines(clause, request, reason) if kind == "plot" else {}
            tasks.append(_task(kind, clause, _values(kind, clause, request) | limited, reason))
            if kind == "statistics" and (column := leaving.by_column(clause.text, request.texts)):
                tasks[-1] = tasks[-1].model_copy(
                    update={"values": {**tasks[-1].values, "by": "column", "column": column}}
                )
            if tasks[-1].values.get("form") == "scatter":  # "speed against level": in the order in which they are said
                tasks[-1] = tasks[-1].model_copy(update={"sensors": _as_said(clause, request)})
    return tasks


def _lines(clause: Clause, request: Request, reason: str) -> dict[str, Any]:
    """For which columns of a plot its limit is, where not for all, and further limits of it."""
    if not clause.limits:
        return {}
    columns = _like_nearest(clause, _label(clause, clause.limits[0], request, reason).sensors, request)
    more = [limit.values["limit"] for limit in clause.limits[1:] if "limit" in limit.values]
    own = {"limit_for": columns} if set(columns) != set(clause.columns) else {}
    return own | ({"more_limits": more} if more else {})


def _like_nearest(clause: Clause, columns: list[str], request: Request) -> list[str]:
    """Those of `columns` that have the unit of the one named last before the limit: 45 of amperes is no level."""
    before = [
        names for at, names in sorted(clause.mentions.groups, key=lambda g: g[0]) if at < clause.limits[0].span[0]
    ]
    units = {sensor.name: sensor.unit for sensor in request.sensors}
    meant = {units.get(name) for name in (before[-1] if before else columns)}
    return [name for name in columns if units.get(name) in meant]


def _moment(clause: Clause) -> datetime | None:
    """The time that a clause names alone, with or without the half hours around it."""
    period = clause.period
    if period.start is not None and period.end is not None:
        return period.start + times.AROUND if period.end - period.start == 2 * times.AROUND else None
    return period.start or period.end


def _halves(clause: Clause, moment: datetime, reason: str) -> list[Subtask]:
    """Statistics of what lies before and after a moment, a plot of both, and a diagnosis where one was asked for."""
    what = numbers.how(clause.text) or ["mean", "std"]
    tasks = [_task("statistics", clause, {"what": what, "split": moment.isoformat()}, reason)]
    tasks.append(_task("plot", clause, {}, reason))
    return tasks + [_task(kind, clause, {}, reason) for kind in sorted(clause.intents & {"diagnose"})]


def _as_said(clause: Clause, request: Request) -> list[str]:
    """One column for each mention, in the order of speaking; the clause's columns where it names none itself."""
    order = [sensor.name for sensor in request.sensors]
    said = [min(names, key=order.index) for _, names in sorted(clause.mentions.groups, key=lambda g: g[0])]
    return list(dict.fromkeys(said)) if len(set(said)) > 1 else list(clause.columns)


def _reason(clause: Clause, request: Request) -> str:
    return say("plan_outside" if clause.period.outside else "plan_asked", request.lang)


def _task(kind: TaskKind, clause: Clause, values: dict[str, Any], reason: str) -> Subtask:
    # "Detect anomalies in S8" looks at S8; a diagnosis needs every sensor, whatever it is about.
    about = kind in ABOUT_SENSORS or (kind == "detect" and "diagnose" not in clause.intents)
    within = kind not in ("clean", "resample", "model", "ask", "causes", "detect", "forecast")
    outside = {"outside": True} if within and clause.period.outside else {}
    # An hour that was named from end to end, not the hour around a time.
    outside |= {"window": True} if kind == "diagnose" and clause.period.window else {}
    return Subtask(
        order=1, kind=kind, sensors=list(clause.columns) if about else [], values=values | outside, reason=reason,
        start=clause.period.start if within else None, end=clause.period.end if within else None,
    )  # fmt: skip


def _label(clause: Clause, limit: numbers.Limit, request: Request, reason: str) -> Subtask:
    """A label with the sensors named nearest before its limit, else after it."""
    earlier = [other.span[1] for other in clause.limits if other.span[1] <= limit.span[0]]
    later = [other.span[0] for other in clause.limits if other.span[0] >= limit.span[1]]
    before = clause.mentions.columns(request.sensors, max(earlier, default=0), limit.span[0])
    after = clause.mentions.columns(request.sensors, limit.span[1], min(later, default=10**9))
    columns = before or after or list(clause.columns)
    task = _task("label", clause, dict(limit.values), reason)
    return task.model_copy(update={"sensors": columns})


def _combined(clause: Clause, request: Request, reason: str) -> Subtask:
    """One label for limits that must hold at once, or of which one is enough; a limit without a sensor of its own is
    for the one named before it."""
    parts: list[dict[str, Any]] = []
    sensors: list[str] = []
    for limit in clause.limits:
        sensors = _label(clause, limit, request, reason).sensors if _own(clause, limit) else sensors
        parts += [{"sensor": sensor, **limit.values} for sensor in sensors]
    task = _task("label", clause, {clause.together or "all": parts}, reason)
    return task.model_copy(update={"sensors": list(dict.fromkeys(part["sensor"] for part in parts))})


def _own(clause: Clause, limit: numbers.Limit) -> bool:
    """Is a sensor named between the limit before this one and the next?"""
    before = max((other.span[1] for other in clause.limits if other.span[1] <= limit.span[0]), default=0)
    after = min((other.span[0] for other in clause.limits if other.span[0] >= limit.span[1]), default=10**9)
    return any(before <= at < limit.span[0] or limit.span[1] <= at < after for at, _ in clause.mentions.groups)


def _against(clause: Clause, request: Request) -> dict[str, Any]:
    """A scatter plot for "power vs wind speed", of two quantities; what is measured alike is drawn over time, and so is
    what is asked of certain hours."""
    said = sorted((at, names) for at, names in clause.mentions.groups)
    if clause.period or len(said) != 2 or any(len(names) != 1 for _, names in said):
        return {}
    between = re.search(r"\b(?:vs\.?|versus|against)\s", clause.text[said[0][0] : said[1][0]])
    one, other = (next(s for s in request.sensors if s.name in names) for _, names in said)
    alike = (one.unit or "").lower() == (other.unit or "").lower() and (
        one.unit or _quantities(one) & _quantities(other)
    )
    return {"form": "scatter"} if between and not alike else {}


def _quantities(sensor: Sensor) -> set[str]:
    """Which quantities a column's name says."""
    parts = {singular(piece) for piece in pieces(sensor.name)} | quantities_of(sensor.name)
    return {key for key, entry in words()["quantities"].items() if parts & set(entry["parts"])}


def _values(kind: TaskKind, clause: Clause, request: Request) -> dict[str, Any]:
    text = clause.text
    limit = dict(clause.limits[0].values) if clause.limits else {}
    if kind == "resample":
        step, how = numbers.step(text), (numbers.how(text) or ["mean"])[0]
        return {"step_s": step, "how": how} if step else {"step_s": DEFAULT_STEP_S, "how": how, "assumed": True}
    if kind == "forecast":
        horizon = numbers.horizon(text)
        kept = ownlimits.named(text) if not limit else None  # a limit that the plant knows and nobody said
        limit |= {"kept": kept} if kept else {}
        return limit | ({"horizon_s": horizon} if horizon else {"horizon_s": DEFAULT_HORIZON_S, "assumed": True})
    if kind == "plot":
        return limit | (beyond.form(blank(text, clause.mentions.spans)) or _against(clause, request))
    if kind == "statistics":
        what = numbers.how(
            blank(text, [*clause.mentions.spans, *(each.span for each in clause.limits)])
        )  # "min is 2.5" asks for no minimum
        grouped = beyond.by(text) if "resample" not in clause.intents else None
        if grouped is None and not clause.period and SHIFT.search(text):
            grouped = "shift"  # "night shift average": of every shift, the night's among them
        if not what and not grouped and pattern("sub", "now").search(text):
            return {"now": True}
        return ({"what": what} if what else {}) | ({"by": grouped} | beyond.top(text, what) if grouped else {})
    if kind == "code":
        return {"text": text}
    if kind == "clean":
        return {"despike": True} if pattern("sub", "despike").search(text) else {}
    if kind == "model":
        name = clause.model or numbers.wanted(text)
        return {"wanted": name} if name else {}
    return {}
