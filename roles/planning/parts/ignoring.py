"""Which sensors a request leaves out: "ignore Vibration NDE", "S3 is broken, leave it out", 不看露点, 3号测点别管.

It holds for everything that the request asks for, so it is taken off the text before that is read. What a request would
leave out and that is no sensor of the file, or may be several, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from roles.planning.columns import numbered
from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.sensors import Mentions, find
from roles.planning.parts.leaving import trimmed
from roles.planning.words import normal, words
from roles.types import Sensor

PLAINLY = re.compile(
    r"\b(?:ignor(?:e|es|ed|ing)|exclud(?:e|es|ed|ing)|disregard(?:ing)?|leav(?:e|ing) out|omit(?:ting)?|skip(?:ping)?"
    r"|forget(?: about)?|(?:do not|don't|dont) (?:use|consider|look at|count|include|trust))\b"
    r"|不要?看|别看|忽略|无视|排除|屏蔽|不考虑|别考虑|剔除|(?:不用|不要|不必|不|别|甭)(?:去)?(?:管|理会?)|撇开|不算"
)
PERHAPS = re.compile(
    r"\b(?:without|except(?: for)?|apart from|other than|but not|not including|drop|remove|delete)\b"
    r"|不含|不包[括含]|不要用?|别用|不用|去掉|删除|删掉|删去|移除|除去|跳过|除了?"
)
OUT = re.compile(r"\b(?:leav(?:e|ing)|tak(?:e|ing)|keep(?:ing)?) (?=.{1,80}?\bout\b)")  # "leave X out"
BEFORE = re.compile(
    r"[\s:]*(?:the |all |both |sensors? |columns? |signals? |channels? |readings? |of |传感器|测点|信号|列|所有|的|掉)*"
)
BETWEEN = re.compile(r"\s*(?:,? ?and|,|、|&|和|与|及|以及|跟|或|or)?\s*(?:the )?")
AFTER = re.compile(
    r"(?:\s*(?:sensors?|signals?|columns?|readings?|out|from (?:it|the analysis)"
    r"|之外|以外|外|这个测点|传感器|测点|[这那]?[一两二三四几]?列(?:数据)?)){0,2}"
)
ENDS = re.compile(
    r"\s*(?:$|[,;.?!，。；？！]|and\b|but\b|then\b|again\b|please\b|now\b|重新|再|并|呢|吧|了|之?后|然后|其余|剩下)"
)
NOT = re.compile(  # a wish that it stays, or a question whether
    r"(?:\b(?:do not|don't|dont|never|not|no need to|why (?:did|do) you|(?:should|can|could|may|must) (?:i|we))"
    r" (?:just )?"
    r"|不要|不能|别|不可以?|不应该?|不该|不必|不用|勿|要不要|该不该|为什么|为何)$"
)
DO_NOT_ZH = r"(?:不用|不要|不必|别|不|甭)(?:再|去)?(?:看|管|算|用|考虑|理会?|计入|统计)"
OUT_ZH = r"(?:忽略|无视|排除|屏蔽|撇开|剔除|去掉|除外)掉?"
AT_END = r"(?=$|[,，。;；!！\s]|了|吧)"
BEHIND = re.compile(  # after a sensor's name: "S3 should be ignored", "S3不用看"
    r"(?:\s*(?:sensors?|signals?|columns?|这个测点|传感器|测点|的数据))?\s*(?:"
    r"(?:should be |must be |can be |may be |is to be |are to be |to be )"
    r"(?:ignored|excluded|disregarded|left out|omitted|skipped|removed|dropped|taken out|kept out)\b"
    rf"|(?:都|先|请|就|可以|也|全部)*(?:{DO_NOT_ZH}|{OUT_ZH})(?:它们?)?(?:进去|在内)?{AT_END})"
)
THAT = r"(?:it|them|this|that|these|those|both)(?: (?:sensors?|ones?|signals?|columns?))?"
PRONOUN = re.compile(  # of the sensor that was named before: "S3 is broken, leave it out"
    rf"\b(?:(?:leave|take|keep|throw) {THAT} out|(?:without|leave out) {THAT}"
    rf"|(?:ignore|exclude|disregard|omit|skip|drop|remove|forget(?: about)?) {THAT}"
    rf"|(?:do not|don't|dont) (?:use|consider|look at|count|include|trust) {THAT})(?![a-z])"
    rf"|(?:{DO_NOT_ZH}|{OUT_ZH})(?:它们?|(?:这|那)(?:个|两个|些)(?:测点|传感器)?)"
)
BROKEN = re.compile(r"坏|不准|故障|失灵|有问题|失效|断线|没用|不对|乱跳|漂")
AND_SO = re.compile(rf"{DO_NOT_ZH}{AT_END}")
NEARBY = 60  # characters between a sensor and what is said of "it"
THING = re.compile(r"[^,;.?!，。；？！]{1,40}")


@dataclass
class LeftOut:
    """`names` are the columns left out, in the file's order; `unclear` words that name none (no columns) or may name
    several; `text` is the normalised text without saying so."""

    names: list[str] = field(default_factory=list)
    unclear: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""


def left_out(text: str, sensors: Sequence[Sensor]) -> LeftOut:
    """What a request leaves out. Never all sensors: then `unclear` has all of them under ""."""
    lexicon = Lexicon(list(sensors))
    mentions = find(text, lexicon)
    groups = _groups(mentions)
    gone: set[str] = set()
    names: frozenset[str]
    taken: list[tuple[int, int]] = []
    unclear: dict[str, list[str]] = {}
    for match in _verbs(text):
        end, names = _named(text, match.end(), groups)
        if names and (match.re is not PERHAPS or ENDS.match(text, end)):
            gone |= names
            taken.append((match.start(), end))
        elif not names and (other := _unclear(text, match, lexicon)):
            unclear |= other[1]
            taken.append((match.start(), other[0]))
    for start, end, names in [*_behind(text, groups), *_pointed(text, groups)]:
        gone |= names
        taken.append((start, end))
    if gone and len(gone) >= len(sensors):
        return LeftOut([], {"": [sensor.name for sensor in sensors]}, text)
    return LeftOut([s.name for s in sensors if s.name in gone], unclear, _without(text, taken))


def _without(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """The text without some of its stretches, which may overlap."""
    if not taken:
        return text
    kept, at = [], 0
    for start, end in sorted(taken):
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    return trimmed(" ".join([*kept, text[at:]]))


Group = tuple[int, int, frozenset[str]]


def _groups(mentions: Mentions) -> list[Group]:
    """Where columns are named, with the end of the name."""
    ends = dict(mentions.spans)
    return sorted((at, ends[at], names) for at, names in mentions.groups if at in ends)


def _verbs(text: str) -> list[re.Match[str]]:
    """Every word that may leave something out, in order, but for those that say or ask the contrary."""
    found = sorted([m for p in (PLAINLY, PERHAPS, OUT) for m in p.finditer(text)], key=lambda m: m.start())
    return [match for match in found if not NOT.search(text[: match.start()])]


def _named(text: str, at: int, groups: Sequence[Group]) -> tuple[int, frozenset[str]]:
    """Where a list of sensors that begins at `at` ends, and which they are."""
    names: set[str] = set()
    gap = BEFORE
    for start, end, those in groups:
        filler = gap.match(text, at)
        if start >= at and filler is not None and filler.end() >= start:
            names |= those
            at, gap = end, BETWEEN
    after = AFTER.match(text, at)
    return (after.end() if names and after is not None else at), frozenset(names)


def _behind(text: str, groups: Sequence[Group]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Sensors behind whose names it stands that they do not count: "S3 and S4 should be ignored"."""
    start, names = 0, frozenset[str]()
    for i, (begin, end, those) in enumerate(groups):
        gap = BETWEEN.fullmatch(text[groups[i - 1][1] : begin]) if i else None
        start, names = (start, names | those) if gap is not None else (begin, those)
        if match := BEHIND.match(text, end):
            yield start, match.end(), names


