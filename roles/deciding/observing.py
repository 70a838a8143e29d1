"""Sentences of an engine about a cause, held one by one against what was measured; what does not stand is dropped.

A sentence may observe and weigh, nothing else. A movement needs a finding of that sensor, that way; a number needs its
sensor, its unit and its place ("from", "to"); a time is that sensor's; an order of two things is the order of their
onsets. A sentence without a sensor has to say how well something fits. Whoever operates, advises, foretells, judges
people or speaks of what protects is not observing. Words are data (observing.toml).

It reads shape, not meaning, and drops rather than lets pass: the rules' own words stand in for what is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from roles.deciding import phrases, quantities, sequence, spokenclocks, symptoms
from roles.deciding.ends import End, end_of
from roles.deciding.improper import improper
from roles.deciding.mentions import Mention, mentions, words
from roles.deciding.supporting import Known, known_of, unsupported
from roles.deciding.types import Case
from roles.deciding.ways import pattern, said
from roles.sentences import sentences
from roles.types import Finding
from roles.unfit import foreign

CLOCK = re.compile(r"(?<!\d)(?:\d{2}-\d{2} )?(\d{1,2}):(\d{2})(?::\d{2})?")
CLAUSE = re.compile(
    r"(?<!\d)[,:]|[,:](?!\d)|[;，；：、]|\s-\s"
    r"|\b(?:while|whereas|and|but|although|though|because|so|which|then|when)\b|\b(?:before|after)\b(?! the alarm| \d)"
    r"|而(?!且)|但|随后|同时|然后|之后"
)
KINDS = {"up": {"rise", "drift_up", "spike"}, "down": {"fall", "drift_down", "dip"}, "swing": {"swing", "oscillation"}}
OF_A_SENSOR = set().union(*KINDS.values()) | {"calm", "stuck", "moved", "dropout", "rounding", "decoupled"}
NEARLY = re.compile(
    r"(?:\b(?:by|about|around|before|until|towards?|from about|since about|(?:just|shortly|soon) after)|约|近|左右|到)"
    r"\s*$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\s?(?:of )?(?:the )?(?:\w+ )?(?:signs?|findings?|sensors?|events?|causes?)"
    r"|\s?个?(?:征兆|反证|发现|传感器|事件|原因)"
)
BEFORE = "|".join(symptoms.sign_words()["before_en"].values())


def observed(text: str, case: Case, known: Known | None = None) -> str:
    """The sentences of `text` that say nothing but what `case` bears out, in their order; "" where none does. `known`
    is what is given of the cause that they are about; without it, of every fault."""
    chinese, known = case.lang == "zh", known or known_of(case)
    kept = [s for part in sentences(text) for s in _parts(part) if not list(wrong(s, case, known))]
    return ("" if chinese else " ").join(kept)


def _parts(sentence: str) -> list[str]:
    """A sentence, in the parts that a semicolon makes."""
    return [part.strip() for part in re.findall(r"[^;；]+[;；]?", sentence) if part.strip(" ;；")]


def wrong(sentence: str, case: Case, known: Known) -> Iterator[str]:
    """What is wrong with one sentence."""
    reading = Reading(sentence, case)
    unsafe = list(improper(reading.masked, case.lang))
    if foreign(reading.masked, case.lang):
        unsafe.append(f"it is not in the reader's language ({case.lang})")
    yield from unsafe
    if not unsafe and not reading.is_quote:
        yield from reading.untrue()
        clauses = [text.lower() for _, _, text in reading.clauses()]
        yield from unsupported(reading.text.lower(), clauses, case, known, grounded=reading.grounded)


def mentions_taken_out(text: str, case: Case) -> str:
    """A text with marks for the sensors that it names."""
    return Reading(text, case).masked


class Reading:
    """One sentence, clause by clause."""

    def __init__(self, sentence: str, case: Case) -> None:
        clocks = [t for e in case.events for t in (e.start, e.end, e.alarm) if t]
        self.clocks = [*clocks, *(str(f.values["clock"]) for f in case.findings if f.values.get("clock"))]
        sentence = spokenclocks.as_shown(sentence, self.clocks)
        self.text, self.case = sentence, case
        self.found = phrases.whole(sentence, mentions(sentence, case.sensors), case.sensors)
        self.masked = sentence
        for mention in reversed(self.found):
            self.masked = self.masked[: mention.at] + "#" * (mention.end - mention.at) + self.masked[mention.end :]
        self.units = {s.name: s.unit or "" for s in case.sensors}
        self.grounded = False  # something of it was measured: known once `untrue` was read
        self.moves: list[tuple[int, str, list[Finding]]] = []  # where, which way, the findings that are meant

    @cached_property
    def is_quote(self) -> bool:
        """Does a reviewed passage or a sign of a fault say just this?"""
        plain = " ".join(self.text.split()).strip(" .。;；")
        sources = [p.text for p in self.case.passages if p.status == "verified" and p.kind != "web"]
        sources += [sign.text for fault in self.case.faults for sign in (*fault.signs, *fault.against)]
        return len(plain) > 3 and any(plain in " ".join(source.split()) for source in sources)

    def untrue(self) -> Iterator[str]:
        """What was not measured so."""
        grounded, last = False, None
        for start, end, _ in self.clauses():
            own = [m for m in self.found if start <= m.at < end]
            faults, sure = self._clause(start, end, own, last)
            yield from faults
            grounded = grounded or sure
            last = own[-1] if own else last
        if not grounded and not re.search(
            rf"\b(?:{words()['fits_en']})\b|{words()['fits_zh']}", self.masked, re.IGNORECASE
        ):
            yield "nothing of it was measured"
        yield from sequence.turned(self.masked.lower(), self.moves)

    def clauses(self) -> list[tuple[int, int, str]]:
        """Where each clause begins and ends, and what it says with its sensors taken out."""
        ends = [*(m.start() for m in CLAUSE.finditer(self.masked)), len(self.text)]
        return [(start, end, self.masked[start:end]) for start, end in pairwise([0, *ends])]

    def _clause(self, start: int, end: int, own: list[Mention], last: Mention | None) -> tuple[list[str], bool]:
        text, wrong_, grounded = self.text[start:end].lower(), [], False
        bare = self.masked[start:end].lower()
        supposed = bool(said("supposed").search(bare))
        unexplained = re.search(words()["explains_not"], bare) is not None
        negated = bool(said("not").search(re.sub(words()["explains_not"], " ", bare)))
        still = bool(said("still").search(bare))
        ways = self.ways(bare)
        for at, way in ways:
            mention = self.meant(start + at, own, last)
            findings = self._findings(mention, way) if mention is not None else []
            if supposed:
                continue
            if mention is not None and not (negated or still) and not self._of_all(mention, findings):
                findings = []
            if negated or still:
                if findings:
                    wrong_.append(f"{way}: measured, and denied")
            elif not findings:
                wrong_.append(f"{way}: not measured")
            else:
                grounded = self.grounded = True
                self.moves.append((start + at, way, findings))
        for mention in own:
            moved = self._findings(mention, None)
            denied = negated and mention.exact and re.search(words()["moving"], bare)
            if not ways and (still or denied) and any(f.kind != "operating_change" or mention.exact for f in moved):
                wrong_.append("it did change")
            numbered = any(c.isdigit() for c in CLOCK.sub(" ", bare))  # each is looked at below
            if not ways and not (still or negated or supposed or moved or numbered or unexplained):
                wrong_.append("nothing was measured of it")
            grounded = grounded or bool(moved) or still or negated or numbered
            self.grounded = self.grounded or still or negated or numbered
            if said("over").search(bare) and any(f.event in self._going for f in moved):
                wrong_.append("it goes on, and is told as over")
        nearest = own[-1] if own else last
        if nearest is not None and re.search(words()["first"], bare):
            self.moves.append((start, "", self._findings(nearest, None)))
        about = [self.meant(start + n, own, last) for n in range(len(text))] if own or last else []
        wrong_ += self._clocks(start, text, own, last, ways)
        wrong_ += self._numbers(start, text, about, {way for _, way in ways}, supposed)
        return wrong_, grounded

    def ways(self, bare: str) -> list[tuple[int, str]]:
        """The movements that a clause tells (sensors taken out), with where their words stand."""
        found = [(m.start(), way) for way in ("up", "down", "swing") for m in pattern(way).finditer(bare)]
        swings = [each for each in found if each[1] == "swing"][:1]
        return sorted(
            [*swings, *(m for m in found if m[1] != "swing" and (not swings or _apart(bare, m[0], swings[0][0])))]
        )

    def meant(self, at: int, own: list[Mention], last: Mention | None) -> Mention | None:
        """The sensor that something at `at` is said of: the one that stands before it, but for "the falling speed"."""
        attribute = re.match(rf"(?:{BEFORE})\s+", self.text[at:], re.IGNORECASE)
        behind = [m for m in own if attribute and m.at == at + attribute.end()]
        if behind:
            return behind[0]
        before = [m for m in own if m.at <= at]
        return before[-1] if before else own[0] if own else last

    def _findings(self, mention: Mention, way: str | None) -> list[Finding]:
        return [f for f in self.case.findings if self._is_of(f, mention) and (way is None or goes(f, way))]

    def _of_all(self, mention: Mention, findings: list[Finding]) -> bool:
        """Do all sensors move that are told to? "All roll currents", 其他辊电流均."""
        around = self.text[max(0, mention.at - 20) : mention.at].lower(), self.text[mention.end : mention.end + 4]
        moved = {f.sensor for f in findings}
        if re.search(words()["all"], around[0]) or re.match(r"[也]?[均都全]", around[1]):
            return mention.columns <= moved
        return len(moved) > 1 if re.search(words()["other"], around[0]) else True

    def _is_of(self, finding: Finding, mention: Mention) -> bool:
        if finding.kind == "operating_change":  # of a setpoint, told of what follows it
            column = str(finding.values.get("column") or "")
            return any(column == name or column.startswith(f"{name}_") for name in mention.columns)
        return finding.sensor in mention.columns and finding.kind in OF_A_SENSOR

    def _clocks(
        self, start: int, text: str, own: list[Mention], last: Mention | None, ways: list[tuple[int, str]]
    ) -> Iterator[str]:
        whole = [t for e in self.case.events if e.kind != "operating_change" for t in (e.start, e.end, e.alarm) if t]
        for found in CLOCK.finditer(text):
            mention = self.meant(start + found.start(), own, last)
            of = [f for f in self.case.findings if mention is None or self._is_of(f, mention)]
            of = [f for f in of if not ways or any(goes(f, way) for _, way in ways)] or of
            allowed = [*whole, *(str(f.values.get("clock") or "") for f in of)]
            slack = 10 if NEARLY.search(text[: found.start()]) else 0
            minute = int(found[1]) * 60 + int(found[2])
            if not any(abs(m - minute) <= slack for clock in allowed for m in _minutes(clock)):
                yield f"the time {found[0]} is not its"

    def _numbers(
        self, start: int, text: str, about: list[Mention | None], ways: set[str], supposed: bool
    ) -> Iterator[str]:
        plain = CLOCK.sub(lambda m: " " * len(m[0]), self.masked[start : start + len(text)].lower())
        plain = re.sub(r"\b[fk]\d+\b|\b[a-z]{1,4}-?\d{1,6}(?:-(?:en|zh))?\b", lambda m: " " * len(m[0]), plain)
        for number in quantities.told(plain):
            if COUNTED.match(plain[number.end :]) and number.value in self._counts:
                continue
            if supposed and self._in_passages(number):
                continue
            mention = about[min(number.at, len(about) - 1)] if about else None
            of = self._given(mention, ways, end_of(plain[: number.at], plain), quantities.is_rate(plain, number))
            if not number.is_one_of(of):
                yield f"{number.value:g} was not measured of it"

    def _given(self, mention: Mention | None, ways: set[str], end: End, is_rate: bool) -> list[quantities.Given]:
        """What was measured of a sensor (moving one of `ways`), for a number that is that end of a change."""
        given: list[quantities.Given] = [(span, quantities.UNITS["s"]) for span in self._spans]
        if mention is None or not mention.columns:
            return given
        findings = [f for way in ways for f in self._findings(mention, way)] if ways else self._findings(mention, None)
        unit = self.units[min(mention.columns)]
        for finding in findings:
            of = self.units.get(finding.sensor or str(finding.values.get("column") or ""), unit)
            given += quantities.rates_of(finding, of) if is_rate else quantities.at_end(finding, of, end)
        for line in self.case.signals if is_rate or not end or not findings else ():
            if any(line.startswith(column) for column in mention.columns):
                given += [(n.value, n.unit) for n in quantities.told(CLOCK.sub(" ", line))]
        return given

    @cached_property
    def _going(self) -> set[int]:
        return {e.number for e in self.case.events if e.ongoing}

    @cached_property
    def _spans(self) -> list[float]:
        """Seconds between two times of the case."""
        minutes = sorted({m for clock in self.clocks for m in _minutes(clock)})
        return [60.0 * (b - a) for i, a in enumerate(minutes) for b in minutes[i + 1 :]]

    @cached_property
    def _counts(self) -> set[float]:
        case = self.case
        counts = {len(case.sensors), len(case.findings), len(case.events)}
        return {float(n) for n in counts | {len(x) for f in case.faults for x in (f.signs, f.against)}}

    def _in_passages(self, number: quantities.Told) -> bool:
        texts = [p.text for p in self.case.passages] + [
            s.text for f in self.case.faults for s in (*f.signs, *f.against)
        ]
        return any(number.is_one_of([(n.value, n.unit or number.unit)]) for t in texts for n in quantities.told(t))


def _apart(bare: str, one: int, other: int) -> bool:
    """Does a sensor stand between two movements? "The swing grew", "the swing of the level grew" are one movement."""
    return "#" in re.sub(r"\b(?:of|in) (?:the )?#+", " ", bare[min(one, other) : max(one, other)])


def goes(finding: Finding, way: str) -> bool:
    """Did it move that way?"""
    if finding.kind != "operating_change":
        return finding.kind in KINDS[way]
    before, after = finding.values.get("before"), finding.values.get("after")
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        return False
    return way == ("up" if after > before else "down")


def _minutes(clock: str) -> list[int]:
    found = CLOCK.search(clock)
    return [int(found[1]) * 60 + int(found[2])] if found else []
