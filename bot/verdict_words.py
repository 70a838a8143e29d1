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


def judgement(text: str) -> str | None:
    """What is right by the person's words, "" when they only agree or disagree, None when they do neither."""
    if AGREES.match(text):
        return ""
    found = DISAGREES.match(text)
    if found is None or text.rstrip().endswith(("?", "？")):
        return None
    return next((words for words in found.groups() if words), "").strip(" ,.;，。；")
