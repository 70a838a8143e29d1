"""What a plan owes to the words of a request, whoever made it: nothing that somebody asked for is dropped, whatever a
column is called or a note says.

A word that only tells what was ("yesterday's forecast was wrong, why?") asks for no step, and a weak one ("highest")
for none beside a diagnosis, which shows it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from roles.planning.bounds import bounded
from roles.planning.clauses import STRONG_PLOT, STRONG_STATISTICS, Clause, read
from roles.planning.types import Request
from roles.planning.wants import figures, graphed
from roles.planning.wants.asked import is_question
from roles.planning.words import normal, pattern

BY_CODE = {"resample", "label", "statistics", "plot"}  # what a step of code may do as well
STRONG = {"plot": STRONG_PLOT, "statistics": STRONG_STATISTICS}
SHOWING = {"diagnose", "code"}  # kinds whose answer has numbers and a picture
BEGINS = re.compile(
    r"^(?:\W|(?:please|now|then|also|and|first|next|just|only|andon|again|(?:can|could|would) you"
    r"|i(?:'d like| want| need)(?: you)? to|let's|help me|try to|give me|show me)\b"
    r"|请|麻烦|帮|给|我|再|并|且|然后|接着|先|最后|只|要|想|能否|可否|一下)*"
)
OBJECT = re.compile(r"[把将对]")
TELLS = re.compile(
    r"\b(?:was|were|had|been|did|said|told|saw|went|came|made|found|got|earlier|previous|yesterday's|last \w+'s)\b"
    r"|\b[a-z]{3,}ed\b|(?:昨[天日]|上次|上周|之前|以前|刚才|早上)的?|已经?|过(?=\W|$)|了(?!解)"
)


def owed(given: Request, kinds: Collection[str]) -> list[str]:
    """Kinds of steps that the words ask for and a plan of `kinds` lacks. Nothing said at all is a diagnosis."""
    if not given.has_data:
        return []
    if not given.text.strip():
        return [] if "diagnose" in kinds else ["diagnose"]
    wanted = [(clause, _wanted(clause, given)) for clause in read(normal(bounded(given.text)), given)]
    done = set(kinds) | (BY_CODE if "code" in kinds else set())
    heeded = any(asked & done for _, asked in wanted)
    lacking = {kind for clause, asked in wanted if not (heeded and _only_tells(clause, asked)) for kind in asked - done
               if kind not in STRONG or not SHOWING & done or STRONG[kind].search(clause.text)}  # fmt: skip
    return sorted(lacking)


def _wanted(clause: Clause, given: Request) -> set[str]:
    if graphed.asks(clause.text, clause.intents, given.sensors):
        return {"causes"}
    if (told := figures.asked(clause.text, clause.intents, clause.columns, given.sensors)) is not None:
        return {"statistics"} | told.kept(clause.intents)
    return {kind for kind in clause.intents if kind != "ask" and (kind != "label" or clause.limits)}


def _only_tells(clause: Clause, asked: Collection[str]) -> bool:
    """Does a clause say what was, without asking anything or telling anybody to do it?"""
    begin = BEGINS.match(clause.text)
    at = begin.end() if begin is not None else 0
    commands = OBJECT.match(clause.text, at) is not None or any(
        pattern("intents", kind).match(clause.text, at) for kind in asked if kind != "code"
    )
    return TELLS.search(clause.text) is not None and not commands and not is_question(clause.text)
