"""A glossary of two languages: which notions a text speaks of, and how each language says them.

A notion is a set of English and Chinese words for one thing. Texts are compared by their notions, so "plug rod" finds
"stopper", and a Chinese passage that speaks of 塞棒 covers the English question's "stopper" (dictionary-based
cross-language retrieval, Pirkola 1998, SIGIR: all translations of a word count as one word). English is matched by
stems, as phrases, British and American spelling alike; Chinese, which has no spaces, by the characters themselves.
The pack's words and those of general industry are shipped; a plant adds its own in such a file (docs/search.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from kb.errors import KnowledgeError
from kb.passage import Frozen, Lang
from kb.search.levels import PIECE, Body, Group, level, levels, pieces, root, with_neighbour
from kb.search.variants import spellings
from kb.text import STOP_WORDS, is_filler, stem, tokens

__all__ = ["THING", "Asked", "Body", "Glossary", "Group", "Notion", "Section", "current", "glossary", "read", "use"]

FILE = Path(__file__).parents[1] / "packs/continuous_casting/glossary.toml"
MACHINERY = Path(__file__).parent / "machinery.toml"  # general industry: what the pack's words do not name
SHIPPED = (FILE, MACHINERY)
REMEMBERED = 8192  # texts whose notions are kept
PLENTY = 6.0  # weight of a question's notions from which more proves nothing more
NONE: frozenset[int] = frozenset()
THING = 1.0  # weight from which a notion is a thing of the plant, not an everyday word
PARTICLES = frozenset(
    ["out", "off", "away", "up", "down", "over", "in", "on", "onto"]
)  # "break out" names no kind of out
LINKS = frozenset(["is", "are", "was", "were", "be", "been"])  # "the oil is sampled" speaks of "oil sampled"
UNKNOWN = 0.5  # weight of a word that no notion has: it counts where it stands as it is


class Section(Frozen):
    """Notions of one field. `weight` says how much one tells of what a text is about; `elsewhere` marks machines and
    trades that the pack is not about, `signs` what is seen of things ("rises"), `anywhere` what any machine has.
    `private` marks life outside a plant. `joins`: a line whose first English word is known from before adds its other
    words to that notion."""

    name: str
    weight: float = Field(1.0, gt=0)
    elsewhere: bool = False
    signs: bool = False  # what things do, not what they are
    anywhere: bool = False  # naming it does not say which machine
    private: bool = False  # no page of a plant is about it
    joins: bool = False
    terms: tuple[tuple[str, str], ...]  # English words, Chinese words, each list parted by commas


class Notion(NamedTuple):
    """One thing: how much it tells, and the words of the full-text index for it in each language."""

    weight: float
    elsewhere: bool
    sign: bool
    anywhere: bool
    private: bool
    terms: Mapping[Lang, tuple[str, ...]]


class Asked(NamedTuple):
    """What a question speaks of: one group for each word that is known, and the words that are not."""

    groups: tuple[Group, ...]
    unknown: tuple[str, ...]


class _Match(NamedTuple):
    first: int
    last: int
    notions: Group


class Glossary:
    """All notions of some sections; see the head of this file."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self.notions: list[Notion] = []
        self.forms: dict[str, str] = {}  # stem of every English word -> the word
        self._en: dict[tuple[str, ...], set[int]] = {}
        self.chinese: dict[str, set[int]] = {}  # names of notions
        for section in sections:
            for en, zh in section.terms:
                self._add(section, en, zh)
        self._lengths_en, self._lengths_zh = _lengths(self._en, 1), _lengths(self.chinese, 1)
        self._longer_en, self._longer_zh = _lengths(self._en, 2), _lengths(self.chinese, 2)
        every = (*self._en.items(), *self.chinese.items())
        self._single = {words[0]: numbers for words, numbers in every if len(words) == 1}
        self.heads = self._heads()
        self.of = lru_cache(REMEMBERED)(self.read)  # the same passages come up again and again
        self.asked = lru_cache(REMEMBERED)(self._asked)
        self.weight = lru_cache(REMEMBERED)(self._weight)

    def _add(self, section: Section, en: str, zh: str) -> None:
        forms = [_words(form) for form in level(en).split(",")]
        spoken: dict[str, str] = {}  # stem -> word
        for word in (word for words in forms for word in words):
            spoken.setdefault(stem(word), word)
        english = [tuple(map(root, words)) for words in forms if words]
        chinese = [form.strip() for form in level(zh).split(",") if form.strip()]
        for first, word in spoken.items():
            self.forms.setdefault(first, word)
        terms: dict[Lang, tuple[str, ...]] = {
            "en": tuple(one for one in spoken if len(one) > 1 and one not in STOP_WORDS),
            # the index holds pairs of characters: a single one is not in it
            "zh": tuple(token for word in chinese if len(word) > 1 for token in tokens(word)),
        }
        numbers = set(self._en.get(english[0], ())) if section.joins and english else set()
        for number in numbers:
            notion = self.notions[number]
            self.notions[number] = notion._replace(terms={lang: notion.terms[lang] + terms[lang] for lang in terms})
        if not numbers:
            numbers.add(len(self.notions))
            flags = (section.elsewhere, section.signs, section.anywhere, section.private)
            self.notions.append(Notion(section.weight, *flags, terms))
        for words in english:
            self._en.setdefault(words, set()).update(numbers)
        for word in chinese:
            self.chinese.setdefault(word, set()).update(numbers)

    def _heads(self) -> dict[str, dict[str, Group]]:
        """Of two-word English names of things whose last word alone names nothing: first -> last word -> notions."""
        found: dict[str, dict[str, Group]] = {}
        for words, numbers in self._en.items():
            things = frozenset(n for n in numbers if self.notions[n].weight >= THING and not self.notions[n].sign)
            if len(words) == 2 and things and words[1] not in self._single and words[1] not in PARTICLES:
                lasts = found.setdefault(words[0], {})
                lasts[words[1]] = lasts.get(words[1], NONE) | things
        return found

    def read(self, text: str) -> Body:
        """Every notion that `text` speaks of, also those whose word is part of a longer one, and its words."""
        return self._read(level(text))

    def read_each(self, lines: Sequence[str]) -> list[Body]:
        """read() of each of `lines`."""
        return [self._read(line) for line in levels(lines)] if lines else []

    def _read(self, levelled: str) -> Body:
        found = pieces(levelled)
        stems = [root(word) for word in found if word.isascii() and word not in LINKS]
        runs = ",".join(piece for piece in found if not piece.isascii())  # no word has a comma
        single, longer = self._single, self._longer_en
        named: list[Set[int]] = [single[word] for word in single.keys() & {*stems, *runs}]
        for first, pair in enumerate(pairwise(stems)):
            if pair in longer:
                for length in longer[pair]:
                    named.append(self._en.get(tuple(stems[first : first + length]), NONE))
        longer = self._longer_zh
        for first, pair in enumerate(pairwise(runs)):
            if pair in longer:
                for length in longer[pair]:
                    named.append(self.chinese.get(runs[first : first + length], NONE))
        return Body(NONE.union(*named), f" {' '.join(found)} ")

    def _english(self, stems: Sequence[str]) -> Iterator[_Match]:
        for first, stem_ in enumerate(stems):
            for last in (first + length for length in self._lengths_en.get((stem_,), ())):
                if last <= len(stems) and (notions := self._en.get(tuple(stems[first:last]))):
                    yield _Match(first, last, frozenset(notions))

    def _chinese(self, run: str, start: int) -> Iterator[_Match]:
        for first, char in enumerate(run):
            for last in (first + length for length in self._lengths_zh.get((char,), ())):
                if last <= len(run) and (notions := self.chinese.get(run[first:last])):
                    yield _Match(start + first, start + last, frozenset(notions))

    def _asked(self, text: str) -> Asked:
        """What a question speaks of: its longest known words, and what is left of it without question words."""
        plain = level(text)
        found = list(PIECE.finditer(plain))
        words = [piece["word"] for piece in found if piece["word"]]
        english = _longest(self._english([root(word) for word in words]))
        groups = [m.notions for m in english if m.last - m.first > 1 or words[m.first] not in STOP_WORDS]
        taken = {place for m in english for place in range(m.first, m.last)}
        unknown = [w for place, w in enumerate(words) if place not in taken and _tells(w)]
        if not plain.isascii():
            chinese = _longest(m for p in found if p["han"] for m in self._chinese(p["han"], p.start()))
            filler = is_filler(plain)
            groups += [m.notions for m in chinese if not all(filler[m.first : m.last])]
            taken = {place for m in chinese for place in range(m.first, m.last)}
            left = "".join(" " if place in taken or filler[place] else char for place, char in enumerate(plain))
            unknown += [with_neighbour(piece, plain, filler) for piece in PIECE.finditer(left) if piece["han"]]
        return Asked(tuple(dict.fromkeys(groups)), tuple(dict.fromkeys(unknown)))

    def _weight(self, group: Group) -> float:
        """The greatest weight among the notions of a word."""
        return max(self.notions[number].weight for number in group)

    def covered(self, asked: Asked, body: Body) -> float:
        """Share of what is asked that `body` speaks of, by weight."""
        whole = there = 0.0
        for group in asked.groups:
            whole += (weight := self.weight(group))
            if not group.isdisjoint(body.notions):
                there += weight
        for word in asked.unknown:
            whole += UNKNOWN
            there += UNKNOWN * body.holds(word)
        return there / whole if whole else 0.0

    def said(self, asked: Asked, body: Body) -> float:
        """How much the question says that is understood, 0..1: 1 from a weight of PLENTY. A word that no notion has is
        understood where it stands in `body`: a plant's own documents have their own words."""
        heard = sum(UNKNOWN * body.holds(word) for word in asked.unknown)
        return min((sum(self.weight(group) for group in asked.groups) + heard) / PLENTY, 1.0)

    def unknown(self, asked: Asked, body: Body) -> float:
        """Share of the question's words that no notion has and that do not stand in `body` either."""
        whole = len(asked.groups) + len(asked.unknown)
        return sum(1.0 - body.holds(word) for word in asked.unknown) / whole if whole else 1.0

    def strange(self, asked: Asked, body: Body) -> bool:
        """Does the question name another machine or trade, which `body` does not speak of?"""
        return any(all(self.notions[n].elsewhere for n in group) and not group & body.notions for group in asked.groups)

    def terms(self, asked: Asked, lang: Lang, most: int) -> list[str]:
        """Words of the full-text index in `lang` for what is asked, weightiest notions first, at most `most`."""
        found: dict[str, None] = {}
        for group in sorted(asked.groups, key=self.weight, reverse=True):
            for number in sorted(group):
                found |= dict.fromkeys(self.notions[number].terms[lang])
        if lang == "en":  # a word that no notion has may stand there in the other spelling
            found |= dict.fromkeys(s for word in asked.unknown if word.isascii() for s in spellings(stem(word))[1:])
        return list(found)[:most]


