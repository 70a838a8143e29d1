"""The figures of a log in words, each number also a number of a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd

from roles.types import FactValue, Finding, Lang
from workers.contracts import Block
from workers.logbook.counting import CauseRow, Pareto, Quality, QualityRow
from workers.logbook.filtering import Filtered
from workers.logbook.log import OTHER, Log
from workers.logbook.overlaps import Merged
from workers.logbook.several import Found
from workers.prose.numbers import figure, span
from workers.wording import say

MOST_GROUPS = 6
MOST_VALUES = 12  # of a column, that are named
HOW_MUCH = re.compile(
    r"\bhow (?:many (?:minutes|hours)|much (?:time|down ?time)|long)\b|多少(?:分钟|小时|时间)|多久|多长|总时间"
    r"|总时长|一共|总共|合计",
    re.IGNORECASE | re.ASCII,
)
LOST = re.compile(
    r"\b(?:minutes|hours|time)\b.{0,20}\blost\b|\blost (?:minutes|hours|time)\b|损失", re.IGNORECASE | re.ASCII
)
WHY = re.compile(r"\bwhy\b|\bhow come\b|为什么|为何|为啥|怎么", re.IGNORECASE | re.ASCII)
LONG = 120  # minutes from which the hours are said, too


class Told:
    """What has been said so far: findings numbered F1, F2, ... and the lines that carry them."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.findings: list[Finding] = []
        self._head: list[Block] = []
        self._before: list[Block] = []
        self._lines: list[Block] = []
        self.counts: dict[str, float] = {}

    @property
    def headed(self) -> bool:
        """Has a first line been said?"""
        return bool(self._head)

    @property
    def blocks(self) -> list[Block]:
        """What has to be known before the figures, then the headline; without both the first note leads."""
        said = [*self._before, *self._head]
        if not said and self._lines:
            note = next((block for block in self._lines if block.kind == "note"), self._lines[0])
            said, lines = [note], [block for block in self._lines if block is not note]
        else:
            lines = self._lines
        kinds = ["headline", *("note" if block in self._before else "plain" for block in said[1:])]
        return [*(b.model_copy(update={"kind": kind}) for b, kind in zip(said, kinds, strict=False)), *lines]

    def first(self, text: str) -> None:
        """Something without which the figures would be taken for another answer: it leads."""
        self._before.append(Block(kind="note", text=text))

    def headline(self, text: str) -> None:
        """A first line; a second one stands below it."""
        self._head.append(Block(kind="headline", text=text))

    def found(self, text: str, **values: FactValue) -> None:
        """A finding that a line says already."""
        self.findings.append(Finding(id=f"F{len(self.findings) + 1}", kind="statistics", text=text, values=values))

    def fact(self, text: str, **values: FactValue) -> None:
        """A line that is a finding."""
        id_ = f"F{len(self.findings) + 1}"
        self.findings.append(Finding(id=id_, kind="statistics", text=text, values=values))
        self._lines.append(Block(kind="plain", text=f"{text} [{id_}]", refs=[id_]))

    def note(self, text: str) -> None:
        """Something that a reader should know."""
        self._lines.append(Block(kind="note", text=text))

    def data(self, text: str) -> None:
        """Where the figures come from."""
        self._lines.append(Block(kind="data", text=text))

    def count(self, name: str, value: float) -> None:
        """A number of a note, kept as a number."""
        self.counts[name] = value


def brackets(minutes: float, lang: str) -> str:
    """Minutes in hours or days, in brackets; nothing for a few."""
    form = {"en": " ({})", "zh": "（{}）"}[lang]
    return form.format(span(60 * minutes, lang)) if minutes >= LONG else ""


def tell_total(told: Told, ranked: Pareto, text: str, *, how_many: bool = False, always: bool = False) -> None:
    """All minutes, or how many stops they were, as the first line, for a question after how many they are."""
    if (always or how_many or HOW_MUCH.search(text) or LOST.search(text)) and ranked.rows:
        hours = brackets(ranked.minutes, told.lang)
        key = "log_head_count" if how_many else "log_head_total"
        told.headline(say(key, told.lang, minutes=minutes_of(ranked.minutes), span=hours, count=ranked.count))


