"""Which part of the file a request calls normal: "rows 500 to 800 are normal", "take 02:00-03:00 as normal",
"2点之前是正常的". It holds for the whole request, so it is taken off the text before that is read.

Only what is said counts: a question ("are rows 500 to 800 normal?") and a denial ("are not normal") give nothing. The
first N rows are numbers.train_rows' business.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from roles.planning.limits.numbers import is_said
from roles.planning.parts.leaving import trimmed
from roles.planning.types import NormalPart
from roles.planning.when.times import LOOSE_POINT, POINT, TO, find

COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})"
ROW = r"(?:rows?|lines?|samples?|data ?points?)"
ROWS = [  # first and last row
    rf"(?:from |between )?{ROW} (?:no\.? ?)?({COUNT}){TO}(?:{ROW} )?({COUNT})",
    rf"第?\s*({COUNT})\s*行?{TO}第?\s*({COUNT})\s*行",
]
ONWARDS = [  # from a row to the end
    rf"(?:from )?{ROW} ({COUNT}) (?:on(?:wards?)?|and (?:after|later|following)|to the end)", rf"after {ROW} ({COUNT})",
    rf"第?\s*({COUNT})\s*行\s*(?:以后|之后|往后|起|开始)",
]  # fmt: skip
LAST = [rf"(?:last|final) ({COUNT}) {ROW}", rf"(?:最后|末尾|后)的?\s*({COUNT})\s*行"]
UNIT = r"(?:s|secs?|seconds?|mins?|minutes?|hrs?|hours?|h|days?)\b"
UNIT_ZH = r"(?:秒钟?|分钟?|个?小时|个?钟头|天)"
TIME = [
    rf"(?:between|from|在|从|自)\s*{LOOSE_POINT}{TO}{LOOSE_POINT}", rf"{POINT}{TO}{LOOSE_POINT}",
    rf"(?:before|until|till|up to|after|since|from)\s+{POINT}(?: on(?:wards?)?\b)?",
    rf"(?:(?:直?到|截至)\s*)?{POINT}\s*(?:之前|以前|为止|之后|以后|前|后)", rf"first (?:\d+(?:\.\d+)? ?)?{UNIT}",
    rf"last (?:\d+(?:\.\d+)? ?)?{UNIT}", rf"(?:最初|最开始|开头|开始|头|前|最后)的?\s*\d+(?:\.\d+)?\s*{UNIT_ZH}",
]  # fmt: skip
GOOD = (
    r"(?:normal(?:ly)?|healthy|undisturbed|fault[- ]free|good|fine|ok|okay|all right|alright)(?![a-z])"
    r"(?:[ -](?:operation|running|data|state|period|part|time|run|condition|production|phase)s?)*"
)
BASE = r"(?:reference|baseline|training)(?: (?:period|data|part|rows|state|set))?"
BE = r"(?:is|are|was|were|has been|had been|ran|runs|looked|looks|counts? as|should (?:be|count as)|can be|=)"
STILL = r"(?:(?:all|both|still|quite|perfectly|completely|known to be|considered|as|the|a|an|my|our|running) )*"
IT = r"(?:everything|it|all|that|this|things|(?:the|my|our) (?:plant|line|machine|strand|process|data|file|readings))"
TAKE = r"(?:take|use|treat|consider|count|regard|assume|set|choose|keep|accept|with)"
THING = r"(?:(?:the|that|only|just|data|period|time|stretch|span|part|readings|hours?|rows) )*(?:of |in )?"
AS = r"(?:(?:as|for|to be|is|are|was|were) )"
FORMS = [  # {} is the span
    rf"(?:the )?{{}},? (?:of (?:the|this|my) (?:file|data|recording) )?(?:{IT} )?{BE} {STILL}(?:{GOOD}|{BASE})",
    rf"{TAKE} {THING}{{}} {AS}{STILL}(?:{GOOD}|{BASE})",
    rf"{IT} {BE} {STILL}{GOOD} (?:for )?(?:the )?{{}}",
    r"(?:the )?(?:normal|reference|baseline|healthy)(?: (?:period|part|time|data|rows|range|state))? "
    r"?(?:is|are|was|were|=|:)\s*(?:the |from )?{}",
    r"(?:train(?:ed)?|learn(?: what is normal)?) (?:only )?(?:on|from|with) (?:the )?{}",
    r"(?:请|就|可以)*(?:以|把|将|拿|取|用|按|当)?{}(?:这?一?段|的?(?:数据|时段|时间|期间|部分|读数|运行))*"
    r"(?:设备|现场|产线|数据|生产|运行)?(?:都|均|全|全部|一直|基本|算|属于|还|是|为|当作?|作为?|做|看作|视为|当成|看成|设[为成]|运行)*"
    r"(?:正常|没问题|基准|参考|参照|健康|训练)(?:时段|时期|数据|状态|运行|期|段|区间|的|来)*",
    r"(?:正常|基准|参考)(?:时段|时期|数据|期|段|区间|范围|状态)?(?:是|为|取|用|选|:|=)\s*{}",
]
# every form has one of these; most requests have none, and to make the forms ready takes a quarter of a second
SPOKEN = re.compile(
    r"normal|healthy|undisturbed|fault[- ]free|good|fine|ok|all right|alright|reference|baseline|train|learn|"
    r"正常|没问题|基准|参考|参照|健康|训练"
)


def said(text: str, start: datetime | None, end: datetime | None) -> tuple[NormalPart | None, str]:
    """The part that normalised `text` calls normal and the text without saying so. `start` and `end` are the file's
    first and last reading; without them only rows are read."""
    if not SPOKEN.search(text):
        return None, text
    for kind, form in _forms():
        for match in form.finditer(text):
            part = _part(kind, match, start, end) if is_said(text, match) else None
            if part is not None:
                return part, trimmed(f"{text[: match.start()]} {text[match.end() :]}")
    return None, text


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Each way to say it with each way to name a part; the span of a time is its only group."""
    spans = [("rows", ROWS), ("onwards", ONWARDS), ("last", LAST)]
    found = [(kind, form.format(span)) for kind, ways in spans for span in ways for form in FORMS]
    found += [("time", form.format(f"({'|'.join(TIME)})")) for form in FORMS]
    return [(kind, re.compile(rf"(?<![a-z0-9]){form}", re.ASCII)) for kind, form in found]


def _part(kind: str, match: re.Match[str], start: datetime | None, end: datetime | None) -> NormalPart | None:
    if kind == "time":
        period = find(match[1], start, end)
        if not period:
            return None
        return NormalPart(start=period.start, end=period.end, words=match[1].strip())
    counts = [int(group.replace(",", "")) for group in match.groups()]
    if kind == "last":
        return NormalPart(last=counts[0])
    return NormalPart(first_row=min(counts), last_row=max(counts) if kind == "rows" else None)
