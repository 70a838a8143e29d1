"""A figure asked for, then another one of it: "mean of motor current", "and the max?", "and between 02:00 and 04:00?",
"plot it". Each is completed from the question before, of which the sensor and the hours stay. Light: the chat side
reads it, too.
"""

from __future__ import annotations

import re

_NAMES = (
    "mean|average|avg|max(?:imum)?|min(?:imum)?|median|std|standard deviation|highest|lowest|peak|sum|total|variance"
)
_NAMES_ZH = "平均值|均值|最大值|最小值|最高值|最低值|中位数|标准差|总和|峰值|平均|最大|最小|最高|最低"
_GO_ON = r"^\W*(?:(?:ok|okay|so|and|but|now|then|also|what about|how about|please|pls|only|just)\b[\s,]*)*"
_GO_ON_ZH = r"^\W*(?:那么?|还有|再|另外|只|请|麻烦)*[，,\s]*(?:看看?|算算?|看一下)?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?|\d{1,2} ?(?:am|pm|h|o'clock)"
_HOURS = (
    rf"(?:between|from) (?:{_CLOCK}) (?:and|to|until|till) (?:{_CLOCK})"
    rf"|(?:since|after|before|until|till|from) (?:{_CLOCK})"
    r"|(?:in|during|for|over) the (?:first|last) \d+ ?(?:h|hours?|min|minutes?)"
)
_CLOCK_ZH = r"\d{1,2}(?:[:：]\d{2}|点半?(?:\d{1,2}分?)?)"
_HOURS_ZH = (
    rf"{_CLOCK_ZH}(?:到|至|-|—|~){_CLOCK_ZH}(?:之间|期间)?|{_CLOCK_ZH}(?:以后|之后|以前|之前)"
    r"|(?:最近|最后|前|后)\d+(?:个?小时|分钟)"
)
FIGURE = re.compile(rf"{_GO_ON}(?:the |its )?(?P<figure>{_NAMES})(?: (?:value|reading))?(?: (?:too|then))?\W*$", re.I)
FIGURE_ZH = re.compile(rf"{_GO_ON_ZH}(?P<figure>{_NAMES_ZH})(?:是|为|有)?(?:多少|几)?呢?\W*$")
HOURS = re.compile(rf"{_GO_ON}(?P<hours>{_HOURS})(?: (?:too|then|only))?\W*$", re.IGNORECASE)
HOURS_ZH = re.compile(rf"{_GO_ON_ZH}(?:在)?(?P<hours>{_HOURS_ZH})(?:的)?呢?\W*$")
PLOT = re.compile(
    rf"{_GO_ON}(?:can you |could you )?(?:plot|draw|chart|graph|show)(?: me)? (?:it|this|that|them|these)"
    r"(?: (?:again|please|pls|now|too|for me|for us))*\W*$",
    re.IGNORECASE,
)
PLOT_ZH = re.compile(
    rf"{_GO_ON_ZH}(?:帮我|给我)?(?:把它)?(?:画|绘)(?:它|这个)?(?:出来|一下|个图|张图|成?图)?(?:看看)?(?:吧|给我)?\W*$"
)
NAMED, NAMED_ZH = re.compile(rf"\b(?:{_NAMES})\b", re.IGNORECASE), re.compile(_NAMES_ZH)
WITHIN, WITHIN_ZH = re.compile(rf",? ?\b(?:{_HOURS})", re.IGNORECASE), re.compile(rf"(?:在)?(?:{_HOURS_ZH})(?:的)?")
OF = re.compile(rf"^.*?\b(?:{_NAMES})\b(?: (?:value|reading))?(?: (?:of|for|in))? ?(?:the )?", re.IGNORECASE)
OF_ZH = re.compile(rf"的?(?:{_NAMES_ZH})(?:是|为|有)?(?:多少|几)?[呢吗]?\W*$")
END = " 　?？。.!！呢"


def of_figure(text: str, before: str) -> str:
    """The whole question where `text` asks for another figure, other hours or a plot of what a figure was asked of in
    `before`; "" where it asks for something else, or no single figure was asked for."""
    text, before = text.strip(), before.strip().rstrip(END)
    named, chinese = list(NAMED.finditer(before)), list(NAMED_ZH.finditer(before))
    if len(named) == 1:
        return _english(text, before, named[0])
    return _chinese(text, before, chinese[0]) if len(chinese) == 1 else ""


def _english(text: str, before: str, named: re.Match[str]) -> str:
    if found := FIGURE.match(text):
        return f"{before[: named.start()]}{found['figure']}{before[named.end() :]}"
    if found := HOURS.match(text):
        return f"{WITHIN.sub('', before)} {found['hours']}"
    if PLOT.match(text):
        thing = OF.sub("", before)
        return f"plot {thing}" if WITHIN.sub("", thing).strip() else ""
    return ""


def _chinese(text: str, before: str, named: re.Match[str]) -> str:
    if found := FIGURE_ZH.match(text):
        return f"{before[: named.start()]}{found['figure']}{before[named.end() :]}"
    if found := HOURS_ZH.match(text):
        return f"{found['hours']}{WITHIN_ZH.sub('', before)}"
    if PLOT_ZH.match(text):
        thing = OF_ZH.sub("", before)
        return f"画{thing}" if WITHIN_ZH.sub("", thing).strip() else ""
    return ""
