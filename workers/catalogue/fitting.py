"""The models that a plant trained, as the controller weighs them for one file: do they know it, does their normal hold?

The rules only compare; what takes the kept readings is measured here: a level that moved, readings that are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.normal.reference import LEAST_ROWS, propose
from detectors.types import Reference
from roles.choosing.rules import named
from roles.controller import ModelCard
from roles.types import Lang
from workers.catalogue import models, trained
from workers.catalogue.tables import NEEDS_UPDATE, READY
from workers.errors import AndonError
from workers.readings import Reading
from workers.settings import Settings

MOST = 6  # models of one file whose readings are looked at, the latest trainings first


@dataclass(frozen=True)
class Own:
    """Trained models that concern a file, and the rows that would be assumed to be normal in it (None: not looked)."""

    cards: list[ModelCard] = field(default_factory=list)
    normal_rows: int | None = None


def own(settings: Settings, reading: Reading, wanted: str | None, lang: Lang) -> Own:
    """The trained models that know all sensors of the file, those that it has outgrown, and the one asked for by name.

    Those whose normal has moved are marked "needs update". Nothing where the catalogue cannot be opened.
    """
    sensors = {str(c) for c in reading.frame.columns}
    old = models.outgrown(settings, sorted(sensors), lang)
    known = {card.name for card in old}
    try:
        with models.opened(settings) as catalogue:
            cards = [card for card in catalogue.trained(lang) if card.name not in known]
    except AndonError:
        return Own(old)
    fit = sorted((c for c in cards if set(c.sensors) == sensors), key=lambda c: c.training.at, reverse=True)  # type: ignore[union-attr]
    meant = named(wanted, cards) if wanted is not None else None
    asked = [meant] if meant is not None else []
    near = list({c.name: c for c in [*(a for a in asked if a in fit), *fit]}.values())[:MOST]
    if not near:
        return Own([*old, *asked])
    calm = propose(reading.frame) if len(reading.frame) > LEAST_ROWS else None
    looked = [_looked_at(card, reading, calm, settings) for card in near]
    moved = [card.name for card in looked if card.training and card.training.moved and card.status == READY]
    if moved:
        with models.opened(settings) as catalogue:
            catalogue.mark(moved, NEEDS_UPDATE)
    apart = [card for card in asked if card not in near]
    return Own([*old, *looked, *apart], calm.end - calm.start if calm else None)


def _looked_at(card: ModelCard, reading: Reading, calm: Reference | None, settings: Settings) -> ModelCard:
    """A card with what its kept readings say about the file."""
    assert card.training is not None
    try:
        model = trained.load(card.name, settings)
    except AndonError:
        model = None
    if model is None:
        return card.model_copy(update={"training": card.training.model_copy(update={"lost": True})})
    moved = trained.drifted(model, reading.frame, calm) if calm is not None else []
    return card.model_copy(update={"training": card.training.model_copy(update={"moved": moved})})


def names(settings: Settings) -> list[str]:
    """The names of the trained models; none where the catalogue cannot be opened, which must not cost an answer."""
    try:
        return trained.names(settings)
    except AndonError:
        return []


def known(name: str, settings: Settings) -> None:
    """Complain about a name that is no model's. Raises AndonError(failure_model_unknown)."""
    if name in {card.name for card in models.catalogue.cards()}:
        return
    with models.opened(settings) as catalogue:
        catalogue.card(name)
