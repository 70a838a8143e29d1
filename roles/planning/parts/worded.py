"""What a request says beside its steps and whoever plans would lose: rows by their readings, columns and hours of the
table, several windows, ranks, bars. Read from the words and written into the steps of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from roles.planning.clauses import ALL
from roles.planning.columns import spelled
from roles.planning.columns.lexicon import Lexicon
from roles.planning.limits import bands, conditions, contrasts, numbers, unsaid
from roles.planning.limits.conditions import Condition
from roles.planning.parts import tabled
from roles.planning.parts.leaving import trimmed
from roles.planning.types import Plan, Request, Subtask
from roles.planning.when import times
from roles.planning.words import blank, pattern
from roles.types import Sensor
from roles.wording import say

ABOUT: set[str] = {"statistics", "plot"}  # steps for which a condition holds
LOOKING: set[str] = {"detect", "causes", "forecast", "diagnose"}  # steps that see the whole file
BARS = re.compile(
    r"(?:\b(?:as|in|with)\s+)?(?:\b(?:an? |the ))?\bbar[ -]?(?:charts?|graphs?|plots?|diagrams?)\b(?:\s+of\b)?"
    r"|\b(?:as|in) bars\b|(?:用|以|做成?|生成)?(?:柱状图|柱形图|条形图|直条图|柱图)(?:的形式)?"
)
RANK = re.compile(
    r"\b(?P<a>\d{1,2}(?:\.\d{1,2})?)(?:st|nd|rd|th)?[ -](?:percentile|quantile)s?\b|\bp(?P<b>\d{2})(?= of\b|的)"
    r"|第?(?P<c>\d{1,2}(?:\.\d{1,2})?)\s*%?\s*(?:个?百?分位)",
    re.ASCII,
)
SPAN = re.compile(
    r"(?:\b(?:by|per|every|each|for each|for every|in (?:blocks|steps|windows) of)\s+"
    r"(?P<a>\d+(?:\.\d+)?[ -]?(?:s|secs?|seconds?|mins?|minutes?|hours?|hrs?|h|days?))(?![a-z])"
    r"|(?:每隔?|按)\s*(?P<b>\d+(?:\.\d+)?\s*(?:秒钟?|分钟?|个?小时|天)))"
    r"(?:[ -](?:blocks?|windows?|intervals?)|一[组段])?"
)
AND = re.compile(
    r"\s*(?:,|，|;|；|、)?\s*(?:(?:and|&)(?: also)?(?: the same)?|和|以及|与|及|还有|、)?\s*(?:for |of )?\s*"
)
LASTING = re.compile(
    r"\bhow (?:many (?:seconds|minutes|hours|days)|long|much time)\b"
    r"|多少(?:秒|分钟|个?小时|时间|天)|多久|多长|的时[间长](?=[?？。\s]*$)"
)
GENERIC = re.compile(r"abnormal|anomal|alarm|异常|报警|告警|不正常|超限")
WORD = re.compile(
    r"\s*(?:(?:rows?|readings?|values?|points?)\s+)?(?:,\s*)?\b(?:as|to be|with (?:the )?(?:label|word|tag))\s+"
    r"(?:an? |the )?"
    r"[\"'“‘]?(?P<a>[a-z][a-z0-9 _-]{0,24}?)[\"'”’]?(?=\s*(?:$|[,.;!?，。；]|\band\b|\bor\b|\bthen\b|<|>))"
    r"|\s*(?:的)?(?:时候|时)?的?(?:行|数据|点|部分|读数)?[,，]?\s*(?:都|全部|全)?"
    r"(?:标记为|标注为|标记成|标注成|标为|标成|记为|视为|算作|当作|打上?标签)"
    r"[\"'“‘「]?(?P<b>[^\s,，。;；!！?？\"'”’」]{1,16})"
)


@dataclass
class Worded:
    """`text` is what is left to plan; the rest as it was read. `more` are further windows of what is asked of the
    first, `names` the words of labels with their limits."""

    text: str
    condition: Condition | None = None
    columns: list[str] = field(default_factory=list)
    hours: times.Period | None = None
    first: times.Period | None = None
    more: list[times.Period] = field(default_factory=list)
    then: tabled.Step | None = None
    bars: bool = False
    bar_step: dict[str, Any] = field(default_factory=dict)
    ranks: list[float] = field(default_factory=list)
    by_s: float | None = None
    names: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    averaged: list[str] = field(default_factory=list)  # columns whose averages by time are over some rows only
    lasting: bool = False  # minutes or hours are asked for, not rows
    lacking: list[str] = field(default_factory=list)  # what conditions without a number are of, and no column measures
    contrast: contrasts.Contrast | None = None  # the request asks how sensors are while others meet a condition

    def ignored(self, sensors: Sequence[Sensor]) -> list[str]:
        """The columns that a table of only some leaves out; those that a condition needs stay until it is met."""
        needed = {part["sensor"] for part in (self.condition.parts if self.condition else ())}
        kept = {*self.columns, *needed}
        return [sensor.name for sensor in sensors if sensor.name not in kept] if self.columns else []

    @property
    def alone(self) -> bool:
        """Is nothing wanted but rows or columns off the table, or all that is wanted read here?"""
        if self.contrast is not None:
            return True
        made = self.columns or self.hours or (self.condition is not None and self.condition.way in ("remove", "keep"))
        return bool(made) and conditions.is_empty(self.text)


def read(text: str, request: Request) -> Worded:
    """What normalised `text` says beside its steps; with no data nothing is read."""
    if not request.has_data or not request.sensors or not text.strip():
        return Worded(text)
    lexicon = Lexicon(request.sensors)
    text = spelled.out(text, request.sensors)
    text = bands.no_clocks(text, lexicon)
    if (contrast := contrasts.found_in(text, request, lexicon)) is not None:
        return Worded(text, contrast=contrast)
    made = Worded(text, names=label_words(text), lasting=LASTING.search(text) is not None)
    made.lacking = unsaid.lacking(text, lexicon)
    made.columns, made.text = tabled.kept_columns(made.text, request, lexicon)
    made.condition, made.text = conditions.found_in(made.text, request, lexicon)
    made.text = tabled.stepped(made.text)
    made.then, made.text = tabled.then(made.text)
    made.hours, made.text = tabled.hours(made.text, request)
    _windows(made, request)
    if BARS.search(made.text):
        _bars(made)
    made.text = RANK.sub(lambda m: f"{m['b']}th percentile" if m["b"] else m[0], made.text)
    if made.condition is not None and made.condition.way in ("when", "without"):
        made.averaged = conditions.averaged(made.text, request)
    made.ranks = [float(m["a"] or m["b"] or m["c"]) for m in RANK.finditer(text)]
    by = SPAN.search(made.text)
    made.by_s = numbers.step(f"per {by['a']}" if by["a"] else f"每{by['b']}") if by else None
    return made


def label_words(text: str) -> list[tuple[dict[str, Any], str]]:
    """Each limit of a label in `text` with the word that its rows are to be labelled with; what is but another way to
    say "abnormal" names nothing."""
    if not pattern("intents", "label").search(text):
        return []
    timeless = blank(text, times.named(text))
    found = []
    for limit in bands.with_bands(numbers.limits(timeless), timeless):
        match = WORD.match(text, limit.span[1])
        word = (match["a"] or match["b"] or "").strip() if match is not None else ""
        if word and not GENERIC.search(word):
            found.append((limit.values, word))
    return found


def _windows(made: Worded, request: Request) -> None:
    """Two or more windows in a row: "from 02:00 to 04:00 and from 20:00 to 22:00". All but the first are taken off."""
    text = made.text
    spans: list[tuple[int, int]] = []
    for form, kind in times.RANGES:
        for match in form.finditer(text) if kind == "range" else ():
            if all(match.end() <= start or end <= match.start() for start, end in spans):
                spans.append(match.span())
    spans.sort()
    if len(spans) < 2 or any(AND.fullmatch(text[a[1] : b[0]]) is None for a, b in pairwise(spans)):
        return
    apart = times.lone_day(blank(text, spans), (0, 0), request.end) if request.end else None
    day = apart[0] if apart is not None else None
    periods = [times.find(text[start:end], request.start, request.end, day) for start, end in spans]
    if all(period.start and period.end for period in periods):
        made.first, made.more = periods[0], periods[1:]
        made.text = trimmed(f"{text[: spans[0][1]]} {text[spans[-1][1] :]}")


def _bars(made: Worded) -> None:
    """Bars of what, and in which steps."""
    made.bars = True
    han = re.search("[一-鿿]", made.text) is not None
    made.text = trimmed(BARS.sub(" 画图 " if han else " ", made.text))
    if not han and not pattern("intents", "plot").search(made.text):
        made.text = f"{made.text}, plot it" if pattern("intents", "resample").search(made.text) else f"plot {made.text}"
    step = numbers.step(made.text)
    made.bar_step = {"how": (numbers.how(made.text) or ["mean"])[0]} | ({"step_s": step} if step else {})


def only_rows(request: Request) -> Plan:
    """The plan of a request that wants nothing but a table of some rows or columns."""
    reason = say("plan_asked", request.lang)
    task = Subtask(order=1, kind="clean", values={"rows_only": True}, reason=reason)
    return Plan(lang=request.lang, subtasks=[task])


def applied(plan: Plan, worded: Worded) -> Plan:
    """`plan` with what was read beside its steps."""
    if worded.contrast is not None:
        return plan.model_copy(update={"subtasks": worded.contrast.tasks(plan.lang), "unknown": []})
    tasks = [task.model_copy(update={"values": dict(task.values)}) for task in plan.subtasks]
    tasks = [more for task in tasks for more in _in_windows(_averages(task, worded), worded)]
    tasks = [_write(task, worded) for task in tasks]
    removed = _removed(worded)
    if removed:
        removed |= {"table_only": True} if any(task.kind in LOOKING for task in tasks) else {}
        clean = next((task for task in tasks if task.kind == "clean"), None)
        if clean is None:
            reason = say("plan_asked", plan.lang)
            tasks.insert(0, Subtask(order=1, kind="clean", values={**removed, "rows_only": True}, reason=reason))
        else:
            clean.values.update(removed)
    unknown = list(dict.fromkeys([*plan.unknown, *worded.lacking]))
    steps = [t.model_copy(update={"order": i}) for i, t in enumerate(tasks, 1)]
    return plan.model_copy(update={"subtasks": steps, "unknown": unknown})


def _averages(task: Subtask, worded: Worded) -> Subtask:
    """Averages by time over some rows only are statistics of those."""
    if task.kind != "resample" or not worded.averaged or "step_s" not in task.values:
        return task
    values = {"what": [task.values.get("how", "mean")], "by": "span", "by_s": task.values["step_s"]}
    return task.model_copy(update={"kind": "statistics", "sensors": worded.averaged, "values": values})


def _in_windows(task: Subtask, worded: Worded) -> list[Subtask]:
    """The task, and again for each further window where it is about the first."""
    first = worded.first
    if first is None or task.kind not in ("statistics", "plot", "label") or task.start != first.start:
        return [task]
    return [task, *(task.model_copy(update={"start": p.start, "end": p.end, "values": dict(task.values)})
                    for p in worded.more)]  # fmt: skip


def _write(task: Subtask, worded: Worded) -> Subtask:
    """A step with what holds for its kind."""
    if task.kind in ABOUT and worded.condition is not None and "list" not in task.values:
        task.values["where"] = worded.condition.values()
        halves = all("level" in part for part in worded.condition.parts) and not set(task.values.get("what", ())) - {
            "mean"
        }
        if task.kind == "statistics" and task.sensors and halves and not {"by", "split"} & set(task.values):
            task.values.update({"against": "rest", "way": ""})  # no number was named: both halves are told
        if task.kind == "statistics" and worded.condition.way in ("remove", "without") and task.values.get("what"):
            # "Drop the readings above 5, then average": of what was dropped, where nothing else is named.
            own = [] if task.sensors or ALL.search(worded.text) else [p["sensor"] for p in worded.condition.parts]
            task = task.model_copy(update={"sensors": task.sensors or list(dict.fromkeys(own))})
    if task.kind == "resample" and worded.then is not None:
        task.values["then"] = {"step_s": worded.then.step_s, "how": worded.then.how}
    if task.kind == "plot" and worded.bars:
        task.values.update({"form": "bars", **worded.bar_step})
    if task.kind == "statistics" and not task.values.get("by") and "split" not in task.values:
        if worded.ranks:
            task.values["ranks"] = worded.ranks
        if worded.by_s and (task.values.get("what") or worded.ranks):
            task.values.update({"by": "span", "by_s": worded.by_s})
    if task.kind == "label":
        task.values.update({"lasting": True} if worded.lasting else {})
        for limit, word in worded.names:
            same = all(task.values.get(key) == limit.get(key) for key in ("limit", "low", "high"))
            if same and ("limit" in limit or "low" in limit):
                task.values["name"] = word
    if worded.hours is not None and task.kind in (*ABOUT, "label") and not (task.start or task.end):
        return task.model_copy(update={"start": worded.hours.start, "end": worded.hours.end})
    return task


def _removed(worded: Worded) -> dict[str, Any]:
    """What of the table is to go: rows by their readings or their hours, and columns that were only asked about."""
    found: dict[str, Any] = {}
    if worded.condition is not None and worded.condition.way in ("remove", "keep"):
        found["where"] = worded.condition.values()
        asked = [part["sensor"] for part in worded.condition.parts if worded.columns]
        drop = [name for name in dict.fromkeys(asked) if name not in worded.columns]
        found |= {"drop": drop} if drop else {}
    if worded.hours is not None:
        found["hours"] = [t.isoformat() if t else None for t in (worded.hours.start, worded.hours.end)]
    return found
