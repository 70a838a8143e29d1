"""From a question with one file to the answer, when the file is a log; None when it is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from roles.types import Lang
from workers import receipt as receipts
from workers.contracts import Answer, Block, DataReceipt, Diagnosis, Picture, PlanStep, Question
from workers.logbook.alarms import answer_alarms
from workers.logbook.asking import OVER, UNDER, Wish, is_about_logs, understood
from workers.logbook.chart import draw_pareto, draw_quality, drawn, folder
from workers.logbook.columns import SAID, heading_row, says_columns
from workers.logbook.counting import days_of, quality, within
from workers.logbook.filtering import Filtered, filtered
from workers.logbook.forms import Stops, tell_stops
from workers.logbook.grouping import DATED, tell_quality_trend
from workers.logbook.log import OTHER, Log
from workers.logbook.opening import Cells
from workers.logbook.overlaps import merged
from workers.logbook.request import Request, request
from workers.logbook.residue import unknown
from workers.logbook.several import Found, files_of, look, pieces_of, stops_of, together
from workers.logbook.telling import (
    Told,
    formats_of,
    tell_files,
    tell_filter,
    tell_merged,
    tell_quality,
    tell_unread,
    tell_weekdays,
)
from workers.logbook.times import Period, Scope
from workers.prose import story
from workers.settings import Settings
from workers.wording import say

MOST_HEADINGS = 12
COMPARABLE = (None, "compare", "how_many", "trend")  # forms in which several periods stand beside each other
MOST_QUOTED = 80  # characters of a question
Progress = Callable[[str, float], None]


def answer_log(
    question: Question, settings: Settings, out: Path, lang: Lang, progress: Progress,
    find: Callable[[str], Path] = Path,
) -> Answer | None:  # fmt: skip
    """The answer about a maintenance, downtime or quality log; its picture is written below `out`.

    None when the question has no file, or one that is no log while nothing asks for logs: then it goes the ordinary
    way. Several logs are counted as one.
    """
    if question.artifact is None or question.train_rows or question.model:
        return None
    meant = is_about_logs(question.text) or says_columns(question.text)
    try:
        with files_of(question, find) as files:
            found = look(files, question.text, meant=meant)
            alarms = answer_alarms(found, question, settings, out, lang) if not found.logs else None
    except FileNotFoundError:
        return None
    if alarms is not None:
        return alarms
    if found.logs and (meant or not (found.tables or found.others)):
        progress(say("progress_log", lang, file=found.name), 0.3)
        return _answer(question, settings, out, lang, found)
    if found.tables and meant:
        name, cells = found.tables[0]
        return _which(question, lang, cells, name)
    return None


def _answer(question: Question, settings: Settings, out: Path, lang: Lang, found: Found) -> Answer:
    """Count, tell, draw."""
    made, many = together([log for _, log in found.logs]), len(found.logs) > 1
    days, today = days_of(made), datetime.now(settings.zone).date()
    asked = request(question.text, question.before, made, Scope(*(days or (today, today)), today, made.day_leads))
    if len(asked.times.periods) > 1 and asked.wish.form in COMPARABLE:
        asked = replace(asked, wish=replace(asked.wish, form="compare", by="period"))
    periods = asked.times.periods if days is not None else []
    rows, undated = within(made, periods, asked.times.clock)
    all_, before, only = rows, len(rows), filtered(made, rows, asked.text, asked.times.rest)
    rows, told = only.rows, Told(lang)
    _tell_unused(told, asked, made, only, question.text)
    tell_filter(told, only, made, before, asked.text)
    tell_weekdays(told, rows, only)
    pictures = _stops(told, asked, made, only, all_, _span(periods, days), out, found, many=many)
    pictures += _pieces(told, asked.wish, made, rows, out, found, many=many)
    _about(told, made, periods, days, undated, len(rows))
    tell_files(told, found)
    return _document(question, settings, lang, told, pictures, made, len(rows), found)


def _span(periods: list[Period], days: tuple[date, date] | None) -> Period | None:
    """The days that are counted, as far as the log reaches."""
    if days is None or not periods:
        return Period(*days) if days is not None else None
    first, last = max(min(p.first for p in periods), days[0]), min(max(p.last for p in periods), days[1])
    return Period(first, last) if first <= last else None


def _tell_unused(told: Told, asked: Request, made: Log, only: Filtered, text: str) -> None:
    """What of the question was not used, and what was taken from the one before."""
    lang, times = told.lang, asked.times
    if asked.taken:
        told.note(say("log_taken", lang, text=_quote(asked.taken)))
    if times.clock is not None and not made.has("begin"):
        told.first(say("log_no_clock", lang))
    used = only.narrowed or only.columnless or only.unused or times.periods or times.clock or asked.wish.by
    if not understood(asked.text) and not used:
        told.first(say("log_not_understood", lang, text=_quote(text)))
    elif not says_columns(asked.text):
        headings = [*made.headings.values()]
        if (asked.wish.by or "").startswith(OTHER.format("")):
            headings.append((asked.wish.by or "").removeprefix(OTHER.format("")))
        rest = UNDER.sub(" ", OVER.sub(" ", only.rest))
        tell_unread(told, [word for word in unknown(rest, headings) if word not in only.unused])


def _quote(text: str) -> str:
    return " ".join(text.split())[:MOST_QUOTED]


def _stops(
    told: Told, asked: Request, made: Log, only: Filtered, all_: pd.DataFrame, days: Period | None, out: Path,
    found: Found, *, many: bool,
) -> list[Picture]:  # fmt: skip
    """What is asked of the stops, and the Pareto chart."""
    wanted = asked.wish.causes or not (asked.wish.quality or made.has("good") or made.has("total"))
    folder(out)
    if not (wanted and made.has("reason", "minutes")) or only.lacking or (all_.empty and asked.times.periods):
        return []
    whole = merged(stops_of(all_) if many else all_).rows
    stops = merged(stops_of(only.rows) if many else only.rows)
    ranked = tell_stops(told, Stops(stops.rows, float(whole["minutes"].sum()), days), asked, only)
    tell_merged(told, stops)
    if ranked is None or not ranked.rows:
        return []
    title = say("log_title_causes", told.lang, file=found.name)
    return drawn(lambda: draw_pareto(ranked.rows, asked.wish.top, told.lang, title, out / "pareto.png"), told)


def _pieces(
    told: Told, asked: Wish, made: Log, rows: pd.DataFrame, out: Path, found: Found, *, many: bool
) -> list[Picture]:  # fmt: skip
    """First-time quality where it is asked for, or the log has nothing else; its chart where there are groups."""
    by, lang = "day" if asked.form == "trend" else asked.by, told.lang
    wanted = asked.quality or not made.has("reason", "minutes")
    counted = quality(pieces_of(rows) if many else rows, by) if wanted else None
    if counted is not None and not counted.rows[0].total:
        counted = None
    _missing(told, asked, made, has_quality=counted is not None)
    if counted is None:
        return []
    if asked.form == "trend":
        tell_quality_trend(told, counted)
    tell_quality(told, counted, what=asked.by if asked.form == "worst" else None, best=asked.best)
    if len(counted.rows) < 2:
        return []
    title = say("log_title_quality", lang, file=found.name)
    return drawn(lambda: draw_quality(counted.rows, lang, title, out / "quality.png"), told)


def _missing(told: Told, asked: Wish, made: Log, *, has_quality: bool) -> None:
    """What was asked for and has no column."""
    lacks = []
    if asked.causes and not asked.quality and not made.has("reason", "minutes"):
        lacks = [role for role in ("reason", "minutes") if not made.has(role)]
    elif asked.quality and not asked.causes and not has_quality:
        lacks = [role for role in ("good", "total") if not made.has(role)]
    if asked.by is not None and asked.by != "period" and not made.has(asked.by):
        lacks.append("date" if asked.by in DATED else asked.by)
    for role in lacks:
        told.note(say("log_no_column", told.lang, what=say(f"log_role_{role}", told.lang), role=_word(role, told.lang)))


def _word(role: str, lang: Lang) -> str:
    """A word by which the role can be named in a question, in the language."""
    words = SAID[role].split("|")
    return next((w for w in words if w.isascii() == (lang == "en")), words[0])


def _about(
    told: Told, made: Log, periods: list[Period], days: tuple[date, date] | None, undated: int, used: int
) -> None:
    """The period, what was read as what where it was guessed, what was left out."""
    lang = told.lang
    for when in periods:
        told.data(say("log_period_relative" if when.relative else "log_period", lang, first=when.first, last=when.last))
    if days is None:
        told.note(say("log_no_dates", lang))
    elif not periods:
        told.data(say("log_period", lang, first=days[0], last=days[1]))
    elif all(when.last < days[0] or when.first > days[1] for when in periods):
        told.first(say("log_period_empty", lang, first=days[0], last=days[1]))
    elif any(when.first < days[0] or when.last > days[1] for when in periods if not when.relative):
        told.note(say("log_period_part", lang, first=days[0], last=days[1]))
    if undated:
        told.count("undated", undated)
        told.note(say("log_left_undated", lang, count=undated))
    told.count("rows", made.rows_in)
    told.count("rows_used", used)
    told.data(say("log_rows", lang, rows=f"{made.rows_in:,}", used=f"{used:,}"))
    read = ["“{}” = {}".format(made.headings[role], say(f"log_role_{role}", lang)) for role in made.guessed]
    if read:
        told.data(say("log_data", lang, columns={"en": ", ", "zh": "，"}[lang].join(read)))


def _document(
    question: Question, settings: Settings, lang: Lang, told: Told, pictures: list[Picture], made: Log, used: int,
    found: Found,
) -> Answer:  # fmt: skip
    days, name, digest = days_of(made), found.name, found.digest
    start, end = (datetime(d.year, d.month, d.day, tzinfo=settings.zone) for d in days) if days else (None, None)
    data = DataReceipt(
        file_name=name, format=formats_of(found), rows_in=made.rows_in, rows_used=used,
        sensors=0, start=start, end=end, timezone=settings.timezone, sha256=digest, counts=told.counts,
        time_column=made.headings.get("date") or made.headings.get("start"),
    )  # fmt: skip
    plan = [PlanStep(order=1, kind="log", text=say("step_log", lang), values={"columns": made.headings})]
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": name},
        data=data, plan=plan, findings=told.findings, diagnosis=Diagnosis(verdict="answered"),
        text=story.plain(told.blocks), blocks=told.blocks, pictures=pictures, receipt=_receipt(digest, settings),
    )  # fmt: skip


def _which(question: Question, lang: Lang, cells: Cells, name: str) -> Answer:
    """The columns can't be told: ask which is which, with what is there."""
    headings = ", ".join(heading for heading in heading_row(cells) if heading) or "-"
    text = say("log_which", lang, file=name, headings=headings[: MOST_HEADINGS * 30])
    return Answer(
        schema="andon.answer/1", question={"id": question.id, "text": question.text, "lang": lang, "file": name},
        diagnosis=Diagnosis(verdict="unsure", asks_for=[text]), text=text,
        blocks=[Block(kind="headline", text=text)], receipt={"made": _now(), "code": receipts.code_version()},
    )  # fmt: skip


def _receipt(digest: str, settings: Settings) -> dict[str, object]:
    return {
        "made": _now(), "code": receipts.code_version(), "seed": 0, "data_sha256": digest, "engines": {},
        "settings": {"timezone": settings.timezone},
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
