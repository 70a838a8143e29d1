"""What a table is, told by its columns: fault codes, a maintenance log, troubleshooting, or another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from kb.ingest.codes import codes_in_cell, is_code
from kb.ingest.values import Row

Role = Literal["code", "meaning", "cause", "action", "date", "asset", "symptom", "downtime"]
TableKind = Literal["codes", "log", "trouble", "other"]

HEADER_WITHIN = 10  # rows from the top in which a header is looked for
SURE_CODES = 0.5  # share of a column's cells that look like codes when its header says so
LIKELY_CODES = 0.8  # ... when its header says "Alarm" or "No." only
MOST_HEADER = 40  # characters of a header's cell

_NAMES: dict[Role, str] = {
    "code": r"\bcodes?\b|\b(?:alarm|fault|error|message|event|trip)s?\s*(?:no|nr|number|id|#)"
    r"|代码|代号|(?:报警|故障|错误|事件|告警|警告)(?:编号|编码|号|码)",
    "meaning": r"\b(?:meaning|description|designation|explanation)\b"
    r"|\b(?:alarm|fault|error|message)\s+(?:text|name|message)\b"
    r"|^(?:text|message|name|display)$|含义|说明|描述|内容|名称|信息",
    "cause": r"\b(?:causes?|reasons?)\b|原因",
    "action": r"\b(?:actions?|remed(?:y|ies)|solutions?|countermeasures?|measures?|what to do|troubleshooting)\b"
    r"|\b(?:repairs?|work done|fix|correction|elimination|rectification)\b"
    r"|处理|措施|对策|解决|排除|维修内容|检修内容|处置",
    "date": r"\b(?:date|time|timestamp|when|day)\b|日期|时间",
    "asset": r"\b(?:assets?|equipment|machines?|unit|device|line|station|location|component|system)\b"
    r"|设备|机组|位置|机台|部位|产线|装置",
    "symptom": r"\b(?:symptoms?|faults?|failures?|problems?|issues?|defects?|observations?|findings?)\b"
    r"|\b(?:disturbance|complaint|malfunction)\b|症状|现象|故障|问题|异常|缺陷",
    "downtime": r"\b(?:down\s?time|duration|stop(?:page)?\s*(?:time|min|h)?|lost time|outage)\b"
    r"|停机|时长|停产|影响时间",
}
_ROLES = {role: re.compile(pattern, re.IGNORECASE) for role, pattern in _NAMES.items()}
_WEAK_CODE = re.compile(
    r"^(?:alarms?|faults?|errors?|messages?|no|nr|number|id|#|报警|故障|错误|编号|号码|display|显示)$", re.IGNORECASE
)
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")
_NUMBER = re.compile(r"^[-+]?[\d\s.,:/T-]*\d[\d\s.,:/eE%-]*$|^(?:nan|inf|null|n/a|-)$", re.IGNORECASE)
_ORDER: tuple[Role, ...] = ("downtime", "code", "cause", "action", "meaning", "date", "asset", "symptom")


class Layout(NamedTuple):
    """What a table is and which column (from 0) plays which role."""

    kind: TableKind
    columns: dict[Role, int]


OTHER = Layout("other", {})


def layout(header: Sequence[str], rows: Sequence[Row]) -> Layout:
    """What a table with this header is; `rows` are its first rows, by which a column of codes is told from words."""
    if sum(bool(cell) for cell in header) < 2 or any(len(cell) > MOST_HEADER for cell in header):
        return OTHER
    labels = [" ".join(re.sub(r"[\W_]+", " ", _BRACKETS.sub(" ", cell)).split()) or cell for cell in header]
    columns: dict[Role, int] = {}
    for place, label in enumerate(labels):
        role = next((r for r in _ORDER if r not in columns and _ROLES[r].search(label)), None)
        if role:
            columns[role] = place
    _settle_codes(columns, labels, rows)
    told = "cause" in columns or "action" in columns
    if "symptom" not in columns and "meaning" in columns and "code" not in columns:
        columns["symptom"] = columns.pop("meaning")  # "Description" in a log, "故障描述"
    if "date" in columns and told and ("symptom" in columns or "meaning" in columns or "code" in columns):
        return Layout("log", columns)
    if "code" in columns and (told or "meaning" in columns or "symptom" in columns):
        return Layout("codes", columns)
    if "symptom" in columns and told:
        return Layout("trouble", columns)
    return OTHER


def _settle_codes(columns: dict[Role, int], labels: Sequence[str], rows: Sequence[Row]) -> None:
    """Keep a code column that holds codes; take one whose header is vague ("Alarm") when its cells are codes."""
    named = columns.get("code")
    if named is not None and _share_of_codes(named, rows) < SURE_CODES:
        del columns["code"]
    if "code" in columns:
        return
    for place, label in enumerate(labels):
        if _WEAK_CODE.match(label) and _share_of_codes(place, rows) >= LIKELY_CODES:
            for role in [role for role, column in columns.items() if column == place]:
                del columns[role]
            columns["code"] = place
            return


def _share_of_codes(column: int, rows: Sequence[Row]) -> float:
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
    firsts = [re.split(r"[,，、;；/\n]", cell)[0].strip() for cell in cells]
    return sum(is_code(cell) or bool(codes_in_cell(cell)) for cell in firsts) / max(len(cells), 1)


def names_codes(header: Sequence[str]) -> bool:
    """Whether a header alone says that its first column holds codes and another one what they mean."""
    first, others = header[0].strip(), header[1:]
    coded = _ROLES["code"].search(first) or _WEAK_CODE.match(first)
    told = any(_ROLES[role].search(cell) for cell in others for role in ("meaning", "cause", "action"))
    return bool(coded) and told and all(len(cell) <= MOST_HEADER for cell in header)


def is_number(cell: str) -> bool:
    """Is a cell an amount, a date or a mark for none?"""
    return _NUMBER.match(cell) is not None


def find_header(rows: Sequence[Row]) -> tuple[int, Layout]:
    """Where the header is among the first rows, -1 when there is none, and what the table is."""
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        found = layout(row.cells, rows[place + 1 :])
        if found.kind != "other":
            return place, found
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        filled = [cell for cell in row.cells if cell]
        if len(filled) >= 2 and len(filled) * 2 > len(row.cells):
            words = all(not _NUMBER.match(cell) and len(cell) <= MOST_HEADER for cell in filled)
            return (place if words and place + 1 < len(rows) else -1), OTHER
    return -1, OTHER


def is_measured(rows: Sequence[Row]) -> bool:
    """Whether these rows are readings of sensors, not knowledge: nearly nothing but numbers and times."""
    cells = [cell for row in rows for cell in row.cells if cell]
    return len(rows) >= 20 and sum(bool(_NUMBER.match(cell)) for cell in cells) >= 0.9 * len(cells)
