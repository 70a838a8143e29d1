"""Cells of text as numbers: what counts as a number, a missing value, a truth value, or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.types import FloatArray

NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
NUMBER_COMMA = r"^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?$"
INFINITE = r"(?i)^[+-]?(?:inf(?:inity)?|∞)$"
# Cells that say "no value". Others ("Bad", "#N/A N.A.", "无效") are no value either, and counted as text cells.
MISSING = r"(?i)^(?:|n/?a|nan|null|none|nil|-+|\.+|\?+|<na>|空|无|——)$"
TRUE = r"(?i)^(?:true|on|开|是|运行)$"
FALSE = r"(?i)^(?:false|off|关|否|停止)$"
# What historians and loggers write instead of a reading. Such a cell makes no column a column of text.
BAD = (
    r"(?i)^(?:#.*|\*+|bad.*|err(?:or)?\b.*|fail.*|fault|invalid.*|no[ _]?data.*|no[ _]?good.*|no[ _]?value|not[ _].*"
    r"|off[ _]?line|comm.*fail.*|i/o.*|time[ _-]?out.*|over.?(?:range|flow).*|under.?(?:range|flow).*|out of .*"
    r"|open.*circuit.*|disconnected|shutdown|pt created|calc.*fail.*|configure|scan off|doubtful|uncertain|unknown"
    r"|intf shut.*|ungültig|fehler|störung|kein.*"
    r"|无效.*|坏.*|无数据|无信号|断线|断开|故障|超限|超量程|通[讯信].*|离线|错误|异常值|未知)$"
)
SPACES = "[\\s\u00a0\u2007\u202f']"  # also the thousands marks of French and Swiss exports
SIGNS = "(?:%|°C|℃|°F|℉)"  # written behind the number; letters are not taken off ("304L" is a steel grade)
WIDE = str.maketrans("０１２３４５６７８９．，－＋−", "0123456789.,-+-")
_IS_BAD = re.compile(BAD)
_IS_MISSING, _IS_TRUTH = re.compile(MISSING), re.compile(f"{TRUE}|{FALSE.removeprefix('(?i)')}")
_IS_NUMBER, _IS_NUMBER_COMMA, _IS_INFINITE = re.compile(NUMBER), re.compile(NUMBER_COMMA), re.compile(INFINITE)
GROUPED_COMMA = re.compile(r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$")
GROUPED_DOT = re.compile(r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$")


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written: the decimal mark, and the thousands mark or ""."""

    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True)
class Numbers:
    """One column of n cells as numbers: `values` (n,) with NaN for anything else; counts of what the cells were.

    `numeric` includes `truth` (on / off words). `text` are words, `bad` those that stand for a lost reading.
    """

    values: FloatArray
    numeric: int
    text: int = 0
    bad: int = 0
    truth: int = 0
    infinite: int = 0


def is_number(cell: str, style: NumberStyle) -> bool:
    """True when `cell` is a finite number in `style`."""
    text = cell.strip()
    if style.thousands and (GROUPED_COMMA if style.decimal == "," else GROUPED_DOT).match(text):
        return True
    pattern = _IS_NUMBER_COMMA if style.decimal == "," else _IS_NUMBER
    if pattern.match(text):
        return True
    return text[:1] != "" and not text.isalpha() and bool(pattern.match(_squeeze(text.translate(WIDE))))


def _squeeze(text: str) -> str:
    return re.sub(rf"(?<=\d)\s*{SIGNS}$", "", re.sub(rf"(?<=\d){SPACES}(?=\d{{3}})", "", text))


def is_missing(cell: str) -> bool:
    """True when `cell` says that there is no value."""
    return bool(_IS_MISSING.match(cell.strip()))


def is_bad(cell: str) -> bool:
    """True for a word that stands for a lost reading."""
    return bool(_IS_BAD.match(cell.strip()))


def is_truth(cell: str) -> bool:
    """True when `cell` is one of the words for on and off."""
    return bool(_IS_TRUTH.match(cell.strip()))


def is_infinite(cell: str) -> bool:
    """True for the ways in which programs write an infinite value."""
    return bool(_IS_INFINITE.match(cell.strip()))


