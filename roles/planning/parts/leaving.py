"""Rows that a request leaves out or narrows down to: "ignore the first 500 rows", "only look at RUN status".

It holds for everything that the request asks for, so it is taken off the text before that is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from roles.planning.columns.lexicon import pieces
from roles.planning.parts import stated
from roles.planning.words import normal, words

ALONE = r"\b(?:only|just)\b(?:\s+\w+){0,3}?|只看|仅看|只用|只统计|只分析|仅限|只要"
ONLY = rf"(?:{ALONE}|\b(?:when|while|where|during|with|for)\b)"
BE = r"\s*(?:status |state |mode |is |was |are |were |equals |=|==|:|为|是|等于)?\s*"
REST = r"(?:\s*(?:status|state|mode|rows|data|phases?|的?(?:状态|数据|时候|部分|行)|时))?"
SPOKEN = {  # how people call text columns with English names
    "product": "产品|品种", "status": "状态", "state": "状态", "shift": "班次", "grade": "钢种|牌号", "recipe": "配方",
    "batch": "批次|批号", "order": "订单", "operator": "操作工", "material": "物料|材料", "mode": "模式",
    "line": "产线",
}  # fmt: skip
TIMES = frozenset(
    ["second", "sec", "minute", "min", "hour", "day", "week", "month", "shift", "year", "sensor", "column", "signal"]
)  # no groups
MOST_VALUES = 40  # of a text column that groups
FIRST = (  # N rows
    r"(?:first|initial|前面?的?|最前面?|开头的?)\s*(?P<{}>\d{{1,9}})\s*"
    r"(?:rows?|lines?|samples?|data ?points?|行|条|个点)(?:数据)?"
)
LEAVE = (
    r"(?:ignor(?:e|es|ing)|skip(?:ping)?|drop(?:ping)?|disregard(?:ing)?|exclud(?:e|ing)|omit(?:ting)?|remov(?:e|ing)"
    r"|discard(?:ing)?|cut(?:ting)?(?: off)?|leav(?:e|ing) out|without|except(?: for)?|not counting"
    r"|(?:do not|don't|dont) (?:use|consider|look at|count|include))"
)
LEFT = (
    r"(?:should be |must be |can be |shall be |are to be |to be |are |is )?(?:ignored|skipped|dropped|disregarded"
    r"|excluded|omitted|removed|discarded|left out|not (?:counted|used|valid))|(?:do not|don't|dont) count|out\b"
)
LEAVE_ZH = r"(?:忽略|跳过|排除|剔除|去掉|除去|丢弃|丢掉|删掉|删除|不要看?|不看|别看|不管|不考虑|不算|撇开|略过)掉?"
SKIPPED = re.compile(
    rf"\b{LEAVE} (?:the |all the )?{FIRST.format('a')}|{LEAVE_ZH}\s*{FIRST.format('b')}"
    rf"|(?:(?:leav(?:e|ing)|tak(?:e|ing)|keep(?:ing)?) )?(?:the )?{FIRST.format('c')}"
    rf"\s*(?:{LEFT}|(?:都|全部|先|请)*{LEAVE_ZH})"
)
CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2})?|点(?:\d{1,2}分?|半)?)"
HOURS = re.compile(  # "ignore the time before 00:30", "忽略0点30分之前的数据"
    rf"\b{LEAVE} (?:(?:everything|all|the|data|time|readings|part|period|stretch|hours?|of) )*"
    rf"(?:(?:before|after|until|since|from|between) )?{CLOCK}(?:\s*(?:to|and|until|-|–|~)\s*{CLOCK})?"
    rf"|{LEAVE_ZH}\s*(?:从|在)?{CLOCK}(?:\s*(?:到|至|-|–|~)\s*{CLOCK})?(?:之前|以前|之后|以后|前|后)?的?(?:数据|时段|时间|部分|读数)?",
    re.ASCII,
)


def without_hours(text: str) -> str:
    """Normalised `text` without the times that it would leave out: that cannot be done, and they are not what is asked
    about."""
    match = HOURS.search(text)
    return trimmed(f"{text[: match.start()]} {text[match.end() :]}") if match is not None else text


def rows_left_out(text: str) -> tuple[int, str]:
    """How many rows at the start of the file a request leaves out, and the normalised text without saying so."""
    match = SKIPPED.search(text)
    if match is None:
        return 0, text
    return int(match["a"] or match["b"] or match["c"]), trimmed(f"{text[: match.start()]} {text[match.end() :]}")


def trimmed(text: str) -> str:
    """What is left of a text, without the joints at its ends: ", and look again" -> "look again"."""
    return re.sub(r"^[\s,;.，。；]*(?:(?:and|but|then|please|so)\b|并且?|然后)?[\s,;.，。；]*|[\s,;，；]+$", "", text)


def narrowed(text: str, raw: str, texts: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[str]], str]:
    """text column -> the values that a request narrows down to, and the normalised text without saying so.

    `raw` is the text as written: a value in capitals ("RUN") is meant by its capitals or beside its column's name.
    """
    kept: dict[str, list[str]] = {}
    if stated.asks_how_long(text, texts):
        return kept, text
    for column, values in texts.items():
        for value in sorted(values, key=len, reverse=True):
            found = _meant(column, value, text, raw)
            if found is not None:
                kept.setdefault(column, []).append(value)
                text = trimmed(f"{text[: found.start()]} {text[found.end() :]}")
    return kept, text


def _meant(column: str, value: str, text: str, raw: str) -> re.Match[str] | None:
    """Where a text narrows down to a value of a text column: "only RUN", "when the status is RUN", "产品为A时"."""
    name, said = called(column), re.escape(normal(value).strip())
    if not said:
        return None
    whole = rf"(?<![a-z0-9]){said}(?![a-z0-9])"
    forms = [rf"{ONLY}\s*(?:the )?(?:{name}){BE}{whole}{REST}", rf"{ONLY}\s*(?:the )?{whole}\s*(?:{name}){REST}",
             rf"(?:{name})\s*(?:为|是|=|==)\s*{whole}(?:时|的时候|的数据)?"]  # fmt: skip
    if not value.isascii() or re.search(rf"(?<!\w){re.escape(value)}(?!\w)", raw, re.ASCII):
        forms.append(rf"(?:{ALONE})\s*(?:the )?{whole}{REST}")
    forms += stated.forms(name, value)
    return re.search("|".join(forms), text)


def called(column: str) -> str:
    """A pattern of what people call a text column: its name, its last word, the Chinese for that."""
    parts = pieces(column) or [normal(column)]
    names = [re.escape(normal(column).strip()), r"[\s_-]?".join(map(re.escape, parts)), re.escape(parts[-1])]
    names += [SPOKEN[part] for part in parts if part in SPOKEN]
    return "|".join(dict.fromkeys(name for name in names if name))


def is_shift(column: str) -> bool:
    """Does a text column say whose shift it is: "shift", "Shift crew", "班次"?"""
    return "shift" in pieces(column) or "班" in column


def by_column(text: str, texts: Mapping[str, Sequence[str]]) -> str | None:
    """The text column that statistics are grouped by: "per product", "按产品", "每个产品"."""
    for column in texts:
        before = r"\b(?:per|by|for each|each|every|for every|between)\s+(?:the )?|[按每各分]个?种?|不同"
        if re.search(rf"(?:{before})(?:{called(column)})s?", text):
            return column
    return None


def asks_state(text: str, texts: Mapping[str, Sequence[str]]) -> str | None:
    """The text column whose values are asked for: "which product was running at 13:00?", "13点是什么产品？"."""
    for column in texts:
        name = called(column)
        english = rf"\b(?:which|what)\s+(?:was |is |were )?(?:the )?(?:{name})\b"
        english += rf"|\bwhen (?:was|were|did|is) (?:the |a )?(?:{name})s? chang"
        chinese = rf"(?:哪个|哪种|什么|啥)(?:{name})|(?:{name})(?:是(?:什么|哪个|啥)|什么时候(?:换|变)|何时(?:换|变))"
        if re.search(f"{english}|{chinese}", text):
            return column
    return None


def by_unknown(text: str) -> str:
    """The word behind "per" or "for each" that names no unit of time: "per recipe" -> "recipe"; "" for none."""
    match = re.search(r"\b(?:per|for each|for every)\s+([a-z]{3,20})\b", text)
    return match[1] if match and match[1] not in TIMES and match[1] not in words()["grammar"]["stop"] else ""
