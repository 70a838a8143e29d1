"""A sentence of Andon's own in its other language: found again as the template that it was made from.

The vocabulary, the pack and the phrase books hold everything twice. What is none of theirs (a model's words, a remark
in the file) is not turned: nobody here translates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from string import Formatter

from kb.packs import Pack
from roles import wording as roles_wording
from roles.deciding.figures import SPANS
from roles.deciding.telling import capital, small
from roles.phrasebook import Phrasebook
from roles.types import Lang
from workers import wording

ENDS = "。.!！?？"
KEYS = {
    roles_wording.BOOK: ("when_", "fault_at", "decide_", "why_", "ask_", "fact_"),
    wording.BOOK: (
        "headline_", "finding_", "root_reason", "reason_", "passing_", "answer_", "reference_", "quality_", "reply_",
        "swinging_", "silence_", "detect_few_rows", "detect_scattered",
    ),
}  # fmt: skip
AS_THEY_ARE = (  # read from the file, or ids
    "unit", "before", "after", "id", "refs", "zone", "file", "names", "note", "header",
)  # fmt: skip
PLAIN = re.compile(r"[\d.,:+\-−/%~→\s]*|[A-Z]{1,3}\d{1,4}")  # numbers, times, S8
LEAST = 3  # letters of a template beside its placeholders; with fewer it would fit anything
CAPITAL = {("decide_fault", "what"), ("decide_torn", "what"), ("decide_recognised", "change")}  # they begin a headline
SMALL = ("cause", "first", "second", "fault")  # within one
NUMBER, TIME, ABOUT = r"[-+−]?\d[\d.,]*(?:e[-+]?\d+)?", r"\d[\d:\- ]*", r"(?:about |约)?"
UNIT = r"(?: ?(?:1/)?[^\s,;，；、。:：()（）\d→][^\s,;，；、。:：()（）→]*)?"
HOLDS = {  # placeholders that hold nothing but this; any other may hold words
    **dict.fromkeys(("number", "change", "value", "low", "high", "spread_ratio"), NUMBER),
    **dict.fromkeys(("confidence", "best", "threshold"), NUMBER),
    **dict.fromkeys(("end", "clock", "alarm"), TIME),
    "start": rf"(?:about |约)?{TIME}",
    "onset": rf"{TIME}|about {TIME} \(give or take [^()]*\)|约{TIME}（前后[^（）]*）",
    "when": rf"since {ABOUT}{TIME}|from {ABOUT}{TIME} to {TIME}|at {TIME}(?: for [^,;]*)?"
    rf"|自{ABOUT}{TIME}起|{ABOUT}{TIME}至{TIME}|{TIME}时(?:（持续[^（）]*）)?",
    "until": rf"(?: and goes on| until {TIME}|，仍在持续|，至{TIME})?",  # of a slow oscillation, like its course
    "course": r"(?:, and it grows|, and it dies away|，且在增大|，且在衰减)?",
    "amplitude": NUMBER,
    "behind": rf"{NUMBER} ?[a-z秒分钟小时天]+",
    "unit": UNIT,
    "points": rf"{UNIT}| percentage points|个百分点",  # of a change: its unit, but of what is counted in %
}
DOES = "does_"
STOP = {"en": ".", "zh": "。"}
SEPARATORS = {"en": ("; ", ", "), "zh": ("；", "、", "，")}


class Turner:
    """Turns sentences from one language into the other. `names`: what is called otherwise there, as text -> text."""

    def __init__(self, pack: Pack, source: Lang, target: Lang, names: Mapping[str, str]) -> None:
        self.source, self.target = source, target
        self.twins = {_bare(text): twin for text, twin in [*_of_pack(pack, source, target), *names.items()] if text}

    def turn(self, text: str) -> str | None:
        """The sentence in the other language; None when it is not one of ours."""
        return self._one(text) or self._listed(text) if text.strip() else text

    def _one(self, text: str) -> str | None:
        """One word, fact or sentence."""
        twin = self.twins.get(_bare(text))
        if twin is not None:
            return self._ended(twin, text)
        if PLAIN.fullmatch(text):
            return text
        return self._span(text) or self._does(text) or self._said(text)

    def _ended(self, twin: str, like: str) -> str:
        """With a full stop where the other one has it, small where it is small."""
        twin = twin.rstrip("。.")
        stop = STOP[self.target] if like.rstrip().endswith(("。", ".")) else ""
        return f"{small(twin) if like[:1].islower() else twin}{stop}"

    def _span(self, text: str) -> str | None:
        """ "5.22 min" """
        for word, other in zip(SPANS[self.source], SPANS[self.target], strict=True):
            number = text.removesuffix(word)
            if number != text and PLAIN.fullmatch(number):
                return f"{number}{other}"
        return None

    def _does(self, text: str) -> str | None:
        """ "mould level swings": a quantity and what it does."""
        for key, entry in roles_wording.BOOK.entries.items():
            if key.startswith(DOES) and text.endswith(entry[self.source]):
                name = self._one(text.removesuffix(entry[self.source]).strip())
                if name:
                    return f"{name}{' ' if self.target == 'en' else ''}{entry[self.target]}"
        return None

    def _said(self, text: str) -> str | None:
        """A sentence of the phrase books, its parts turned too."""
        for book, key, pattern in _patterns(self.source):
            for stop in ("", STOP[self.source]):  # within a longer sentence it stands without its full stop
                found = pattern.fullmatch(f"{text}{stop}")
                if found is not None and (parts := self._parts(key, found.groupdict())) is not None:
                    said = _filled(book.entries[key][self.target], parts)
                    return said.removesuffix(STOP[self.target]) if stop else said
        return None

    def _parts(self, key: str, found: Mapping[str, str]) -> dict[str, str] | None:
        parts = {}
        for name, value in found.items():
            turned = value if name in AS_THEY_ARE else self.turn(value)
            turned = value if turned is None and name == "points" else turned
            if turned is None:
                return None
            if key.startswith("decide_"):
                turned = capital(turned) if (key, name) in CAPITAL else small(turned) if name in SMALL else turned
            parts[name] = turned
        return parts

    def _listed(self, text: str) -> str | None:
        """Parts of one sentence, in the separators of the other language."""
        for mark in SEPARATORS[self.source]:
            pieces = text.split(mark)
            if len(pieces) > 1 and (parts := self._pieces(pieces, mark)) is not None:
                return SEPARATORS[self.target][0 if mark in "；; " else 1].join(parts)
        return None

    def _pieces(self, pieces: list[str], mark: str) -> list[str] | None:
        """As few parts as can be turned: "climbing, +9 mm" is one, though it holds the mark."""
        if not pieces:
            return []
        for count in range(1, len(pieces) + 1):
            first = mark.join(pieces[:count])
            one = self._one(first) or (self._listed(first) if count == 1 else None)
            rest = self._pieces(pieces[count:], mark) if one else None
            if one and rest is not None:
                return [one, *rest]
        return None


@cache
def _patterns(lang: Lang) -> list[tuple[Phrasebook, str, re.Pattern[str]]]:
    """The sentences of the books as patterns, those with the most words of their own first."""
    found = []
    for book, prefixes in KEYS.items():
        for key, entry in book.entries.items():
            own = re.sub(r"\{[^}]*\}", "", entry[lang])
            short = key in ("fault_at", "when_at") or key.startswith("fact_")  # nothing else looks like them
            enough = sum(c.isalpha() for c in own) >= (LEAST if lang == "en" else 1)
            if key.startswith(prefixes) and (short or enough):
                found.append((len(own), book, key, _pattern(entry[lang])))
    return [(book, key, pattern) for _, book, key, pattern in sorted(found, key=lambda each: -each[0])]


def _pattern(sentence: str) -> re.Pattern[str]:
    """A template with its placeholders as groups; one that stands twice must say the same twice."""
    parts, seen = [], set()
    for literal, name, _, _ in Formatter().parse(sentence):
        parts.append(re.escape(literal))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{HOLDS.get(name, '.*?')})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _filled(sentence: str, parts: Mapping[str, str]) -> str:
    """A template with texts in its places: numbers were written already."""
    return "".join(literal + (parts[name] if name else "") for literal, name, _, _ in Formatter().parse(sentence))


def _bare(text: str) -> str:
    """A text as the dictionary knows it: without its full stop, the first letter small."""
    text = text.strip().rstrip(ENDS)
    return text[:1].lower() + text[1:]


def _of_pack(pack: Pack, source: Lang, target: Lang) -> Iterator[tuple[str, str]]:
    """What the pack says in both languages: faults with their signs, actions and asks, relations, quantities."""
    for fault in pack.faults:
        yield fault.name(source), fault.name(target)
        yield from zip(fault.asks_for(source), fault.asks_for(target), strict=False)
        yield from ((sign.text(source), sign.text(target)) for sign in (*fault.sign, *fault.against))
        yield from ((action.text(source), action.text(target)) for action in fault.action)
    for relation in pack.relations:
        yield relation.reason(source), relation.reason(target)
    for quantity in pack.vocabulary.quantities:
        yield quantity.name(None, source), quantity.name(None, target)
        for instance, named in quantity.instances.items():
            yield getattr(named, source), getattr(named, target)
            yield instance, getattr(named, target)


def names_of(columns: Iterable[str], pack: Pack, source: Lang, target: Lang) -> dict[str, str]:
    """What the columns are called in either language; one that nobody knows keeps its name."""
    found = {}
    for column in columns:
        term = pack.vocabulary.match(column)
        names = [column, column] if term is None else [term.name(source), term.name(target)]
        found[names[0]] = names[1]
        found[f"{names[0]} ({column})"] = f"{names[1]} ({column})"  # where two columns have one name
        found[column] = column
        if term is not None:
            found[column.replace("_", " ")] = names[1]
    return found
