"""The data receipt: what was read, what was assumed, and what is odd about it, before any diagnosis."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from workers.contracts import DataReceipt, Gap
from workers.readings.clock import Clock
from workers.readings.facts import Facts
from workers.readings.notes import how_read, time_axis
from workers.readings.positions import Positions
from workers.readings.quality import examine
from workers.readings.speech import Speech
from workers.readings.suspicion import suspicious_units
from workers.readings.timecolumn import TimeColumn
from workers.readings.timeline import Timeline, survey

MOST_GAPS = 20


def write_receipt(facts: Facts, speech: Speech) -> DataReceipt:
    """The receipt of one reading, its sentences in the language of `speech`."""
    where, filled, table, clock = facts.where, facts.filled, facts.table, facts.clock
    line = survey(where.index, gaps_matter=not filled.on_change)
    quality, still = examine(filled, where.index, speech, averaged=where.block > 1)
    quality += suspicious_units(filled, where.index, speech)
    cells = max(filled.values.size, 1)
    counts = _counts(facts)
    dropped = [*filled.empty, *filled.counters, *filled.labels, *filled.own, *filled.unused]
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
        own_columns=filled.own,
        simulated=filled.simulated,
        downsampled_by=where.block,
        quality=quality,
        notes=[*how_read(facts, speech), *time_axis(facts, speech, line, counts, still)],
        units=filled.units,
        columns={name: filled.headers.get(name, name) for name in filled.names},
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


def speech_for(lang: str, zone: ZoneInfo, time: TimeColumn, clock: Clock) -> Speech:
    """How the times of this file are said."""
    scale = "calendar" if clock.how != "no time column" else ("rows" if time.kind == "none" else "elapsed")
    return Speech(lang, zone, scale)  # type: ignore[arg-type]
