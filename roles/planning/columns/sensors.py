"""Which columns a request speaks of: by column name, by the vocabulary's words, by the machine's part.

A mention that could be another quantity matches nothing: "argon flow" is not the mould flow, S88 is not S8. Such words
are returned as unknown, so that the answer can say so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roles.planning.columns import columnwords, elided, equipment, numbered, partnames, places, unmatched
from roles.planning.columns.lexicon import Lexicon, joined, pieces, singular
from roles.planning.words import mixed, words
from roles.types import Sensor

TOKEN = re.compile(r"[a-z]+(?:\d+[a-z]*)?|\d+(?:\.\d+)?|\d+[a-z]+")
SERIES = re.compile(r"\b([a-z]{1,6})(\d{1,3})\s*(?:-|–|~|to|through|到|至)\s*(?:\1)?(\d{1,3})(?![\d:.])", re.ASCII)
SURE = 0.88  # similarity from which a long misspelt name is taken for a known one
LONGEST = 6  # words in a name
HEADS = {"温": ["temperature", "temp"], "速": ["speed", "velocity"]}  # short words of quantities behind a thing
NEAR = 40  # characters beside a word that are looked at to understand it


@dataclass(frozen=True)
class Mention:
    """A stretch of text that names columns. `kind`: name, instance, quantity, qualifier or unknown."""

    span: tuple[int, int]
    kind: str
    names: frozenset[str]


@dataclass(frozen=True)
class Mentions:
    """What was found: groups of columns with where they stand, words that match nothing, spans of both."""

    groups: tuple[tuple[int, frozenset[str]], ...]
    unknown: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def columns(self, order: Sequence[Sensor], start: int = 0, end: int = 10**9) -> list[str]:
        """The columns mentioned between two positions of the text, in the file's order."""
        wanted = {name for at, names in self.groups if start <= at < end for name in names}
        return [sensor.name for sensor in order if sensor.name in wanted]

    def missing(self, words: Sequence[str]) -> Mentions:
        """These with `words` as further unknown ones."""
        known = {word.casefold() for word in self.unknown}  # a tag is kept as S7
        more = dict.fromkeys(word for word in words if word.casefold() not in known)
        return replace(self, unknown=(*self.unknown, *more)) if more else self

    def followed(self, other: Mentions, by: int) -> Mentions:
        """These and those of a text that follows `by` characters later."""
        groups = tuple((at + by, names) for at, names in other.groups)
        spans = tuple((start + by, end + by) for start, end in other.spans)
        unknown = tuple(dict.fromkeys((*self.unknown, *other.unknown)))
        return Mentions((*self.groups, *groups), unknown, (*self.spans, *spans))