def tell_causes(told: Told, ranked: Pareto, top: int, *, by_count: bool = False, of_all: float | None = None) -> None:
    """The worst (or the most frequent) causes with minutes, count and share, their sum, what could not be counted.
    `of_all`: the minutes of all stops of the period where these are only some."""
    lang, shown = told.lang, ranked.rows[:top]
    if not shown:
        told.note(say("log_no_causes", lang))
        return
    narrowed, single = of_all is not None, of_all is not None and len(ranked.rows) == 1
    first = shown[0]
    if not single:
        key = "log_head_frequent" if by_count else "log_head_some" if narrowed else "log_head_causes"
        told.headline(say(key, lang, count=len(shown), cause=first.reason, minutes=minutes_of(first.minutes),
                          share=percent(first.share), stops=first.count))  # fmt: skip
    for rank, row in enumerate(shown if not single else [], start=1):
        text = say("log_cause", lang, rank=rank, cause=row.reason, minutes=minutes_of(row.minutes), count=row.count,
                   share=percent(row.share))  # fmt: skip
        told.fact(text, cause=row.reason, rank=rank, minutes=round(row.minutes, 3), count=row.count,
                  share=round(row.share, 6))  # fmt: skip
    _tell_sum(told, ranked, shown, of_all, single=single)
    for key, count in (("log_left_minutes", ranked.without_minutes), ("log_left_reason", ranked.without_reason)):
        if count:
            told.count(key.removeprefix("log_"), count)
            told.note(say(key, lang, count=count))


def _tell_sum(told: Told, ranked: Pareto, shown: list[CauseRow], of_all: float | None, *, single: bool) -> None:
    """All that was counted; of some of the stops their share of the whole period."""
    lang, part = told.lang, ranked.minutes / of_all if of_all else 1.0
    key = "log_cause_only" if single else "log_sum" if of_all is None else "log_sum_some"
    one: dict[str, FactValue] = {"cause": shown[0].reason, "rank": 1} if single else {}
    text = say(key, lang, share=percent(shown[-1].cumulated), minutes=minutes_of(ranked.minutes),
               span=brackets(ranked.minutes, lang), count=ranked.count, causes=len(ranked.rows), cause=shown[0].reason,
               part=percent(part), all=minutes_of(of_all or ranked.minutes))  # fmt: skip
    told.fact(text, minutes=round(ranked.minutes, 3), seconds=round(60 * ranked.minutes, 1), count=ranked.count,
              share=round(shown[-1].cumulated, 6), causes=len(ranked.rows), top=len(shown), part=round(part, 6),
              all_minutes=round(of_all or ranked.minutes, 3), **one)  # fmt: skip


def tell_filter(told: Told, only: Filtered, log: Log, before: int, text: str) -> None:
    """To which rows the question was narrowed, and what of it could not be."""
    lang, comma = told.lang, {"en": ", ", "zh": "、"}[told.lang]
    for key, values_of in (("log_only", only.applied), ("log_without", only.barred)):
        said = [_filter(role, values, lang) for role, values in values_of.items()]
        if said:
            told.count("rows_filtered", len(only.rows))
            told.note(say(key, lang, what=comma.join(said), count=len(only.rows), of=before))
    if only.unused:
        told.first(say("log_unused", lang, what=_quoted(only.unused, lang)))
    for role, values in only.lacking.items():
        there = comma.join(str(v) for v in list(log.frame[role].dropna().unique())[:MOST_VALUES])
        told.first(say("log_no_value", lang, what=role_name(role, lang), value=comma.join(values), there=there))
    for role in only.columnless:
        told.first(say("log_not_filtered", lang, what=role_name(role, lang)))
    if WHY.search(text) and "reason" in only.applied:
        told.note(say("log_says_no_why", lang))


def tell_unread(told: Told, words: Sequence[str]) -> None:
    """Words of the question that were used for nothing."""
    if words:
        told.first(say("log_unread", told.lang, what=_quoted(words, told.lang)))


def _quoted(words: Sequence[str], lang: Lang) -> str:
    return {"en": ", ", "zh": "、"}[lang].join(f"“{word}”" for word in words)


def _filter(role: str, values: list[str], lang: Lang) -> str:
    comma = {"en": ", ", "zh": "、"}[lang]
    more = " …" if len(values) > MOST_GROUPS else ""
    return f"{role_name(role, lang)} {comma.join(shown(role, value, lang) for value in values[:MOST_GROUPS])}{more}"


def role_name(role: str, lang: Lang) -> str:
    """What a column is called: its role, else its heading."""
    other = OTHER.format("")
    return role.removeprefix(other) if role.startswith(other) else say(f"log_role_{role}", lang)


