"""Two files beside each other: where each sensor lies and how widely it swings, the biggest differences first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from roles.types import FactValue, Finding, Lang
from workers import receipt as receipts
from workers.contracts import Answer, Block, Diagnosis, PlanStep, Question, Source
from workers.errors import AndonError
from workers.knowledge.context import Knowledge
from workers.looking.joining import gather
from workers.looking.shown import Names
from workers.prose import story
from workers.prose.numbers import figure
from workers.readings import Reading
from workers.settings import Settings
from workers.wording import say

ZH_WITH = r"(?:和|跟|与|同|拿).{1,14}?(?<![正反成占对])比"  # "和昨天的文件比"
COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|differ(?:s|ent|ence|ences)?|versus|vs\.?)\b|对比|比较|相比|差别|差异|不同|比一?比|比怎么样"
    rf"|{ZH_WITH}",
    re.IGNORECASE,
)
FILES = re.compile(
    r"\b(?:files?|exports?|recordings?|data ?sets?|both days|two days|yesterday'?s?(?: data)?"
    r"|last (?:week|month|time)'?s?"
    r"|previous (?:file|day|shift)|the other (?:one|file|day))\b"
    r"|文件|两份|两天|两个(?:班|数据)|昨天|昨日|前一天|上次|另一[个份]",
    re.IGNORECASE,
)
# "Compare with yesterday": of another file, unless this one is long enough to hold both.
PLAINLY = re.compile(rf"\bcompar(?:e[ds]?|ing|ison)\b|对比|比较|相比|比一?比|{ZH_WITH}", re.IGNORECASE)
WHY = re.compile(r"\bwhy\b|为什么|为何|怎么|原因", re.IGNORECASE)
BEFORE = (
    (re.compile(r"\blast month\b|上个?月", re.IGNORECASE), 60.0),
    (re.compile(r"\b(?:last|previous) week\b|上周|上个?星期", re.IGNORECASE), 14.0),
    (re.compile(r"\b(?:yesterday|last night|the day before|previous day)\b|昨天|昨日|昨晚|前一天", re.IGNORECASE), 2.0),
    (re.compile(r"\b(?:last|previous) (?:time|run|shift)\b|上次|上个?班", re.IGNORECASE), 0.7),
)  # days of a file that holds both
ONE_FILE = re.compile(r"\b(?:files?|exports?|recordings?)\b|文件|另一份|两份", re.IGNORECASE)
MOST_TOLD, MOST_NAMED = 8, 3
DAY_S = 86_400.0
IQR_SIGMAS = 1.349  # interquartile range of a normal distribution in standard deviations
CLEARLY = 1.0  # spreads that a level, and
WIDER = 2.0  # times that a spread must differ to be named in the first line


@dataclass(frozen=True)
class Difference:
    """One sensor in both files: medians, robust standard deviations and highest readings in its unit."""

    sensor: str
    before: float
    after: float
    spread_before: float
    spread_after: float
    most_before: float
    most_after: float

    @property
    def change(self) -> float:
        """How far the median moved."""
        return self.after - self.before

    @property
    def size(self) -> float:
        """The change in spreads of the calmer file; what has no spread counts by its level."""
        least = 1e-3 * max(abs(self.before), abs(self.after), 1e-9)
        return abs(self.change) / max(min(self.spread_before, self.spread_after), least)

    @property
    def wider(self) -> float:
        """How many times as wide the second file swings; 0 or more."""
        return (
            self.spread_after / self.spread_before if self.spread_before > 0 else (np.inf if self.spread_after else 1.0)
        )

    @property
    def weight(self) -> float:
        """For the order: the change, or how much wider or narrower the readings swing."""
        ratio = min(max(self.wider, 1e-3), 1e3)
        return max(self.size, abs(float(np.log2(ratio))))


def answer_comparison(
    question: Question, settings: Settings, lang: Lang, find: Callable[[str], Path] = Path
) -> Answer | None:
    """The answer to "compare with yesterday's file"; None for every other question, and where a file can't be read."""
    if question.artifact is None:
        return None
    first = Source(artifact=question.artifact, file_name=question.file_name or Path(question.artifact).name)
    sources = [first, *question.more]
    if len(sources) < 2 and _means_another(question.text, first, find, settings, lang):
        return _sentence(question, lang, say("compared_one", lang, file=first.file_name))
    if not (COMPARES.search(question.text) and FILES.search(question.text)):
        return None
    if len(sources) < 2:
        if not ONE_FILE.search(question.text):
            return None
        return _sentence(question, lang, say("compared_one", lang, file=first.file_name))
    try:
        read = [(s.file_name, gather([s], find, settings, lang).reading) for s in sources[:2]]
    except AndonError:
        return None
    read.sort(key=lambda each: each[1].frame.index[0])  # before, after
    (before, one), (after, other) = read
    common = [str(c) for c in other.frame.columns if c in one.frame.columns]
    if not common:
        return _sentence(question, lang, say("compared_nothing", lang, before=before, after=after))
    names = Knowledge(settings, lang).names(common, other.units)
    found = sorted(differences(one.frame, other.frame, common), key=lambda d: -d.weight)
    return _answer(question, lang, (before, after), (one, other), names, found)