def find(text: str, sensors: Sequence[Sensor] | Lexicon, taken: Sequence[tuple[int, int]] = ()) -> Mentions:
    """Columns mentioned in normalised `text`; `taken` are spans of times and durations, which name no sensor.

    Whoever asks more than once about the same columns hands their Lexicon: it is dear to build.
    """
    lexicon = sensors if isinstance(sensors, Lexicon) else Lexicon(sensors)
    if not lexicon.sensors:
        return Mentions((), (), ())
    latin = _latin(text, lexicon)
    sure = _series(text, lexicon) + [m for m in latin if m.kind != "unknown"] + _chinese(text, lexicon)
    sure += [Mention(span, kind, names) for span, kind, names in numbered.named(text, lexicon.sensors)]
    sure += [Mention(span, "name", names) for span, names in places.said(text, lexicon.sensors)]
    halves = [Mention(span, "name", names) for span, names in elided.said(text, lexicon.sensors)]
    known = [m.span for m in sure]
    halves = [m for m in halves if all(m.span[1] <= a or b <= m.span[0] for a, b in known)]
    things = [Mention(a, "instance" if b else "unknown", b) for a, b in equipment.said(text, lexicon.sensors)]
    sure += halves + [t for t in things if all(t.span[1] <= m.span[0] or m.span[1] <= t.span[0] for m in halves)]
    parts = columnwords.said(text, lexicon, taken)
    worded = [(several, Mention(span, kind, names)) for several, span, kind, names in parts]
    found = _apart([*sure, *(m for several, m in worded if several)], taken)
    typos = _typos(text, lexicon, [*(m.span for m in found), *taken])
    for more in (typos, [m for m in latin if m.kind == "unknown"], [m for several, m in worded if not several]):
        found += _apart(more, [*(m.span for m in found), *taken])
    found = sorted(found, key=lambda m: m.span)
    narrowed = sorted(((m.span, names) for m, names in _narrowed(text, found, lexicon) if names), key=lambda n: n[0])
    meant = equipment.of_one(
        text, [(span, all_) for (span, _), all_ in zip(narrowed, elided.headed(text, narrowed), strict=True)]
    )
    groups = [(span[0], names) for span, names in equipment.beside_quantity(text, meant)]
    unknown = [text[slice(*m.span)].strip() for m in found if m.kind == "unknown"]
    unknown += unmatched.identifiers(text, [*(m.span for m in found), *taken])
    return Mentions(tuple(groups), tuple(dict.fromkeys(unknown)), tuple(m.span for m in found if m.kind != "qualifier"))


def _series(text: str, lexicon: Lexicon) -> list[Mention]:
    """S1-S4: every instance or column between the two."""
    mentions = []
    for match in SERIES.finditer(text):
        first, last = int(match[2]), int(match[3])
        hits = [lexicon.keys.get(f"{match[1]}{i}") for i in range(first, min(last, first + 200) + 1)]
        if hits and hits[0] and hits[-1]:
            names = frozenset(name for hit in hits if hit for name in hit[1])
            mentions.append(Mention(match.span(), hits[0][0], names))
    return mentions


def _latin(text: str, lexicon: Lexicon) -> list[Mention]:
    """Windows of words that are a name, an instance or a quantity of the lexicon."""
    tokens = list(TOKEN.finditer(text))
    stop = {*words()["grammar"]["stop"], *words()["grammar"]["said_of"]}
    mentions: list[Mention] = []
    for i, token in enumerate(tokens):
        for j in range(min(len(tokens), i + LONGEST), i, -1):
            span = (token.start(), tokens[j - 1].end())
            if re.search(r"[^\w\s./'-]", text[slice(*span)]):
                continue
            hit = lexicon.keys.get(joined(t[0] for t in tokens[i:j]))
            alone = j == i + 1 and not _quoted(text, span)
            if alone and (_needs_quotes(token[0], stop) or _is_adjective(token, tokens[j : j + 1], text)):
                continue
            if hit:
                mentions.append(Mention(span, *hit))
                break
    parts = {t.start() for m in mentions if m.kind == "instance" for t in tokens if m.span[0] <= t.start() < m.span[1]}
    ends = {t.start() for t in tokens if t[0] in stop or t[0][0].isdigit()} | parts
    return mentions + _partial(text, tokens, ends, lexicon) + _qualifiers(text, lexicon)


def _needs_quotes(word: str, stop: set[str]) -> bool:
    """A column called "a", "on" or "7" is only meant when it is quoted or called a column."""
    return len(word) == 1 or (len(word) < 4 and word in stop) or word[0].isdigit()


def _quoted(text: str, span: tuple[int, int]) -> bool:
    before, after = text[max(0, span[0] - NEAR) : span[0]], text[span[1] : span[1] + 1]
    if before[-1:] in "\"'`“‘「" and before and after in "\"'`”’」" and after:
        return True
    return re.search(r"(?:columns?|sensors?|channels?|signals?|tags?|列|传感器|通道|信号|测点)\s*$", before) is not None


def _partial(text: str, tokens: list[re.Match[str]], ends: set[int], lexicon: Lexicon) -> list[Mention]:
    """A quantity word with the words before it: columns whose names hold them all, else unknown.

    `ends` are positions of words that a quantity's name does not reach over: "the", "S8".
    """
    mentions = []
    for i, token in enumerate(tokens):
        parts = lexicon.quantities.get(singular(token[0]))
        if parts is None or _is_adjective(token, tokens[i + 1 : i + 2], text):
            continue
        first = i
        while (
            first > 0
            and tokens[first - 1].start() not in ends
            and (re.fullmatch(r"[\s_-]*", text[tokens[first - 1].end() : tokens[first].start()]))
        ):
            first -= 1
        before = [singular(t[0]) for t in tokens[first:i] if t[0] not in lexicon.keys]
        names = lexicon.having(parts, before)
        if names:
            mentions.append(Mention((tokens[first].start(), token.end()), "quantity", names))
        elif before and lexicon.having(parts, []):
            mentions.append(Mention((tokens[first].start(), token.end()), "unknown", frozenset()))
    return mentions


def _is_adjective(token: re.Match[str], following: list[re.Match[str]], text: str) -> bool:
    """ "The current level" speaks of no ampere, "draws more current" of no column."""
    if token[0] != "current":
        return False
    if re.search(r"\b(?:more|less|much|higher|lower) $", text[max(0, token.start() - NEAR) : token.start()]):
        return True
    if not following or text[token.end() : following[0].start()].strip():
        return False
    after = words()["grammar"]["after_present"]
    return following[0][0] in after or singular(following[0][0]) in words()["quantities"]


def _qualifiers(text: str, lexicon: Lexicon) -> list[Mention]:
    mentions = []
    for part, entries in words()["qualifiers"].items():
        names = lexicon.having([part], [], setpoints=True)
        if names:
            mentions += [Mention(m.span(), "qualifier", names) for m in mixed(entries).finditer(text)]
    return mentions


def _chinese(text: str, lexicon: Lexicon) -> list[Mention]:
    """Words of the vocabulary anywhere in the text; a quantity said of something else is unknown."""
    mentions = []
    for word, hit in lexicon.chinese.items():
        mentions += [Mention(m.span(), *hit) for m in re.finditer(re.escape(word), text)]
    parts = [Mention(a, "quantity" if b else "unknown", b) for a, b in partnames.said(text, lexicon.sensors)]
    mentions = [m for m in mentions if not _is_anothers(m, parts)] + parts
    grammar = words()["grammar"]
    before = "|".join(sorted({*grammar["zh_modifiers"], *grammar["zh_compounds"]}, key=len, reverse=True))
    for word, parts in [*lexicon.chinese_quantities.items(), *HEADS.items()]:
        for match in re.finditer(rf"({before})的?{re.escape(word)}(?![度率])", text):
            names = _compound(match[1], parts, lexicon)
            if names:
                mentions.append(Mention(match.span(), "quantity", names))
            elif match[1] in grammar["zh_modifiers"] or word not in lexicon.chinese_quantities:
                mentions.append(Mention(match.span(), "unknown", frozenset()))
    return [_numbered(m, text) if m.kind == "quantity" and len(m.names) > 1 else m for m in mentions]


NUMBER = re.compile(r"(?<![\d.:])(\d{1,3})[号#]\s*$")


def _numbered(mention: Mention, text: str) -> Mention:
    """A quantity with a number right before it, of the columns that bear that: 1号桨距角 for 桨叶1角度."""
    match = NUMBER.search(text[: mention.span[0]])
    names = frozenset(numbered.bearing(int(match[1]), list(map(_named, mention.names)))) if match else frozenset()
    return replace(mention, span=(match.start(), mention.span[1]), names=names) if match and names else mention


def _named(name: str) -> Sensor:
    return Sensor(name=name)


