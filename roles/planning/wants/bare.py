"""Does a request without a plain verb ask what happened, or is something only named: "S8 since 05:00", "and S9?"?"""

from __future__ import annotations

import re
from dataclasses import replace

from roles.planning.clauses import Clause
from roles.planning.wants import asked
from roles.planning.wants.weak import SAYS_ZH, SMALL_ZH
from roles.planning.when.times import Period
from roles.planning.words import blank, pattern, words

AGAIN = re.compile(r"^\W*(?:(?:and|now|please|do|then) )*(?:the )?same\b|^\W*(?:同样|一样|照样|也)")
SAYS = {"high", "low", "higher", "lower", "rising", "falling", "jumping", "steady", "strange", "odd", "sudden",
        "abnormal", "wrong", "unstable", "fluctuating", "too", "cause", "caused", "causes", "affect", "affects",
        "influence", "influences", "drive", "drives", "relation", "alarm"}  # fmt: skip


def is_bare(clause: Clause) -> bool:
    """Is nothing said of the columns and times of a clause but small words and courtesy?"""
    grammar = words()["grammar"]
    now = [match.span() for match in pattern("sub", "now").finditer(clause.text)]
    rest = blank(clause.text, [*clause.mentions.spans, *clause.period.spans, *now], " ")
    small = ({*grammar["stop"], *grammar["fillers"], *grammar["parts"]} - SAYS) | set(words()["quantities"])
    if any(word not in small for word in re.findall(r"[a-z']{2,}", rest)):
        return False
    said = set(re.sub(r"[\x00-\x7f]", "", rest)) - set(SMALL_ZH) - (set(grammar["zh_before"]) - SAYS_ZH)
    return not said


def again(clause: Clause) -> Clause:
    """ "The same for yesterday" with another file: the day says which file, not when in it."""
    spans = [clause.text[slice(*span)] for span in clause.period.spans]
    if not AGAIN.search(clause.text) or any(re.search(r"\d", span) for span in spans):
        return clause
    return replace(clause, period=Period())


def asks(text: str, about: Clause) -> bool:
    """Does a clause without a verb of its own ask what happened ("what changed since 05:00?", "S8 keeps rising"),
    rather than for a picture ("how did S8 develop?", "S8 since 05:00", "and S9?")?"""
    if (about.mentions.unknown and not about.columns) or pattern("sub", "course").search(text):
        return False
    if asked.form(text) is not None or asked.TIMES.search(text):
        return True
    return (bool(about.period) and asked.is_question(text)) or not is_bare(about)


def of_course(text: str, clauses: list[Clause]) -> Clause | None:
    """The clause with the sensors of a question for their course in numbers and for nothing else: "does S8 drift?"."""
    intents = {kind for clause in clauses for kind in clause.intents}
    if asked.form(text) not in asked.COURSES or not intents <= {"ask", "diagnose"}:
        return None
    return next((clause for clause in clauses if clause.columns), None)
