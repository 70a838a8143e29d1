"""The ways in which people and machines write a date and a clock, as patterns, and cells judged by them.

The patterns run in Arrow (RE2) on whole columns and in `re` on the sampled cells, so they keep to what both know.
"""

from __future__ import annotations

import re

from roles.timewords import PART
from workers.readings.dates import month_number

NO_ZONE = 2**63 - 1  # offset of a time that names no zone

_CLOCK = (
    rf"(?:(?P<half>{PART})\s*)?(?P<h>\d{{1,2}})\s*[:时点]\s*(?P<mi>\d{{1,2}})"
    r"(?:\s*[:分]\s*(?P<s>\d{1,2})\s*秒?(?:[.,:](?P<f>\d{1,9})秒?)?|分)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = r"(?P<z>Z|z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|CEST|CET|MESZ|MEZ)?(?:\[[\w/+-]+\])?"
_TAIL = rf"(?:(?:[T_]|,?\s*){_CLOCK}\s*{_ZONE})?\s*$"
_YMD = r"^\s*(?P<y>(?:19|20|21)\d{2})\s*[-/.年]\s*(?P<mo>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?" + _TAIL
NUMERIC = r"^\s*(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})[-/.](?P<c>(?:19|20|21)\d{2}|\d{2})" + _TAIL
_DAY_NAME = r"^\s*(?:[A-Za-z]{2,9}\.?,?\s+)?"
_NAMED = _DAY_NAME + r"(?P<d>\d{1,2})[-\s./]+(?P<name>\pL{3,9})\.?[-\s./,]+(?P<y>(?:19|20|21)\d{2}|\d{2})" + _TAIL
_NAMED_US = _DAY_NAME + r"(?P<name>\pL{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>(?:19|20|21)\d{2})" + _TAIL
_COMPACT = (
    r"^\s*(?P<y>(?:19|20)\d{2})(?P<mo>[01]\d)(?P<d>[0-3]\d)[T_ ]?(?P<h>[0-2]\d)(?P<mi>[0-5]\d)(?P<s>[0-5]\d)"
    rf"(?:[.,]?(?P<f>\d{{1,6}}))?\s*{_ZONE}\s*$"
)
ONLY_CLOCK = rf"^\s*{_CLOCK}\s*$"
PADDED = r"^(\d{2})[-/.](\d{2})[-/.]((?:19|20|21)\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)$"
FAMILIES = {"ymd": _YMD, "numeric": NUMERIC, "named": _NAMED, "named_us": _NAMED_US, "compact": _COMPACT}
_PYTHON = {name: re.compile(pattern.replace(r"\pL", "[^\\W\\d_]")) for name, pattern in FAMILIES.items()}
_CLOCK_RE = re.compile(ONLY_CLOCK)
OFFSETS = {"": NO_ZONE, "Z": 0, "z": 0, "UTC": 0, "GMT": 0, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120}


def looks_like_time(cell: str) -> bool:
    """True for a date, a date with a clock, or a clock; never for a plain number below 14 digits."""
    return is_date(cell) or is_clock(cell)


def is_date(cell: str) -> bool:
    """True for a date, with or without a clock."""
    if len(cell) < 6 or not any(c.isdigit() for c in cell):
        return False
    for name, pattern in _PYTHON.items():
        found = pattern.match(cell)
        if found and (not name.startswith("named") or month_number(found["name"])):
            return True
    return False


def is_clock(cell: str) -> bool:
    """True for a time of day alone."""
    return bool(_CLOCK_RE.match(cell))


def zone_offset(text: str) -> int:
    """Minutes east of UTC of "+01:00", "+0800", "UTC+8", "Z", "CET"; NO_ZONE for anything else."""
    if text in OFFSETS:
        return OFFSETS[text]
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", text)
    if not found or int(found[2]) > 15:
        return NO_ZONE
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes
