"""Columns found by any words of their names: "moisture" for Roll moisture, "zone 2 pressure" for Dryer zone 2 pressure.

Whatever the list of quantities says, a word that stands in columns' names means these columns, and a number beside a
word counts as it does in the name: of "group 7" no column is meant where only groups 1 to 3 are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from roles.planning.columns.lexicon import Lexicon, is_setpoint, singular
from roles.planning.columns.unmatched import understood
from roles.planning.words import words

TOKEN = re.compile(r"(?<![a-z0-9_])[a-z]+(?!\d+[a-z])|(?<![\d.])\d{1,4}(?![\d.:]*\d)(?![a-z])")
LIST = re.compile(r"\s*(?:,|&|/|,? ?and|or|、)\s*(?:no\.? ?|#)?")
GAP = re.compile(r"[\s_-]{0,2}#?")
LONGEST = 8  # words of a name
MOST = 6  # columns that one word alone may mean; one that stands in more says which plant it is
SAID_OF = ("ed", "ing")  # "the felt plugged" speaks of the felt
LEAST = 2  # letters of a word that means something alone

Found = tuple[bool, tuple[int, int], str, frozenset[str]]  # several words?, where, kind of mention, columns


def said(text: str, lexicon: Lexicon, taken: Sequence[tuple[int, int]] = ()) -> Iterator[Found]:
    """Where normalised `text` says words of columns' names side by side, the longest runs, as mentions of the kind
    name, quantity or, with another number than any column's, unknown; `taken` are spans of times and durations, whose
    numbers belong to no name."""
    names = {sensor.name: _words(sensor.name) for sensor in lexicon.sensors}
    vocabulary = {word for parts in names.values() for word in parts}
    tokens = [t for t in TOKEN.finditer(text) if all(t.end() <= a or b <= t.start() for a, b in taken)]
    if not vocabulary & {form for t in tokens for form in _forms(t[0], lexicon)}:
        return
    at = 0
    while at < len(tokens):
        end, found = _longest(tokens, at, names, lexicon, text)
        run, start = tokens[at:end], tokens[at].start()
        number = tokens[end] if end < len(tokens) and _beside(text, run[-1], tokens[end]) else None
        number = number if number is not None and number[0].isdigit() else None
        if not found or run[0][0].isdigit():
            at += 1
        elif number is not None and number.start() == run[-1].end():
            at = end + 1  # a tag that no column bears
        elif _other_thing(text, tokens, at, end, lexicon):
            at = end
        elif number is not None and _numbered(run[-1][0], names, found, lexicon):
            end += 1
            while end < len(tokens) and _beside(text, tokens[end - 1], tokens[end]) and (
                _forms(tokens[end][0], lexicon) & vocabulary
            ):  # fmt: skip
                end += 1
            yield True, (start, tokens[end - 1].end()), "unknown", frozenset()
            at = end
        else:
            more, rest = _further(tokens, at, end, names, lexicon, text)
            found = frozenset(n for n in found if all(forms & set(names[n]) for forms in rest)) or found
            span, meant = (start, run[-1].end()), _measured(found, lexicon)
            single = len(found) <= MOST and not _is_adjective(text, tokens, end)
            single = single and run[-1][0] not in words()["grammar"]["media"]  # "is the air ok?" asks of the system
            # a word and nothing else asks for nothing
            single = single and text[slice(*span)] != text.strip(" ?!.")
            # "Zone 1" says which columns where a few bear it; of a strand with many it is a part of the plant.
            named = single and len(run) > 1 and run[1][0].isdigit() and run[0][0] in words()["grammar"]["parts"]
            if (rest or named or any(_means(t[0]) for t in run)) and (len(run) > 1 or single):
                yield len(run) > 1, span, "quantity" if len(meant) > 1 else "name", meant
                yield from more
            at = end


def _further(
    tokens: Sequence[re.Match[str]], at: int, end: int, names: dict[str, list[str]], lexicon: Lexicon, text: str
) -> tuple[list[Found], list[set[str]]]:
    """Further numbers of what the run from `at` to `end` says: the 3 of "nozzles 1 and 3", with their columns; and the
    words behind the last that hold for all ("nozzle 1 and 3 flow")."""
    found: list[Found] = []
    rest: list[set[str]] = []
    before = end - 1
    while tokens[end - 1][0].isdigit() and end - at > 1 and (k := _next_number(tokens, before, text)) is not None:
        run = [*(_forms(t[0], lexicon) for t in tokens[at : end - 1]), {tokens[k][0]}]
        holding, last = _holding(run, names), k + 1
        while last < len(tokens) and _beside(text, tokens[last - 1], tokens[last]):
            rest.append(_forms(tokens[last][0], lexicon))
            if not (further := _holding([*run, *rest], names)):
                rest.pop()
                break
            holding, last = further, last + 1
        meant = _measured(holding, lexicon)
        kind = "unknown" if not meant else "quantity" if len(meant) > 1 else "name"
        found.append((True, (tokens[k].start(), tokens[last - 1].end()), kind, meant))
        before = last - 1
    return found, rest


def _next_number(tokens: Sequence[re.Match[str]], before: int, text: str) -> int | None:
    """The token that is a number behind that at `before` and a joint; None for none."""
    k = next((i for i in (before + 1, before + 2) if i < len(tokens) and tokens[i][0].isdigit()), None)
    return k if k is not None and LIST.fullmatch(text[tokens[before].end() : tokens[k].start()]) else None


def _longest(
    tokens: Sequence[re.Match[str]], at: int, names: dict[str, list[str]], lexicon: Lexicon, text: str
) -> tuple[int, frozenset[str]]:
    """Where the longest run of words from `at` ends that some columns' names all hold, with these columns: those with
    the words in one piece, where there are some."""
    run = [_forms(tokens[at][0], lexicon)]
    found, end = _holding(run, names), at + 1
    while found and end < min(len(tokens), at + LONGEST) and _beside(text, tokens[end - 1], tokens[end]):
        run.append(_forms(tokens[end][0], lexicon))
        if not (further := _holding(run, names)):
            break
        found, end = further, end + 1
    run = run[: end - at]
    whole = frozenset(name for name in found if _in_one_piece(run, names[name]))
    return end, whole or found


def _holding(run: Sequence[set[str]], names: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(name for name, parts in names.items() if all(forms & set(parts) for forms in run))


def _in_one_piece(run: Sequence[set[str]], parts: Sequence[str]) -> bool:
    places = range(len(parts) - len(run) + 1)
    return any(all(forms & {parts[i + j]} for j, forms in enumerate(run)) for i in places)


def _numbered(word: str, names: dict[str, list[str]], found: frozenset[str], lexicon: Lexicon) -> bool:
    """Does a number stand behind a word in the columns' names: the 2 of "Steam group 2 pressure"?"""
    forms = _forms(word, lexicon)
    return any(a in forms and b.isdigit() for name in found for a, b in zip(names[name], names[name][1:], strict=False))


