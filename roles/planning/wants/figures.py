"""Figures that a request asks for in a form of its own: two columns held against each other, a controller against its
set point, when a machine stood still. One reading for whoever plans and whoever checks a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from roles.planning.wants import followed, ranked, stopped, versus
from roles.types import Sensor


@dataclass(frozen=True)
class Figures:
    """Statistics of `columns`, in this order, with the `values` of their subtask. `beside`: what else the clause asks
    for is done too; the words of the others ("deviation", "when did it stop") are all that they ask."""

    columns: tuple[str, ...]
    values: dict[str, Any]
    beside: bool = False
    also: tuple[Figures, ...] = ()  # figures of other columns that the clause asks for in the same words

    def kept(self, intents: Collection[str]) -> set[str]:
        """The intents of its clause that ask for more."""
        return set(intents) & {"diagnose", "detect"} if self.beside else set()


def asked(text: str, intents: Collection[str], columns: Sequence[str], sensors: Sequence[Sensor]) -> Figures | None:
    """What a clause with these `intents` and `columns` asks for; None for every other."""
    if (controller := followed.asked(text, intents, columns, sensors)) is not None:
        return Figures((controller.actual, controller.wanted), {"than": controller.wanted, "way": "", "follows": True})
    if (pair := versus.compared(text, intents, sensors)) is not None:
        also = tuple(Figures((each.one, each.other), each.values) for each in pair.also)
        return Figures((pair.one, pair.other), pair.values, beside=True, also=also)
    if (stops := stopped.asked(text, intents, columns, sensors)) is not None:
        return Figures(stops.columns, stops.values)
    if (several := ranked.asked(text, intents, columns, sensors)) is not None:
        return Figures(several.columns, several.values, beside=True)
    return None
