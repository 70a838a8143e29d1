"""What a text states itself, apart from what it shows: a pasted answer, a log, a console, a quotation.

Such a block tells what somebody or something said once, about one case. It is kept and found as text, but it is no
statement about causes, and no sign of a fault: else an answer that was pasted into a manual would prove itself later.
"""

from __future__ import annotations

import re
from itertools import groupby

FENCED = re.compile(r"^[ \t]*(?P<mark>```+|~~~+)[^\n]*(?:\n.*?(?:^[ \t]*(?P=mark)[`~]*[ \t]*$\n?|\Z)|\Z)", re.M | re.S)
_QUOTED = re.compile(r"[ \t]*(?:>(?!>>)|＞)")
# "> Note: ..." is how Markdown frames the author's own word
_NOTICE = re.compile(
    r"[\s>＞*_]*(?:\[!\w+\]|(?:note|tip|hint|attention|warning|caution|danger|important|remark)\b|注意|警告|危险|提示|说明|重要|备注)",
    re.IGNORECASE,
)
_CONSOLE = re.compile(r"[ \t]*(?:\$ |>>> |PS [A-Z]:\\|[A-Z]:\\[^>\n]*>|[\w.-]+@[\w.-]+[:~][^$#\n]*[$#] )")
# "[F2 K-06f8d4db5f]": findings and passages, as our answers cite them
_CITING = re.compile(
    r"\[(?:!?(?:F\d{1,3}|[KR]-[0-9a-f]{10}|(?:FB|CASE|WEB)-\d+|CC-\d{3}-(?:en|zh))(?:[ ,，、]+|(?=\])))+\]"
)


def stated(text: str) -> str:
    """`text` without fenced blocks, quotations that are no notices, console input and lines that cite the evidence of
    an answer."""
    lines = FENCED.sub("\n", text).split("\n")
    kept: list[str] = []
    for quoted, block in groupby(lines, lambda line: _QUOTED.match(line) is not None):
        own = list(block)
        if not quoted or _NOTICE.match(own[0]):
            kept += [line for line in own if not _CONSOLE.match(line) and not _CITING.search(line)]
    return "\n".join(kept).strip("\n")
