"""Only strand 2, only the night shift, only SEN changes: rows of a log that a question names by the values of its
columns. A filter that cannot be applied is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from workers.logbook.log import Log

MOST_VALUES = 200  # distinct values of a column that are looked for in a question
LEAST_LETTERS = 3  # of a value that is looked for without its noun
NUMBERS = r"(\d{1,3}(?:\s*(?:,|and|&|or|、|和|与)\s*\d{1,3})*)"
NUMBERED = {
    "line": rf"\b(?:strands?|lines?|casters?|machines?)\s*(?:no\.?|number|#)?\s*{NUMBERS}\b(?!\s*(?:min|hours?|days?))"
    rf"|(?:第|产线|铸机)?\s*{NUMBERS}\s*(?:号|#)?\s*(?:流|产线|生产线|线|铸机|机)(?!天)",
    "shift": rf"\bshifts?\s*(?:no\.?|number|#)?\s*{NUMBERS}\b|第?\s*{NUMBERS}\s*(?:号)?班",
}  # fmt: skip
SHIFTS = {
    "night": (r"\bnight(?:s|[ -]?shift)?\b|夜班|晚班", {"night", "nights", "n", "night shift", "夜", "夜班", "晚班"}),
    "day": (r"\bday[ -]?shift\b|\bon days\b|白班|日班", {"day", "days", "d", "day shift", "白", "白班", "日班"}),
    "early": (r"\b(?:early|morning)[ -]?shift\b|早班", {"early", "morning", "e", "early shift", "早", "早班"}),
    "late": (r"\b(?:late|afternoon|evening)[ -]?shift\b|中班", {"late", "afternoon", "l", "late shift", "中", "中班"}),
}
NOUNS = {"line": ("[Ss]trand|[Ll]ine|[Cc]aster", "号?[流线机]"), "shift": ("[Ss]hift|[Cc]rew|[Tt]eam", "班")}
WORDS = ("reason", "shift", "line", "asset", "product")


@dataclass(frozen=True)
class Filtered:
    """The rows that are left. `applied`: role -> the values that were kept; `lacking`: role -> what was named and no
    row has; `columnless`: roles that were named and the log has no column for."""

    rows: pd.DataFrame
    applied: dict[str, list[str]] = field(default_factory=dict)
    lacking: dict[str, list[str]] = field(default_factory=dict)
    columnless: tuple[str, ...] = ()


def filtered(log: Log, rows: pd.DataFrame, text: str) -> Filtered:
    """The `rows` of a log that `text` speaks of."""
    named = {role: _named(role, log, text) for role in WORDS}
    applied: dict[str, list[str]] = {}
    lacking: dict[str, list[str]] = {}
    columnless = []
    for role, (values, missing) in named.items():
        if (values or missing) and not log.has(role):
            columnless.append(role)
        elif values:
            applied[role] = values
            rows = rows[rows[role].isin(values)]
        elif missing:
            lacking[role] = missing
            rows = rows.iloc[0:0]
    return Filtered(rows, applied, lacking, tuple(columnless))


def _named(role: str, log: Log, text: str) -> tuple[list[str], list[str]]:
    """The values of a column that a text names, and the numbers or shifts that it names and no row has."""
    there = [str(v) for v in log.frame[role].dropna().unique()[:MOST_VALUES]] if log.has(role) else []
    found, missing = [v for v in there if _spoken(v, text) or _with_noun(role, v, text)], []
    for number in _numbers(role, text):
        same = [v for v in there if re.sub(r"\D", "", v).lstrip("0") == number]
        found += same
        missing += [] if same else [number]
    for pattern, names in SHIFTS.values() if role == "shift" else ():
        if said := re.search(pattern, text, re.IGNORECASE):
            same = [v for v in there if v.strip().casefold() in names]
            found += same
            missing += [] if same else [said[0]]
    return list(dict.fromkeys(found)), missing


def _numbers(role: str, text: str) -> list[str]:
    """ "strand 2", "strands 1 and 3", "2号流": the numbers behind, or before, the noun of a role."""
    if role not in NUMBERED:
        return []
    groups = [g for m in re.finditer(NUMBERED[role], text, re.IGNORECASE) for g in m.groups() if g]
    return [number.lstrip("0") or "0" for group in groups for number in re.findall(r"\d+", group)]


def _with_noun(role: str, value: str, text: str) -> bool:
    """Does a text say a short value with the noun of its role: "shift A", "甲班"? Its case counts: "a" is a word."""
    noun = NOUNS.get(role)
    if noun is None or len(value) >= LEAST_LETTERS or value.isdigit():
        return False
    return re.search(rf"\b(?:{noun[0]}) {re.escape(value)}(?!\w)|{re.escape(value)}(?:{noun[1]})", text) is not None


def _spoken(value: str, text: str) -> bool:
    """Does a text say a value, in any case, in singular or plural?"""
    value = value.strip()
    if len(value) < (LEAST_LETTERS if value.isascii() else 2) or not re.search(r"[^\W\d_]", value):
        return False
    if not value.isascii():
        return value in text
    return re.search(rf"(?<!\w){re.escape(value)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None
