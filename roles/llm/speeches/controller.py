"""The controller with a language model: it chooses among the models that can work; which need an update, which are
alternatives and why a wanted one is refused is worked out here."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from roles.choosing.obstacles import not_unasked
from roles.choosing.rules import able, choose
from roles.choosing.types import Choice, ModelCard, Recommendation
from roles.llm.condensing import condense, shorten
from roles.llm.speech import Brief, Said, Speech

MOST_MODELS, MOST_REASONS = 20, 3


class Chosen(Said):
    """The model's choice; one short reason each."""

    model: str
    reasons: list[str] = Field(default_factory=list)


def brief(choice: Choice) -> Brief:
    """The data's profile and the models that can work on it."""
    profile = choice.profile
    data = profile.model_dump(mode="json", exclude={"sensors"}) | {"sensors": len(profile.sensors)}
    cards = [_card(card) for card in able(choice) if not not_unasked(card, choice)][:MOST_MODELS]
    return Brief({"profile": data, "wanted": choice.wanted and condense(choice.wanted, 80), "models": cards})


def _card(card: ModelCard) -> dict[str, Any]:
    kept = {"name", "best_for", "avoid_when", "min_rows", "score", "default"}
    shown = {key: value for key, value in card.model_dump(include=kept).items() if value}
    if card.training is not None:
        shown |= {"method": card.training.base, "trained_on_rows": card.training.rows}
    return {key: condense(value, 160) if isinstance(value, str) else value for key, value in shown.items()}


def assemble(choice: Choice, said: Chosen) -> dict[str, Any]:
    """The rules' recommendation with the model's choice; a model that was asked for by name and can work stays."""
    base = choose(choice)
    if choice.wanted is not None and not base.refused:
        return base.model_dump(mode="json")
    others = [name for name in [base.model, *base.alternatives] if name != said.model]
    reasons = [shorten(reason, 200) for reason in said.reasons if reason.strip()][:MOST_REASONS]
    chosen = Recommendation(
        model=said.model, reasons=reasons or (base.reasons if said.model == base.model else []),
        needs_update=base.needs_update, alternatives=others[:3], refused=base.refused,
        outgrown=base.outgrown, drifted=base.drifted,
        trained=next((card.training for card in choice.models if card.name == said.model), None),
        remarks=base.remarks, settings=[advice for advice in base.settings if advice.parameter == "margin"],
    )  # fmt: skip
    return chosen.model_dump(mode="json")


SPEECH = Speech(Chosen, brief, assemble, max_tokens=500)