def _pointed(text: str, groups: Sequence[Group]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The sensor named last before "leave it out", in the same breath or the sentence before."""
    for match in [*PRONOUN.finditer(text), *AND_SO.finditer(text)]:
        before = [group for group in groups if group[1] <= match.start()]
        if not before or NOT.search(text[: match.start()]):
            continue
        between = text[before[-1][1] : match.start()]
        sure = match.re is PRONOUN or BROKEN.search(between) is not None
        if sure and len(between) <= NEARBY and not re.search(r"[?？\n]", between):
            start, names = before[-1][0], before[-1][2]
            for begin, end, those in reversed(before[:-1]):
                if BETWEEN.fullmatch(text[end:start]) is None:
                    break
                start, names = begin, names | those
            yield start, match.end(), names


def _unclear(text: str, match: re.Match[str], lexicon: Lexicon) -> tuple[int, dict[str, list[str]]] | None:
    """What a verb would leave out and that is no one sensor: where it ends, its words, what they may mean."""
    filler = BEFORE.match(text, match.end())
    thing = THING.match(text, filler.end() if filler is not None else match.end())
    if thing is None:
        return None
    of_number = next(numbered.said(text[match.end() : thing.end()], lexicon.sensors), None)
    if of_number is not None and BEFORE.fullmatch(text[match.end() : match.end() + of_number[0][0]]):
        (start, end), names = of_number
        return match.end() + end, {text[match.end() + start : match.end() + end].strip(): names}
    for word in find(thing[0], lexicon).unknown:
        said = normal(word)
        if match.re is not OUT and thing[0].startswith(said) and ENDS.match(thing[0], len(said)):
            return thing.start() + len(said), {word: []}
    return _quantity(match, thing)


def _quantity(match: re.Match[str], thing: re.Match[str]) -> tuple[int, dict[str, list[str]]] | None:
    """A quantity that no column measures: "exclude the argon flow"."""
    quantities = {word for entry in words()["quantities"].values() for word in entry["words"]}
    last = re.match(r"(?:[a-z0-9]+ ){0,3}(?P<word>[a-z]+)$|[一-鿿]{0,6}?(?P<zh>[一-鿿]{2})$", thing[0].strip())
    word = (last["word"] or last["zh"]) if last is not None else None
    wished = match.re is PLAINLY or (match.re is PERHAPS and not match.start())
    if not wished or word is None or word not in quantities:
        return None
    return thing.end(), {thing[0].strip(): []}
