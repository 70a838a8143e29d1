"""Bands in a request, "between 205 and 215 A", 在2.5到3之间: of rows to label or to pick out, never a time of day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from roles.numerals import value_of
from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.sensors import find
from roles.planning.limits.numbers import BAND, NUMBER, UNITS, Limit
from roles.planning.wants.asked import YES_NO
from roles.planning.when import times
from roles.planning.words import pattern

INSIDE_EN = (
    r"(?<![a-z])(?:(?:is |are |was |were |stays? |lies |lying |being )?"
    r"(?:between|within|inside|in the (?:range|band|interval)(?: of| from| between)?)|in|from)"
)
INSIDE_ZH = r"(?:在|介于|处于|位于|从|大于|高于|超过)"
ENDS_ZH = r"\s*(?:这个|的)?(?:之间|之内|以内|范围之?内?|区间之?内?|范围|区间)"
LOOSE = re.compile(r"(?:in|from)\b")  # "from 205 to 215": a band only with its unit
NOT_INSIDE = re.compile(r"(?:\b(?:not|never)|n't)\s*$|[不没未]$")
BARE = re.compile(  # two bare numbers: hours, unless a sensor stands right before them
    r"(?P<head>(?:not )?(?:between|within|in the range(?: of| from)?|不?在|介于)\s*)(?P<low>\d{1,2})"
    r"(?P<joint>\s*(?:to|and|-|–|~|到|至|和)\s*)(?P<high>\d{1,2})"
    r"(?P<tail>\s*(?:之间|之内|以内|之外|以外|范围内?|区间内?)|(?=\s+(?:as|to be)\b)|(?=\s*[?？]?\s*$))",
    re.ASCII,
)

SAID_OF = re.compile(  # two bare numbers right behind a sensor: hours only where nothing makes them its readings
    r"(?:'s)?\s*(?:的?(?:值|读数|数值))?(?:一直|始终|都)?"
    r"(?P<is>(?:\b(?:is|are|was|were|be|being|stays?|stayed|lies|lay|reads?)\s+|介于|处于|为|是)?)\s*"
    r"(?P<head>(?:(?:between|within|from|in(?: the (?:range|band))?(?: of| from)?)\s+|在)?)"
    r"(?P<low>\d{1,6}(?:\.\d+)?)\s*(?:to|and|-|–|~|到|至|和|与)\s*(?P<high>\d{1,6}(?:\.\d+)?)"
    r"(?![\d.:]|\s*[点号月日])(?!\s*(?:[ap]\.?m\b|o'?clock|h\b))(?P<tail>\s*(?:这个|的)?(?:之间|之内|以内|范围内?|区间内?)?)(?P<rest>之外|以外|外)?",
    re.ASCII,
)
BEFORE = re.compile(  # a sensor of which such numbers are readings
    r"(?:(?P<sure>\b(?:when(?:ever)?|while|whilst|where|if|as long as|provided(?: that)?|given(?: that)?|rows? with"
    r"|how (?:long|often)(?: \w+)?)|当|如果|只看|只统计|多久)|(?P<beside>\b(?:with|for|at|under)))"
    r"(?: (?:the|an?|our))?\s*$"
)
WHEN_ZH = re.compile(r"的?(?:时候|时间段|时段|时刻|期间|情况|条件|状态|工况|那些|部分|数据|行)|时(?!间)")


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"(?P<begin>{INSIDE_EN})\s*{NUMBER}{BAND}(?!{ENDS_ZH})(?!\s*(?:之外|以外))", re.ASCII),
        re.compile(rf"(?P<begin>{INSIDE_ZH})?\s*{NUMBER}{BAND}{ENDS_ZH}(?!外)", re.ASCII),
    )


def bands(text: str) -> list[Limit]:
    """Every band in normalised `text` whose times are blanked: {"low", "high", "side": "inside"}, with its "unit"."""
    found: list[Limit] = []
    for form in _forms():
        for match in form.finditer(text):
            begin, measure = match["begin"] or "", match["measure2"] or match["measure"]
            loose = bool(LOOSE.match(begin)) and not measure
            taken = any(match.start() < each.span[1] and each.span[0] < match.end() for each in found)
            if loose or taken or NOT_INSIDE.search(text[: match.start()]):
                continue
            low, high = sorted((value_of(match["number"]), value_of(match["high"])))
            unit = {"unit": UNITS.get(measure, measure)} if measure else {}
            found.append(Limit({"low": low, "high": high, "side": "inside", **unit}, match.span()))
    return found


def with_bands(limits: Sequence[Limit], text: str) -> list[Limit]:
    """`limits` and the bands of `text`. A band is one limit, not the first half of it (大于2.5到3之间); what must lie
    outside of one stays as it is."""
    said = [each for each in limits if "low" in each.values]
    inside = [each for each in bands(text) if not beside(each, said)]
    return sorted([*(each for each in limits if not beside(each, inside)), *inside], key=lambda each: each.span)


def of_label(limits: Sequence[Limit], text: str) -> Sequence[Limit]:
    """The limits of a clause: with its bands where rows are to be labelled or counted by them, or where it asks whether
    one is kept to ("does it stay between 97 and 103?")."""
    wanted = pattern("intents", "label").search(text) or COUNTED.search(text)
    if not wanted and _asks_whether_kept(text):
        kept = with_bands(limits, text)
        return [replace(each, values=each.values | {"or_equal": True}) if "low" in each.values and each not in limits
                else each for each in kept]  # fmt: skip
    return with_bands(limits, text) if wanted and not OTHERS.search(text) else limits


NEARBY = 12  # characters between a word like "always" and its band
ALWAYS = re.compile(
    r"\b(?:always|stay(?:s|ed|ing)?|ke(?:ep|eps|pt)|remain(?:s|ed)?|(?:at all|all the|the whole) times?|throughout)\b"
    r"|一直|始终|总是|全程|保持|都在"
)


ADVICE = re.compile(r"\b(?:is it|should|must|may|can|could|ought)\b|应该|应当|必须|可以|能不能|要不要")


def _asks_whether_kept(text: str) -> bool:
    """Does `text` ask whether readings stay in a band, not whether they should?"""
    return all(p.search(text) for p in (YES_NO, ALWAYS)) and ADVICE.search(text) is None


COUNTED = re.compile(r"\bhow (?:many|long|often)\b|多少(?:行|个点|分钟|秒|个?小时|次|时间)|几次|多久|多长时间|占比")
OTHERS = re.compile(r"\b(?:forecast|predict|will|plot|draw|chart)\w*\b|预测|预报|会不会|未来|画|绘图|曲线")


def beside(one: Limit, others: Sequence[Limit]) -> bool:
    """Does a limit share letters with one of the others?"""
    return any(one.span[0] < other.span[1] and other.span[0] < one.span[1] for other in others)


def no_clocks(text: str, lexicon: Lexicon) -> str:
    """`text` with the bare numbers of a label's band, or of one that it asks about, written so that they are no hours:
    氧含量在2到3之间标为偏高."""
    text = _of_sensors(text, lexicon)
    if not (_asks_whether_kept(text) or pattern("intents", "label").search(text)) or not BARE.search(text):
        return text
    ends = {end for _, end in find(text, lexicon, times.named(text)).spans}
    for match in reversed(list(BARE.finditer(text))):
        always = ALWAYS.search(text[max(0, match.start() - NEARBY) : match.start()]) is not None
        if always or match.start() in ends or match.start() - 1 in ends:
            band = f"{match['head']}{match['low']}.0{match['joint']}{match['high']}.0{match['tail']}"
            text = text[: match.start()] + band + text[match.end() :]
    return text


def _of_sensors(text: str, lexicon: Lexicon) -> str:
    """`text` with the bare numbers that are readings of the sensor before them written so that they are no hours:
    "mean power when wind speed is between 8 and 10", 风速8到10时的平均功率; not "mean power between 8 and 10"."""
    if not re.search(r"\d", text):
        return text
    spans = sorted(find(text, lexicon, [span for span in times.named(text) if not SAID_OF.match(text, span[0])]).spans)
    for start, end in reversed(spans):
        match = SAID_OF.match(text, end)
        if match is None or match["rest"] or not _is_reading(text, start, match, [s for s in spans if s[0] != start]):
            continue
        low, high = (value if "." in value else f"{value}.0" for value in (match["low"], match["high"]))
        han = re.search("[一-鿿]", match[0]) is not None or WHEN_ZH.match(text, match.end()) is not None
        band = f"在{low}到{high}之间" if han else f" {match['is'].strip()} between {low} and {high}".replace("  ", " ")
        text = text[:end] + band + text[match.end() :]
    return text


def _is_reading(text: str, start: int, band: re.Match[str], others: Sequence[tuple[int, int]]) -> bool:
    """Is a band behind a sensor that begins at `start` one of its readings? Said with "is" or "when" it is; without,
    where the request is about one of the `others`, and this one only tells when."""
    before = BEFORE.search(text[:start])
    if band["is"] or (before is not None and before["sure"]):
        return True
    if before is not None:
        return bool(others)
    return bool(others) and WHEN_ZH.match(text, band.end()) is not None
