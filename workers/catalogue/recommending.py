"""The controller's recommendation in words: why this model, what else could work, what needs an update, what to set."""

from __future__ import annotations

from roles.controller import Recommendation
from roles.types import Lang
from workers.catalogue import models
from workers.contracts import Block
from workers.settings import Settings
from workers.wording import say


def headline(said: Recommendation, settings: Settings, lang: Lang) -> Block:
    """The first line of an answer to "which model suits this file?"."""
    title = next((card.title for card in models.cards(settings, lang) if card.name == said.model), said.model)
    reasons = say("model_and", lang).join(said.reasons)
    return Block(kind="headline", text=say("model_recommended", lang, name=said.model, title=title, reasons=reasons))


def notes(said: Recommendation, lang: Lang, *, asked: bool) -> list[Block]:
    """What to know beside it; alternatives and settings only when a model was asked about."""
    blocks = []
    if asked and said.alternatives:
        blocks.append(Block(kind="plain", text=say("model_others", lang, names=", ".join(said.alternatives))))
    if asked:
        blocks += [Block(kind="plain", text=say("model_advice", lang, why=advice.why)) for advice in said.settings]
    if said.needs_update:
        blocks.append(Block(kind="note", text=say("model_outgrown", lang, names=", ".join(said.needs_update))))
    if said.refused:
        blocks.append(Block(kind="note", text=said.refused))
    return blocks
