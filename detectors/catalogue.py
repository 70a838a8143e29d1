"""The catalogue of detectors: what there is, what each is for, and how to get one by name."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from detectors.errors import DetectorError
from detectors.models.base import Detector
from detectors.models.device import is_here


@dataclass(frozen=True)
class Card:
    """One entry of catalogue.toml. `path` is "module:Class"; conditions are text such as "sensors >= 20"."""

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
    best_if: tuple[str, ...]
    avoid_if: tuple[str, ...]
    min_rows: int
    needs: tuple[str, ...]
    default: bool = False
    purpose: Literal["detect", "forecast"] = "detect"
    score: float | None = None


@cache
def cards() -> tuple[Card, ...]:
    """Every entry, in the order of the file."""
    rows = tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8"))["detector"]
    fields: list[dict[str, Any]] = [{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    return tuple(Card(path=each.pop("class"), **each) for each in fields)


def load(name: str) -> Detector:
    """An unfitted detector. Raises DetectorError: failure_model_unknown, with the names that there are, and
    failure_model_needs, with the package that is not installed."""
    card = next((card for card in cards() if card.name == name), None)
    if card is None:
        raise DetectorError("failure_model_unknown", name=name, names=", ".join(c.name for c in cards()))
    for package in missing(card)[:1]:
        raise DetectorError("failure_model_needs", package=package)
    module, kind = card.path.split(":")
    return cast(Detector, getattr(importlib.import_module(module), kind)())


def missing(card: Card) -> list[str]:
    """What it needs and is not here."""
    return [need for need in card.needs if not is_here(need)]
