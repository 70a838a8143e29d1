"""What is wrong with a recommendation: a model that cannot work, names or numbers that were not given."""

from __future__ import annotations

from roles.choosing.fitness import met
from roles.choosing.obstacles import covers, not_unasked, obstacle
from roles.choosing.rules import named
from roles.choosing.types import Choice, ModelCard, Recommendation
from roles.deciding.claiming import claims
from roles.deciding.figures import forms, is_given, written


def check(given: Choice, output: Recommendation) -> list[str]:
    """Complaints about `output`, one sentence each; empty when the model may run."""
    cards = {card.name: card for card in given.models}
    mentioned = [output.model, *output.needs_update, *output.alternatives]
    complaints = [f"no model {name!r}" for name in mentioned if name not in cards]
    card = cards.get(output.model)
    if card is not None:
        if card.purpose != given.profile.purpose:
            complaints.append(f"{card.name} is for {card.purpose}")
        if not card.available:
            complaints.append(f"{card.name} is not installed")
        if card.min_rows > met(card, given.profile).reference_rows:
            complaints.append(f"{card.name} needs {card.min_rows} rows")
        if card.training is not None and obstacle(card, given):
            complaints.append(f"{card.name} cannot work on these data")
        if not_unasked(card, given) and (given.wanted is None or named(given.wanted, given.models) != card):
            complaints.append(f"{card.name} is for those who ask for it")
    stale = {name for name, c in cards.items() if not covers(c, given.profile)}
    complaints += [f"{name} does not cover the sensors and must be marked" for name in stale - set(output.needs_update)]
    complaints += [f"{name} covers the sensors" for name in set(output.needs_update) & set(cards) - stale]
    if output.model in stale:
        complaints.append(f"{output.model} needs an update first")
    if output.model in output.alternatives:
        complaints.append(f"{output.model} is no alternative to itself")
    if not output.reasons:
        complaints.append("no reason is given")
    complaints += [f"{claim} claims more than anybody measured" for text in output.reasons for claim in claims(text)]
    return complaints + _numbers(given, output, list(cards))


def _numbers(given: Choice, output: Recommendation, names: list[str]) -> list[str]:
    profile = given.profile
    numbers: list[float] = [
        profile.rows,
        profile.reference_rows,
        len(profile.sensors),
        *forms("share", profile.missing_share),
    ]
    numbers += [profile.constant_sensors, profile.step_s or 0.0, len(given.models), given.normal_rows or 0]
    for card in given.models:
        numbers += [card.min_rows, card.score or 0.0, *_of_training(card)]
        for condition in (*card.best_if, *card.avoid_if):
            numbers += [condition.value, profile.measure(condition.quantity) or 0.0]
    quoted = [c.best_for + " " + c.avoid_when for c in given.models]
    numbers += [float(n.replace(",", "").replace("−", "-")) for text in quoted for n in written(text)]
    complaints = []
    trained = [c.training for c in given.models if c.training is not None]
    known = [*names, *profile.sensors, *(s for c in given.models for s in (c.title, *c.sensors)), given.wanted or ""]
    known += [text for training in trained for text in (training.file, training.at[:10])]
    for text in [*output.reasons, *output.remarks, output.refused]:
        for name in sorted(filter(None, known), key=len, reverse=True):
            text = text.replace(name, " ")
        complaints += [f"the number {n} was not given" for n in written(text) if not is_given(n, numbers)]
    return complaints


def _of_training(card: ModelCard) -> list[float]:
    """The numbers that may be said of what a model was trained on."""
    training = card.training
    if training is None:
        return []
    return [training.rows, training.step_s, len(training.moved), len(card.sensors), *forms("share", training.flagged)]
