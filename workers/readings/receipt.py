"""The data receipt: what was read, what was assumed, and what is odd about it, before any diagnosis."""

from __future__ import annotations

import time as wall_time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from workers.contracts import DataReceipt, Gap
from workers.readings.clock import Clock
from workers.readings.filled import Filled
from workers.readings.layout import Long
from workers.readings.opening import Source
from workers.readings.positions import Positions
from workers.readings.quality import Standstill, examine
from workers.readings.speech import Speech
from workers.readings.suspicion import suspicious_units
from workers.readings.table import Table
from workers.readings.timecolumn import TimeColumn
from workers.readings.timeline import Timeline, survey
from workers.readings.timestamps import NO_TIME

MOST_GAPS = 20
MOST_NAMES = 8
TOLERANCE_S = 86_400  # a clock that is a day ahead is somebody's zone


@dataclass(frozen=True)
class Facts:
    """Everything that the steps of reading found out."""

    source: Source
    table: Table
    time: TimeColumn
    clock: Clock
    where: Positions
    filled: Filled
    layout: Long | None
    spread: bool
    sha256: str


def write_receipt(facts: Facts, speech: Speech) -> DataReceipt:
    """The receipt of one reading, its sentences in the language of `speech`."""
    where, filled, table, clock = facts.where, facts.filled, facts.table, facts.clock
    line = survey(where.index, gaps_matter=not filled.on_change)
    quality, still = examine(filled, where.index, speech, averaged=where.block > 1)
    quality += suspicious_units(filled, where.index, speech)
    cells = max(filled.values.size, 1)
    counts = _counts(facts)
    dropped = [*filled.empty, *filled.counters, *filled.labels, *filled.unused]
    return DataReceipt(
        file_name=facts.source.path.name,
        format=facts.source.format,
        encoding=table.oddities.encoding,
        delimiter=table.delimiter,
        decimal=table.style.decimal,
        layout="long" if facts.layout else "wide",
        rows_in=len(where.row_of),
        rows_used=len(where.index),
        sensors=len(filled.names),
        start=speech.at(int(where.index[0])),
        end=speech.at(int(where.index[-1])),
        step_s=line.step_s,
        irregular_share=line.irregular_share,
        timezone=clock.zone,
        timezone_how=clock.how,
        time_column=" + ".join(table.header.names[i] for i in facts.time.columns) or None,
        gaps=_gaps(line, where, speech),
        gap_seconds=sum(line.seconds),
        duplicates=int(counts["duplicates"]),
        unsorted=where.unsorted,
        missing_share=float(np.count_nonzero(np.isnan(filled.values)) / cells),
        text_columns=[name for name in filled.context if name not in filled.labels],
        dropped_columns=dropped,
        downsampled_by=where.block,
        quality=quality,
        notes=[*_how_read(facts, speech), *_notes(facts, speech, line, counts, still)],
        units=filled.units,
        sha256=facts.sha256,
        counts={key: value for key, value in counts.items() if value},
    )


def _counts(facts: Facts) -> dict[str, float]:
    """The numbers that the notes mention."""
    where, odd = facts.where, facts.table.oddities
    known = len(where.known) - where.unknown
    duplicates = facts.filled.duplicates if facts.layout else known - where.instants
    return {
        "duplicates": 0 if facts.spread else duplicates,
        "unreadable_times": where.unknown,
        "ragged_rows": odd.ragged,
        "skipped_lines": odd.skipped,
        "preamble_lines": facts.table.header.preamble,
        "repeated_clock": facts.clock.instants.twice,
        "skipped_clock": facts.clock.instants.skipped,
        "bad_quality": facts.filled.bad_quality,
    }


def _gaps(line: Timeline, where: Positions, speech: Speech) -> list[Gap]:
    """The longest gaps, in order of time."""
    longest = sorted(zip(line.gaps.tolist(), line.seconds, strict=True), key=lambda g: -g[1])[:MOST_GAPS]
    return [
        Gap(start=speech.at(int(where.index[row])), end=speech.at(int(where.index[row + 1])), seconds=seconds)
        for row, seconds in sorted(longest)
    ]


