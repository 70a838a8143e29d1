"""Agreeing and disagreeing in words, for a place without buttons."""

from __future__ import annotations

import re

AGREES = re.compile(
    r"^\W*(?:i |we |yes,? i )?(?:fully |completely )?(?:agree|confirm(?:ed)?)(?: with (?:that|this|you|it))?\W*$"
    r"|^\W*(?:that(?:'s| is| was) )?(?:right|correct)\W*$|^\W*(?:我)?(?:同意|赞同|说得对|对的|正确)\W*$",
    re.IGNORECASE,
)
DISAGREES = re.compile(
    r"^\W*(?:no\W+)?(?:i |we )?(?:disagree|do(?:n't| not) agree)\b[\s,.:;]*(?P<more>.*)$"
    r"|^\W*(?:no\W+)?(?:that(?:'s| is| was)|this is|it(?:'s| is| was)|you are) (?:wrong|not (?:right|correct|true))\b"
    r"[\s,.:;]*(?P<wrong>.*)$"
    r"|^\W*(?:(?:sorry|no|nope)\W+)?(?:wrong|incorrect|not (?:right|correct|true))"
    r"(?:\s*[,.:;!–—-]+\s*|\W*$)(?P<bare>.*)$"
    r"|^\W*(?:no|nope)\s*[,.:;!–—-]+\s*(?!.*\b(?:fine|ok|okay|all|enough|good|thanks?)\W*$)"
    r"(?P<instead>(?:it(?:'s| is| was)|(?:this|that|the|a|an)\b.*\b(?:was|were))\b.*)$"
    r"|^\W*(?:我)?(?:不同意|不对|不是这样|错了|不正确|说错了)[\s,，。.:：;；]*(?P<zh>.*)$",
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
    rf" (?:actually |just |only |really |in fact )?(?:the|a|an|our) (?!(?:{NO_CAUSE})\b)\S.{{2,200}}$"
    r"|^\W*(?:其实|原来|最后|后来|结果|最终|查出来|查明|发现|检查发现|确认)*(?:原因)?(?:就)?是"
    r"(?!不是|否|的|我|你|他|她|正常|这样|因为你)\S{1,40}?"
    r"(?:堵|坏|漏|卡|断|松|脏|磨损|结垢|老化|失灵|烧|裂|故障|问题|不足|缺\S|设错|装反|装错|接触不良|没开|没关)"
    r"(?:塞|死|住|掉|动|毁|脱)?了?\W*$",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"[?？]\W*$|(?:吗|呢|么|吧)\W*$|\b(?:or not|isn't it|wasn't it|or is it|or was it)\W*$", re.IGNORECASE
)


def agrees(text: str) -> bool:
    """Does a message say that the answer is right, and nothing else?"""
    return AGREES.match(text) is not None


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
