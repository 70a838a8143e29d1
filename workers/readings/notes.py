"""The notes of a receipt: one plain sentence for each thing that was assumed, changed or found missing."""

from __future__ import annotations

import re
import time as wall_time

import numpy as np

from workers.readings.clock import Clock
from workers.readings.facts import Facts
from workers.readings.quality import Standstill
from workers.readings.speech import Speech
from workers.readings.timeline import Timeline
from workers.readings.timestamps import NO_TIME

MOST_NAMES = 8
REMARKS = re.compile(r"note|remark|comment|bemerkung|备注|注释|说明", re.IGNORECASE)  # may well be empty
TOLERANCE_S = 86_400  # a clock that is a day ahead is somebody's zone


def how_read(facts: Facts, speech: Speech) -> list[str]:
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
    left_out = {
        "labels": filled.labels,
        "own_columns": filled.own,
        "counters": filled.counters,
        "empty_columns": [name for name in filled.empty if not REMARKS.search(name)],
        "unused_columns": filled.unused,
    }
    return notes + [say(f"read_{key}", names=_names(names)) for key, names in left_out.items() if names]


def time_axis(
    facts: Facts, speech: Speech, line: Timeline, counts: dict[str, float], still: Standstill | None
) -> list[str]:  # fmt: skip
    """What the time axis is like and what was assumed about it."""
    where, clock, say = facts.where, facts.clock, speech.say
    notes = _assumptions(facts, speech)
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


def _assumptions(facts: Facts, speech: Speech) -> list[str]:
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
