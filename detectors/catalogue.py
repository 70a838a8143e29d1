"""The catalogue of detectors, kept as data in catalogue.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from detectors.base import Detector
from detectors.calibrated import Calibrated
from detectors.errors import DetectorError

FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Card:
    """One entry. `path` is the class's dotted path, `params` its keyword arguments.

    `best_if` and `avoid_if` are conditions on the data ("reference_rows >= 500"), `best_for_*` and `avoid_when_*` say
    them in words; `needs` names optional packages. `calibrated`: the class's own total is calibrated already.
    """

    name: str
    path: str
    title_en: str
    title_zh: str
    method: str
    source: str
    best_for_en: str
    best_for_zh: str
    avoid_when_en: str
    avoid_when_zh: str
    min_rows: int
    purpose: str = "detect"
    best_if: tuple[str, ...] = ()
    avoid_if: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    default: bool = False
    calibrated: bool = False
    score: float | None = None  # F1 on the public benchmark, where it was measured


@cache
def cards() -> tuple[Card, ...]:
    """All entries, in the file's order."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))
    lists = ("best_if", "avoid_if", "needs")
    return tuple(
        Card(name=name, **{key: tuple(value) if key in lists else value for key, value in entry.items()})
        for name, entry in entries.items()
    )


def card(name: str) -> Card:
    """The entry called `name`. Raises DetectorError("failure_model_unknown")."""
    for each in cards():
        if each.name == name:
            return each
    raise DetectorError("failure_model_unknown", name=name, names=", ".join(each.name for each in cards()))


def plain(name: str) -> Detector:
    """A new detector as its own class makes it: raw scores."""
    entry = card(name)
    module, _, attribute = entry.path.rpartition(".")
    detector: Detector = getattr(import_module(module), attribute)(**entry.params)
    return detector


def load(name: str) -> Detector:
    """A new detector whose total is calibrated (1.0 is the q99 of the reference period), with a `threshold`."""
    return plain(name) if card(name).calibrated else Calibrated(partial(plain, name))
