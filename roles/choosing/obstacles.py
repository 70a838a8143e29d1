"""What keeps a model from the data: it cannot work on them, or it could and should not be taken unasked."""

from __future__ import annotations

from roles.choosing.advice import enough
from roles.choosing.fitness import met
from roles.choosing.types import Choice, ModelCard, Profile
from roles.types import Lang
from roles.wording import say

STEP_RATIO = 1.25  # data whose step differs more are not what a model was trained on
NOISY = 0.02  # share of held-out normal rows that a model flags; more, and not all that it learnt was normal
MOST_NAMED = 3


def covers(card: ModelCard, profile: Profile) -> bool:
    """Was the model trained on all columns of the data, or does it fit any?"""
    return card.status == "ready" and (not card.sensors or set(profile.sensors) <= set(card.sensors))


def drifted(card: ModelCard, profile: Profile) -> bool:
    """Does the model know the sensors, while their normal level is no longer what it learnt?"""
    return card.training is not None and bool(card.training.moved) and set(profile.sensors) <= set(card.sensors)


def obstacle(card: ModelCard, choice: Choice) -> str:
    """Why a model cannot be used on the data; empty when it can."""
    profile, lang, name = choice.profile, choice.lang, called(card)
    if card.purpose != profile.purpose:
        return say("choose_other_purpose", lang, model=name, purpose=say(f"purpose_{card.purpose}", lang))
    if not card.available:
        return say("choose_not_installed", lang, model=name, needs=", ".join(card.needs) or "-")
    rows = met(card, profile).reference_rows
    if rows < card.min_rows:
        return say("choose_too_short", lang, model=name, rows=f"{rows:,}", least=f"{card.min_rows:,}")
    if drifted(card, profile):
        return moved(card, lang)
    if not covers(card, profile):
        new = [sensor for sensor in profile.sensors if card.sensors and sensor not in card.sensors]
        key = "choose_not_covered" if new else "choose_flagged"
        return say(key, lang, model=name, sensors=_some(new))
    return _of_training(card, profile, lang)


def _of_training(card: ModelCard, profile: Profile, lang: Lang) -> str:
    """What only a trained model stumbles over: sensors that are gone, another step, lost readings."""
    training = card.training
    if training is None:
        return ""
    gone = [sensor for sensor in card.sensors if sensor not in profile.sensors]
    if gone:
        return say("choose_lacking", lang, model=card.name, sensors=_some(gone))
    if training.lost:
        return say("choose_lost", lang, model=card.name, file=training.file)
    step = profile.step_s or training.step_s
    if max(step, training.step_s) > STEP_RATIO * min(step, training.step_s):
        return say("choose_step", lang, model=card.name, step=f"{step:g}", trained=f"{training.step_s:g}")
    return ""


def moved(card: ModelCard, lang: Lang) -> str:
    """That the normal of a trained model is no longer that of the data."""
    names = card.training.moved if card.training is not None else []
    return say("choose_drifted", lang, model=card.name, count=len(names), all=len(card.sensors), sensors=_some(names))


def not_unasked(card: ModelCard, choice: Choice) -> str:
    """Why a trained model that could work is not taken by itself; empty when it may be."""
    training, lang = card.training, choice.lang
    if training is None:
        return ""
    if choice.normal_given:
        return say("choose_own_given", lang, model=card.name)
    if training.flagged > NOISY:
        return say("choose_own_noisy", lang, model=card.name, percent=f"{100 * training.flagged:.1f}")
    here = choice.normal_rows or 0
    if training.rows < min(here, enough(card, choice.profile)):
        return say("choose_own_short", lang, model=card.name, rows=f"{training.rows:,}", here=f"{here:,}")
    return ""


def called(card: ModelCard) -> str:
    """What a person knows the model by: a trained one by its own name, a method by its title."""
    return card.name if card.training is not None else card.title


def _some(sensors: list[str]) -> str:
    return ", ".join(sensors[:MOST_NAMED]) + (", ..." if len(sensors) > MOST_NAMED else "")
