"""Agreeing and disagreeing in words, for a place without buttons."""

from __future__ import annotations

import re

AGREES = re.compile(
    r"^\W*(?:i |we |yes,? i )?(?:fully |completely )?(?:agree|confirm(?:ed)?)(?: with (?:that|this|you|it))?\W*$"
    r"|^\W*(?:that(?:'?s| is| was) |you(?:'re| are| were) )?(?:right|correct|spot on)\W*$|^\W*agreed\W*$"
    r"|^\W*(?:我|你|判断|诊断|结论)?(?:同意|赞同|说得对|[是说]?对的|正确|对?[,，]?(?:完全|确实)?没错)\W*$",
    re.IGNORECASE,
)
FAULT = (  # what a part is when it is the cause: "it was plugged felt", "we found a broken trap"
    r"(?:plugged|blocked|clogged|choked|broken?|cracked|stuck|seized|jammed|leak(?:s|ing|ed|y|age)?|worn|fail(?:s|ed|ure)"
    r"|faulty|dead|burn(?:t|ed)|burst|loose|bent|dirty|fouled|full of|damaged|defective|ruptured|torn|snapped"
    r"|tripped|corroded|rusted|shorted|frozen|misaligned|unbalanced|scaled|sheared|scored|starved)\b"
)
FAULT_ZH = (
    r"(?:堵|坏|漏|卡|断|松|脏|磨损|结垢|结瘤|侵蚀|跑偏|变形|老化|失灵|烧|裂|故障|问题|不足|缺\S|设错|装反|装错"
    r"|接触不良|没开|没关)"
)
ZH_SAID = r"(?:这个?|那个?|刚才|上面|你说?|的)*(?:诊断|判断|结论|答案|分析|原因|结果)?"  # what was said, in short
DISAGREES = re.compile(
    r"^\W*(?:no\W+)?(?:i |we )?(?:disagree|do(?:n't| not) agree)\b[\s,.:;]*(?P<more>.*)$"
    r"|^\W*(?:no\W+)?(?:that(?:'?s| is| was)|this is|it(?:'?s| is| was)|you(?:'?re| are)) "
    r"(?:wrong|not (?:right|correct|true))\b[\s,.:;]*(?P<wrong>.*)$"
    r"|^\W*(?:(?:sorry|no|nope)\W+)?(?:wrong|incorrect|not (?:right|correct|true))"
    r"(?:\s*[,.:;!–—-]+\s*|\W*$)(?P<bare>.*)$"
    r"|^\W*(?:no|nope)\s*[,.:;!–—-]+\s*(?!.*\b(?:fine|ok|okay|all|enough|good|thanks?)\W*$)"
    r"(?P<instead>(?:it(?:'s| is| was)|(?:this|that|the|a|an)\b.*\b(?:was|were))\b.*)$"
    r"|^\W*(?:no|nope)\W+(?!the (?:other|same|first|last)\b)"
    rf"(?P<failed>(?:(?:the|a|an|our|it was|we (?:found|had)) )[^,.;!?]{{0,60}}?\b{FAULT}.*)$"
    r"|^\W*(?:(?:no|nope)\W+)?(?:it(?:'s| is| was) )?not (?:the|a|an) [^,.;!?]{2,40}[,.;!–—-]+\s*"
    r"(?P<other>(?:but |it(?:'s| is| was) )(?:actually )?(?:the|a|an)\b.*)$"
    rf"|^\W*(?:我|{ZH_SAID}|[\d一二三四五六七八九]+号\S(?:{ZH_SAID})?(?=.*是))?"
    r"(?:(?:不同意|不是这样|不对(?![劲称应齐准中焦比])|不正确|(?:判断|搞|弄|说|看)?错了|有误(?!差))[的吧啊呀]?)+"
    r"[\s,，。.:：;；]*(?P<zh>.*)$"
    r"|^\W*(?:不是?|没有)[的吧啊呀]?[\s,，。;；!！]+(?P<zh_no>(?:应该|其实|实际上?|就|真的?)*是"
    rf"(?![我你您他她今昨前这那想要问说让否不]|[\d一二三四五六七八九]+号[^\s,，。]{{0,2}}\W*$)(?=.*{FAULT_ZH}).+)$"
    r"|^\W*不是(?![\d我你您他她今昨前这那])[^\s,，。;；?？]{1,16}[\s,，。;；]+(?P<zh_other>\S{0,2}是.*)$",
    re.IGNORECASE | re.DOTALL,
)

