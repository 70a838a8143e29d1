"""Sensors called by their number: "sensor 3", "channel #3", "3号测点", "测点3" for S3, S03, TC3, 测点3 or sensor_3.

One column must bear the number; where several do, or none, that is said, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from roles.numerals import IN_CHINESE, IN_ENGLISH, number_of
from roles.types import Sensor

KIND = r"(?:sensors?|probes?|channels?|transmitters?|signals?|measuring points?)"
KIND_ZH = r"(?:测点|传感器|探头|通道|测量点|信号)"
NUMBER = rf"(?:\d{{1,4}}(?![\d.:]\d)|{IN_ENGLISH})"
NUMBER_ZH = rf"(?:\d{{1,4}}|{IN_CHINESE})"
SAID = re.compile(
    rf"(?<![a-z0-9_]){KIND} (?:(?:no\.?|number|nr\.?) ?|#)?(?P<en>{NUMBER})(?![a-z0-9_%])"
    rf"|(?<![a-z0-9_])(?:no\.? ?|number |#)(?P<no>\d{{1,4}}) {KIND}(?![a-z])"
    rf"|第?(?P<zh>{NUMBER_ZH})\s*[号#]\s*{KIND_ZH}|{KIND_ZH}\s*(?:no\.? ?|#|第)?(?P<after>\d{{1,4}})(?![\d.:]\d)号?",
    re.ASCII,
)
FIGURE = re.compile(r"(?<![\d.])0*(\d{1,4})(?![\d.]*\d)")
WHOLE = re.compile(rf"(?:[a-z]{{1,3}}|{KIND}|{KIND_ZH})?[\s_.#-]*0*\d{{1,4}}|0*\d{{1,4}}[号#]?\s*{KIND_ZH}")
UNIT = re.compile(r"(?<=\d)(?:mm|cm|m|kw|w|v|a|hz|s|min|h|bar|kpa|mpa|%)$")  # "flow_10min" bears no number


def said(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Where normalised `text` calls a sensor by its number, with the columns it may mean, also several or none."""
    for match in SAID.finditer(text):
        word = next(filter(None, match.groups()))
        number = number_of(word)
        if number is not None:
            yield match.span(), bearing(number, sensors)


def named(text: str, sensors: Sequence[Sensor]) -> Iterator[tuple[tuple[int, int], str, frozenset[str]]]:
    """The same as mentions: the one column that bears the number, unknown where several do, or none."""
    for span, names in said(text, sensors):
        yield (span, "name", frozenset(names)) if len(names) == 1 else (span, "unknown", frozenset())


def bearing(number: int, sensors: Sequence[Sensor]) -> list[str]:
    """The columns that bear a number: those called by nothing but a word and it, else by their last number, else by
    any."""
    names = {sensor.name: unicodedata.normalize("NFKC", sensor.name).lower().strip() for sensor in sensors}
    figures = {name: _figures(plain) for name, plain in names.items()}
    has = [name for name, found in figures.items() if number in found]
    whole = [name for name in has if WHOLE.fullmatch(names[name])]
    last = [name for name in has if figures[name][-1] == number]
    return whole or last or has


def _figures(name: str) -> list[int]:
    """The numbers in a column's name, in digits or before 号 in Chinese."""
    name = re.sub(rf"({IN_CHINESE})(?=号)", lambda m: str(number_of(m[1])), UNIT.sub("x", name))
    return [int(found) for found in FIGURE.findall(name)]
