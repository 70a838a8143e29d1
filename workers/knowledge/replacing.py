"""The thing of a question before gives place to the one that a question names which goes on from it.

"Which grease goes into the fan bearing?", then "and the charger bearing?": what was asked stays, the fan does not.
Added to each other the old thing would be found again, as surely as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kb.search.glossary import current
from kb.search.named import named_codes
from kb.search.nameless import nameless
from kb.search.wants import subject, wants_of
from kb.text import STOP_WORDS, STOP_ZH, lang_of, stem

MOST_ZH = 12  # characters of a thing's name
_NUMBER = re.compile(r"^\s*(?P<digits>\d{2,6})(?P<end>[A-Za-z]?)\s*$")
_WORD = re.compile(r"[^\W_]+(?:[-./'][^\W_]+)*")
_TAG = re.compile(r"(?<![\w.-])(?P<letters>[A-Za-z]{1,5})[-_. ]?\d{1,5}[A-Za-z]?(?![\w-])", re.ASCII)
_LEADS = frozenset(["of", "for", "into", "in", "on", "at", "to", "from", "with", "onto", "inside"])
_ALWAYS = frozenset(["of", "for", "into"])  # what stands behind these is a thing, with an article or without one
_ARTICLES = frozenset(["the", "a", "an", "our", "this", "that", "its"])
# what is done with a thing, or asked of it, beside words that ask: none is part of its name
_DONE_WORDS = (
    "goes go going used use needs need needed takes take get gets greased lubricated oiled changed change replaced "
    "replace cleaned clean checked check inspected inspect tightened tighten adjusted adjust set runs run serviced "
    "filled fill trips trip stops stop fails fail made called raised allowed permitted required recommended works "
    "work opened closed calibrated measured often long"
)
_DONE = frozenset(_DONE_WORDS.split())
# quantities that stand behind a thing's name without being asked for in a form: "gearbox oil", "chain lubricant"
_ASPECT_WORDS = (
    "oil grease lubricant lubrication torque interval limit limits alarm setting settings setpoint value values range "
    "size type brand seal material order number part clearance gap temp temperature pressure speed flow level "
    "quantity amount capacity"
)
_ASPECT = frozenset(_ASPECT_WORDS.split())
# a season, an hour, a state: said of the thing before, in whose place it does not come
_CONDITION = re.compile(
    r"\b(?:summer|winter|night|day|shift|weekend|start ?-?up|shut ?-?down|standstill|cold|hot|full|load|maximum"
    r"|minimum|max|min|new|old|production|operation|left|right|both|all|others?|rest|first|second|last|next)\b"
    r"|[夏冬]天|夜里|晚上|启动|停机|满负荷|最[大小高低]|左|右|其他|别的",
    re.IGNORECASE,
)
_ZH_SPLIT = re.compile(  # behind the thing: what is asked of it
    rf"的|用|加|多|怎|如何|是|几|什么|为什么|要|应|该|需|每|何时|在|能|可以|会|有|得|{STOP_ZH}"
)
_ZH_ASPECT = re.compile(
    r"(?:张紧力|张力|力矩|扭矩|温度|压力|压差|振动|转速|速度|电流|电压|功率|流量|液位|油位|间隙|周期|寿命|尺寸|长度|直径|容量|数量"
    r"|(?:报警|跳停|停机|设定|正常)?值|上限|下限|范围|润滑油|润滑脂|油脂?|牌号|型号)+$"
)
# how the names of machines end: "稀油站", "高温风机"; the first one in a question is the machine that it is about
_ENDS = "站机泵窑磨炉塔罐釜阀辊轮箱柜器车床仓斗棒"
_ZH_MACHINE = re.compile(rf"^[\u4e00-\u9fff]{{1,8}}?[{_ENDS}](?![{_ENDS}])")
_ZH_IS_MACHINE = re.compile(rf"^[\u4e00-\u9fff]{{0,8}}[{_ENDS}]$")
_AUXILIARY = re.compile(
    r"\b(?:do|does|did|can|could|will|would|should|must|may|might)\s+(?:the|an?|our|this)\s+$", re.I
)
_ONE = re.compile(r"\ban? $", re.IGNORECASE)  # "an electrode holder", but a mould
_ZH_LEAD = re.compile(r"^(?:请问|那么?|还有|另外|关于|我想知道|想问一?下?)+[，,\s]*")


def renumbered(rest: str, before: str) -> str:
    """The question before with its last code's number replaced: "GF-310?", then "302"; "" where `rest` is no number, or
    one of another length than that of the code."""
    number, codes = _NUMBER.match(rest), list(named_codes(before).values())
    if number is None or not codes:
        return ""
    code = codes[-1]
    new = re.sub(r"\d+[A-Za-z]?$", number["digits"] + number["end"], code)
    digits = re.search(r"(\d+)[A-Za-z]?$", code)
    return before.replace(code, new) if digits and len(digits[1]) == len(number["digits"]) else ""


def replaced(rest: str, before: str) -> str:
    """The question before, asked of the thing that `rest` names; "" where `rest` names none, or that one has none that
    can be told from what it asks."""
    if nameless(rest) or wants_of(rest) or _CONDITION.search(rest) or _names_no_thing(rest):
        return ""
    span = _tag(rest, before) or (_thing_zh if lang_of(before) == "zh" else _thing)(rest, before)
    if span is None or span[0] >= span[1]:
        return ""
    begin = _ONE.sub("the ", before[: span[0]])
    return f"{begin}{rest.strip()}{before[span[1] :]}"


def _tag(rest: str, before: str) -> tuple[int, int] | None:
    """Where a tag of the same letters stands, which alone gives place: IM-6 to the IM-3 of "IM-3 screw diameter"."""
    mine = _TAG.fullmatch(rest.strip())
    same = [tag for tag in _TAG.finditer(before) if mine and tag["letters"].casefold() == mine["letters"].casefold()]
    return same[-1].span() if same else None


def _names_no_thing(text: str) -> bool:
    """Does it speak only of what is seen of things ("rises"), or of what is asked of them ("the quantity")?"""
    groups = current().asked(text).groups
    return (bool(groups) and all(map(_is_sign, groups))) or all(map(_is_aspect, _WORD.findall(text)))


def _has_sign(text: str) -> bool:
    """Does it speak of signs? Then a question is about what happens, and not about a value."""
    return any(map(_is_sign, current().asked(text).groups))


def _is_sign(group: Iterable[int]) -> bool:
    return all(current().notions[number].sign for number in group)


def _thing(rest: str, before: str) -> tuple[int, int] | None:
    """Where the thing that an English question is about stands."""
    runs = _runs(before)
    head = _last(rest)
    alike = [run for run in runs if head and _last(before[run.begin : run.end]) == head]
    if alike:
        return alike[-1].begin, alike[-1].end
    happens = _has_sign(before)
    led = [run for run in runs if run.lead in _ALWAYS]
    led += [run for run in runs if run.article and not (happens and run.lead)]
    if led:
        return _cut(before, led[0], rest)
    found = _cut(before, runs[0], rest) if len(runs) == 1 and not happens else None
    return found if found and found[1] < runs[0].end else None


class Run(NamedTuple):
    """A name in a question: where it stands, the preposition that leads to it ("" without one), whether it has an
    article."""

    begin: int
    end: int
    lead: str
    article: bool


def _runs(text: str) -> list[Run]:
    """Names: words in a row that neither ask nor do anything."""
    found: list[Run] = []
    lead, article, last = "", False, -1
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        if word in _ARTICLES:
            article, last = True, -1
        elif word in _LEADS:
            lead, article, last = word, False, -1
        elif word in STOP_WORDS or word in _DONE:
            lead, article, last = "", False, -1
        elif last >= 0 and not text[last : match.start()].strip():
            found[-1] = found[-1]._replace(end=match.end())
            last = match.end()
        else:
            found.append(Run(match.start(), match.end(), lead, article))
            lead, article, last = "", False, match.end()
    return found


def _cut(text: str, run: Run, rest: str) -> tuple[int, int]:
    """The name without what is asked of the thing, or happens to it, behind it: "starwheel pocket" of "starwheel pocket
    clearance", "stopper" of "does the stopper clog". What `rest` says itself does not stay."""
    kept = list(_WORD.finditer(text, run.begin, run.end))
    after = _WORD.search(text, run.end)
    if len(kept) > 1 and _AUXILIARY.search(text[: run.begin]) and (after is None or after[0].casefold() in _LEADS):
        kept.pop()  # a verb
    own = [word for word in _WORD.findall(rest)[-1:] if _is_aspect(word)]
    while len(kept) > 1 and not own and (_is_aspect(kept[-1][0]) or (_has_sign(kept[-1][0]) and not _has_sign(rest))):
        kept.pop()
    return kept[0].start(), kept[-1].end()