def classify(cells: Any) -> dict[str, npt.NDArray[np.bool_]]:
    """What strings that are no numbers are: masks for "infinite", "bad" and "text"; the rest is missing."""
    cells = pc.utf8_trim_whitespace(pc.fill_null(cells, ""))
    infinite, missing = _mask(cells, INFINITE), _mask(cells, MISSING)
    bad = _mask(cells, BAD) & ~missing & ~infinite
    return {"infinite": infinite, "bad": bad, "text": ~(infinite | missing | bad)}


def numbers(column: Any, style: NumberStyle) -> Numbers:
    """An Arrow array of any type as floats. Strings are read in `style`; infinite values become NaN, counted."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _from_text(column, style)
    if pa.types.is_boolean(column.type):
        values = _floats(pc.cast(column, pa.uint8()))
        return _counted(values, truth=len(column) - column.null_count)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return _counted(_floats(column))
    return Numbers(np.full(len(column), np.nan), 0, text=len(column) - column.null_count)


def _from_text(column: Any, style: NumberStyle) -> Numbers:
    """The fast way first: most columns hold plain numbers and nothing else."""
    if style.thousands:  # "1.234" would pass as a plain number, a thousand times too small
        return _from_mixed(pc.utf8_trim_whitespace(column), style)
    try:
        plain = pc.replace_substring(column, ",", ".") if style.decimal == "," else column
        return _counted(_floats(pc.cast(plain, pa.float64())))
    except pa.ArrowInvalid:
        return _from_mixed(pc.utf8_trim_whitespace(column), style)


def _from_mixed(cells: Any, style: NumberStyle) -> Numbers:
    """Cells of which some are no plain numbers: find those that are, and count the rest by kind."""
    cleaned = _plain(cells, style)
    good = pc.match_substring_regex(cleaned, NUMBER)
    values = _floats(pc.cast(pc.if_else(good, cleaned, None), pa.float64()))
    rest = cells.filter(pc.fill_null(pc.invert(good), False))
    if not len(rest):
        return _counted(values)
    truth = _mask(rest, TRUE), _mask(rest, FALSE)
    where = np.flatnonzero(~pc.fill_null(good, True).to_numpy(zero_copy_only=False))
    values[where[truth[0]]] = 1.0
    values[where[truth[1]]] = 0.0
    true = truth[0] | truth[1]
    kinds = {name: int((mask & ~true).sum()) for name, mask in classify(rest).items()}
    return _counted(values, kinds["text"], kinds["bad"], int(true.sum()), kinds["infinite"])


def _plain(cells: Any, style: NumberStyle) -> Any:
    """Full-width digits, digit grouping and the decimal mark brought to the form that the cast reads."""
    if not _ascii(cells):
        pairs = [(chr(wide), chr(narrow) if isinstance(narrow, int) else narrow) for wide, narrow in WIDE.items()]
        cells = reduce(lambda c, pair: pc.replace_substring(c, *pair), pairs, cells)
    for _ in range(2):  # groups overlap: "1 234 567" takes two rounds
        cells = pc.replace_substring_regex(cells, rf"(\d){SPACES}(\d\d\d)", r"\1\2")
    cells = pc.replace_substring_regex(cells, rf"(\d)\s*{SIGNS}$", r"\1")
    if style.thousands:
        mark = re.escape(style.thousands)
        grouped = pc.match_substring_regex(cells, rf"^[+-]?[1-9]\d{{0,2}}(?:{mark}\d{{3}})+(?:\D|$)")
        cells = pc.if_else(grouped, pc.replace_substring(cells, style.thousands, ""), cells)
    return pc.replace_substring(cells, ",", ".") if style.decimal == "," else cells


def _ascii(cells: Any) -> bool:
    return bool(pc.all(pc.string_is_ascii(cells)).as_py() in (True, None))


def _mask(cells: Any, pattern: str) -> Any:
    return pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False).astype(bool)


def _floats(column: Any) -> FloatArray:
    """A numeric Arrow array as a float64 array of its own, NaN for null."""
    return np.array(pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _counted(values: FloatArray, text: int = 0, bad: int = 0, truth: int = 0, infinite: int = 0) -> Numbers:
    endless = np.isinf(values)
    found = int(endless.sum())
    if found:
        values[endless] = np.nan
    numeric = int(np.count_nonzero(~np.isnan(values)))
    return Numbers(values, numeric, text, bad, truth, infinite + found)
