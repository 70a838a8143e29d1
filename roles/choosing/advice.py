"""What to set for a model on these data, which and why: rules over the profile, each within fixed bounds."""

from __future__ import annotations

from typing import Literal

from roles.choosing.types import Advice, ModelCard, Profile
from roles.types import Lang
from roles.wording import say

ROWS_PER_SENSOR, FEWEST, MOST = 20, 400, 20_000  # normal rows
# Alarm thresholds in units of the q99 of normal rows, a seventh below and above the detectors' own 1.75.
MARGINS = {"more": 1.5, "less": 2.0}
MANY_ROWS, ENOUGH_ROWS, LONGEST_STEP_S = 200_000, 100_000, 60.0


def advise(card: ModelCard, profile: Profile, lang: Lang) -> list[Advice]:
    """Settings that would serve the model better than what there is; nothing where the data are fine as they are."""
    found = []
    wanted = enough(card, profile)
    if profile.reference_rows < wanted < profile.rows:
        why = say("advice_train", lang, rows=f"{wanted:,}", here=f"{profile.reference_rows:,}",
                  sensors=len(profile.sensors))  # fmt: skip
        found.append(Advice(parameter="train_rows", value=wanted, why=why))
    step = profile.step_s
    if profile.rows > MANY_ROWS and step:
        coarser = min(LONGEST_STEP_S, step * -(-profile.rows // ENOUGH_ROWS))
        if coarser > step:
            why = say("advice_step", lang, step=f"{coarser:g}", rows=f"{profile.rows:,}")
            found.append(Advice(parameter="step_s", value=coarser, why=why))
    return found


def wished(sensitivity: Literal["more", "less"] | None, lang: Lang) -> list[Advice]:
    """The threshold that a wish for more sensitivity or fewer false alarms comes to."""
    if sensitivity is None:
        return []
    margin = MARGINS[sensitivity]
    why = say(f"advice_margin_{sensitivity}", lang, margin=f"{margin:g}")
    return [Advice(parameter="margin", value=margin, why=why)]


def enough(card: ModelCard, profile: Profile) -> int:
    """Normal rows that serve the model on so many sensors."""
    return min(MOST, max(FEWEST, card.min_rows, ROWS_PER_SENSOR * len(profile.sensors)))
