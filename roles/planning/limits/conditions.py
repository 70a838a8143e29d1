"""Rows that a request is about by their readings: "mean of A when B is above 80", "remove rows where B is below 75",
当出料量大于250的时候. The condition holds for the statistics and plots of the request, and is no limit to label by.

It is taken off the text before that is read, so that it holds whoever plans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from roles.planning.clauses import ALL, read
from roles.planning.columns import elided
from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.marked import LIMIT, SENSOR, Marked, marked
from roles.planning.limits import numbers
from roles.planning.parts.leaving import trimmed
from roles.planning.types import Request
from roles.planning.wants.asked import YES_NO
from roles.planning.wants.bare import is_bare
from roles.planning.words import pattern

Way = Literal["when", "without", "remove", "keep"]
IS_EN = r"(?:\s(?:readings?|values?|is|was|are|were|being|stays?|stayed|itself)){1,3}"
IS_ZH = r"(?:的?(?:值|读数|数值))?(?:一直|始终|都|也|又)?(?:是|为|在|处于)?"
PART = rf"(?:(?:the|an?|our)\s)?(?:{SENSOR}|it\b|它)(?>{IS_EN}|{IS_ZH})\s*{LIMIT}"
JOINT = r"\s*(?:,\s*)?(?:and|or|&|并且|而且|同时|以及|或者?|且|并|和|,|，)\s*(?:also\s|(?:when|while|where)\s|当)?"
JOINED = rf"(?P<rows>(?>{PART}(?:{JOINT}(?:{PART}|{LIMIT})){{0,7}}))"  # taken whole: there is one way to read it
ROWS = (
    r"(?:(?:all|any|the|those|these|that|every|of|only|just) ){0,3}"
    r"(?:(?P<things>rows?|lines?|times?|readings?|samples?|data(?: ?points?)?|points|records?|entries|periods?|moments"
    r"|minutes|hours|stretches|values|everything)\s)?"
)
WHERE = (
    r"when(?:ever)?|while|whilst|where|in which|at which|during which|for which|whose|that have|as long as|so long as"
    r"|provided(?: that)?|given(?: that)?|only if|having|with"
)
LEAD = r",?\s*(?<![a-z])(?:(?:but|and)\s)?(?:(?:only|just|limited to|restricted to)\s)?"
WHEN_EN = (
    rf"{LEAD}(?:(?:for|in|at|over|during|from|of|on|using|across|to)\s)?{ROWS}(?:{WHERE}|for|at|under)\s(?:only\s)?"
)
ALONE_EN = rf"{LEAD}(?:{WHERE.removesuffix('|having|with')})\s(?P<rows>{LIMIT})"
WHEN_ZH = r"(?:只|仅|就)?(?:在|当|取|看|用|统计|计算|针对|对于?)?\s*"
THEN_ZH = (
    r"\s*(?:的(?:时候|时间段|时间|时段|时刻|期间|情况|条件|状态|工况|那些行|行|数据|点|样本|部分|时)|期间|时段|时刻|时(?!间))"
    r"(?:里面|里|内|中|下)?的?[,，]?\s*"
)
ONLY_ZH = r"(?:当|(?:只|仅)(?:看|统计|算|用|取|计算|分析)|限于)\s*"
VERB = r"(?:^|[,;.:!?]\s*|(?<![a-z])(?:and|then|please|first|to|with|after|by|but|you)\s)"  # no "pressure drop"
REMOVE_EN = (
    r"(?:remov|delet|discard|exclud|eliminat|dropp|drop|filter|throw|cutt|cut|tak)(?:e|ing)?(?: (?:out|away|off))?"
)
WITHOUT_EN = r"(?:ignor(?:e|ing)|without|leav(?:e|ing) out|omit(?:ting)?|skip(?:ping)?|disregard(?:ing)?|not counting)"
KEEP_EN = (
    r"(?:keep(?:ing)? only|only keep(?:ing)?|retain(?:ing)? only|keep(?:ing)?|retain(?:ing)?"
    r"|filter(?:ing)?(?: (?:for|to|on|by))"
    r"|restrict(?:ing)? (?:it |the data )?to)"
)
REMOVE_ZH = (
    r"(?:删除|删掉|删去|去掉|去除|剔除|剔掉|移除|滤除|滤掉|过滤掉|排除|丢弃|丢掉|清除|扔掉|除去|除掉"
    r"|扣除|扣掉|刨去|刨除|筛掉)掉?"
)
WITHOUT_ZH = r"(?:忽略|不看|不考虑|跳过|不算|不统计|不计|不含|不包括|撇开|抛开|除了|除开)(?:掉|在内|进去)?"
NOT_COUNTED_ZH = rf"(?:{WITHOUT_ZH}|{REMOVE_ZH}|不要|别算|不用)"
KEEP_ZH = r"(?:只|仅)(?:保留|留下?|要|取)"
OF_ROWS_ZH = r"\s*(?:的时候|时候|时)?的?(?:所有|全部)?(?:数据行|数据|行|时段|时间段|时间|记录|点|部分|样本|读数|数?值)"
OWN_EN = (  # readings of a sensor that is named elsewhere: "mean pressure excluding values above 5"
    r"(?:(?:all|any|the|those|its|of) ){0,2}"
    r"(?:rows?|readings?|samples?|data(?: ?points?)?|points|values?|anything|everything)\s(?:(?:that|which) )?"
)
EXPORT = r"(?:export(?:ing|ed)?|save|write|output|导出|输出|保存|生成)"
EXPORTS = re.compile(rf"(?<![a-z]){EXPORT}(?![a-z])")
WHAT = re.compile(r"\b(?:what|how (?:much|high|low|big|large|fast))\b|[多怎]大|多[少高低快]|怎么样|如何|到(?=\W*$)")
TOKEN = re.compile(rf"{SENSOR}|{LIMIT}|(?<![a-z])(?:it|or)(?![a-z])|它|或")
OUT_OF_IT = re.compile(  # what is left of a request when nothing else is wanted
    r"\b(?:the|a|an|and|then|please|me|it|us|from|of|in|to|for|on|this|my|our|now|export|save|write|give|send|show|rest|remaining"
    r"|result|new|processed|cleaned|file|table|data|csv|rows?|sheet|as)\b"
    r"|请|帮我|把|将|给我|然后|再|并|后|之后|导出|保存|输出|生成|文件|数据|表格?|结果|一下|剩下|其余|处理|新的?|的|到|成|为|csv"
)


@dataclass(frozen=True)
class Condition:
    """Rows that meet `parts`, limits of sensors, all of them or any (`how`). `way`: the answer is about the rows "when"
    they are met or about those "without"; "remove" takes those off the table, "keep" all others."""

    way: Way
    how: Literal["all", "any"]
    parts: tuple[dict[str, Any], ...]

    def values(self) -> dict[str, Any]:
        """As the values of a subtask have it: which rows count."""
        return {self.how: list(self.parts)} | ({"not": True} if self.way in ("without", "remove") else {})


def found_in(text: str, request: Request, lexicon: Lexicon) -> tuple[Condition | None, str]:
    """The condition of normalised `text` and the text without it; None where the limit is to be labelled by, asked
    about or forecast, or where nothing is wanted of the rows."""
    if pattern("intents", "label").search(text) or not request.sensors:
        return None, text
    shown = marked(text, request, lexicon)
    if not shown.limits:
        return None, text
    for way, form in _forms():
        match = form.search(shown.text)
        condition = joined(way, match, shown) if match is not None else None
        if match is None or condition is None:
            continue
        rest = trimmed(f"{shown.restored(shown.text[: match.start()])} {shown.restored(shown.text[match.end() :])}")
        if way == "when" and EXPORTS.search(rest) and is_empty(rest):
            condition = replace(condition, way="keep")  # "export the rows where B is above 80"
        if condition.way in ("remove", "keep") or _is_wanted(rest, request, named=condition.way != "without"):
            return condition, rest
        if condition.way == "when" and _is_named(rest, request):  # "T1 when B is above 80" asks for its figures
            return condition, f"{rest}统计" if re.search("[一-鿿]", rest) else f"statistics of {rest}"
    return _own(shown, text, request)


def is_empty(text: str) -> bool:
    """Is nothing left to be done, after rows or columns were spoken of?"""
    return not re.search(r"[a-z0-9一-鿿]", OUT_OF_IT.sub(" ", text))


@cache
def _forms() -> list[tuple[Way, re.Pattern[str]]]:
    """Each way to speak of rows, the special before the general."""
    where = rf"(?:(?P<where>{WHERE})\s)?"
    forms: list[tuple[Way, str]] = [
        ("remove", rf"{VERB}{REMOVE_EN}\s{ROWS}{where}{JOINED}"),
        ("without", rf"(?<![a-z]){WITHOUT_EN}\s{ROWS}{where}{JOINED}"),
        ("keep", rf"{VERB}{KEEP_EN}\s{ROWS}{where}{JOINED}"),
        ("remove", rf"{REMOVE_ZH}\s*(?:所有|全部|那些)?的?{JOINED}(?:{OF_ROWS_ZH}|(?=\s*(?:[,，。]|$)))"),
        ("remove", rf"(?:把|将)?\s*{JOINED}{OF_ROWS_ZH}\s*(?:都|全部|先|给|统统)?\s*{REMOVE_ZH}(?:之后|以后|后|了)?"),
        ("without", rf"{WITHOUT_ZH}\s*(?:所有|全部|那些)?的?{JOINED}(?:{OF_ROWS_ZH}|(?=\s*(?:[,，。]|$)))"),
        ("without", rf"(?:把|将)?\s*{JOINED}(?:{OF_ROWS_ZH}|的)\s*(?:都|全部|先|就)?\s*{NOT_COUNTED_ZH}(?:了|之?后)?"),
        ("without", rf"(?<![a-z]),?\s*(?:but )?(?:{WITHOUT_EN}|{REMOVE_EN})\s{OWN_EN}(?P<rows>{LIMIT})"),
        ("without", rf"(?:{REMOVE_ZH}|{WITHOUT_ZH})\s*(?:所有|全部|那些)?的?(?P<rows>{LIMIT})(?:{OF_ROWS_ZH}|的)"),
        ("keep", rf"{KEEP_ZH}\s*{JOINED}(?:{OF_ROWS_ZH}|(?=\s*(?:[,，。]|$)))"),
        ("when", WHEN_EN + JOINED),
        ("when", ALONE_EN),
        ("when", WHEN_ZH + JOINED + THEN_ZH),
        ("when", rf"{ONLY_ZH}{JOINED}\s*(?=[,，。]|$)"),
    ]
    return [(way, re.compile(form)) for way, form in forms]


def joined(way: Way, match: re.Match[str], shown: Marked) -> Condition | None:
    """The limits that a match joins; None where no sensor is known to one of them."""
    said = match.groupdict()
    of_rows = said.get("things") or said.get("where") or "filter" in match[0]
    if way == "keep" and "where" in said and not of_rows:
        return None  # "keep the load above 80" is no wish for a table
    before = re.findall(SENSOR, shown.text[: match.start("rows")])
    every = set(re.findall(SENSOR, shown.text))
    last = before[-1] if before else every.pop() if len(every) == 1 else None
    parts: list[dict[str, Any]] = []
    how: Literal["all", "any"] = "all"
    for token in TOKEN.findall(match["rows"]):
        if token.startswith("ξs"):
            last = token
        elif token in ("or", "或"):
            how = "any"
        elif token.startswith("ξl"):
            limit = shown.limits[int(token[2:-1])]
            if last is None:
                return None
            parts += [{"sensor": name, **limit} for name in _nearest(shown.columns[int(last[2:-1])], match, shown)]
    if way in ("remove", "without") and len(parts) > 1 and len(re.findall(LIMIT, match["rows"])) == 1:
        how = "any"  # one limit of several columns: a row goes where one of them passes it
    return Condition(way, how, tuple(parts)) if parts else None


def _nearest(names: list[str], match: re.Match[str], shown: Marked) -> list[str]:
    """Of several columns that a condition may mean the one whose name is most like that of the one sensor asked about:
    "fan vibration when speed is high" means the fan's speed. All where none is."""
    rest = f"{match.string[: match.start()]} {match.string[match.end() :]}"
    asked = {name for mark in re.findall(SENSOR, rest) for name in shown.columns[int(mark[2:-1])]}
    if len(names) < 2 or len(asked) != 1 or asked & set(names):
        return names
    own = set(elided.name_tokens(asked.pop()))
    alike = {name: len(own & set(elided.name_tokens(name))) for name in names}
    best = [name for name in names if alike[name] == max(alike.values())]
    return best if len(best) == 1 else names