def _measured(found: frozenset[str], lexicon: Lexicon) -> frozenset[str]:
    """Without setpoints, where anything else is meant."""
    return frozenset(s.name for s in lexicon.sensors if s.name in found and not is_setpoint(s)) or found


@lru_cache(maxsize=4096)
def _means(word: str) -> bool:
    """Is a word none of grammar, courtesy, a wish or what goes wrong?"""
    grammar = words()["grammar"]
    if word.isdigit() or len(word) < LEAST or understood(word):
        return False
    plain = {*grammar["stop"], *grammar["fillers"], *grammar["parts"], *grammar["after_present"], *grammar["symptoms"]}
    return word not in plain and singular(word) not in plain


def _other_thing(text: str, tokens: Sequence[re.Match[str]], at: int, end: int, lexicon: Lexicon) -> bool:
    """Is it said of something that no column is called by: "argon pump flow" is not the flow of the pump?"""
    before = tokens[at - 1] if at and _beside(text, tokens[at - 1], tokens[at]) else None
    if before is not None and before[0].isdigit() and text[: before.start()][-1:].isalpha():
        return True  # a tag that no column bears: "S88 upper current"
    if before is None or not _means(before[0]) or _is_said_of(before[0]):
        return False
    return end == at + 1 or singular(tokens[end - 1][0]) in lexicon.quantities


def _is_adjective(text: str, tokens: Sequence[re.Match[str]], end: int) -> bool:
    """Does the word before `end` only say which thing is meant that no column is called by: "the cooling water"?"""
    if end >= len(tokens) or not _beside(text, tokens[end - 1], tokens[end]):
        return False
    return _means(tokens[end][0]) and not _is_said_of(tokens[end][0])


def _is_said_of(word: str) -> bool:
    return word.endswith(SAID_OF) or word in words()["grammar"]["said_of"]


def _beside(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return GAP.fullmatch(text[one.end() : other.start()]) is not None


def _forms(word: str, lexicon: Lexicon) -> set[str]:
    """A word as names may write it: without its plural s, in full, as another word for the same quantity."""
    plain = singular(words()["short_words"].get(word, word))
    return {plain, word, *lexicon.quantities.get(plain, ())} - ({"press"} if plain != "press" else set())


def _words(name: str) -> list[str]:
    """The words and numbers of a column's name, in full: "P-701 flow" -> p, 701, flow."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z]{2,}(?![a-z]))", " ", name).lower()
    return [singular(words()["short_words"].get(word, word)) for word in re.findall(r"[a-z]+|\d+", spaced)]
