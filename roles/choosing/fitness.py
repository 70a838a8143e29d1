"""How well a model is expected to suit the data: what was measured, drawn towards what is believed beforehand.

    expected F1 = (files * measured F1 + WORTH * prior) / (files + WORTH) - 0.3 * conditions met of avoid_if

    prior = mean measured F1 of all models + 0.1 * conditions met of best_if (two at most)
            + 0.05 for the default, - 0.2 for any other

This is the posterior mean of a normal mean (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.5). The prior counts as
WORTH files: the variance of F1 from file to file, about 0.25 squared (assumed; what is left of 0.3 to 0.4 on the
simulated caster when files that are hard for every method are set aside), over its variance from method to method,
0.115 squared over the twelve shipped ones there. It is the same before and after the first file is measured, so that
praise, which nobody tested, unseats the default neither by itself nor with a worse score: a model without praise takes
a lead of 0.125 on ten files, about a standard error, one with all praise a lead of 0.025. With more files praise fades
and the measured score decides. A warning says that a method's assumption does not hold on these very data, which no
record of other data can refute: it counts in full.
"""

from __future__ import annotations

from collections.abc import Sequence

from roles.choosing.types import ModelCard, Profile

PRAISE, WARNING, DEFAULT, UNPROVEN = 0.1, 0.3, 0.05, 0.2
UNKNOWN_SCORE, MOST_PRAISES = 0.5, 2
WORTH = 5.0  # files
UNSTATED = 10  # files behind a score of which nobody said how many: an evaluation is a set of files, not one
KNOWN = 0.05  # normal rows that somebody vouched for, over a stretch of the file that is assumed to be normal


def fitness(card: ModelCard, profile: Profile, cards: Sequence[ModelCard]) -> float:
    """The F1 to expect of a model that can work on the data; only compares."""
    method = _method(card, cards)
    data = met(card, profile)
    known = [c.score for c in cards if c.score is not None and c.purpose == profile.purpose]
    usual = sum(known) / len(known) if known else UNKNOWN_SCORE
    praises = min(MOST_PRAISES, sum(condition.holds(data) for condition in card.best_if))
    warnings = sum(condition.holds(data) for condition in card.avoid_if)
    prior = usual + PRAISE * praises + (DEFAULT if method.default else -UNPROVEN)
    own = card if card.score is not None else method
    expected = prior
    if own.score is not None:
        files = UNSTATED if own.scored_on is None else own.scored_on
        expected = (files * own.score + WORTH * prior) / (files + WORTH)
    return expected - WARNING * warnings + (KNOWN if card.training is not None else 0.0)


def met(card: ModelCard, profile: Profile) -> Profile:
    """The data as the model meets them: one that was trained brings its own normal rows."""
    if card.training is None:
        return profile
    return profile.model_copy(update={"reference_rows": card.training.rows})


def _method(card: ModelCard, cards: Sequence[ModelCard]) -> ModelCard:
    """The shipped method of a trained model, whose record and standing count as long as it has none of its own."""
    if card.training is None:
        return card
    return next((c for c in cards if c.name == card.training.base and c.training is None), card)