def _how_read(facts: Facts, speech: Speech) -> list[str]:
    """How the file was read: sheet, header, layout, columns left out."""
    filled, table, say = facts.filled, facts.table, speech.say
    odd = table.oddities
    notes = []
    if table.other_sheets:
        notes.append(say("read_sheet", sheet=table.sheet, others=_names(list(table.other_sheets))))
    if table.header.preamble:
        notes.append(say("read_preamble", count=table.header.preamble))
    if not table.header.named:
        notes.append(say("read_no_header"))
    if odd.ragged:
        notes.append(say("read_ragged", count=odd.ragged))
    if odd.skipped:
        notes.append(say("read_skipped_lines", count=odd.skipped))
    if facts.layout:
        notes.append(say("read_long", rows=len(facts.where.row_of), tags=len(filled.names) + len(filled.context)))
    if filled.held:
        notes.append(say("read_held_changes" if filled.on_change else "read_held_scanned"))
    if filled.bad_quality:
        notes.append(say("read_bad_quality", count=filled.bad_quality))
    if filled.switches:
        notes.append(say("read_switches"))
    left_out = {"labels": filled.labels, "counters": filled.counters, "empty_columns": filled.empty,
                "unused_columns": filled.unused}  # fmt: skip
    return notes + [say(f"read_{key}", names=_names(names)) for key, names in left_out.items() if names]


def _notes(
    facts: Facts, speech: Speech, line: Timeline, counts: dict[str, float], still: Standstill | None
) -> list[str]:  # fmt: skip
    """What the time axis is like and what was assumed about it."""
    where, clock, say = facts.where, facts.clock, speech.say
    notes = _time_notes(facts, speech)
    if where.unsorted:
        notes.append(say("read_unsorted"))
    if counts["duplicates"]:
        averaged = "_averaged" if where.block > 1 else ""
        notes.append(say(f"read_duplicates{averaged}", count=int(counts["duplicates"])))
    if where.unknown:
        missing = clock.texts[int(np.flatnonzero(~where.known)[0])].as_py()
        notes.append(say("read_times_unreadable", count=where.unknown, example=missing or '""'))
    if facts.spread:
        notes.append(say("read_times_spread"))
    if line.irregular_share >= 0.01 and not facts.filled.on_change:
        percent = float(f"{100 * line.irregular_share:.3g}")
        notes.append(say("read_irregular", percent=percent, step=speech.span(line.step_s)))
    if line.seconds:
        longest = int(np.argmax(line.seconds))
        notes.append(
            say("read_gaps", count=len(line.seconds), total=speech.span(sum(line.seconds)),
                longest=speech.span(line.seconds[longest]), start=speech.moment(int(where.index[line.gaps[longest]])))
        )  # fmt: skip
    if where.block > 1:
        notes.append(say("read_downsampled", rows=len(where.row_of), block=where.block, step=speech.span(line.step_s)))
    if still:
        seconds = float(where.index[still.stop - 1] - where.index[still.start]) / 1e6
        start = speech.moment(int(where.index[still.start]))
        notes.append(say("read_standstill", count=still.sensors, length=speech.span(seconds), start=start))
    return notes


def _time_notes(facts: Facts, speech: Speech) -> list[str]:
    """Where the times come from and how they were understood."""
    clock, say = facts.clock, speech.say
    notes = []
    if facts.time.kind == "none":
        notes.append(say("read_no_time"))
    elif clock.how == "no time column":
        notes.append(say("read_no_date", column=facts.table.header.names[facts.time.columns[0]]))
    elif clock.how == "assumed":
        notes.append(say("read_zone_assumed", zone=clock.zone))
    if clock.order:
        first = {"dmy": "day", "mdy": "month", "ymd": "year"}[clock.order.name]
        if clock.order.name != "dmy" or "." not in _first(clock)[:3]:  # with dots the day always comes first
            why = say(f"read_why_{clock.order.how}")
            notes.append(say(f"read_{first}_first", example=_first(clock), why=why))
    if clock.instants.twice:
        notes.append(say("read_clock_repeats", count=clock.instants.twice))
    if clock.instants.skipped:
        notes.append(say("read_clock_skips", count=clock.instants.skipped))
    end = int(facts.where.index[-1]) / 1e6
    if speech.scale == "calendar" and end > wall_time.time() + TOLERANCE_S:
        notes.append(say("read_future", end=speech.moment(int(facts.where.index[-1]))))
    return notes


def _first(clock: Clock) -> str:
    """The first time text that was read."""
    return str(clock.texts[int(np.argmax(clock.utc != NO_TIME))].as_py())


def _names(names: list[str]) -> str:
    """Names in a row, the first few of them."""
    return ", ".join(names[:MOST_NAMES]) + (f", +{len(names) - MOST_NAMES}" if len(names) > MOST_NAMES else "")


def speech_for(lang: str, zone: ZoneInfo, time: TimeColumn, clock: Clock) -> Speech:
    """How the times of this file are said."""
    scale = "calendar" if clock.how != "no time column" else ("rows" if time.kind == "none" else "elapsed")
    return Speech(lang, zone, scale)  # type: ignore[arg-type]
