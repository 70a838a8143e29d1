"""Names in a request that no column has: misspelt ones ("stoper"), those in a list of known ones, quantities that the
file lacks ("the oil level"). They are said, never passed over."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from roles.planning.columns.lexicon import Lexicon, joined, pieces, singular
from roles.planning.words import BLANK, blank, mixed, pattern, words

NEAR = 0.85  # similarity from which a word of at least LEAST letters is a misspelt name
ENDINGS = ("ed", "ing", "ly")  # "we stopped", "currently" are no misspelt stopper and current
LEAST, MOST = 4, 2  # letters of a word; words of a name in a list
JOIN = re.compile(r"\s*(?:&|/|\+|\b(?:and|or|vs\.?|versus|against)\b)\s*")  # a comma may end a thought
WORD = re.compile(r"[a-z][a-z_]*\d*[a-z]*")
IDENTIFIER = re.compile(
    r"(?<![\w.>-])([a-z]{1,20}[-_]?\d{1,5}[a-z]{0,6}|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?!\w|\.\d|:\d)", re.ASCII
)
BESIDE = 40  # characters beside a tag that are looked at to understand it
TABLES = ("intents", "sub", "beyond", "sensitivity", "asked", "courtesy")
OF_NAMES = {"plot", "statistics", "forecast", "label"}  # steps that are about named columns


def names(plain: str, intents: Collection[str], lexicon: Lexicon) -> list[str]:
    """Unmatched names in `plain`, the normalised text with its sensors, times and limits blanked out."""
    if not OF_NAMES & set(intents) or not lexicon.sensors:
        return []
    parts = JOIN.split(plain)
    known = any(BLANK in part for part in parts)
    found = []
    for i, part in enumerate(parts):
        left = _left(part)
        if known and 0 < len(left) <= MOST and _listed(parts, i):
            found += [" ".join(left)] if _stands(left, part) else left
        elif not known and (lacking := _lacking(part, left, lexicon)):
            found.append(lacking)
        else:
            found += [word for word in left if _misspelt(word, lexicon)]
    return list(dict.fromkeys(found))


def _listed(parts: list[str], i: int) -> bool:
    """Does a part stand in a list right beside a known name: "S8 and the argon valve"?"""
    if BLANK in parts[i] or _has_chinese(parts[i]):
        return False
    after = re.sub(r"^(?:\s*(?:the|a|an|of|our|its)\b)*\s*", "", parts[i + 1]) if i + 1 < len(parts) else ""
    return after.startswith(BLANK) or (i > 0 and parts[i - 1].rstrip().endswith(BLANK))


def _left(part: str) -> list[str]:
    """The words of a part of a request that are no grammar and ask for nothing."""
    quantities = set(words()["quantities"])
    rest = re.sub(rf"{BLANK}+", " ", part)
    rest = blank(rest, [m.span() for table in _known() for m in table.finditer(rest) if m[0] not in quantities])
    grammar = words()["grammar"]
    small = {*grammar["stop"], *grammar["fillers"], *grammar["parts"], *grammar["after_present"]} - quantities
    return [w for w in WORD.findall(rest) if len(w) > 1 and w not in small and singular(w) not in small]


@lru_cache(maxsize=4096)
def understood(word: str) -> bool:
    """Does a word by itself ask for something, a statistic or a limit?"""
    return word not in words()["quantities"] and any(table.fullmatch(word) for table in _known())


@cache
def _known() -> list[re.Pattern[str]]:
    """Every pattern of words that the planner understands."""
    found = [pattern(table, key) for table in TABLES for key in words()[table]]
    return [*found, *(mixed(entries) for table in ("how", "by", "limits") for entries in words()[table].values())]


def _lacking(part: str, left: list[str], lexicon: Lexicon) -> str:
    """A quantity that no column measures, with the words before it; "" when none is named."""
    for i, word in enumerate(left):
        parts = lexicon.quantities.get(singular(word))
        if parts is not None:
            name = left[max(0, i - MOST) : i + 1]
            return " ".join(name) if _stands(name, part) else word
    return next((word for word in lexicon.chinese_quantities if word in part), "")


def _stands(name: list[str], part: str) -> bool:
    """Are the words of a name neighbours in the request? Between others something was understood: they are no name."""
    return " ".join(name) in " ".join(part.split())


def _misspelt(word: str, lexicon: Lexicon) -> bool:
    """Is a word nearly, but not quite, a name or a part of one?"""
    if len(word) < LEAST or not word.isalpha() or word.endswith(ENDINGS):
        return False
    known = _vocabulary(lexicon)
    return singular(word) not in known and bool(difflib.get_close_matches(word, known, n=1, cutoff=NEAR))


def _vocabulary(lexicon: Lexicon) -> list[str]:
    found = {key for key in lexicon.keys if key.isalpha() and len(key) >= LEAST}
    found |= {joined([piece]) for sensor in lexicon.sensors for piece in pieces(sensor.name) if len(piece) >= LEAST}
    return sorted(found)


def _has_chinese(text: str) -> bool:
    return re.search("[一-鿿]", text) is not None


def identifiers(text: str, taken: Sequence[tuple[int, int]]) -> list[str]:
    """Words built like a tag (PT_101, S99) that nothing matched."""
    grammar = words()["grammar"]
    codes = "|".join(grammar["before_codes"])
    unknown = []
    for match in IDENTIFIER.finditer(text):
        free = all(match.end() <= a or b <= match.start() for a, b in taken)
        is_file = re.match(rf"\.(?:{'|'.join(grammar['file_types'])})\b", text[match.end() : match.end() + BESIDE])
        is_code = re.search(rf"(?:{codes})\s*[:#]?\s*$", text[max(0, match.start() - BESIDE) : match.start()])
        is_evidence = re.fullmatch(r"[fk]\d+", match[0])
        is_part = re.match(rf"(?:{'|'.join(grammar['parts'])})[-_]?\d", match[0])
        if (
            free
            and not is_part
            and not is_file
            and not is_code
            and not is_evidence
            and match[0] not in grammar["not_sensors"]
        ):
            unknown.append(match[0].upper() if re.fullmatch(r"[a-z]{1,4}\d+", match[0]) else match[0])
    return unknown
