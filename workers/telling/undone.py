"""What was asked for and is not done, each with its reason and the next step."""

from __future__ import annotations

import difflib
import re
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from roles.manager import Subtask
from roles.planning.bounds import bounded
from roles.planning.columns import numbered
from roles.planning.columns.lexicon import pieces
from roles.planning.parts import leaving
from roles.planning.wants import asked
from roles.planning.when import times
from roles.planning.when.weekdays import dated, unclear
from roles.planning.words import normal, pattern
from workers.contracts import Block
from workers.followups.otherpart import SHIFT, SHIFT_ZH
from workers.handling import nothing
from workers.looking.shown import Names
from workers.prose.numbers import figure
from workers.units import in_unit
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST_NAMED, MOST_NEAR, LIKE = 6, 3, 0.6
# A part of the file is asked for: "only the night shift", 夜班的平均值. Not: "it began in the night shift".
OF_SHIFT = re.compile(
    rf"\b(?:only|just|(?:average|mean|max(?:imum)?|min(?:imum)?|median|statistics) (?:\w+ ){{0,4}}(?:of|for|in|during))"
    rf" (?:the )?{SHIFT.pattern}|(?:只[看要算分]|仅[看限]?|单独看|光看)(?:一下)?{SHIFT_ZH.pattern}"
    rf"|{SHIFT_ZH.pattern}的?(?:平均|均值|最[大高小低]|中位|统计|数据)",
    re.IGNORECASE,
)
ROWS = re.compile(
    r"\b(?:rows?|lines?) \d[\d,]*\s*(?:to|until|till|through|and|-|–|~)\s*(?:rows? )?\d"
    r"|\b(?:last|final) \d[\d,]* rows\b"
    r"|\b(?:since|from|after|before) row \d|第?\d+行?\s*(?:到|至|-|–|~)\s*第?\d+行|最后\d+行|第\d+行(?:以?后|起|开始)"
)
LASTING = re.compile(
    r"\b(?:for (?:more|longer) than|for at least|lasting|longer than) \d+(?:\.\d+)? ?(?:s|secs?|seconds?|mins?|minutes?"
    r"|h|hours?)\b|(?:持续|连续)(?:超过?|达到?|大于|至少|满)?\d+(?:\.\d+)?(?:秒|分|个?小时)"
)
WISHES = ("colour", "file", "send", "zoom", "schedule")  # of [undone] in words.toml


def notes(run: Run) -> list[Block]:
    """One line for each word that names no sensor, and for each wish that nothing fulfils."""
    if run.plan is None or run.reading is None or not len(run.reading.frame):
        return []
    texts = [*_unknown(run), *_limits(run)]
    said = normal(bounded(run.question.text))
    for wish in WISHES:
        found = pattern("undone", wish).search(said)
        if found is not None and not _fulfilled(run, wish):
            form = next((word for word in found.groups() if word), "") if found.groups() else ""
            texts.append(say(f"undone_{wish}", run.lang, format=form, file="processed.csv"))
    texts += [*_groups(run, said), *_shift(run, said), *_stretches(run, said), *_days(run, said), *_times(run, said)]
    return [Block(kind="note", text=text) for text in texts]


def _stretches(run: Run, said: str) -> list[str]:
    """Times and rows that were to be left out or picked out, and how long a limit was to be passed."""
    assert run.plan is not None
    plan = run.plan.output
    texts = [say("undone_hours", run.lang)] if leaving.HOURS.search(said) else []
    labels = any(task.kind == "label" for task in run.tasks)
    coded = any(task.kind == "code" and not task.values.get("refused") for task in run.tasks)
    by_rows = plan.normal is not None or plan.rows_left_out or any(t.values.get("train_rows") for t in run.tasks)
    if ROWS.search(said) and not by_rows and not coded:
        texts.append(say("undone_rows", run.lang))
    if labels and not coded and LASTING.search(said) and not asked.YES_NO.search(said):
        texts.append(say("undone_lasting", run.lang))
    return texts


