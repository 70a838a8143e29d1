"""Is the table wide (a column a sensor) or long (a row a reading: time, tag, value)?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.readings.headers import Header
from workers.readings.timecolumn import TimeColumn

TAG = re.compile(
    r"^(?:tag(?:[\s_-]*(?:name|id))?|point(?:[\s_-]*(?:name|id))?|node(?:[\s_-]*(?:id|name))?|sensor(?:[\s_-]*(?:name|id))?"
    r"|signal(?:[\s_-]*name)?|variable|channel(?:[\s_-]*name)?|item(?:[\s_-]*id)?|parameter|measurement|metric|name|field"
    r"|kennung|messstelle|bezeichnung|位号|点名|测点(?:名|名称)?|变量(?:名)?|标签|名称|参数|信号|指标)$",
    re.IGNORECASE,
)
VALUE = re.compile(
    r"^(?:value|val|reading|wert|messwert|valeur|valor|data|vvalue|pv|avg|average|mean|数值|值|测量值|实时值|读数)$",
    re.IGNORECASE,
)
QUALITY = re.compile(r"^(?:quality|qual|status|opc[\s_-]*quality|q|stat|质量|质量码|品质|状态)$", re.IGNORECASE)
UNIT = re.compile(r"^(?:units?|uom|eng(?:ineering)?[\s_-]*units?|einheit|unité|单位)$", re.IGNORECASE)
MOST_COLUMNS = 10
REPEATED = 0.5  # share of sampled times that repeat the one before: many tags are written at one instant


@dataclass(frozen=True)
class Long:
    """Positions of the columns of a long table; `extra` are columns that are not used."""

    tag: int
    value: int
    quality: int | None
    unit: int | None
    extra: tuple[int, ...]


def find_long(header: Header, sample: Sequence[Sequence[str]], time: TimeColumn) -> Long | None:
    """The columns of a long table, None for a wide one.

    The names decide; without names, two facts together do: one column of text, one of numbers, and times that repeat
    while the text changes. A wide table with a column of grades has neither.
    """
    width = len(header.names)
    if time.kind == "none" or not 3 <= width <= MOST_COLUMNS:
        return None
    rest = [i for i in range(width) if i not in time.columns]
    tag = next((i for i in rest if TAG.match(header.names[i])), None)
    value = next((i for i in rest if VALUE.match(header.names[i])), None)
    if tag is None or value is None:
        tag, value = _by_content(header, sample, time, rest)
    if tag is None or value is None or tag == value:
        return None
    quality = next((i for i in rest if i not in (tag, value) and QUALITY.match(header.names[i])), None)
    unit = next((i for i in rest if i not in (tag, value, quality) and UNIT.match(header.names[i])), None)
    extra = tuple(i for i in rest if i not in (tag, value, quality, unit))
    return Long(tag, value, quality, unit, extra)


def _by_content(
    header: Header, sample: Sequence[Sequence[str]], time: TimeColumn, rest: list[int]
) -> tuple[int | None, int | None]:
    texts = [i for i in rest if header.kinds[i] == "text" and not QUALITY.match(header.names[i])]
    values = [i for i in rest if header.kinds[i] == "number"]
    if not texts or len(values) != 1:
        return None, None
    stamps = list(zip(*(sample[i] for i in time.columns), strict=True))
    tags = sample[texts[0]]
    if len(stamps) < 10:
        return None, None
    same = [a == b for a, b in pairwise(stamps)]
    moved = [a != b for a, b in pairwise(tags)]
    together = sum(s and m for s, m in zip(same, moved, strict=True))
    distinct = len(set(zip(stamps, tags, strict=True))) == len(stamps)
    return (texts[0], values[0]) if distinct and together >= REPEATED * len(same) else (None, None)