def tell_weekdays(told: Told, rows: pd.DataFrame, only: Filtered) -> None:
    """Of a weekday that the log has several times each of them, so that two Fridays are not taken for one."""
    if "weekday" not in only.applied or "day" not in rows or rows["day"].nunique() < 2:
        return
    parts = [(str(day), part) for day, part in rows.groupby("day")]
    said = [say("log_compared_one", told.lang, group=day, minutes=minutes_of(float(part["minutes"].sum())),
                count=len(part)) for day, part in parts[-MOST_GROUPS:]]  # fmt: skip
    for day, part in parts:
        told.count(f"minutes_{day}", round(float(part["minutes"].sum()), 3))
    told.count("weekdays", len(parts))
    told.note(say("log_weekdays", told.lang, count=len(parts), days={"en": "; ", "zh": "；"}[told.lang].join(said)))


def shown(role: str, value: str, lang: Lang) -> str:
    """A value of a column as people read it: the days of the week by their names."""
    return say(f"log_{value.replace(' ', '_')}", lang) if role == "weekday" and value != "-" else value


def tell_quality(told: Told, counted: Quality, what: str | None = None, *, best: bool = False) -> None:
    """First-time quality of all, then of each group, worst first; how the counts were come by. `what`: the worst (or
    the best) line, shift, day is asked for, and is the first line."""
    lang, whole = told.lang, counted.rows[0]
    if what is not None and len(counted.rows) > 1:
        row = counted.rows[-1 if best else 1]
        key = "log_head_quality_best" if best else "log_head_quality_worst"
        told.headline(say(key, lang, what=role_name(what, lang), group=shown(what, row.group, lang),
                          share=f"{100 * row.share:.1f}", good=_count(row.good), total=_count(row.total)))  # fmt: skip
    told.headline(say("log_head_quality", lang, share=f"{100 * whole.share:.1f}", good=_count(whole.good),
                      total=_count(whole.total)))  # fmt: skip
    told.fact(_quality("log_quality", whole, lang), **_values(whole))
    for row in counted.rows[1 : MOST_GROUPS + 1]:
        told.fact(_quality("log_quality_group", row, lang), **_values(row))
    if len(counted.rows) - 1 > MOST_GROUPS:
        told.count("more_groups", len(counted.rows) - 1 - MOST_GROUPS)
        told.note(say("log_more_groups", lang, count=len(counted.rows) - 1 - MOST_GROUPS))
    if counted.how != "given":
        told.note(say(f"log_how_{counted.how}", lang))
    if counted.left_out:
        told.count("left_counts", counted.left_out)
        told.note(say("log_left_counts", lang, count=counted.left_out))


def tell_merged(told: Told, stops: Merged) -> None:
    """How many stops overlap others of the same equipment, and the time that is counted once."""
    if stops.count:
        told.count("merged_stops", stops.count)
        told.count("merged_minutes", round(stops.minutes, 3))
        told.note(say("log_merged", told.lang, count=stops.count, minutes=minutes_of(stops.minutes)))


def tell_files(told: Told, found: Found) -> None:
    """Which logs were counted together, and which files are none."""
    if len(found.logs) > 1:
        told.count("files", len(found.logs))
        told.data(say("log_files", told.lang, count=len(found.logs), files=found.name))
    others = [*(name for name, _ in found.tables), *found.others]
    if others:
        told.note(say("log_left_files", told.lang, files=", ".join(others)))


def formats_of(found: Found) -> str:
    """The formats of the logs, each once."""
    return formats_of_names([name for name, _ in found.logs])


def formats_of_names(names: Sequence[str]) -> str:
    """The formats of files, each once."""
    endings = [PurePath(name).suffix.lstrip(".").lower() or "csv" for name in names]
    return " + ".join(dict.fromkeys(endings))


def _quality(key: str, row: QualityRow, lang: Lang) -> str:
    text = say(key, lang, group=row.group, share=f"{100 * row.share:.1f}", good=_count(row.good),
               total=_count(row.total))  # fmt: skip
    for name in ("rework", "scrap"):
        value = getattr(row, name)
        if value is not None:
            text += say(f"log_and_{name}", lang, count=_count(value))
    return text


def _values(row: QualityRow) -> dict[str, FactValue]:
    values: dict[str, FactValue] = {"group": row.group, "share": round(row.share, 6), "good": row.good,
                                    "total": row.total}  # fmt: skip
    return values | {name: getattr(row, name) for name in ("rework", "scrap") if getattr(row, name) is not None}


def minutes_of(value: float) -> str:
    """Minutes as they are written.

    >>> minutes_of(1657.6), minutes_of(4.25)
    ('1,658', '4.2')
    """
    return f"{value:,.0f}" if value >= 10 else figure(value, 2)


def percent(share: float) -> str:
    """A share, 0..1, in %."""
    return f"{100 * share:.0f}" if share >= 0.1 else f"{100 * share:.1f}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
