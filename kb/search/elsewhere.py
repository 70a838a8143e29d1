"""Passages that are no answer however near they are: pages about another machine, hints where leave for something
unsafe is asked, rows of alarms where a range, a setting or a grade of oil is asked.

A pack is written for one kind of machine. "Pressure swings at the homogeniser" sounds like its page on hydraulics, and
is not answered by it. A plant's own documents are taken at their word: they seldom repeat the name of their machine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kb.passage import Passage
from kb.search.facets import facets_in
from kb.search.glossary import THING, Asked, Body, Group
from kb.search.named import named_codes
from kb.search.numbered import MACHINE, PACK, Member, members, of_another
from kb.search.question import Question
from kb.search.wants import safe
from kb.text import is_row

FILE = Path(__file__).parent / "elsewhere.toml"
UNDER = " › "  # parts the name of a row from the headings above it (kb/ingest/tables.py)
PART = 1.2  # weight from which a notion is a part of a machine or a machine, not a quantity
ANY_PLANT = "instrumentation"  # the asset of pages that hold for any machine: a sensor that is stuck is stuck anywhere
_BEFORE = re.compile("[:：]")  # behind the code in the title of a row (kb/ingest/tables.py)


class _Words(NamedTuple):
    english: re.Pattern[str]  # shapes of the names of machines
    chinese: re.Pattern[str]
    others: re.Pattern[str]
    kind: re.Pattern[str]  # what kind of machine it is, before "machine"
    shakes: re.Pattern[str]
    lock: re.Pattern[str]
    alarm: re.Pattern[str]
    should: re.Pattern[str]
    looked_up: frozenset[str]
    places: str


@cache
def _data() -> _Words:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    english, chinese, others, kind = (re.compile(table["machine"][name]) for name in ("en", "zh", "not", "kind"))
    shakes, lock = (re.compile(table[name]["asked"], re.I) for name in ("shakes", "lock"))
    alarm, should = (re.compile(table["alarm"][name], re.I) for name in ("spoken", "should"))
    looked_up = frozenset(table["alarm"]["asked"])
    places = " ".join(table["places"]["names"])
    return _Words(english, chinese, others, kind, shakes, lock, alarm, should, looked_up, places)


def is_machine(word: str) -> bool:
    """Has a word that no notion knows the shape of a machine's name?"""
    data = _data()
    return bool((data.english if word.isascii() else data.chinese).search(word)) and not data.others.search(word)


def machines_named(question: Question) -> tuple[str, ...]:
    """Words of `question` that no notion knows and that name a machine, by their shape or by "machine" behind them."""
    kinds = set(_data().kind.findall(question.text.lower()))
    return tuple(word for word in question.asked.unknown if word in kinds or is_machine(word))


