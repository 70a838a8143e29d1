"""From a question with one file to the answer, when the file is a log; None when it is none."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from roles.types import Lang
from workers import receipt as receipts
from workers.contracts import Answer, Block, DataReceipt, Diagnosis, Picture, PlanStep, Question
from workers.errors import AndonError
from workers.logbook.asking import Period, Wish, is_about_logs, period, understood, wish
from workers.logbook.chart import draw_pareto, draw_quality
from workers.logbook.columns import SAID, heading_row, says_columns
from workers.logbook.counting import days_of, pareto, quality, within
from workers.logbook.filtering import Filtered, filtered
from workers.logbook.grouping import (
    groups_of,
    tell_compared,
    tell_groups,
    tell_quality_trend,
    tell_reliability,
    tell_trend,
)
from workers.logbook.log import Log
from workers.logbook.opening import Cells
from workers.logbook.overlaps import merged
from workers.logbook.several import Found, files_of, look, pieces_of, stops_of, together
from workers.logbook.telling import (
    Told,
    formats_of,
    tell_causes,
    tell_files,
    tell_filter,
    tell_merged,
    tell_quality,
    tell_total,
)
from workers.prose import story
from workers.settings import Settings
from workers.wording import say

log_ = logging.getLogger(__name__)

MOST_HEADINGS = 12
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
    except FileNotFoundError:
        return None
    if found.logs and (meant or not (found.tables or found.others)):
        progress(say("progress_log", lang, file=found.name), 0.3)
        return _answer(question, settings, out, lang, found)
    if found.tables and meant:
        name, cells = found.tables[0]
        return _which(question, lang, cells, name)
    return None


def _answer(question: Question, settings: Settings, out: Path, lang: Lang, found: Found) -> Answer:
    """Count, tell, draw."""
    made, name, many = together([log for _, log in found.logs]), found.name, len(found.logs) > 1
    asked = wish(question.text)
    days = days_of(made)
    when = period(question.text, *days, datetime.now(settings.zone).date()) if days else None
    rows, undated = within(made, when)
    before, only = len(rows), filtered(made, rows, question.text)
    rows, told = only.rows, Told(lang)
    tell_filter(told, only, made, before, question.text)
    pictures: list[Picture] = []
    causes = made.has("reason", "minutes")
    stops = merged(stops_of(rows) if many else rows)
    by = "day" if asked.form == "trend" else asked.by
    counted = quality(pieces_of(rows) if many else rows, by) if asked.quality or not causes else None
    if counted is not None and not counted.rows[0].total:
        counted = None
    wanted = asked.causes or (counted is None and not asked.quality)
    _folder(out)
    if not understood(question.text) and not (only.applied or only.barred or only.lacking or only.unused or when):
        told.first(say("log_not_understood", lang, text=" ".join(question.text.split())[:MOST_QUOTED]))
    if wanted and causes and not only.lacking:
        title = say("log_title_causes", lang, file=name)
        pictures += _stops(told, stops.rows, asked, only, question.text, title, out)
        tell_merged(told, stops)
    if counted is not None:
        if asked.form == "trend":
            tell_quality_trend(told, counted)
        tell_quality(told, counted, what=asked.by if asked.form == "worst" else None, best=asked.best)
        if len(counted.rows) > 1:
            title = say("log_title_quality", lang, file=name)
            pictures += _drawn(lambda: draw_quality(counted.rows, lang, title, out / "quality.png"), told)
    _missing(told, asked, made, has_quality=counted is not None)
    _about(told, made, when, days, undated, len(rows))
    tell_files(told, found)
    return _document(question, settings, lang, told, pictures, made, len(rows), found)


def _stops(
    told: Told, rows: pd.DataFrame, asked: Wish, only: Filtered, text: str, title: str, out: Path
) -> list[Picture]:  # fmt: skip
    """What is asked of the stops: their causes, or groups, days and times between them; the Pareto chart."""
    unnamed = say("log_unnamed", told.lang)
    ranked = pareto(rows, unnamed, by_count=asked.count)
    tell_total(told, ranked, text, how_many=asked.form == "how_many")
    by = asked.by if asked.by in rows else None
    if asked.form == "compare":
        by = next((role for role, values in only.applied.items() if len(values) > 1), by)
    groups = groups_of(rows, by, unnamed, asked) if by is not None else []
    if asked.form == "reliability":
        tell_reliability(told, rows)
    elif asked.form == "trend" and "when" in rows:
        tell_trend(told, rows)
    elif asked.form == "compare" and len(groups) > 1 and by is not None:
        tell_compared(told, groups, by)
    if by is not None:
        tell_groups(told, groups, by, asked)
    if asked.form in ("worst", "compare", "trend", "reliability") and not asked.plainly and told.headed:
        return []
    tell_causes(told, ranked, asked.top, by_count=asked.count)
    return _drawn(lambda: draw_pareto(ranked.rows, asked.top, told.lang, title, out / "pareto.png"), told)


def _missing(told: Told, asked: Wish, made: Log, *, has_quality: bool) -> None:
    """What was asked for and has no column."""
    lacks = []
    if asked.causes and not asked.quality and not made.has("reason", "minutes"):
        lacks = [role for role in ("reason", "minutes") if not made.has(role)]
    elif asked.quality and not asked.causes and not has_quality:
        lacks = [role for role in ("good", "total") if not made.has(role)]
    if asked.by is not None and not made.has(asked.by):
        lacks.append("date" if asked.by in ("day", "weekday") else asked.by)
    for role in lacks:
        told.note(say("log_no_column", told.lang, what=say(f"log_role_{role}", told.lang), role=_word(role, told.lang)))


def _word(role: str, lang: Lang) -> str:
    """A word by which the role can be named in a question, in the language."""
    words = SAID[role].split("|")
    return next((w for w in words if w.isascii() == (lang == "en")), words[0])


def _about(
    told: Told, made: Log, when: Period | None, days: tuple[object, object] | None, undated: int, used: int
) -> None:
    """The period, what was read as what, what was left out."""
    lang = told.lang
    if when is not None:
        key = "log_period_relative" if when.relative else "log_period"
        told.data(say(key, lang, first=when.first, last=when.last))
        if not used:
            told.note(say("log_period_empty", lang, first=days[0] if days else "-", last=days[1] if days else "-"))
    elif days is not None:
        told.data(say("log_period", lang, first=days[0], last=days[1]))
    else:
        told.note(say("log_no_dates", lang))
    if undated:
        told.count("undated", undated)
        told.note(say("log_left_undated", lang, count=undated))
    told.count("rows", made.rows_in)
    told.count("rows_used", used)
    read = ["“{}” = {}".format(heading, say(f"log_role_{role}", lang)) for role, heading in made.headings.items()]
    comma = {"en": ", ", "zh": "，"}[lang]
    told.data(say("log_data", lang, rows=f"{made.rows_in:,}", used=f"{used:,}", columns=comma.join(read)))


def _drawn(draw: Callable[[], Picture], told: Told) -> list[Picture]:
    """A picture that fails costs itself alone."""
    try:
        return [draw()]
    except Exception:  # an edge: whatever a picture stumbles over must not take the figures with it
        ref = secrets.token_hex(3)
        log_.exception("a picture of a log failed, ref %s", ref)
        told.note(say("answer_picture_failed", told.lang, ref=ref))
        return []


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


def _folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AndonError("failure_out_folder", folder=out, why=error.strerror) from error
