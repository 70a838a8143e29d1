"""Lines of a form: who wrote and approved a document, its number and revision, what it applies to.

They stand at the head of a document (or of a sheet) and speak of the document, not of the machine: as a passage they
would answer questions that they say nothing about. They are left out, and the report says how many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.ingest.chunks import MIN_WORDS, weight
from kb.ingest.values import Notes, Section, Table

MOST_LINES = 8  # from the top, blank ones not counted, among which lines of a form are looked for
MOST_ORG = 20  # characters of who put a document out, beside a date
_PEOPLE = "编制|编写|编者|编审|拟稿|拟定|起草|制定|制表|修订|审核|审定|审批|批准|校核|校对|复核|会签|签发"
_PAPERS = "文件编号|文档编号|文件号|编号|文号|版本|版次|版号|密级|受控状态|发放范围|分发|实施日期|生效日期|发布日期"
_SCOPE = "适用(?:范围|对象|设备|机型|部门|车间|岗位)?"
_ZH = rf"(?:(?:{_PEOPLE})(?:人|者|员|部门|单位|车间|日期|时间)?|(?:填表|填报|记录)[人者员]|{_PAPERS}|{_SCOPE})"
_EN = (
    r"(?:(?:prepared|written|compiled|drafted|issued|reviewed|checked|approved|revised|signed|filled in) by"
    r"|author|approver|reviewer|rev(?:ision)?|version|edition|issue|(?:document|doc\.?|file) (?:no|number|id|ref)\.?"
    r"|(?:issue|effective|revision|review|approval) date|distribution|classification|applies to|valid for"
    r"|applicab(?:le to|ility)|scope)"
)
_DAY = (
    r"(?:\d{4}\s*[年./-]\s*\d{1,2}(?:\s*[月./-]\s*\d{1,2})?\s*[月日]?"
    r"|\d{1,2}\.?\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{4})"
)
_BY = (
    r"(?:(?:prepared|written|compiled|issued|reviewed|checked|approved|revised) by\s+\w"
    r"|(?:valid|effective|in force) (?:from|since)\s+\w)"
)
_STATE = r"(?:rev(?:ision)?|version|edition|issue)\.?\s+(?:\d[\w./]{0,5}|[A-Z])(?!\s?\w)"
_FIELD = re.compile(
    rf"{_ZH}\s*[:：]|日期\s*[:：]\s*\d|(?:文件)?编号\s+[\w/-]*\d[\w/-]*$|{_EN}\s*[:：]|date\s*:\s*\d|{_BY}|{_STATE}",
    re.IGNORECASE,
)
_PARTS = re.compile(  # wide gaps, and before every field that says by its own form that it is one
    rf"(?<=[。；])|(?<=[a-z0-9]\.)\s+(?=[A-Z])|\s{{2,}}|　+|\s*\|\s*"
    rf"|[，,;\s]\s*(?=(?:{_ZH}|日期)\s*[:：]|(?:文件)?编号\s)|[,;]\s*(?=(?i:{_EN}\s*:|{_BY}|{_STATE})|{_DAY}$)"
)
_JOINED = re.compile(rf"\s+(?=(?i:{_EN}\s*:|{_BY}|{_STATE}))")  # "Prepared by A. Adams Rev. 3"
_DAY_IN = re.compile(_DAY)
_DATED = re.compile(rf"^{_DAY}\.?$")
_ISSUED = re.compile(
    rf"^.{{2,{MOST_ORG}}}?(?:(?:整理|编制|编写|汇编|印发|发布|制定)[，,\s]*|[科部处厂室组局间队]|公司|中心){{1,2}}"
    rf"(?:[，,\s]*{_DAY})?$"
)


def without_forms(parts: Iterable[Section | Table], notes: Notes) -> Iterator[Section | Table]:
    """The parts of a document, without the lines of a form at its head; those are noted."""
    lines, path = MOST_LINES, None
    for part in parts:
        path = part.path if path is None else path
        if isinstance(part, Table) or part.path != path or lines <= 0:
            lines = 0  # below the first heading a line of this form is about what stands there
            yield part
            continue
        kept, lines = _kept(part.text, lines, notes)
        if kept.strip():
            yield part._replace(text=kept)


def _kept(text: str, most: int, notes: Notes) -> tuple[str, int]:
    """The text without lines of a form, and how many lines may still be looked at."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        most -= 1
        lines[number], told = _rest(line)
        if told:
            notes.add("form_lines", line.strip())
        elif weight(line) >= MIN_WORDS:  # the text has begun
            most = 0
        if most <= 0:
            break
    return "\n".join(lines), most


def is_form(line: str) -> bool:
    """Is there nothing in this line but fields of a form?"""
    rest, told = _rest(line)
    return told and not rest.strip()


def _rest(line: str) -> tuple[str, bool]:
    """What a line says beside fields of a form, who put it out and when, and whether there are such fields."""
    pieces = [piece.strip() for piece in _PARTS.split(line) if piece.strip()]
    if pieces and _FIELD.match(pieces[0]):
        pieces = [part for piece in pieces for part in _JOINED.split(piece) if part.strip()]
    said = [piece for piece in pieces if not _FIELD.match(piece) and not _DATED.match(piece)]
    formal = len(said) < len(pieces) or bool(_ISSUED.match(line.strip()) and _DAY_IN.search(line))
    if not formal:
        return line, False
    said = [piece for piece in said if not _ISSUED.match(piece)]
    return "  ".join(said).rstrip("，,;|"), True
