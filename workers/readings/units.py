"""Units of measurement in column headers: found, taken off the name, never invented."""

from __future__ import annotations

import re
import unicodedata


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


# Symbols that may be multiplied, divided and raised. Sources: SI Brochure (9th ed.) and what plants use beside it.
ATOMS = words(
    "m mm cm km um µm nm in ft s ms us µs min h hr d day days sec g kg mg t a ma ka v mv kv w kw mw va kva var kvar wh "
    "kwh mwh j kj mj hz khz mhz rpm pa kpa mpa hpa bar mbar psi atm torr mmhg mmh2o k c f °c °f ℃ ℉ degc degf deg rad "
    "celsius l ml hl nl nm3 m3 nm³ m² m³ m^3 m2 gpm lpm ppm ppb pct percent n kn nm knm ohm mol kmol db dba lux lx cp "
    "st pas mpas mps mmps rev r pcs counts count bool scfm cfm ut barg bara psig psia kgf ph us ntu tph "
    "个 件 次 转 度 秒 分 分钟 小时 天 毫秒 米 毫米 厘米 微米 千克 公斤 吨 升 毫升 立方米 安 安培 毫安 伏 伏特 千伏 "
    "瓦 千瓦 兆瓦 千瓦时 帕 千帕 兆帕 巴 赫兹 摄氏度 牛 千牛 欧姆 百分比"
)
SINGLE = frozenset("%‰°-")
_PARTS = re.compile(r"[/·*.\s⋅×()]+|\^?-?[0-9²³⁻¹]+$")
_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[\[【](?P<unit>[^\[\]【】]{1,16})[\]】]\s*$")
_PARENS = re.compile(r"^(?P<name>.*?)\s*[(（](?P<unit>.{1,16})[)）]\s*$")
_COMMA = re.compile(r"^(?P<name>.*\S)\s*[,，;]\s*(?P<unit>[^,，;]{1,12})$")
_TAIL = re.compile(r"^(?P<name>.*[^_\s])[_\s](?P<unit>[A-Za-z%°℃℉µ³²/0-9]{1,8})$")
# A lone letter behind "_" is a unit only when the name says what is measured: pump_A and pump_B are two pumps.
_OUTPUT = re.compile(r"\d[A-Za-z]?[._](?:OP|OUT|CO)$")
QUANTITY = {
    "c": r"temp|温", "f": r"temp", "k": r"temp|rise|温", "a": r"curr|amp|电流", "v": r"volt|电压",
    "w": r"power|功率", "m": r"length|dist|level|posi|height|长|液位", "s": r"time|^t$|dur|period|时间",
    "h": r"time|^t$|dur|时间", "l": r"vol|flow", "t": r"weight|mass|重", "n": r"force|力",
    "min": r"time|^t$|dur|时间", "hr": r"time|^t$|dur", "deg": r"angle|posi|角", "rad": r"angle|角",
    "g": r"acc|weight|mass", "d": r"time|^t$|dur",
}  # fmt: skip
TAIL_WORDS = words(
    "mm cm um nm ms us degc degf celsius rpm bar mbar barg bara psi pa kpa mpa hpa kw mw kwh hz khz ma ka mv kv "
    "pct percent ppm ppb lpm gpm kg mg kn kgf nm3h m3h m3_h l_min l/min m/s m/min m3/h t/h mps mmps % °c ℃ °f sec "
    "hours days kg/h kg/s l/h mm/s dba"
)


def split_unit(header: str, siblings: frozenset[str] = frozenset()) -> tuple[str, str]:
    """(name, unit) of a column header; the unit is "" when none is written.

    `[..]` at the end is a unit whatever it holds, an index aside; `(..)`, a comma and an underscore are when they hold
    one. `siblings` are all headers of the table: "pump_A" beside "pump_B" carries no ampere.
    """
    header = header.strip()
    found = _BRACKETS.match(header)
    if found and found["name"].strip() and not found["unit"].strip().isdigit():
        return found["name"].strip(), found["unit"].strip()
    for pattern in (_PARENS, _COMMA):
        found = pattern.match(header)
        if found and found["name"].strip() and is_unit(found["unit"]) and not _lettered(header, found, siblings):
            return found["name"].strip(), found["unit"].strip()
    found = _TAIL.match(header)
    if found and _is_tail(header, found, siblings):
        return found["name"], found["unit"]
    return header, ""


def _is_tail(header: str, found: re.Match[str], siblings: frozenset[str]) -> bool:
    word = found["unit"].lower()
    if word in TAIL_WORDS:
        return True
    measures = word in QUANTITY and re.search(QUANTITY[word], found["name"], re.IGNORECASE)
    return bool(measures) and not _lettered(header, found, siblings)


def _lettered(header: str, found: re.Match[str], siblings: frozenset[str]) -> bool:
    """True when the lone letter counts instances: "Strand (A)" stands beside "Strand (B)"."""
    start, end = found.span("unit")
    if end - start != 1:
        return False
    pattern = re.compile(re.escape(header[:start]) + "[A-Za-z]" + re.escape(header[end:]))
    return any(s != header and pattern.fullmatch(s) for s in siblings)


def is_unit(text: str) -> bool:
    """True when `text` is a unit of measurement: known symbols, alone or multiplied, divided, raised."""
    word = (
        unicodedata.normalize("NFKC", text.strip().strip("[]()（）【】")).lower().replace("°c", "c").replace("°f", "f")
    )
    if not word:
        return False
    if word in ATOMS or word in SINGLE:
        return True
    parts = [part for part in _PARTS.split(word) if part]
    return bool(parts) and all(part in ATOMS or part in SINGLE or part == "1" for part in parts) and len(word) <= 12


def plain(unit: str) -> str:
    """`unit` in one spelling for comparisons: "C" for ℃, °C, degC and 摄氏度, lower case otherwise."""
    word = unicodedata.normalize("NFKC", unit).strip().lower().replace(" ", "")
    if word in {"°c", "c", "degc", "celsius", "deg c", "摄氏度"}:
        return "C"
    if word in {"°f", "f", "degf", "fahrenheit"}:
        return "F"
    return "K" if word in {"k", "kelvin"} else word


def in_percent(name: str, unit: str | None) -> bool:
    """Is a column counted from 0 to 100 by its unit, or as the output of a controller ("TIC-205.OP") whose unit nobody
    wrote?"""
    return plain(unit) in ("%", "percent", "pct", "百分比") if unit else _OUTPUT.search(name) is not None
