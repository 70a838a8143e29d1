"""Which messages ask for earlier times: "did we have this before?", "what was it last time on strand 2?", 以前出过吗.

Only whole lines of these forms count: "what was the flow last time it tripped" asks of the data, 上次检修是什么时候 of
a log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workers.followups.meant import POLITE, THANKS

Kind = Literal["same", "last"]  # was it there before at all; what was it the last time
LONGEST = 120  # characters; a longer message asks for more than that
THIS = r"(?:(?:exactly |just )?(?:this|it|that|these|those|such(?: a thing)?|anything like (?:this|it|that)|the same)"
PROBLEM = (
    r"(?:(?:kind|sort|type) of )?(?:problem|fault|issue|trouble|failure|error|alarm|thing|one|situation|behaviou?r)s?"
)
PRONOUN = rf"{THIS}(?: {PROBLEM})?|the (?:same )?{PROBLEM})"
NO_WORD = (
    "this|it|that|these|those|before|earlier|last|ever|already|you|we|they|since|between|when|if|and|or"
    "|many|more|much|how"
)
WORD = rf"(?!(?:{NO_WORD})\b)[\w/#.-]+"
THING = rf"{WORD}(?: {WORD}){{0,5}}"
SUBJECT = rf"(?:(?P<this{{n}}>{PRONOUN})|(?P<thing{{n}}>{THING}))"
PLACE = rf"(?: (?:on|with|at|in|for|of) (?:the )?(?P<place{{n}}>{THING}))?"
WE = r"(?:we|you|they|anybody|anyone|somebody|someone|the crew|i)"
EARLIER = r"(?:before|earlier|already|previously|in the past|at some (?:time|point) before)"
LAST = r"(?:the )?(?:last|previous) time"

SAME_EN = (
    rf"(?:did|have|had|has) {WE} (?:ever |already )?(?:have|had|see|seen|get|got|know|known|meet|met) {SUBJECT}{PLACE}"
    rf" {EARLIER}",
    rf"(?:has|have|had|did) {SUBJECT} (?:ever |already )?(?:happen(?:ed)?|occur(?:red)?|fail(?:ed)?|been seen"
    rf"|appear(?:ed)?|come up|broken|break|show(?:n|ed)? up)(?: here| with us)?{PLACE} {EARLIER}",
    rf"(?:have (?:you|we) )?(?:ever )?(?:seen|had) {SUBJECT}{PLACE} {EARLIER}",
    rf"is (?:{PRONOUN}) (?:something )?(?:new|a (?:new|known|recurring|repeated|repeat) {PROBLEM}|known|recurring"
    r"|the first time)(?: here)?",
    rf"(?:is there |do (?:we|you) have )?(?:any|a) (?:history|earlier cases?|past cases?|previous cases?|precedents?)"
    rf" (?:of|on|with|for|like) {SUBJECT}",
    rf"was (?:it|this|that) the same {LAST}",
)
LAST_EN = (
    rf"what(?:'s| was| is|s)? (?:it|this|that|wrong|broken|the (?:problem|fault|issue|cause|reason|trouble|failure"
    rf"|diagnosis|root cause)){PLACE} {LAST}{PLACE}",
    rf"{LAST},? what (?:was|is) (?:it|that|wrong|the (?:problem|fault|issue|cause|reason|diagnosis)){PLACE}",
    rf"what (?:did|have) {WE} (?:do|done|change|changed|repair|repaired|replace|replaced)(?: (?:about|with|against)"
    rf" {SUBJECT})? {LAST}{PLACE}",
    rf"how (?:did|was|have) {WE} (?:fix|fixed|solve|solved|repair|repaired|handle|handled|mend|deal with|cure"
    rf"|get rid of) {SUBJECT} {LAST}{PLACE}",
    rf"how was {SUBJECT} (?:fixed|solved|repaired|handled|mended) {LAST}{PLACE}",
    rf"what (?:fixed|solved|cured|helped(?: (?:against|with))?)(?: {SUBJECT})? {LAST}{PLACE}",
    rf"what was done(?: (?:about|with|against) {SUBJECT})? {LAST}{PLACE}",
    rf"what happened {LAST}{PLACE}",
    rf"when (?:did {WE} (?:last have|last see|have|see)|have {WE} last (?:had|seen)) (?:{PRONOUN})(?: last| {LAST})?"
    rf"{PLACE}",
    rf"when did (?:{PRONOUN}) (?:last )?(?:happen|occur)(?: last| {LAST})?{PLACE}",
    rf"when was {LAST} (?:(?:that )?{WE} (?:had|saw) (?:{PRONOUN})|(?:that )?(?:{PRONOUN}) (?:happened|occurred))"
    rf"{PLACE}",
)

ZH_THIS = r"(?:这样的?|这种|这个|这类|类似的?|同样的?|这|它|该|相同的?)(?:的)?"
ZH_PROBLEM = r"(?:问题|故障|情况|现象|毛病|报警|异常|事情|事)"
ZH_WHAT = rf"(?P<zthis{{n}}>{ZH_THIS}?{ZH_PROBLEM}|{ZH_THIS}|同样)"
ZH_THING = r"(?P<zthing{n}>(?![这它该那你我哪]|上次|上回|请问|是不|有没|是否|多少|几)[^，,。？?！!；;\s]{2,14}?)"
ZH_BEFORE = r"(?:以前|之前|过去|从前|原来|先前|曾经|历史上)"
ZH_LAST = r"(?:上次|上回|上一次|上一回|前一次|最近一次)"
ZH_HAD = r"(?:出现|发生|遇到|遇见|碰到|碰见|出|有|见|坏|报)过"
ZH_END = r"(?:没有|吗|没|么|嘛)?"
SAME_ZH = (
    rf"(?:{ZH_WHAT}|{ZH_THING})?{ZH_BEFORE}(?:我们|咱们)?(?:有没有|是不是|是否|也|都)?{ZH_HAD}(?:{ZH_THIS}?{ZH_PROBLEM})?"
    rf"{ZH_END}",
    rf"(?:{ZH_WHAT}|{ZH_THING})?{ZH_BEFORE}(?:我们|咱们)?(?:有没有|是不是|是否|也|都)?{ZH_HAD}{ZH_THING}{ZH_END}",
    rf"(?:我们|咱们|{ZH_BEFORE})(?:有没有|是不是|是否)?{ZH_HAD}{ZH_THIS}{ZH_PROBLEM}{ZH_END}",
    rf"(?:{ZH_WHAT}|{ZH_THING})?(?:是不是|是)?(?:第一次|头一次|首次)(?:出现|发生|遇到|有|出)?{ZH_PROBLEM}?{ZH_END}",
    rf"(?:{ZH_WHAT}|{ZH_THING})?(?:有没有|有)(?:以前的|之前的|过去的|历史|类似)(?:案例|记录|先例|情况){ZH_END}",
)
LAST_ZH = (
    rf"{ZH_LAST}(?:是|的)?(?:什么|啥)(?:问题|原因|故障|毛病|情况)?(?:引起的|造成的|导致的)?",
    rf"{ZH_LAST}(?:的)?{ZH_THING}?(?:是|出了?|有)(?:的)?(?:什么|啥)(?:问题|原因|故障|毛病|情况)(?:引起的|造成的|导致的)?",
    rf"{ZH_THING}{ZH_LAST}(?:是|出了?)(?:的)?(?:什么|啥)(?:问题|原因|故障|毛病|情况)?(?:引起的|造成的|导致的)?",
    rf"(?:{ZH_WHAT}|{ZH_THING})?{ZH_LAST}(?:是|都)?(?:怎么|如何|咋)(?:处理|解决|修|修好|修复|办|弄|搞定|搞)(?:好)?的?",
    rf"{ZH_LAST}(?:{ZH_WHAT}|{ZH_THING})(?:是)?(?:怎么|如何|咋)(?:处理|解决|修|修好|修复|办|弄|搞定|搞)(?:好)?的?",
    rf"(?:{ZH_WHAT}|{ZH_THING})?{ZH_LAST}(?:{ZH_WHAT})?(?:是)?(?:怎么回事|什么情况|怎么了|咋回事)",
    rf"{ZH_WHAT}?{ZH_LAST}{ZH_WHAT}?(?:出现|发生|遇到)?(?:是|在)?(?:什么时候|何时|哪天|几号)(?:出现|发生|遇到)?(?:的)?",
    rf"(?:{ZH_WHAT}|{ZH_THING})?{ZH_LAST}(?:的)?(?:处理|维修|修理)(?:结果|方法|办法|措施)(?:是|怎么样|如何|呢|是什么)*",
)
LOGGED = re.compile(  # what a log counts and knows
    r"多少|几[次个]|检修|更换|换|保养|标定|维护|校准|加油|润滑|开浇|停浇|开机|停机"
)


def _form(words: str, number: int) -> re.Pattern[str]:
    """A form as a pattern over a whole line. A group has a name of its own each time that it stands in it."""
    count = iter(range(number * 100, number * 100 + 99))
    numbered = re.sub(r"\{n\}|\{\{n\}\}", lambda _found: str(next(count)), words)
    return re.compile(f"{POLITE}(?:(?:请问|想问一下|问一下|我想知道)[，,]?)?(?:{numbered}){THANKS}", re.IGNORECASE)


SAME: list[tuple[Kind, str]] = [("same", words) for words in (*SAME_EN, *SAME_ZH)]
LAST_TIME: list[tuple[Kind, str]] = [("last", words) for words in (*LAST_EN, *LAST_ZH)]
FORMS = [(kind, _form(words, number)) for number, (kind, words) in enumerate([*SAME, *LAST_TIME])]
NO_THING = re.compile(
    rf"^(?:{PRONOUN}|any|a|an|the|any (?:problem|fault|issue)s?|{PROBLEM}|here|us|{ZH_PROBLEM}|我们|咱们|这里|现场)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Recall:
    """What is asked: `kind`, and the thing or place that it names, "" for what was spoken of before."""

    kind: Kind
    thing: str = ""


def recalled(text: str) -> Recall | None:
    """What a message asks of earlier times, None when it asks something else."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST:
        return None
    for kind, form in FORMS:
        found = form.match(line)
        if found is None:
            continue
        named = {name: said for name, said in found.groupdict().items() if said}
        things = [v.strip(" 的?？") for k, v in named.items() if k.startswith(("thing", "place", "zthing"))]
        things = [re.sub(r"^(?:the|a|an|any)\s+", "", t, flags=re.IGNORECASE) for t in things]
        things = [t for t in things if t and not NO_THING.match(t)]
        if any(LOGGED.search(t) for t in things):
            continue
        return Recall(kind, " ".join(dict.fromkeys(things)))
    return None