def _is_aspect(word: str) -> bool:
    return word.casefold() in _ASPECT or bool(wants_of(word)) or nameless(word)


def _last(text: str) -> str:
    words = [w.casefold() for w in _WORD.findall(text)]
    return stem(words[-1]) if words else ""


def _thing_zh(rest: str, before: str) -> tuple[int, int] | None:
    """Where the thing that a Chinese question is about stands."""
    lead = _ZH_LEAD.match(before)
    begin = lead.end() if lead else 0
    split = _ZH_SPLIT.search(before, begin + 1)
    end = split.start() if split else len(before.rstrip(" ?？。！"))
    name = before[begin:end]
    for length in range(min(len(rest), len(name)), 1, -1):  # the same kind of thing: 轴承, 风机
        if (at := name.rfind(rest[-length:])) >= 0:
            return begin, begin + at + length
    of = split is not None and split[0] == "的"
    if not of and (machine := _ZH_MACHINE.match(name)) and (_ZH_IS_MACHINE.match(rest) or named_codes(rest)):
        return begin, begin + machine.end()
    bare = subject(name, wants_of(before)).strip()  # 止逆环 of 止逆环库存
    short = name if of else _ZH_ASPECT.sub("", bare if bare and name.startswith(bare) else name)
    if not 0 < len(short) <= MOST_ZH or (len(short) == len(name) and split is None) or _has_sign(short):
        return None
    return begin, begin + len(short)
