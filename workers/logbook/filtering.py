"""Only strand 2, only the night shift, only SEN changes, all except changeovers: rows of a log that a question names by
the values of its columns. A filter that cannot be applied is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from workers.logbook.asking import WEEKDAYS, weekdays
from workers.logbook.calendar import FLAGS, WEEKDAY_RANGE
from workers.logbook.excluding import parted
from workers.logbook.log import WEEKDAY, Log
from workers.logbook.residue import unknown

WEEKDAY_WORDS = (WEEKDAY_RANGE.pattern, *WEEKDAYS, r"\bweekends?\b|周末")
MOST_VALUES = 200  # distinct values of a column that are looked for in a question
LEAST_LETTERS = 3  # of a value that is looked for without its noun
LEAST_PART, LEAST_CHINESE = 5, 3  # letters of a word, characters of a stretch, by which a longer value is named
CODE = r"[A-Za-z]{1,4}[-_]?\d{1,4}[A-Za-z]?"  # "L3": a short value that no other word is
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
VALUE_ROLES = WORDS = ("reason", "shift", "line", "asset", "product", "person", "weekday")
COMMON = (  # words that a question about any log holds
    r"stop(?:s|ped|page|pages)?|down ?time|causes?|reasons?|fault(?:s|y)?|fail(?:ed|ure|ures|s)?|changes?|minutes?"
    r"|hours?"
    r"|times?|error|errors|worst|other|shift|lines?|strand|which|between|compare|during|after|before|there|first|total"
)
ONLY = re.compile(
    r"\b(?:only|just)\s+(?:for |on |count |show )?(?P<en>[^,;.?!]{1,40})"
    r"|(?:只看|仅看|只统计|仅统计|只要|只算)(?P<zh>[^,，。;；?？的]{1,20})"
)
ONLY_OTHER = re.compile(
    r"\b(?:top|worst|causes?|downtime|days?|weeks?|today|yesterday|from|since|the log|log|\d)\b|天|周|月|日"
)


@dataclass(frozen=True)
class Filtered:
    """The rows that are left. `applied`: role -> the values that were kept; `barred`: role -> those that were left
    out; `lacking`: role -> what was named and no row has; `columnless`: roles that were named and the log has no column
    for; `unused`: words of the question that look like a filter and are none; `rest`: the text without what was used.
    """

    rows: pd.DataFrame
    applied: dict[str, list[str]] = field(default_factory=dict)
    lacking: dict[str, list[str]] = field(default_factory=dict)
    columnless: tuple[str, ...] = ()
    barred: dict[str, list[str]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    rest: str = ""

    @property
    def narrowed(self) -> bool:
        """Are some of the rows left out?"""
        return bool(self.applied or self.barred or self.lacking)


def filtered(log: Log, rows: pd.DataFrame, text: str, rest: str | None = None) -> Filtered:
    """The `rows` of a log that `text` speaks of; `rest` is the text without its times."""
    kept, left_out = parted(text if rest is None else rest)
    named = {role: _named(role, log, kept) for role in WORDS}
    applied: dict[str, list[str]] = {}
    lacking: dict[str, list[str]] = {}
    columnless = []
    unread = without(named, kept)
    for role in log.others:
        if found := [v for v in _values(log, role) if spoken(v, unread) and _is_name(v)]:
            named[role] = found, []
            unread = blanked(found, unread)
    for role, (values, missing) in named.items():
        if (values or missing) and not log.has(role):
            columnless.append(role)
        elif values:
            applied[role] = values
            rows = rows[rows[role].isin(values)]
        elif missing:
            lacking[role] = missing
            rows = rows.iloc[0:0]
    barred, unused = _barred(log, left_out)
    for role, values in barred.items():
        rows = rows[~rows[role].isin(values)]
    unused += [*_strange(log, kept, named), *_only(kept, bool(applied or lacking or columnless))]
    return Filtered(rows, applied, lacking, tuple(columnless), barred, tuple(dict.fromkeys(unused)), unread)


def named_values(log: Log, text: str) -> dict[str, list[str]]:
    """role -> the values, numbers and shifts that a text names."""
    found = filtered(log, log.frame, text)
    return {role: [*found.applied.get(role, []), *found.lacking.get(role, [])] for role in
            (*found.applied, *found.lacking)}  # fmt: skip


def _is_name(value: str) -> bool:
    """Is a value more than words that any question holds? A remark "stopped" is none."""
    return bool(re.fullmatch(CODE, value.strip()) or unknown(value))


def _values(log: Log, role: str) -> list[str]:
    return [str(v) for v in log.frame[role].dropna().unique()[:MOST_VALUES]] if log.has(role) else []


def without(named: dict[str, tuple[list[str], list[str]]], text: str) -> str:
    """A text without what its named values, numbers, shifts and weekdays were told by."""
    for role, (values, missing) in named.items():
        if not values and not missing:
            continue
        if role == "weekday":
            for words in WEEKDAY_WORDS:
                text = re.sub(words, " ", text, flags=FLAGS)
            continue
        for pattern in (NUMBERED.get(role), *(words for words, _ in SHIFTS.values() if role == "shift")):
            text = re.sub(pattern, " ", text, flags=FLAGS) if pattern else text
        if noun := NOUNS.get(role):
            for value in values:
                text = re.sub(rf"\b(?:{noun[0]})s? {re.escape(value)}(?!\w)|{re.escape(value)}(?:{noun[1]})", " ", text)
        text = blanked([*values, *missing], text)
    return text


def blanked(values: Sequence[str], text: str) -> str:
    """A text without values, or those of their words and stretches by which they are named."""
    for value in values:
        text = re.sub(rf"(?<![^\W\u4e00-\u9fff]){re.escape(value)}(?:s|es)?", " ", text, flags=re.IGNORECASE)
    for value in values:
        for word in re.findall(rf"[A-Za-z]{{{LEAST_LETTERS},}}", value):
            text = re.sub(rf"\b{re.escape(word.removesuffix('s'))}s?\b", " ", text, flags=FLAGS)
        for piece in re.findall("[\u4e00-\u9fff]+", value):
            for size in range(len(piece), LEAST_CHINESE - 1, -1):
                for at in range(len(piece) - size + 1):
                    text = text.replace(piece[at : at + size], " ")
    return text


def _barred(log: Log, left_out: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """role -> values that are left out, and the words that name none."""
    barred: dict[str, list[str]] = {}
    unused = []
    for what in left_out:
        found = {role: values for role in WORDS if log.has(role) and (values := _named(role, log, what)[0])}
        found = found or {
            role: same for role in log.others if (same := [v for v in _values(log, role) if spoken(v, what)])
        }
        for role, values in found.items():
            barred[role] = list(dict.fromkeys([*barred.get(role, []), *values]))
        unused += [] if found else [what]
    return barred, unused


def _strange(log: Log, text: str, named: dict[str, tuple[list[str], list[str]]]) -> list[str]:
    """Codes that are no value of any column: "L9". Those built like the values of a column are told as its own."""
    strange = []
    for match in re.finditer(rf"(?<![\w.-]){CODE}(?![\w.-])", text, re.ASCII):
        code = match[0]
        if any(spoken(str(v), code) for role in (*WORDS, *log.others) for v in _values(log, role)):
            continue
        if not any(code in missing for _, missing in named.values()):
            strange.append(code)
    return strange


def _only(text: str, is_filtered: bool) -> list[str]:
    """What follows "only" where nothing was narrowed down."""
    if is_filtered:
        return []
    found = [next(group for group in m.groups() if group).strip() for m in ONLY.finditer(text)]
    return [what for what in found if not ONLY_OTHER.search(what)]


def _named(role: str, log: Log, text: str) -> tuple[list[str], list[str]]:
    """The values of a column that a text names, and the numbers or shifts that it names and no row has."""
    if role == "weekday":
        return [WEEKDAY.format(day) for day in weekdays(text)] if log.has(role) else [], []
    there = _values(log, role)
    found, missing = [v for v in there if spoken(v, text) or _with_noun(role, v, text)], []
    found = found or (in_part(there, text) if role in ("reason", "asset", "product") else [])
    for number in _numbers(role, text):
        same = [v for v in there if re.sub(r"\D", "", v).lstrip("0") == number]
        found += same
        missing += [] if same else [number]
    for code in re.findall(rf"(?<![\w.-]){CODE}(?![\w.-])", text, re.ASCII) if role in ("line", "asset") else ():
        alike = [v for v in there if _letters(v) == _letters(code)]
        missing += [code] if alike and not any(spoken(v, code) for v in there) else []
    for pattern, names in SHIFTS.values() if role == "shift" else ():
        if said := re.search(pattern, text, FLAGS):
            same = [v for v in there if v.strip().casefold() in names]
            found += same
            missing += [] if same else [said[0]]
    return list(dict.fromkeys(found)), list(dict.fromkeys(missing))


def _letters(code: str) -> str:
    """ "L3" -> "l": how the codes of one column begin; "" for a value that is no code."""
    return re.sub(r"[\d_-].*", "", code).casefold() if re.fullmatch(CODE, code.strip()) else ""


def in_part(there: Sequence[str], text: str) -> list[str]:
    """Values that a text names by one of their words ("the labeler" of "Labeler jam"), "贴标机" of "贴标机卡瓶"; none
    where the word stands in half of the values or more."""
    said = {w.casefold().removesuffix("s") for w in re.findall(rf"[A-Za-z]{{{LEAST_PART},}}", text)}
    said = {w for w in said if not re.fullmatch(COMMON, w) and not re.fullmatch(COMMON, f"{w}s")}
    found = []
    for value in there:
        own = {w.casefold().removesuffix("s") for w in re.findall(r"[A-Za-z]+", value)}
        pieces = re.findall("[\u4e00-\u9fff]+", value)
        long = {p[i : i + LEAST_CHINESE] for p in pieces for i in range(len(p) - LEAST_CHINESE + 1)}
        if said & own or any(part in text for part in long):
            found.append(value)
    return found if 2 * len(found) < max(len(there), 3) else []


def _numbers(role: str, text: str) -> list[str]:
    """ "strand 2", "strands 1 and 3", "2号流": the numbers behind, or before, the noun of a role."""
    if role not in NUMBERED:
        return []
    groups = [g for m in re.finditer(NUMBERED[role], text, FLAGS) for g in m.groups() if g]
    return [number.lstrip("0") or "0" for group in groups for number in re.findall(r"\d+", group)]


def _with_noun(role: str, value: str, text: str) -> bool:
    """Does a text say a short value with the noun of its role: "shift A", "甲班"? Its case counts: "a" is a word."""
    noun = NOUNS.get(role)
    if noun is None or len(value) >= LEAST_LETTERS or value.isdigit():
        return False
    said = rf"\b(?:{noun[0]})s? (?:\w+ (?:and|or|with|to|vs\.?|versus) )?{re.escape(value)}(?!\w)"
    return re.search(rf"{said}|{re.escape(value)}(?:{noun[1]})", text) is not None


def spoken(value: str, text: str) -> bool:
    """Does a text say a value, in any case, in singular or plural? A short value only when it is a code."""
    value = value.strip()
    short = len(value) < (LEAST_LETTERS if value.isascii() else 2) and not re.fullmatch(CODE, value)
    if short or not re.search(r"[^\W\d_]", value):
        return False
    if not value.isascii():
        return value in text
    return re.search(rf"(?<!\w){re.escape(value)}(?:s|es)?(?!\w)", text, FLAGS) is not None
