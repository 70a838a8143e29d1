"""What a request says of the table itself: which columns it keeps, of which hours, in which steps, and in which of two
steps one after the other. Taken off the text before that is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.sensors import find
from roles.planning.limits import numbers
from roles.planning.limits.conditions import EXPORT, EXPORTS, is_empty
from roles.planning.parts.ignoring import BETWEEN
from roles.planning.parts.leaving import trimmed
from roles.planning.types import Request
from roles.planning.when import times
from roles.planning.words import blank, pattern

ONLY = re.compile(  # before a list of columns
    rf"(?:(?:only|just)\s+{EXPORT}|{EXPORT}\s+(?:only|just)|keep(?:ing)? (?:only|just)|only keep(?:ing)?"
    rf"|(?:只|仅)(?:要)?(?:{EXPORT}|保留|留下?))\s*(?:the |columns? |sensors? )*"
)
COLUMNS = re.compile(r"\s*(?:columns?|sensors?|signals?|这?[一二两三四几0-9]*(?:列|个测点|个传感器)(?:数据)?|的数据)?")
REST = re.compile(
    r"[,;，；。\s]*(?:(?:and|but|then)\s+)?(?:please )?(?:drop|remove|delete|ignore|leave out|discard|without|omit|not)"
    r" (?:all )?(?:of )?(?:the |any )?(?:rest|others?(?: columns| sensors| ones)?|remaining(?: columns| sensors)?"
    r"|everything else)(?: columns| sensors)?"
    r"|[,;，；。\s]*(?:把|将)?(?:其余|其[他它]|别的|剩下)的?(?:列|测点|传感器|数据)?(?:都|全|全部|就)?"
    r"(?:不要了?|删[除掉去]|去掉|不用|丢掉|不导出|舍弃)"
)
STEP = r"(?P<step>\d+(?:\.\d+)?[ -]?(?:s|secs?|seconds?|mins?|minutes?|hours?|hrs?|h))(?![a-z])"
STEPPED = re.compile(
    rf"\b(?:at|in|every|with|on|to)\s+(?:an? )?{STEP}(?:[ -](?:steps?|intervals?|grid|resolution|spacing|rows?|data))?"
)
STEPPED_ZH = re.compile(
    r"(?:按|每|以|隔)?\s*(?P<step>\d+(?:\.\d+)?\s*(?:秒钟?|分钟?|个?小时))(?:的)?(?:一[个行点次条]|间隔|步长|级|分辨率)的?"
)
HOURS = ("range", "since", "until", "last", "first", "part", "night", "around")  # kinds of times that a table can have
ONLY_HOURS = re.compile(
    r"(?:\b(?:only|just)\s+(?:for |in |use |the (?:data|rows|time|period) )?"
    r"|(?:只|仅)(?:看|要|取|用|限|保留|统计|导出|在)?\s*)$"
)
THEN = re.compile(r"(?:,\s*)?\b(?:and )?then\b\s*|[,，;；]?\s*(?:然后|接着|之后|随后|再(?!次))")
BY = re.compile(r"\bby (?:the )?(?=\d|hours?\b|minutes?\b|min\b|days?\b)")
OTHER_WISH = re.compile(r"\b(?:plot|draw|chart|show|label|mark|flag|forecast)\b|画|绘|标|曲线|预测")


def kept_columns(text: str, request: Request, lexicon: Lexicon) -> tuple[list[str], str]:
    """The only columns that a table shall keep, in the file's order, and the text without saying so; none for all.

    >>> kept_columns("plot S8", Request(text="", lang="en"), Lexicon([]))
    ([], 'plot S8')
    """
    match = ONLY.search(text)
    if match is None:
        return [], text
    mentions = find(text, lexicon, [m.span() for m in numbers.DURATION.finditer(text)])
    ends, at, names, gap = dict(mentions.spans), match.end(), set[str](), re.compile(r"\s*")
    for start, those in sorted(mentions.groups, key=lambda group: group[0]):
        filler = gap.match(text, at)
        if start >= at and start in ends and filler is not None and filler.end() >= start:
            names |= those
            at, gap = ends[start], BETWEEN
    after = COLUMNS.match(text, at)
    if not names or re.match(r"\s*ξ|\s*[<>=≥≤]|\s*(?:is )?(?:above|below|over|under)\b|[大小高低]于", text[at:]):
        return [], text
    rest = f"{text[: match.start()]} export {text[after.end() if after is not None else at :]}"
    return [s.name for s in request.sensors if s.name in names], trimmed(REST.sub(" ", rest))


def wants_only(text: str) -> bool:
    """Is a table all that `text` wants?"""
    return EXPORTS.search(text) is not None and is_empty(text)


def stepped(text: str) -> str:
    """`text` with the step in which a table is to be written as a resampling: "export at 15 min", 导出10分钟间隔."""
    if not EXPORTS.search(text) or pattern("intents", "resample").search(text):
        return text
    for form, said in ((STEPPED, "resample to {}"), (STEPPED_ZH, "重采样到{}")):
        if (match := form.search(text)) is not None:
            rest = trimmed(f"{text[: match.start()]} {text[match.end() :]}")
            wish = said.format(match["step"])
            return wish if is_empty(rest) else f"{wish}, {rest}"
    return text


def hours(text: str, request: Request) -> tuple[times.Period | None, str]:
    """The only hours that a table shall have ("resample to 5 min, only between 14:00 and 17:00"), and the text without
    saying so."""
    if not (pattern("intents", "resample").search(text) or EXPORTS.search(text)):
        return None, text
    for form, kind in times.RANGES:
        for match in form.finditer(text) if kind in HOURS else ():
            before = ONLY_HOURS.search(text[: match.start()])
            if before is None and not _of_table(text, match):
                continue
            apart = times.lone_day(text, match.span(), request.end) if request.end is not None else None
            period = times.find(match[0], request.start, request.end, apart[0] if apart is not None else None)
            if period and not period.outside and not period.around:
                taken = [(before.start() if before is not None else match.start(), match.end())]
                taken += [apart[1]] if apart is not None else []
                return period, trimmed(blank(text, taken, " "))
    return None, text


def _of_table(text: str, match: re.Match[str]) -> bool:
    """Do hours stand in a request for nothing but a table, so that they can be meant of nothing else?"""
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    others = ("plot", "statistics", "detect", "causes", "forecast", "diagnose", "label", "ask")
    return not any(pattern("intents", kind).search(rest) for kind in others)


@dataclass(frozen=True)
class Step:
    """A second resampling: to steps of `step_s` seconds by `how`."""

    step_s: float
    how: str


def then(text: str) -> tuple[Step | None, str]:
    """A second step of resampling behind the first ("resample to 10 min then average by hour"), and the text without
    it; what is to be drawn or labelled then stays."""
    for joint in THEN.finditer(text):
        first, second = text[: joint.start()], text[joint.end() :]
        wished, *rest = re.split(r"[,，;；。]|\band\b", second, maxsplit=1)
        one, other = numbers.step(first), numbers.step(BY.sub("per ", wished))
        resamples = pattern("intents", "resample").search(first)
        if one and other and one != other and resamples and numbers.how(wished) and not OTHER_WISH.search(wished):
            behind = f", {rest[0]}" if rest and rest[0].strip() else ""
            return Step(other, numbers.how(wished)[0]), f"{first}{behind}"
    return None, text
