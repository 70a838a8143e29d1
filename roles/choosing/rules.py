"""The controller's rules.

A model is out when it is for another purpose, misses a part of the installation, needs more reference rows than there
are, or was trained on other columns (it then needs an update, and is marked so). Of the rest the one is taken that
promises most (fitness.py): a record counts by the files behind it, a warning outweighs the praises, and the default
wins where nothing measured speaks for another.

A model that was trained in the plant brings normal rows that somebody vouched for. It is taken unasked where its method
would be taken, its normal still holds, and the person gave no normal rows for this file; a stretch of the file that is
assumed to be normal is better only where the training was shorter than that and too short for the sensors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.choosing.advice import advise, wished
from roles.choosing.fitness import fitness, met
from roles.choosing.obstacles import covers, drifted, moved, not_unasked, obstacle
from roles.choosing.types import Choice, Condition, ModelCard, Profile, Recommendation, Training
from roles.errors import RoleError
from roles.types import Lang
from roles.wording import say

COMPARED = {">=": "least", "<=": "most", ">": "more", "<": "less"}
MOST_REMARKS = 2


def choose(choice: Choice) -> Recommendation:
    """The model to use. Raises RoleError (failure_no_model) when none can work on the data."""
    profile = choice.profile
    ranked = able(choice)
    free = [card for card in ranked if not not_unasked(card, choice)]
    wanted, refused = _wanted(choice)
    if wanted is None and not free:
        raise RoleError("failure_no_model", rows=profile.reference_rows)
    chosen = wanted or free[0]
    alternatives = [card.name for card in ranked if card.name != chosen.name][:3]
    return Recommendation(
        model=chosen.name,
        reasons=_reasons(chosen, choice, asked=wanted is not None, rivals=len(free) > 1),
        needs_update=[card.name for card in choice.models if not covers(card, profile)],
        outgrown=[c.name for c in choice.models if c.sensors and not set(profile.sensors) <= set(c.sensors)],
        alternatives=alternatives,
        refused=refused,
        settings=[
            *wished(choice.sensitivity, choice.lang),
            *([] if chosen.training else advise(chosen, profile, choice.lang)),
        ],
        trained=chosen.training,
        drifted=[card.name for card in choice.models if drifted(card, profile)],
        remarks=_remarks(choice, chosen, told=refused),
    )


def able(choice: Choice) -> list[ModelCard]:
    """The models that can work on the data, fittest first."""
    cards = sorted((card for card in choice.models if not obstacle(card, choice)), key=lambda c: c.name)
    cards.sort(key=lambda c: c.training.at if c.training else "", reverse=True)  # of equal ones the latest training
    return sorted(cards, key=lambda c: (-fitness(c, choice.profile, choice.models), not c.default))


def _remarks(choice: Choice, chosen: ModelCard, told: str) -> list[str]:
    """Why models of the plant that know these sensors were not taken; what was `told` already is left out."""
    if chosen.training is not None or choice.normal_given:
        return []
    old = [moved(card, choice.lang) for card in choice.models if drifted(card, choice.profile)]
    doubtful = [not_unasked(card, choice) for card in able(choice)]
    marked = [obstacle(card, choice) for card in choice.models if _is_marked(card, choice.profile)]
    return [text for text in [*old, *doubtful, *marked] if text and text != told][:MOST_REMARKS]


def _is_marked(card: ModelCard, profile: Profile) -> bool:
    """Would a model of the plant fit, were it not marked as needing an update?"""
    fits = card.training is not None and set(card.sensors) == set(profile.sensors)
    return fits and card.status == "needs_update" and not drifted(card, profile)


def named(wanted: str, cards: Sequence[ModelCard]) -> ModelCard | None:
    """The card that a person means: name, title or method, spelt anyhow; a part of one when only one has it."""
    said = _bare(wanted)
    names = {card.name: _words(card) for card in cards}
    exact = [card for card in cards if said in names[card.name]]
    part = [card for card in cards if said and any(said in name for name in names[card.name][:2])]
    found = exact or part
    return found[0] if len(found) == 1 else None


def _words(card: ModelCard) -> list[str]:
    """What a card may be called. The title and method of a trained model are those of its method, not its own."""
    own = (card.name,) if card.training is not None else (card.name, card.title, card.method)
    return [_bare(text) for text in own]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _wanted(choice: Choice) -> tuple[ModelCard | None, str]:
    """The model asked for, or why it is refused."""
    if choice.wanted is None:
        return None, ""
    card = named(choice.wanted, choice.models)
    if card is None:
        names = ", ".join(c.name for c in choice.models if c.purpose == choice.profile.purpose)
        return None, say("choose_unknown", choice.lang, wanted=choice.wanted, names=names)
    why = obstacle(card, choice)
    return (None, why) if why else (card, "")


def _reasons(card: ModelCard, choice: Choice, *, asked: bool, rivals: bool) -> list[str]:
    """Why this one, in the reader's words; warnings too."""
    profile, lang = met(card, choice.profile), choice.lang
    reasons = [say("choose_asked", lang)] if asked else []
    if card.training is not None:
        reasons += _of_own(card.training, lang, asked=asked)
    reasons += [_told("choose_made_for", c, profile, choice) for c in card.best_if if c.holds(profile)][:2]
    if card.best_for and len(reasons) == asked:
        reasons.append(say("choose_best_for", lang, what=card.best_for))
    if card.score is not None:
        reasons.append(say("choose_score", lang, score=f"{card.score:.2f}"))
    reasons += [_told("choose_warned", c, profile, choice) for c in card.avoid_if if c.holds(profile)]
    if not reasons:
        reasons.append(say("choose_default" if rivals else "choose_only", lang))
    return reasons


def _of_own(training: Training, lang: Lang, *, asked: bool) -> list[str]:
    """On what a model of the plant was trained, and why that counts where nobody asked for it."""
    reasons = [say("choose_own", lang, file=training.file, rows=f"{training.rows:,}", at=training.at[:10])]
    return reasons if asked else [*reasons, say("choose_own_fits", lang)]


def _told(key: str, condition: Condition, profile: Profile, choice: Choice) -> str:
    here = profile.measure(condition.quantity)
    what = say(f"profile_{condition.quantity}", choice.lang)
    return say(key, choice.lang, condition=say(f"compare_{COMPARED[condition.comparison]}", choice.lang, what=what,
               value=_short(condition.value), here=_short(here or 0.0)))  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2g}"
