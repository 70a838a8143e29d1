"""What a question leaves out ("except Changeover", "除换产外"), told apart from what it asks for."""

from __future__ import annotations

import re

ENDS = r"(?=\b(?:on|in|for|at|by|per|from|since|during|only|and (?:plot|show|what|which|how))\b|[;.?!；。？！\n]|$)"
ENGLISH = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|exclud(?:e|es|ed|ing)|without|other than|apart from|aside from|leav(?:e|ing) out"
    r"|ignor(?:e|ing)|not counting|not(?=(?-i: [A-Z]))|but not|minus|omit(?:ting)?|disregard(?:ing)?"
    rf"|(?:do not|don't) count)\b(?P<what>.{{1,120}}?){ENDS}",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
CHINESE = (
    re.compile(r"除(?!外)(?:了|去|掉)?(?P<what>[^，,。；;？?]{1,40}?)(?:之外|以外|外|(?=[，,。；;？?]|$))"),
    re.compile(r"(?P<what>[^，,。；;？?\s]{1,24})除外"),
    re.compile(
        r"(?:不包括|不包含|不含|排除|不计入?|不算|不统计|剔除|去掉|扣除|忽略|不要?看|不考虑)"
        r"(?P<what>[^，,。；;？?的]{1,40})"
    ),
)


def parted(text: str) -> tuple[str, list[str]]:
    """`text` without what it leaves out, and each stretch of it that is left out.

    >>> parted("top 3 causes except Changeover on L3")
    ('top 3 causes   on L3', ['Changeover'])
    """
    barred: list[str] = []

    def taken(match: re.Match[str]) -> str:
        barred.append(match["what"].strip(" ,，:：“”\"'"))
        return "  "

    for pattern in (ENGLISH, *CHINESE):
        text = pattern.sub(taken, text)
    return text, [what for what in barred if what]