class Bars(NamedTuple):
    """What of a question keeps pages from answering it, told once for all that were found."""

    question: Question
    trades: tuple[Group, ...]  # words for another machine or trade, and nothing else
    private: tuple[Group, ...]  # words for life outside a plant, and nothing else
    machines: tuple[Group, ...]  # machines, and places that any plant has
    shaken: tuple[Group, ...]  # what is said to vibrate
    shakes: Group  # vibrating itself, where something is said to; nothing else
    unknown: tuple[str, ...]  # words that no notion knows and that name a machine
    alarm: bool  # a range, a setting, a grade or a stock is asked for, and no alarm is spoken of
    numbered: tuple[Member, ...]  # which ones of several alike are asked about: K4, zone 5
    leave: tuple[Group, ...] | None  # the things with which leave is asked to do something unsafe; None: it is not

    @classmethod
    def of(cls, question: Question) -> Bars:
        """What `question` says of that."""
        data, words = _data(), question.glossary
        trades = tuple(g for g in question.asked.groups if all(words.notions[n].elsewhere for n in g))
        private = tuple(g for g in trades if all(words.notions[n].private for n in g))
        places = words.of(data.places).notions
        machines = (
            *(group for group in trades if words.weight(group) >= MACHINE),
            *(group for group in question.asked.groups if group & places),
        )
        shakes = data.shakes.search(question.text) is not None
        shaken = tuple(_shaken(question)) if shakes else ()
        looked_up = not data.looked_up.isdisjoint(want.name for want in question.wants)
        looked_up = looked_up or bool(data.should.search(question.text))
        asked = [want.patterns[0] for want in question.wants if want.bars]
        return cls(
            question, trades, private, machines, shaken,
            _vibrating(question) if shakes else frozenset(), machines_named(question),
            looked_up and not question.codes and not data.alarm.search(question.text),
            () if question.about_codes else members(question.text, words),
            # the thing, without what would be done to it
            tuple(_things(question, words.asked(asked[0].sub(" ", question.text)))) if asked else None,
        )  # fmt: skip

    def strange(self, body: Body) -> bool:
        """Does the question name another machine or trade, which `body` does not speak of?"""
        return any(group.isdisjoint(body.notions) for group in self.trades)

    def another(self, shown: Passage, bodies: Sequence[Body]) -> bool:
        """Does `shown` speak of another one of the kind that is asked about by tag or number, or is it the row of
        another thing? `bodies` are its text and its document."""
        return bool(of_another(self.numbered, shown, self.question.glossary)) or self._row(shown, bodies)

    def _row(self, shown: Passage, bodies: Sequence[Body]) -> bool:
        """Is `shown` the row of a table under a name of its own, and the question about a part that is nowhere in it?
        The limits of the turbine's bearing are none of its gearbox."""
        name = shown.title.rpartition(UNDER)[2]
        if not name or shown.codes or shown.origin.startswith(PACK) or not is_row(shown.text):
            return False
        words, spoken = self.question.glossary, self.question.asked.groups
        parts = [g for g in _things(self.question, self.question.subject) if words.weight(g) >= PART]
        named = _things(self.question, words.asked(name))
        others = sum(all(group.isdisjoint(one) for one in spoken) for group in named)
        return any(_missing(group, bodies) for group in parts) and 2 * others >= len(named) > 0

    def on(self, shown: Passage, bodies: Sequence[Body]) -> bool:
        """Is `shown` no answer, however near it is? `bodies` are its text, its document and the questions that it
        answers."""
        return (
            any(_missing(group, bodies) for group in self.private)
            or self._unsafe(shown, bodies)
            or self._foreign(shown, bodies)
            or self._alarm(shown)
        )

    def _unsafe(self, shown: Passage, bodies: Sequence[Body]) -> bool:
        """Is leave asked to do something unsafe, and the page neither forbids that nor says how to do it safely? A page
        on something else does so only when safety is what it is about."""
        if self.leave is None:
            return False
        if not safe(f"{shown.title} {shown.text}"):
            return True
        return "safety" not in facets_in(shown.title) and any(_missing(group, bodies) for group in self.leave)

    def _foreign(self, shown: Passage, bodies: Sequence[Body]) -> bool:
        """Does the question name a machine that this shipped page does not speak of, or a thing that vibrates and that
        it is not about, or of whose vibrating it says nothing?"""
        if not shown.origin.startswith(PACK):
            return False
        if (
            not any(_missing(group, bodies) for group in self.machines)
            and not any(_missing(group, bodies[1:]) for group in self.shaken)
            and not (self.shakes and _missing(self.shakes, bodies))
            and not any(not any(body.holds(word) for body in bodies) for word in self.unknown)
        ):
            return False
        return not for_any_plant(self.question, shown)

    def _alarm(self, shown: Passage) -> bool:
        """Is a range, a setting, a grade or a stock asked for, and the page the row of an alarm?"""
        return (
            self.alarm and bool(named_codes(_BEFORE.split(shown.title)[0])) and bool(_data().alarm.search(shown.text))
        )


def for_any_plant(question: Question, shown: Passage) -> bool:
    """Does the page hold for every machine: on instruments, where the question is about one, or on locking out?"""
    if _data().lock.search(question.text) and safe(f"{shown.title} {shown.text}"):
        return "safety" in facets_in(shown.title)
    words = question.glossary
    titled = words.of(shown.title).notions
    return shown.asset == ANY_PLANT and any(group & titled for group in _things(question, question.subject))


def _things(question: Question, asked: Asked) -> list[Group]:
    """The things that are spoken of, without what is done and what is seen."""
    words = question.glossary
    return [
        group for group in asked.groups
        if words.weight(group) >= THING and not any(words.notions[n].sign for n in group)
    ]  # fmt: skip


def _shaken(question: Question) -> Iterator[Group]:
    """The things that vibrate: 振动 is vibration and the oscillation of the mould, and a page about the one that names
    the other by the way is no answer about it."""
    both = _vibrating(question)
    return (group for group in _things(question, question.asked) if not group & both)


def _vibrating(question: Question) -> Group:
    return question.glossary.of("vibration, oscillation").notions


def _missing(group: Group, bodies: Sequence[Body]) -> bool:
    return all(group.isdisjoint(body.notions) for body in bodies)
