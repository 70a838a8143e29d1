"""The controller's rules.

A model is out when it is for another purpose, misses a part of the installation, needs more reference rows than there
are, or was trained on other columns (it then needs an update, and is marked so). Of the rest the fittest is taken:

    fitness = past score + 0.1 * conditions met of best_if (two at most) - 0.3 * conditions met of avoid_if
              + 0.05 for the default

A model without a past score is taken for the mean of the known ones, less 0.2 unless it is the default: praise alone
does not replace what was measured. So a record counts most, a warning outweighs the praises, and the default wins
where nothing measured speaks for another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.choosing.advice import advise
from roles.choosing.types import Choice, Condition, ModelCard, Profile, Recommendation
from roles.errors import RoleError
from roles.wording import say

PRAISE, WARNING, DEFAULT, UNPROVEN = 0.1, 0.3, 0.05, 0.2
UNKNOWN_SCORE, MOST_PRAISES = 0.5, 2
COMPARED = {">=": "least", "<=": "most", ">": "more", "<": "less"}


def choose(choice: Choice) -> Recommendation:
    """The model to use. Raises RoleError (failure_no_model) when none can work on the data."""
    stale = [card.name for card in choice.models if not covers(card, choice.profile)]
    ranked = able(choice)
    wanted, refused = _wanted(choice)
    if wanted is None and not ranked:
        raise RoleError("failure_no_model", rows=choice.profile.reference_rows)
    chosen = wanted or ranked[0]
    alternatives = [card.name for card in ranked if card.name != chosen.name][:3]
    reasons = _reasons(chosen, choice, asked=wanted is not None, rivals=len(ranked) > 1)
    return Recommendation(
        model=chosen.name,
        reasons=reasons,
        needs_update=stale,
        alternatives=alternatives,
        refused=refused,
        settings=advise(chosen, choice.profile, choice.lang),
    )


def able(choice: Choice) -> list[ModelCard]:
    """The models that can work on the data, fittest first."""
    cards = [card for card in choice.models if not _obstacle(card, choice)]
    return sorted(cards, key=lambda c: (-fitness(c, choice.profile, choice.models), not c.default, c.name))


def covers(card: ModelCard, profile: Profile) -> bool:
    """Was the model trained on all columns of the data, or does it fit any?"""
    return card.status == "ready" and (not card.sensors or set(profile.sensors) <= set(card.sensors))


def fitness(card: ModelCard, profile: Profile, cards: Sequence[ModelCard]) -> float:
    """How well a model that can work suits the data; only compares."""
    known = [c.score for c in cards if c.score is not None and c.purpose == profile.purpose]
    usual = sum(known) / len(known) if known else UNKNOWN_SCORE
    met = min(MOST_PRAISES, sum(condition.holds(profile) for condition in card.best_if))
    warned = sum(condition.holds(profile) for condition in card.avoid_if)
    score = card.score if card.score is not None else usual - (0.0 if card.default else UNPROVEN)
    return score + PRAISE * met - WARNING * warned + (DEFAULT if card.default else 0.0)


def named(wanted: str, cards: Sequence[ModelCard]) -> ModelCard | None:
    """The card that a person means: name, title or method, spelt anyhow; a part of one when only one has it."""
    said = _bare(wanted)
    names = {card.name: [_bare(text) for text in (card.name, card.title, card.method)] for card in cards}
    exact = [card for card in cards if said in names[card.name]]
    part = [card for card in cards if said and any(said in name for name in names[card.name][:2])]
    found = exact or part
    return found[0] if len(found) == 1 else None


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
    obstacle = _obstacle(card, choice)
    return (None, obstacle) if obstacle else (card, "")


def _obstacle(card: ModelCard, choice: Choice) -> str:
    """Why a model cannot be used on the data; empty when it can."""
    profile, lang = choice.profile, choice.lang
    if card.purpose != profile.purpose:
        return say("choose_other_purpose", lang, model=card.title, purpose=say(f"purpose_{card.purpose}", lang))
    if not card.available:
        return say("choose_not_installed", lang, model=card.title, needs=", ".join(card.needs) or "-")
    if profile.reference_rows < card.min_rows:
        rows = profile.reference_rows
        return say("choose_too_short", lang, model=card.title, rows=f"{rows:,}", least=f"{card.min_rows:,}")
    if not covers(card, profile):
        new = [name for name in profile.sensors if card.sensors and name not in card.sensors]
        shown = ", ".join(new[:3])
        key = "choose_not_covered" if new else "choose_flagged"
        return say(key, lang, model=card.title, sensors=shown + (", ..." if len(new) > 3 else ""))
    return ""


def _reasons(card: ModelCard, choice: Choice, *, asked: bool, rivals: bool) -> list[str]:
    """Why this one, in the reader's words; warnings too."""
    profile, lang = choice.profile, choice.lang
    reasons = [say("choose_asked", lang)] if asked else []
    reasons += [_told("choose_made_for", c, profile, choice) for c in card.best_if if c.holds(profile)][:2]
    if card.best_for and len(reasons) == asked:
        reasons.append(say("choose_best_for", lang, what=card.best_for))
    if card.score is not None:
        reasons.append(say("choose_score", lang, score=f"{card.score:.2f}"))
    reasons += [_told("choose_warned", c, profile, choice) for c in card.avoid_if if c.holds(profile)]
    if not reasons:
        reasons.append(say("choose_default" if rivals else "choose_only", lang))
    return reasons


def _told(key: str, condition: Condition, profile: Profile, choice: Choice) -> str:
    here = profile.measure(condition.quantity)
    what = say(f"profile_{condition.quantity}", choice.lang)
    return say(key, choice.lang, condition=say(f"compare_{COMPARED[condition.comparison]}", choice.lang, what=what,
               value=_short(condition.value), here=_short(here or 0.0)))  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2g}"
