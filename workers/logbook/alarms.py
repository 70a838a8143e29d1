"""What a list of alarms tells: how often each came and how long it was active, which chatter, which came first, what
came at an hour. However few its rows are, it is counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from roles.types import Lang
from workers import receipt as receipts
from workers.contracts import Answer, DataReceipt, Diagnosis, Picture, PlanStep, Question
from workers.logbook.alarm_chart import draw_alarms
from workers.logbook.alarm_list import Alarm, AlarmList, limit, read_alarms
from workers.logbook.asking import BY_COUNT, HOW_MANY, TOP, wish
from workers.logbook.calendar import FLAGS
from workers.logbook.filtering import CODE, blanked, in_part, spoken
from workers.logbook.residue import unknown
from workers.logbook.several import Found
from workers.logbook.telling import Told, formats_of_names, tell_unread
from workers.logbook.times import Scope, Times, times
from workers.prose import story
from workers.prose.numbers import span
from workers.settings import Settings
from workers.wording import say

CHATTERS = re.compile(
    r"\bchatter\w*|\bnuisance\b|\bfleeting\b|\brepeat\w*|\bflood\w*|抖动|(?<!最)频繁|反复|闪报|泛滥", FLAGS
)
FIRST = re.compile(
    r"\b(?:came|come|comes|went|was|is|alarmed|tripped)\s+(?:up\s+)?first\b|\bfirst\s+(?:alarm|event|out|one"
    r"|up)|\bwhat started\b"
    r"|最先|首个|第一个|首先|先报|先来|首发|首出",
    FLAGS,
)
STANDING = re.compile(r"\bstill\b|\bstanding\b|\bnot cleared\b|未恢复|还在|没恢复|未复归|未消除", FLAGS)
LASTED = re.compile(r"\bhow long\b|\blongest\b|多久|多长|持续|最长", FLAGS)
LISTED = re.compile(
    r"\b(?:what|which|list|show)\b.{0,20}\balarms?\b|\balarms? (?:came|come|were)\b|(?:哪些|什么"
    r"|列出).{0,4}报警|报了(?:什么|哪些|啥)",
    FLAGS,
)
CAUSE = re.compile(r"\bcause\b|\bwhy\b|原因|为什么|为何|为啥", FLAGS)
MOST_LISTED, MOST_BURSTS = 10, 3


@dataclass(frozen=True)
class Kind:
    """An alarm by its name: each time that it came."""

    name: str
    text: str
    times: list[Alarm]

    def seconds(self, end: datetime) -> float:
        """How long it was active, times that overlap once; until `end` where it did not go."""
        total, until = 0.0, datetime.min
        for alarm in self.times:
            first, last = max(alarm.on, until), alarm.off or end
            total += max(0.0, (last - first).total_seconds())
            until = max(until, last)
        return total


def answer_alarms(found: Found, question: Question, settings: Settings, out: Path, lang: Lang) -> Answer | None:
    """The answer about a list of alarms, its charts below `out`; None when the file is none."""
    if len(found.tables) != 1 or found.others:
        return None
    name, cells = found.tables[0]
    made = read_alarms(cells)
    if made is None:
        return None
    told = Told(lang)
    text = question.text
    said = times(text, Scope(made.first.date(), made.last.date(), datetime.now(settings.zone).date()))
    alarms, rest, chosen = _meant(made, said)
    if chosen:
        told.count("rows_filtered", len(alarms))
    _tell(told, made, alarms, text, said, chosen=chosen)
    tell_unread(told, unknown(rest))
    if CAUSE.search(text):
        told.note(say("alarm_no_cause", lang))
    told.data(say("alarm_data", lang, file=name, rows=f"{made.rows:,}", first=f"{made.first:%Y-%m-%d %H:%M}",
                  last=f"{made.last:%Y-%m-%d %H:%M}"))  # fmt: skip
    told.count("rows", made.rows)
    if made.unread:
        told.count("unread", made.unread)
        told.note(say("alarm_unread", lang, count=made.unread))
    counts, days = [(_named(kind), len(kind.times)) for kind in kinds_of(alarms)], [a.on.date() for a in alarms]
    pictures = draw_alarms(told, counts, days, name, out)
    return _document(question, settings, told, made, name, found, pictures)


def _meant(made: AlarmList, said: Times) -> tuple[list[Alarm], str, list[str]]:
    """The alarms that are named, by tag or text, and that came in the time; the text without those words; the names."""
    alarms, rest = made.alarms, said.rest
    chosen: list[str] = []
    for value_of in (lambda a: a.name, lambda a: a.text):
        there = list(dict.fromkeys(value_of(alarm) for alarm in made.alarms if value_of(alarm)))
        named = [value for value in there if spoken(value, rest)]
        named = named or ([] if chosen else in_part(there, " ".join(unknown(rest))))
        if named:
            alarms = [alarm for alarm in alarms if value_of(alarm) in named]
            chosen, rest = [*chosen, *named], blanked(named, rest)
    strange = re.findall(rf"(?<![\w.-]){CODE}(?![\w.-])", rest, re.ASCII)
    if strange and not chosen:
        return [], rest, strange
    if said.periods:
        alarms = [a for a in alarms if any(p.first <= a.on.date() <= p.last for p in said.periods)]
    if said.clock is not None and alarms:
        inside = said.clock.holds(pd.Series([a.on for a in alarms]))
        alarms = [a for a, is_in in zip(alarms, inside, strict=True) if is_in]
    return alarms, rest, chosen


def _tell(told: Told, made: AlarmList, alarms: list[Alarm], text: str, said: Times, *, chosen: list[str]) -> None:
    kinds, timed = kinds_of(alarms), said.clock is not None or bool(said.periods)
    if not alarms:
        what = ", ".join(chosen) or say("alarm_any", told.lang)
        told.headline(say("alarm_none", told.lang, what=what))
    elif FIRST.search(text):
        _tell_first(told, alarms)
    elif CHATTERS.search(text):
        _tell_chatter(told, alarms, kinds)
    elif STANDING.search(text):
        _tell_standing(told, made, alarms)
    elif (
        chosen
        or HOW_MANY.search(text)
        or BY_COUNT.search(text)
        or LASTED.search(text)
        or not (timed or LISTED.search(text))
    ):
        _tell_counts(told, made, kinds, text, chosen=bool(chosen))
    else:
        told.headline(say("alarm_head_list", told.lang, count=len(alarms), kinds=len(kinds)))
        _list(told, alarms)


def kinds_of(alarms: Sequence[Alarm]) -> list[Kind]:
    """Alarms by name and text, the most frequent first."""
    by: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in alarms:
        by.setdefault((alarm.name, alarm.text), []).append(alarm)
    made = [Kind(name, text, each) for (name, text), each in by.items()]
    return sorted(made, key=lambda kind: -len(kind.times))


def bursts_of(alarms: Sequence[Alarm]) -> list[list[Alarm]]:
    """Alarms that follow one another closely."""
    made: list[list[Alarm]] = []
    for alarm in alarms:
        if made and alarm.on - made[-1][-1].on <= timedelta(minutes=limit("burst_minutes")):
            made[-1].append(alarm)
        else:
            made.append([alarm])
    return made


def most_within(alarms: Sequence[Alarm], minutes: int) -> int:
    """The most alarms within so many minutes."""
    most, begin = 0, 0
    for end, alarm in enumerate(alarms):
        while alarm.on - alarms[begin].on > timedelta(minutes=minutes):
            begin += 1
        most = max(most, end - begin + 1)
    return most


def _tell_counts(told: Told, made: AlarmList, kinds: list[Kind], text: str, *, chosen: bool) -> None:
    """How often each came and how long it was active."""
    lang, top = told.lang, wish(text).top if TOP.search(text) else MOST_LISTED
    if LASTED.search(text):
        kinds = sorted(kinds, key=lambda kind: -kind.seconds(made.last))
    first, total = kinds[0], sum(len(kind.times) for kind in kinds)
    if chosen:
        told.headline(say("alarm_head_named", lang, name=", ".join(dict.fromkeys(k.name for k in kinds)), count=total,
                          lasted=_active(kinds, made, lang)))  # fmt: skip
    elif LASTED.search(text):
        told.headline(say("alarm_head_longest", lang, name=_named(first), lasted=_lasted(first, made, lang)))
    else:
        told.headline(say("alarm_head", lang, count=total, name=_named(first), times=len(first.times)))
    told.count("alarms", total)
    for rank, kind in enumerate(kinds[:top], start=1):
        seconds = kind.seconds(made.last)
        key = "alarm_kind" if made.paired else "alarm_kind_bare"
        tell = told.found if chosen and len(kinds) == 1 else told.fact  # else the headline says it
        tell(say(key, lang, rank=rank, name=_named(kind), count=len(kind.times), lasted=_lasted(kind, made, lang)),
             name=kind.name, alarm=kind.text, count=len(kind.times), seconds=seconds, rank=rank)  # fmt: skip
    if chosen:
        _list(told, [alarm for kind in kinds for alarm in kind.times])
    elif len(kinds) > top:
        told.count("more", len(kinds) - top)
        told.note(say("log_more_groups", lang, count=len(kinds) - top))
    standing = [kind.name for kind in kinds if made.paired and any(a.off is None for a in kind.times)]
    if standing:
        told.note(say("alarm_standing", lang, names=", ".join(dict.fromkeys(standing))))


def _tell_first(told: Told, alarms: list[Alarm]) -> None:
    """The first alarm, and the first of each burst."""
    bursts, first = bursts_of(alarms), alarms[0]
    told.headline(say("alarm_head_first", told.lang, name=_one(first), at=f"{first.on:%H:%M:%S}"))
    for burst in sorted((b for b in bursts if len(b) > 1), key=len, reverse=True)[:MOST_BURSTS]:
        told.fact(say("alarm_burst", told.lang, count=len(burst), at=f"{burst[0].on:%H:%M}",
                      end=f"{burst[-1].on:%H:%M}",
                      name=_one(burst[0])), count=len(burst), first=burst[0].name)  # fmt: skip
    told.count("burst_minutes", limit("burst_minutes"))
    told.note(say("alarm_burst_how", told.lang, minutes=limit("burst_minutes")))


def _tell_chatter(told: Told, alarms: list[Alarm], kinds: list[Kind]) -> None:
    """Alarms that come again and again, and whether there was a flood."""
    lang, least, minutes = told.lang, limit("chatter_times"), limit("chatter_minutes")
    often = [(most_within(kind.times, minutes), kind) for kind in kinds]
    often = sorted(((n, kind) for n, kind in often if n >= least), key=lambda each: -each[0])
    told.count("chatter_times", least)
    told.count("chatter_minutes", minutes)
    key = "alarm_head_chatter" if often else "alarm_no_chatter"
    told.headline(say(key, lang, count=len(often), least=least, minutes=minutes))
    for most, kind in often[:MOST_LISTED]:
        told.fact(say("alarm_chatter", lang, name=_named(kind), most=most, minutes=minutes, count=len(kind.times)),
                  name=kind.name, most=most, count=len(kind.times))  # fmt: skip
    flood = most_within(alarms, limit("flood_minutes"))
    told.count("flood", flood)
    told.count("flood_limit", limit("flood_times"))
    told.note(say("alarm_flood" if flood > limit("flood_times") else "alarm_no_flood", lang, count=flood,
                  minutes=limit("flood_minutes"), least=limit("flood_times")))  # fmt: skip


def _tell_standing(told: Told, made: AlarmList, alarms: list[Alarm]) -> None:
    standing = [alarm for alarm in alarms if alarm.off is None]
    if not made.paired:
        told.headline(say("alarm_unpaired", told.lang))
        return
    told.count("standing", len(standing))
    told.headline(say("alarm_head_standing", told.lang, count=len(standing)))
    _list(told, standing)


def _list(told: Told, alarms: list[Alarm]) -> None:
    for alarm in alarms[:MOST_LISTED]:
        seconds = (alarm.off - alarm.on).total_seconds() if alarm.off is not None else None
        lasted = f" ({span(seconds, told.lang)})" if seconds is not None else ""
        values = {"seconds": seconds} if seconds is not None else {}
        told.fact(f"{alarm.on:%m-%d %H:%M:%S} {_one(alarm)}{lasted}", name=alarm.name, **values)
    if len(alarms) > MOST_LISTED:
        told.count("not_listed", len(alarms) - MOST_LISTED)
        told.note(say("alarm_more", told.lang, count=len(alarms) - MOST_LISTED))


def _one(alarm: Alarm) -> str:
    return alarm.name if alarm.text in ("", alarm.name) else f"{alarm.name} {alarm.text}"


def _named(kind: Kind) -> str:
    return _one(kind.times[0])


def _lasted(kind: Kind, made: AlarmList, lang: Lang) -> str:
    return span(kind.seconds(made.last), lang)


def _active(kinds: Sequence[Kind], made: AlarmList, lang: Lang) -> str:
    """How long they were active together; nothing where the list does not say it."""
    seconds = sum(kind.seconds(made.last) for kind in kinds)
    return say("alarm_active", lang, lasted=span(seconds, lang)) if made.paired else ""


def _document(
    question: Question, settings: Settings, told: Told, made: AlarmList, name: str, found: Found,
    pictures: list[Picture],
) -> Answer:  # fmt: skip
    zone = settings.zone
    data = DataReceipt(
        file_name=name, format=formats_of_names([name]), rows_in=made.rows, rows_used=made.rows - made.unread,
        sensors=0,
        start=made.first.replace(tzinfo=zone), end=made.last.replace(tzinfo=zone), timezone=settings.timezone,
        sha256=found.digest, counts=told.counts,
    )  # fmt: skip
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": told.lang, "file": name},
        data=data, plan=[PlanStep(order=1, kind="log", text=say("step_alarms", told.lang), values={})],
        findings=told.findings, diagnosis=Diagnosis(verdict="answered"), text=story.plain(told.blocks),
        blocks=told.blocks, pictures=pictures,
        receipt={"made": datetime.now(UTC).isoformat(timespec="seconds"), "code": receipts.code_version(),
                 "engines": {}, "settings": {"timezone": settings.timezone}},
    )  # fmt: skip
