"""Which one of several alike: "compressor K4", "zone 5", "3号泵", "二区".

A manual on compressor K3 sounds like the answer about K4 and is none: another machine has other values. So the tags and
numbered things of a question are held against those of a passage. A passage that numbers no thing of the kind speaks
of any of them. Shipped pages speak of no plant's machines, so their numbers are examples.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.passage import Passage
from kb.search.glossary import THING, Glossary, Group
from kb.search.levels import root
from kb.text import STOP_WORDS

FILE = Path(__file__).with_name("numbered.toml")
REMEMBERED = 4096  # texts whose members are kept
MOST_DIGITS = 3  # of a tag that names a machine: longer ones are codes and parts, which other rules compare
SHORTEST = 4  # letters of a thing's name that no notion has
NAME = 6  # characters of a Chinese name at most
WIDEST = 200  # numbers that a range may hold
PACK = "pack:"  # how the origin of shipped passages begins
MACHINE = 1.6  # weight from which a notion is a machine or a trade, not its part or its matter ("pallet")
NONE: Group = frozenset()
_HAN = "\u4e00-\u9fff"
_DIGITS = {han: number for number, han in enumerate("一二三四五六七八九", start=1)}
_JOINT = r"\s*(?:[,，、/&+]|\b(?:and|or|to)\b|和|及|与|或|至|到|[-–—~～]|\.{2,3})\s*"
_RANGE = re.compile(r"\bto\b|[至到–—~～-]|\.\.", re.IGNORECASE)
_WORD = rf"(?:[A-Za-z-]+ )?[A-Za-z-]+|[{_HAN}]{{1,{NAME}}}"
_BEFORE, _BEHIND = re.compile(rf"({_WORD}) ?$"), re.compile(rf" ?({_WORD})")
BESIDE = 40  # characters in which the name next to a tag stands
_HASHED = re.compile(
    r"(?:(?<![\w.-])(?P<before>\d{1,2}) ?#|(?<!\w)(?:#|no\. ?)(?P<behind>\d{1,2})) ?"
    r"(?P<name>[a-z][a-z-]+(?: [a-z][a-z-]+)?)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


class Member(NamedTuple):
    """One of several alike. `kind` is what they have in common: letters of a tag ("#vp"), or the word before a number;
    `notions` what that word means, so that 空压机 3 is compressor 3. `beside` is the thing named next to a tag."""

    kind: str
    number: str
    written: str  # as it stands in the text
    notions: Group = NONE
    beside: Group = NONE

    def like(self, other: Member) -> bool:
        """Are both numbers of one kind?"""
        return (self.kind == other.kind != "") or not self.notions.isdisjoint(other.notions)

    @property
    def tagged(self) -> bool:
        """Is it a tag, such as K4?"""
        return self.kind.startswith("#")


class _Data(NamedTuple):
    kinds: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]  # name, before a number, behind or before one
    tag: re.Pattern[str]
    english: re.Pattern[str]
    chinese: re.Pattern[str]
    others: re.Pattern[str]
    substance: re.Pattern[str]
    nothing: str


@cache
def _data() -> _Data:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    other = table["other"]
    after = rf"(?![A-Za-z0-9_]|-[A-Za-z]|[.,]\d|\s*(?:{other['unit']})(?![a-z])|\s*(?:{other['unit_zh']}))"
    more = rf"(?P<more>(?:{_JOINT}(?:[A-Za-z]{{1,4}}[-_.]?)?\d{{1,3}}{after})*)"
    between = r"(?:[-_.]|(?-i:(?<![A-Za-z]{3})(?<=[A-Z]) )|)"
    tag = rf"(?<![\w.-])(?P<letters>[A-Z]{{1,4}}){between}(?P<number>\d{{1,{MOST_DIGITS}}})"
    han = rf"(?P<han>[一二三四五六七八九]|\d{{1,2}})\s*(?P<mark>[号#＃]?)\s*(?P<behind>[{_HAN}]{{1,{NAME}}})"
    before = rf"(?P<before>[{_HAN}]{{1,{NAME}}})\s*(?:No\.?\s*|#)?(?P<digit>\d{{1,2}})\s*[号#＃]?{after}"
    return _Data(
        tuple((kind["name"], re.compile(rf"(?:{kind['en']})", re.I), re.compile(kind["zh"])) for kind in table["kind"]),
        re.compile(rf"{tag}(?P<part>[A-Z]?)(?![A-Za-z0-9]|[.,]\d|-\d){more}", re.IGNORECASE | re.ASCII),
        re.compile(
            rf"(?P<name>(?<![\w-])[a-z][a-z-]+(?: [a-z][a-z-]+)?)\s+(?:no\.?\s*|nr\.?\s*|number\s+|#\s*)?"
            rf"(?P<number>\d{{1,2}}){after}{more}", re.IGNORECASE,
        ),
        re.compile(rf"(?<![\dA-Za-z_-])(?<!\d[.,]){han}|{before}", re.IGNORECASE),
        re.compile(rf"(?:{other['en']})$", re.IGNORECASE),
        re.compile(rf"(?:{other['substance']})$", re.IGNORECASE),
        other["nothing"],
    )  # fmt: skip


def members(text: str, words: Glossary) -> tuple[Member, ...]:
    """Every numbered thing that `text` names, ranges such as "zones 1-4" spelt out."""
    return _members(unicodedata.normalize("NFKC", text), words)


@lru_cache(REMEMBERED)
def _members(text: str, words: Glossary) -> tuple[Member, ...]:
    if not any(char.isdigit() or char in _DIGITS for char in text):
        return ()
    found = (*_tags(text, words), *_english(text, words), *_hashed(text, words), *_chinese(text, words))
    return tuple(dict.fromkeys(found))


def _tags(text: str, words: Glossary) -> Iterator[Member]:
    data = _data()
    for match in data.tag.finditer(text):
        letters = match["letters"].lower()
        if data.substance.match(letters) or data.substance.match(f"{letters}{match['number']}"):
            continue
        beside = _beside(text, match, words)
        for number in _numbers(match["number"] + match["part"].lower(), match["more"]):
            written = match[0][: match.start("more") - match.start()]
            yield Member(f"#{letters}", number, written, beside=beside)
            if beside and len(letters) == 1 and len(match["number"]) < MOST_DIGITS:  # compressor K3 is compressor 3
                yield Member("", number, written, notions=beside)


def _beside(text: str, match: re.Match[str], words: Glossary) -> Group:
    """The thing whose name stands next to a tag: "compressor K3", "K3 compressor", 空压机 K3."""
    before = _BEFORE.search(text[max(match.start() - BESIDE, 0) : match.start()])
    found = _thing(before[1], words) if before else NONE
    behind = None if found else _BEHIND.match(text[match.end() : match.end() + BESIDE])
    return _machines(_first_thing(behind[1], words), words) if behind else found


def _thing(name: str, words: Glossary) -> Group:
    """What the last word of `name`, or its last two, means, as far as that is a thing."""
    groups = words.asked(name).groups
    if name.isascii() and not words.asked(name.split(" ")[-1]).groups:
        return NONE  # what stands next to the number is a word that no notion has
    return _things(groups[-1], words) if groups else NONE


def _machines(group: Group, words: Glossary) -> Group:
    """Those of `group` that are machines: "K3 oil" does not say what K3 is."""
    return frozenset(n for n in group if words.notions[n].weight >= MACHINE)


def _first_thing(name: str, words: Glossary) -> Group:
    groups = words.asked(name).groups
    return _things(groups[0], words) if groups else NONE


def _things(group: Group, words: Glossary) -> Group:
    """`group` without quantities and what is seen of things."""
    notions = words.notions
    things = frozenset(n for n in group if notions[n].weight >= THING and not notions[n].sign)
    return things - words.of(_data().nothing).notions


def _english(text: str, words: Glossary) -> Iterator[Member]:
    data = _data()
    for match in data.english.finditer(text):
        name = match["name"].lower()
        last = name.split(" ")[-1]
        if data.others.match(last) or last in STOP_WORDS or data.substance.match(last):
            continue
        place = next((kind for kind, english, _ in data.kinds if english.fullmatch(last)), "")
        notions = NONE if place else _thing(name, words)
        if not place and not notions and (len(last) < SHORTEST or match["name"].split(" ")[-1].isupper()):
            continue  # "LGHP 2" is a grease
        for number in _numbers(match["number"], match["more"]):
            written = f"{last} {match['number']}"
            yield Member(place or root(last), number, written, notions=notions)


def _hashed(text: str, words: Glossary) -> Iterator[Member]:
    """ "2# dryer", "#2 dryer": the first thing that is named behind the number."""
    for match in _HASHED.finditer(text):
        number, name = match["before"] or match["behind"], match["name"]
        notions = _first_thing(name, words)
        if notions:
            yield Member("", number, f"{name.split(' ')[0]} {number}", notions=notions)


def _chinese(text: str, words: Glossary) -> Iterator[Member]:
    """二区, 3号泵, 空压机 3: places need no 号 between number and name."""
    data = _data()
    for match in data.chinese.finditer(text):
        if match["han"]:
            number = str(_DIGITS.get(match["han"], match["han"]))
            place = next((kind for kind, _, chinese in data.kinds if chinese.match(match["behind"])), "")
            name = "" if place or not match["mark"] else _known(match["behind"], words, first=True)
            written = match[0][: match.start("behind") - match.start()] + (name or match["behind"][:1])
        else:
            number, place, written = match["digit"], "", match[0]
            name = _known(match["before"], words, first=False)
        notions = _thing(name, words) if name else NONE
        if place or notions:
            yield Member(place or name, number, written, notions=notions)


def _known(text: str, words: Glossary, first: bool) -> str:
    """The longest name of the glossary that `text` begins with, or ends with; "" without one."""
    names = (text[:length] if first else text[-length:] for length in range(len(text), 0, -1))
    return next((name for name in names if name in words.chinese), "")


def _numbers(first: str, more: str) -> Iterator[str]:
    """The numbers of "3", " and 5-7" as they are written, and those within a range."""
    yield first
    last, place = first, 0
    for match in _NUMBER.finditer(more):
        if _RANGE.search(more[place : match.start()]) and last.isdigit():
            inner = range(int(last) + 1, int(match[0]))
            yield from map(str, inner if len(inner) < WIDEST else ())
        yield match[0]
        last, place = match[0], match.end()


def of_another(asked: Sequence[Member], passage: Passage, words: Glossary) -> list[Member]:
    """The things in `passage` that stand for others of the kind that a question asks about (`asked`): it speaks of K3,
    and nowhere of K4, which is asked for. Empty where it names what is asked for, or no number of the kind."""
    if not asked or passage.origin.startswith(PACK):
        return []
    title = members(f"{passage.title} {passage.asset}", words)
    spoken = (*title, *members(f"{passage.text}\n{passage.document}", words))
    found = []
    for one in _kinds(asked):
        alike = [(mine, other) for mine in one for other in spoken if other.like(mine)]
        if not any(_same(mine, other) for mine, other in alike):
            found += [other for mine, other in alike if other in title or _of_one_thing(mine, other, words)]
    return list(dict.fromkeys(found))


def names(asked: Sequence[Member], passage: Passage, words: Glossary) -> bool:
    """Does `passage` name one of the things that a question asks about?"""
    spoken = members(f"{passage.title}\n{passage.asset}\n{passage.text}\n{passage.document}", words)
    return any(_same(mine, other) for mine in asked for other in spoken if other.like(mine))


def _kinds(asked: Iterable[Member]) -> list[list[Member]]:
    """The members of a question, each kind together: of "K3 or K4" a passage needs to name one."""
    kinds: list[list[Member]] = []
    for one in asked:  # K4 and, by what stands beside it, compressor 4 are one
        kind = next((kind for kind in kinds if any(k.like(one) or k.written == one.written for k in kind)), None)
        if kind is None:
            kinds.append([one])
        else:
            kind.append(one)
    return kinds


def _same(mine: Member, other: Member) -> bool:
    """P-201 is P-201A as well as P-201B."""
    one, two = mine.number.lstrip("0") or "0", other.number.lstrip("0") or "0"
    return one == two or (one.rstrip("abcdefghijklmnopqrstuvwxyz") == two) or (two.rstrip("abcdefghijk") == one)


def _of_one_thing(mine: Member, other: Member, words: Glossary) -> bool:
    """Is a tag in the text one of the same things? "S46" may be an oil, where roll S8 is asked about."""
    if not mine.tagged or not other.tagged or len(mine.kind) > 2:
        return True
    return not (mine.beside or _machines(other.beside, words)).isdisjoint(other.beside)
