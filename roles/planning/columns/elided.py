"""Names of which a half is said once for several: 入口和出口温度, "drive side and tool side temperature"; and of which
the second leaves out the head noun of the first: 结晶器入口温度和出口温度, "pump 1 current and pressure".

What stands before the joint means a column only where the file has two whose names differ in just these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.unmatched import understood
from roles.planning.words import normal, words
from roles.types import Sensor

TOKEN = re.compile(r"[一-鿿]|[a-z]+|\d+")
HAN = re.compile("[一-鿿]")
JOINTS = re.compile(
    r"\s{0,3}(?:(?:,\s?)?\b(?:and|or|vs|versus|against|with)\b(?: the)?|[&/、,，]|以及|还是|[和与及跟或])\s{0,3}"
)
LEAST_HAN = 2  # letters that both names end with, in Chinese
MOST = 12  # tokens of a name
MOST_JOINTS = 24  # a text with more of them is a pasted list
Span = tuple[int, int]


@dataclass(frozen=True)
class _Token:
    word: str
    span: Span


@dataclass(frozen=True)
class _Found:
    """How many tokens of the first name stand before a joint, and of the second one's own behind it."""

    before: int
    behind: int
    column: str


def said(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[Span, frozenset[str]]]:
    """Where normalised `text` says the first words of names whose last ones follow a joint, with their columns."""
    tokens = [_Token(_plain(m[0]), m.span()) for m in TOKEN.finditer(text)]
    names = [(name_tokens(form), s.name) for s in sensors for form in {s.name, s.label} if form]
    for joint in reversed(list(JOINTS.finditer(text))[-MOST_JOINTS:]):
        before = [t for t in tokens if t.span[1] <= joint.start()]
        behind = [t for t in tokens if t.span[0] >= joint.end()]
        if not before or not behind or text[before[-1].span[1] : joint.start()].strip():
            continue
        found = _pairs([t.word for t in before[-MOST:]], [t.word for t in behind[:MOST]], names)
        longest = max((each.before for each in found), default=0)
        kept = [each for each in found if each.before == longest]
        if not kept or not _begins(text, before, longest):
            continue
        yield (before[-longest].span[0], before[-1].span[1]), frozenset(each.column for each in kept)
        # "1号、2号和3号泵电流": for the joint before it the second is followed by what the third one is.
        tokens = before + behind[min(each.behind for each in kept) :]


def headed(text: str, groups: Sequence[tuple[Span, frozenset[str]]]) -> list[frozenset[str]]:
    """The columns of each mention in normalised `text`, in order. Of several that one behind a joint may mean, those
    whose names begin as those of the mention before it do, as far as that was said: the head noun holds for both."""
    found: list[frozenset[str]] = []
    for i, (span, names) in enumerate(groups):
        joined = i > 0 and JOINTS.fullmatch(text[groups[i - 1][0][1] : span[0]]) is not None
        if (
            joined and text[slice(*span)].strip("# ").isdigit()
        ):  # the 3 of "flow of nozzles 1 and 3": of the same quantity
            ends = {name_tokens(first)[-1] for first in found[-1]}
            names = frozenset(name for name in names if name_tokens(name)[-1] in ends) or names
        found.append(_with_head(text[: span[0]], found[-1], names) if joined and len(names) > 1 else names)
    return found


def _with_head(before: str, firsts: frozenset[str], names: frozenset[str]) -> frozenset[str]:
    """Those of `names` that share the longest beginning with one of `firsts` that was said `before`; all where none
    was, or was said of all alike."""
    words_ = [_plain(m[0]) for m in TOKEN.finditer(before)][-MOST:]
    begun = [name_tokens(first) for first in firsts]
    heads = {name: max(_head(first, name_tokens(name), words_) for first in begun) for name in names - firsts}
    longest = max(heads.values(), default=0)
    return frozenset(name for name, head in heads.items() if head == longest) if longest else names


def _head(one: Sequence[str], other: Sequence[str], said_: Sequence[str]) -> int:
    """How many tokens two names have in common at their beginning and in `said_` side by side; none where these are
    but a letter or a number."""
    same = [a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))]
    while same and not any(list(said_[i : i + len(same)]) == same for i in range(len(said_))):
        same.pop()
    return len(same) if len("".join(same)) > 1 and not "".join(same).isdigit() else 0


def _pairs(before: list[str], behind: list[str], names: Sequence[tuple[list[str], str]]) -> list[_Found]:
    """Every pair of columns of which the one's own words end `before` and the other's begin `behind`."""
    firsts = [(name, column) for name, column in names if before[-1] in name]
    seconds = [(name, column) for name, column in names if behind[0] in name]
    found = []
    for one, column in firsts:
        for other, another in seconds:
            if column == another or one[-1] != other[-1]:
                continue
            head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
            most = min(len(one), len(other)) - head
            tails = zip(reversed(one), reversed(other), strict=False)
            tail = min(most, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], tails)))
            if (match := _match(before, behind, one, other, head, tail)) is not None:
                found.append(_Found(*match, column))
    return found


def _match(
    before: list[str], behind: list[str], one: list[str], other: list[str], head: int, tail: int
) -> tuple[int, int] | None:
    """How the two names, equal in their first `head` and their last `tail` tokens, stand around a joint."""
    if len(one) == head + tail or len(other) == head + tail:
        return None
    for shared in range(tail):  # of the tail, said of both: the 口 of 入口和出口温度
        own = one[head : len(one) - tail + shared]
        others = other[head : len(other) - tail + shared]
        rest = other[len(other) - tail + shared :]
        for prefix in range(head + 1):  # what both begin with may be said of either
            begun = others if behind[: len(others)] == others else other[head - prefix : head] + others
            ends = behind[len(begun) :]
            said_of_one = one[head - prefix : head] + own
            if before[-len(said_of_one) :] == said_of_one and behind[: len(begun)] == begun and _ends(ends, rest):
                longer = max(n for n in range(head + 1) if before[-n - len(own) :] == one[head - n : head] + own)
                return longer + len(own), len(begun)
    return None


def _ends(ends: list[str], rest: list[str]) -> bool:
    """Does what follows begin with the end of `rest`, long enough to name a quantity?"""
    for length in range(len(rest), 0, -1):
        part = rest[-length:]
        if ends[:length] == part:
            return length >= LEAST_HAN or not HAN.match(part[-1]) or part[-1] in _heads()
    return False


def _begins(text: str, before: Sequence[_Token], length: int) -> bool:
    """Do the words begin a name: is what stands before them understood by itself, no part of another thing's name?"""
    if length >= len(before):
        return True
    last, first = before[-length - 1], before[-length]
    gap = text[last.span[1] : first.span[0]]
    if gap.strip():
        return True
    if HAN.match(last.word):
        return last.word in words()["grammar"]["zh_before"] or not HAN.match(first.word)
    if HAN.match(first.word):
        return True
    return last.word in words()["grammar"]["stop"] or understood(last.word)


@lru_cache(maxsize=4096)
def name_tokens(form: str) -> list[str]:
    """The words, numbers and Chinese letters of a column's name: "Press 1 tonnage" -> press, 1, tonnage."""
    return [_plain(m[0]) for piece in pieces(form) for m in TOKEN.finditer(normal(piece))]


def _plain(word: str) -> str:
    return singular(str(words()["short_words"].get(word, word)))


def _heads() -> set[str]:
    return {head for entry in words()["quantities"].values() for head in entry.get("heads", ())}