NO_CAUSE = (  # "it was the night shift", "it was a good idea": no cause
    r"same|first|second|last|next|best|worst|only|long|short|bit|lot|mistake|good|bad|nice|great|day|night|shift|morning"
    r"|evening|weekend|operator|boss|manager|crew|guys?|lads?|plan|idea|question|answer|right|wrong|point|time|one|joke"
    r"|pleasure|least|whole|way|case|normal|usual|highest|lowest|peak|maximum|minimum|start|end|beginning|other day"
)
TURNED_OUT = re.compile(
    r"^\W*(?:(?:in the end|actually|turns? out|update|fyi|ok|so|no|found it)\W+)*"
    r"(?:(?:it|that|the (?:real |root |actual )?(?:cause|problem|culprit|fault|reason|issue)) (?:was|turned out to be)"
    r"|the (?:real |root |actual )?(?:cause|culprit|fault) is|turned out to be|we found(?: out)?(?: that)? it was)"
    r" (?:actually |just |only |really |in fact )?"
    rf"(?:(?:the|a|an|our) (?!(?:{NO_CAUSE})\b)\S.{{2,200}}|{FAULT}.{{0,200}})$"
    r"|^\W*(?:(?:in the end|actually|update|fyi|ok|so|no)\W+)*(?:(?:we|i|they|the \w+|maintenance) )?"
    rf"(?:have |'ve )?found (?!no\b|nothing|out (?:why|what|how|if|where))[^,.;!?]{{0,60}}?\b{FAULT}.{{0,200}}$"
    r"|^\W*(?:the )?(?:real |actual |true )?(?:root )?cause(?: was| is)?\s*[:：=]\s*"
    r"(?!(?:what|why|which|how|who|where|is|are|was|please|find|check|show|plot|unknown|n/?a)\b)\S.{2,200}$"
    r"|^\W*(?:真正的?|实际的?|最终的?)?(?:根本)?(?:原因|根因|病因)\s*[:：]\s*(?!什么|啥|为|不明|未知|不知)\S.{1,200}$"
    r"|^\W*(?:我们?|咱们?|他们|师傅|检修|维修|现场)?"
    r"(?:其实|原来|最后|后来|结果|最终|查出来|查明|发现|检查发现|确认|(?:去|拆开|打开)?(?:检?查|看)过?了)*[,，\s]*"
    r"(?:原因)?(?:就)?是"
    r"(?!不是|否|的|我|你|他|她|正常|这样|因为你)\S{1,40}?"
    rf"{FAULT_ZH}(?:塞|死|住|掉|动|毁|脱)?了?(?:\W*$|[,，。;；](?!为什么|怎么|能不能|可以).*$)",
    re.IGNORECASE,
)
NUMBERS = (
    "first 1st one 1 一",
    "second 2nd two 2 二",
    "third 3rd three 3 三",
    "fourth 4th four 4 四",
    "fifth 5th five 5 五",
)
PLACES = {word: place for place, words in enumerate(NUMBERS, start=1) for word in words.split()}
_POINT = r"(?:point|cause|item|one|line|sentence|reason|statement)"
POINT_DENIED = re.compile(  # one numbered cause of an answer: "the second point is wrong", 第二条不对
    rf"^\W*(?:no\W+)?(?:the )?(?:(?P<nth>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) {_POINT}"
    rf"|(?:point|cause|item|number|no\.?) ?(?P<n>[1-5]|one|two|three|four|five))(?: is| was|'s) "
    r"(?:certainly |surely |definitely )?(?:wrong|incorrect|not (?:right|correct|true|it|the cause))\b"
    r"[\s,.;:!–—-]*(?P<more>.*)$"
    r"|^\W*(?:你?说?的?)第(?P<zh>[一二三四五1-5])(?:条|个|点|项|种)(?:原因|结论|说法)?(?:也|就|肯定|明显|绝对|应该|是)*"
    r"(?:不对|错了|错的?|不正确|不成立|有误|不可能|不是(?:原因)?)的?了?(?:[\s,，。.;；!！]+(?P<zh_more>.*)|\W*)$",
    re.IGNORECASE | re.DOTALL,
)
QUESTION = re.compile(
    r"[?？]\W*$|(?:吗|呢|么|吧)\W*$|\b(?:or not|isn't it|wasn't it|or is it|or was it|why|how come)\W*$"
    r"|(?:为什么|怎么办|怎么回事)\W*$",
    re.IGNORECASE,
)


def agrees(text: str) -> bool:
    """Does a message say that the answer is right, and nothing else?"""
    return AGREES.match(text) is not None


def point_denied(text: str) -> tuple[int, str] | None:
    """Which numbered point of an answer is said to be wrong, and what is right instead ("": nothing is said)."""
    found = None if QUESTION.search(text) else POINT_DENIED.match(text)
    if found is None:
        return None
    more = (found["more"] or found["zh_more"] or "").strip(" ,.;，。；！")
    return PLACES[(found["nth"] or found["n"] or found["zh"]).lower()], more


def turned_out(text: str) -> str:
    """What it was, where somebody tells what was found ("it was the steam trap, full of scale"); "" for other talk."""
    line = " ".join(text.split())
    return "" if QUESTION.search(line) or TURNED_OUT.match(line) is None else line.strip(" ,.;!，。；！")


def judgement(text: str) -> str | None:
    """What is right by the person's words, "" when they only agree or disagree, None when they do neither."""
    if AGREES.match(text):
        return ""
    found = DISAGREES.match(text)
    if found is None or QUESTION.search(text):
        return None
    return next((words for words in found.groups() if words), "").strip(" ,.;，。；")