def _lengths(words: Iterable[Sequence[str]], first: int) -> dict[tuple[str, ...], tuple[int, ...]]:
    """For the `first` stems or characters of each word that has so many the lengths of the words that begin with them,
    rising: most begin none."""
    lengths: dict[tuple[str, ...], set[int]] = {}
    for word in words:
        if len(word) >= first:
            lengths.setdefault(tuple(word[:first]), set()).add(len(word))
    return {beginning: tuple(sorted(found)) for beginning, found in lengths.items()}


def _words(levelled: str) -> list[str]:
    """The English words of a levelled text."""
    return [piece for piece in pieces(levelled) if piece.isascii()]


def _tells(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in STOP_WORDS


def _longest(matches: Iterable[_Match]) -> list[_Match]:
    """Matches that lie in no longer one."""
    found = list(matches)
    return [m for m in found if not any(_within(m, other) for other in found)]


def _within(one: _Match, other: _Match) -> bool:
    return other.first <= one.first and one.last <= other.last and other.last - other.first > one.last - one.first


def read(file: Path) -> list[Section]:
    """The sections of a glossary file; KnowledgeError failure_kb_glossary when it does not hold together."""
    try:
        table: Mapping[str, list[object]] = tomllib.loads(file.read_text(encoding="utf-8"))
        return [Section.model_validate(entry) for entry in table.get("section", [])]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        detail = str(error).splitlines()[0]
        raise KnowledgeError("failure_kb_glossary", file=file, detail=detail) from error


@cache
def glossary(*more: Path) -> Glossary:
    """The shipped notions and those of the files `more`; each combination is read once."""
    return Glossary(section for file in (*SHIPPED, *more) for section in read(file))


_plant: tuple[Path, ...] = ()


def use(file: Path) -> None:
    """From now on this process also knows the plant's own words in `file`; a missing file adds none."""
    global _plant
    files = (file,) if file.is_file() else ()
    glossary(*files)  # a file that does not hold together changes nothing
    _plant = files


def current() -> Glossary:
    """The glossary of this process: the shipped one, with the plant's words after use()."""
    return glossary(*_plant)