def _days(run: Run, said: str) -> list[str]:
    """Days that the file does not hold, or of which it holds several, and dates that may be read in two ways."""
    assert run.teller is not None
    lang, timed = run.lang, any(task.start or task.end for task in run.tasks)
    begin, end = _covered(run)
    covers = {"first": f"{begin:%Y-%m-%d}", "last": f"{end:%Y-%m-%d}"}
    texts = []
    for day in unclear(said, begin, end):
        word = day.said.title() if day.said.isascii() else day.said
        if day.weekday and not day.days:
            texts.append(say("undone_weekday", lang, day=word, **covers))
        elif not timed:
            key = "undone_weekdays" if day.weekday else "undone_date"
            texts.append(say(key, lang, day=word, count=len(day.days), example=f"{day.days[-1]:%Y-%m-%d}"))
    return texts


def _times(run: Run, said: str) -> list[str]:
    """Times of a detection, which looks at the whole file whatever was named."""
    assert run.plan is not None
    assert run.teller is not None
    kinds = {task.kind for task in run.tasks}
    if not kinds & {"detect", "causes"} or kinds & {"diagnose", "forecast"} or run.plan.output.normal is not None:
        return []
    begin, end = _covered(run)
    named = times.find(dated(said, begin, end), begin, end)
    if not named or leaving.HOURS.search(said) or any(task.start or task.end for task in run.tasks):
        return []
    if named.outside:
        there = Subtask(order=1, kind="detect", start=named.start, end=named.end)
        return [nothing.nothing(run.reading.frame, there, [], run.teller)] if run.reading is not None else []
    start, stop = (run.teller.at(pd.Timestamp(t)) if t else run.teller.time(i)
                   for t, i in ((named.start, 0), (named.end, len(run.teller.index) - 1)))  # fmt: skip
    return [say("undone_times", run.lang, start=start, end=stop)]


def _covered(run: Run) -> tuple[datetime, datetime]:
    """The first and the last reading, plant time."""
    assert run.teller is not None
    begin, end = (run.teller.index[i].tz_convert(run.settings.zone).to_pydatetime() for i in (0, -1))
    return begin, end


def _groups(run: Run, said: str) -> list[str]:
    """Statistics for each value of something that the file has no column of: "per recipe"."""
    asked = [task for task in run.tasks if task.kind == "statistics"]
    word = leaving.by_unknown(said) if asked and not any(task.values.get("by") for task in asked) else ""
    if not word or pattern("intents", "resample").search(said) or run.reading is None:
        return []
    there = ", ".join(map(str, run.reading.context.columns)) or "-"
    return [say("undone_group", run.lang, word=word, there=there)]


def _shift(run: Run, said: str) -> list[str]:
    """A shift that was to be picked out, where no column says whose shift a row is and no hours were given."""
    found = OF_SHIFT.search(said)
    if found is None or run.plan is None or run.reading is None:
        return []
    timed = any(task.start or task.end or task.values.get("by") for task in run.tasks)
    if timed or any(map(leaving.is_shift, run.plan.output.only)):
        return []
    named = SHIFT.search(found[0]) or SHIFT_ZH.search(found[0])
    columns = [column for column in map(str, run.reading.context.columns) if leaving.is_shift(column)]
    values = ", ".join(sorted({str(v) for c in columns for v in run.reading.context[c].dropna().unique()})[:MOST_NAMED])
    shift = named[0] if named else found[0]
    if values:
        return [say("undone_shift_value", run.lang, shift=shift, column=", ".join(columns), values=values)]
    return [say("undone_shift", run.lang, shift=shift)]


def headline(run: Run) -> str:
    """The key of the first line when what was asked for could be begun: all of it, a part, or none was done."""
    asked = [t for t in run.tasks if t.kind not in ("clean", "code")]
    done = run.handled.done if run.handled else {}
    failed = [t for t in asked if t.order in done and done[t.order].status == "failed"]
    if failed and len(failed) == len(asked):
        return "headline_not_done"
    return "headline_in_part" if failed or notes(run) else "headline_done"


def ordered(run: Run) -> set[str]:
    """The kinds of steps that changed the table because someone asked for it, not because a later step needs it."""
    said = pattern("intents", "clean").search(normal(bounded(run.question.text)))
    rows = any({"rows_only", "where", "hours"} & set(task.values) for task in run.tasks if task.kind == "clean")
    return {"resample", "label", *(["clean"] if said or rows else [])}


