"""What to set for a model on these data, which and why: rules over the profile, each within fixed bounds."""

from __future__ import annotations

from roles.choosing.types import Advice, ModelCard, Profile
from roles.types import Lang
from roles.wording import say

ROWS_PER_SENSOR, FEWEST, MOST = 20, 400, 20_000  # normal rows
MANY_ROWS, ENOUGH_ROWS, LONGEST_STEP_S = 200_000, 100_000, 60.0


def advise(card: ModelCard, profile: Profile, lang: Lang) -> list[Advice]:
    """Settings that would serve the model better than what there is; nothing where the data are fine as they are."""
    found = []
    wanted = min(MOST, max(FEWEST, card.min_rows, ROWS_PER_SENSOR * len(profile.sensors)))
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