def averaged(text: str, request: Request) -> list[str]:
    """The columns of which the only wish is their averages by time: "hourly mean of motor current". Of rows that meet a
    condition they are numbers, no table."""
    clauses = read(text, request) if text else []
    kinds = {kind for clause in clauses for kind in clause.intents}
    return list(dict.fromkeys(c for clause in clauses for c in clause.columns)) if kinds == {"resample"} else []


def _is_wanted(text: str, request: Request, *, named: bool = True) -> bool:
    """Are statistics or plots all that is wanted, so that a condition can hold for them? Of `named` columns: what
    readings are left out of needs no second name."""
    clauses = read(text, request) if text else []
    kinds = {kind for clause in clauses for kind in clause.intents}
    if kinds == {"resample"}:
        return bool(averaged(text, request)) and bool(numbers.how(text))
    if not kinds & {"statistics", "plot"} or kinds & {"label", "forecast", "model", "ask"}:
        return False
    wanted = [c for c in clauses if c.intents & {"statistics", "plot"}]
    return any(c.columns or ALL.search(c.text) or not (named or c.mentions.unknown) for c in wanted)


def _is_named(text: str, request: Request) -> bool:
    """Are sensors named and nothing said of them: "and what was T1"?"""
    clauses = read(text, request) if text else []
    return bool(clauses) and all(
        c.columns and c.intents <= {"ask"} and is_bare(replace(c, text=WHAT.sub(" ", c.text))) for c in clauses
    )


def _own(shown: Marked, text: str, request: Request) -> tuple[Condition | None, str]:
    """A limit right behind the sensor that a statistic is asked of: "mean of load above 80", 负荷大于80的平均值."""
    match = re.search(rf"(?P<rows>{SENSOR}\s*{LIMIT})(?:的|时的?)?", shown.text)
    if match is None or YES_NO.search(text) or not numbers.how(re.sub(LIMIT, " ", shown.text)):
        return None, text
    condition = joined("when", match, shown)
    if condition is None or any("low" in part for part in condition.parts):  # "between 2 and 4" may be hours
        return None, text
    kept = re.sub(LIMIT, " ", match["rows"]) + ("的" if match[0].endswith("的") else "")
    rest = trimmed(shown.restored(shown.text[: match.start()] + kept + shown.text[match.end() :]))
    return (condition, rest) if _is_wanted(rest, request) else (None, text)