def _fulfilled(run: Run, wish: str) -> bool:
    """Code may do anything; a scatter plot may have colours."""
    if any(task.kind == "code" and not task.values.get("refused") for task in run.tasks):
        return True
    return wish == "colour" and any(task.values.get("form") == "scatter" for task in run.tasks)


def _unknown(run: Run) -> list[str]:
    """The words that name no sensor: with the nearest names where there are some, else with the first of the file."""
    assert run.plan is not None
    lost = []
    texts = []
    for word in run.plan.output.unknown:
        near = nearest(word, run.names)
        numbers = [names for _, names in numbered.said(normal(word), list(run.names.sensors.values())) if names]
        if numbers:
            names = ", ".join(run.names.name(name) for name in numbers[0])
            texts.append(say("answer_which_number", run.lang, word=word, names=names))
        elif near:
            texts.append(say("answer_near_names", run.lang, word=word, names=", ".join(near)))
        else:
            lost.append(word)
    if lost:
        known = ", ".join(run.names.name(s) for s in list(run.names.sensors)[:MOST_NAMED])
        texts.append(say("answer_unknown_sensor", run.lang, names=", ".join(lost), known=known))
    return texts


def nearest(word: str, names: Names) -> list[str]:
    """Sensors whose names are spelt nearly as `word`, else those that share a word with it, as they are shown."""
    said = pieces(word)
    scores = {}
    for column, sensor in names.sensors.items():
        parts = {p for n in (column, sensor.label, *sensor.aliases) if n.isascii() for p in pieces(n)}
        spelt = [difflib.SequenceMatcher(None, part, other).ratio() for part in said for other in parts]
        scores[column] = max([*spelt, difflib.SequenceMatcher(None, word, column.lower()).ratio()], default=0.0)
    best = max(scores.values(), default=0.0)
    if best < LIKE or re.fullmatch(r"[A-Za-z]{1,4}\d+", word):  # another roll is no near name of a roll
        return []
    found = sorted((c for c, s in scores.items() if s >= max(LIKE, best - 0.05)), key=lambda c: -scores[c])
    return list(dict.fromkeys(names.name(c) for c in found))[:MOST_NEAR]


def undrawn(run: Run, task: Subtask) -> list[Block]:
    """That a plot's period has no readings, unless the answer begins with that."""
    assert run.reading is not None
    assert run.teller is not None
    if nothing.is_told(run.findings):
        return []
    if task.values.get("outside"):
        covers = {"start": run.teller.time(0), "end": run.teller.time(len(run.teller.index) - 1)}
        text = say("answer_plot_outside", run.lang, **covers)
    else:
        text = nothing.nothing(run.reading.frame, task, task.sensors, run.teller)
    return [Block(kind="note", text=text)]


def drawn_limits(names: Names, task: Subtask, sensor: str) -> list[float]:
    """The limits of a plot as they are drawn for `sensor`, in its unit; none where they measure something else."""
    if "limit" not in task.values or sensor not in (task.values.get("limit_for") or [sensor]):
        return []
    given = [task.values["limit"], *task.values.get("more_limits", ())]
    own = [in_unit({"limit": value, "unit": task.values.get("unit")}, names.unit(sensor)) for value in given]
    return [float(values["limit"]) for values in own if values is not None]


def with_limit(run: Run, task: Subtask, text: str) -> str:
    """The sentence on a plot, with its limit where it was drawn."""
    shown = [s for s in (task.sensors or list(run.names.sensors)) if drawn_limits(run.names, task, s)]
    if not shown or task.values.get("form"):
        return text
    values = drawn_limits(run.names, task, shown[0])
    limit = ", ".join(f"{figure(value)}{run.names.unit(shown[0])}" for value in values)
    limit = say("answer_limit_drawn", run.lang, limit=limit)
    return text.rstrip(".。") + limit + {"en": ".", "zh": "。"}[run.lang]


def _limits(run: Run) -> list[str]:
    """Sensors of a plot for which its limit has the wrong unit."""
    texts = []
    for task in run.plots:
        meant = task.values.get("limit_for") or task.sensors
        wrong = [s for s in meant if "limit" in task.values and not drawn_limits(run.names, task, s)]
        if wrong and len(wrong) == len(meant):
            sensors = ", ".join(run.names.name(s) for s in wrong)
            texts.append(say("answer_limit_unit", run.lang, sensors=sensors, said=task.values["unit"]))
    return texts