def _means_another(text: str, file: Source, find: Callable[[str], Path], settings: Settings, lang: Lang) -> bool:
    """Is the file to be compared with an earlier time that it is too short to hold?"""
    days = next((days for pattern, days in BEFORE if pattern.search(text)), None)
    if days is None or not PLAINLY.search(text) or WHY.search(text):
        return False
    try:
        index = gather([file], find, settings, lang).reading.frame.index
    except AndonError:
        return False
    return len(index) > 0 and (index[-1] - index[0]).total_seconds() < days * DAY_S


def differences(one: pd.DataFrame, other: pd.DataFrame, sensors: Sequence[str]) -> list[Difference]:
    """Each of `sensors` in two tables; those without readings in one of them are left out."""
    found = []
    for sensor in sensors:
        a, b = (frame[sensor].dropna().to_numpy(dtype=float) for frame in (one, other))
        if len(a) and len(b):
            spreads = [float(np.subtract(*np.quantile(values, [0.75, 0.25]))) / IQR_SIGMAS for values in (a, b)]
            most = [float(values.max()) for values in (a, b)]
            found.append(Difference(sensor, float(np.median(a)), float(np.median(b)), *spreads, *most))
    return found


def _answer(
    question: Question, lang: Lang, files: tuple[str, str], readings: tuple[Reading, Reading], names: Names,
    found: list[Difference],
) -> Answer:  # fmt: skip
    before, after = files
    big = [d for d in found if d.size >= CLEARLY or not 1 / WIDER <= d.wider <= WIDER][:MOST_NAMED]
    comma = {"en": ", ", "zh": "、"}[lang]
    listed = comma.join(f"{names.name(d.sensor)} {_signed(d.change)}{names.unit(d.sensor)}" for d in big)
    key = "compared_head" if big else "compared_same"
    blocks = [Block(kind="headline", text=say(key, lang, before=before, after=after, listed=listed))]
    findings: list[Finding] = []
    for number, d in enumerate(found[:MOST_TOLD], start=1):
        text = say("compared_sensor", lang, sensor=names.name(d.sensor), unit=names.unit(d.sensor),
                   before=figure(d.before), after=figure(d.after), change=_signed(d.change),
                   spread_before=figure(d.spread_before), spread_after=figure(d.spread_after),
                   most_before=figure(d.most_before), most_after=figure(d.most_after))  # fmt: skip
        values: dict[str, FactValue] = {"before": d.before, "after": d.after, "change": d.change,
                                        "spread_before": d.spread_before, "spread_after": d.spread_after,
                                        "most_before": d.most_before, "most_after": d.most_after}  # fmt: skip
        findings.append(Finding(id=f"F{number}", kind="statistics", text=text, sensor=d.sensor,
                                tag=names.tag(d.sensor), values=values))  # fmt: skip
        blocks.append(Block(kind="plain", text=f"{text} [F{number}]", refs=[f"F{number}"]))
    missing = {str(c) for reading in readings for c in reading.frame.columns} - set(names.sensors)
    if missing:
        blocks.append(Block(kind="note", text=say("compared_missing", lang, names=comma.join(sorted(missing)))))
    if len(question.more) > 1:
        blocks.append(Block(kind="note", text=say("compared_two", lang)))
    blocks.append(Block(kind="note", text=say("compared_how", lang)))
    blocks += [story.data_line(reading.receipt, lang) for reading in readings]
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": f"{before} + {after}"},
        data=readings[1].receipt, plan=[PlanStep(order=1, kind="compare", text=say("step_compare", lang))],
        findings=findings, diagnosis=Diagnosis(verdict="answered"), text=story.plain(blocks), blocks=blocks,
        receipt={"code": receipts.code_version(), "data_sha256": readings[1].receipt.sha256},
    )  # fmt: skip


def _sentence(question: Question, lang: Lang, text: str) -> Answer:
    """Why nothing could be compared, and what helps."""
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": question.file_name},
        diagnosis=Diagnosis(verdict="answered"), text=text, blocks=[Block(kind="headline", text=text)],
        receipt={"code": receipts.code_version()},
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{figure(abs(value))}"