def _is_anothers(mention: Mention, parts: Sequence[Mention]) -> bool:
    """Is a quantity said of something that no column with a Chinese name measures: 水温 where there is 窑尾温度?"""
    over = [p for p in parts if p.kind == "unknown" and p.span[0] <= mention.span[0] and mention.span[1] <= p.span[1]]
    return mention.kind == "quantity" and bool(over) and all(map(partnames.chinese_of, mention.names))


def _compound(modifier: str, parts: Sequence[str], lexicon: Lexicon) -> frozenset[str]:
    """Columns whose English name says the quantity and the Chinese word before it."""
    for english in words()["grammar"]["zh_compounds"].get(modifier, ()):
        if names := lexicon.having(parts, [english]):
            return names
    return frozenset()


RANK = {"name": 0, "instance": 1, "quantity": 1, "unknown": 2, "qualifier": 3}


def _apart(mentions: list[Mention], taken: Sequence[tuple[int, int]]) -> list[Mention]:
    """The longest mentions that do not overlap each other or `taken`."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.span[0] - m.span[1], RANK[m.kind], m.span[0])):
        (start, end) = mention.span
        if all(end <= a or b <= start for a, b in [*(m.span for m in kept), *taken]):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.span)


def _typos(text: str, lexicon: Lexicon, taken: Sequence[tuple[int, int]]) -> list[Mention]:
    """Long names without digits that are one or two letters off, when only one name is that near."""
    tokens = [t for t in TOKEN.finditer(text) if all(t.end() <= a or b <= t.start() for a, b in taken)]
    known = [key for key in lexicon.keys if len(key) >= 8 and key.isalpha() and key.isascii()]
    longest = max(map(len, known), default=0) + 4
    words_ = {singular(piece) for sensor in lexicon.sensors for piece in pieces(sensor.name)}
    mentions = []
    for i in range(len(tokens)):
        for j in range(i + 1, min(len(tokens), i + 4) + 1):
            said = joined(t[0] for t in tokens[i:j])
            if not 8 <= len(said) <= longest or not said.isalpha() or {singular(t[0]) for t in tokens[i:j]} <= words_:
                continue  # what names say is no slip
            near = difflib.get_close_matches(said, known, n=2, cutoff=SURE)
            if near and len({lexicon.keys[key][1] for key in near}) == 1:
                mentions.append(Mention((tokens[i].start(), tokens[j - 1].end()), *lexicon.keys[near[0]]))
    return mentions


def _narrowed(text: str, found: list[Mention], lexicon: Lexicon) -> list[tuple[Mention, frozenset[str]]]:
    """Mentions side by side narrow each other down: "S8 upper", "currents of S8 and S9", "S8和S9上辊电流"."""
    grammar = words()["grammar"]
    runs: list[list[Mention]] = []
    for mention in (m for m in found if m.kind != "unknown"):
        gap = text[runs[-1][-1].span[1] : mention.span[0]].strip() if runs else None
        joint = gap in grammar["of_joins"] or (
            gap in grammar["list_joins"] and mention.kind == "instance" and runs[-1][-1].kind in ("instance", "name")
        )
        runs[-1].append(mention) if runs and joint else runs.append([mention])
    narrowed: list[tuple[Mention, frozenset[str]]] = []
    for run in runs:
        limits = [m.names for m in run if m.kind in ("quantity", "qualifier")]
        if run[0].kind == "name":  # "mould flow narrow left and narrow right": the same quantity of both
            limits.append(lexicon.like(run[0].names))
        for mention in (m for m in run if m.kind in ("name", "instance")):
            names = mention.names
            for limit in limits:
                names = names & limit or names
            narrowed.append((mention, names))
        if limits and not any(m.kind in ("name", "instance") for m in run):
            quantities = [m for m in run if m.kind == "quantity"]
            names = frozenset.intersection(*limits) or (quantities[0].names if quantities else frozenset())
            narrowed += [(m, names) for m in quantities]
    return narrowed
