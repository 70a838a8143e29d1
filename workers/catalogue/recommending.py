"""The controller's recommendation in words: why this model, what else could work, what needs an update, what to set."""

from __future__ import annotations

from detectors.types import Detection
from roles.controller import Recommendation
from roles.types import Lang
from workers.catalogue import models
from workers.contracts import Block
from workers.prose.numbers import figure
from workers.settings import Settings
from workers.wording import say

FLOOD = 0.5  # share of flagged rows above which a trained model does not know this plant


def headline(said: Recommendation, settings: Settings, lang: Lang) -> Block:
    """The first line of an answer to "which model suits this file?"."""
    method = said.trained.base if said.trained else said.model
    title = next((card.title for card in models.cards(settings, lang) if card.name == method), method)
    reasons = say("model_and", lang).join(said.reasons)
    return Block(kind="headline", text=say("model_recommended", lang, name=said.model, title=title, reasons=reasons))


def notes(said: Recommendation, lang: Lang, *, asked: bool) -> list[Block]:
    """What to know beside it; alternatives and settings only when a model was asked about."""
    blocks = []
    if asked and said.alternatives:
        blocks.append(Block(kind="plain", text=say("model_others", lang, names=", ".join(said.alternatives))))
    for advice in said.settings:
        if advice.parameter == "margin":
            why = advice.why[:1].upper() + advice.why[1:]
            blocks.append(Block(kind="data", text=say("model_remark", lang, why=why)))
        elif asked:
            blocks.append(Block(kind="plain", text=say("model_advice", lang, why=advice.why)))
    told = " ".join([said.refused, *said.remarks])  # which say so themselves
    untold = [name for name in said.needs_update if name not in told]
    outgrown = [name for name in untold if name in said.outgrown]
    if outgrown:
        blocks.append(Block(kind="note", text=say("model_outgrown", lang, names=", ".join(outgrown))))
    marked = [name for name in untold if name not in (*said.outgrown, *said.drifted)]
    if marked and asked:
        blocks.append(Block(kind="note", text=say("model_marked", lang, names=", ".join(marked))))
    if said.refused:
        text = say("model_refused", lang, why=_sentence(said.refused), model=said.model)
        blocks.append(Block(kind="note", text=text))
    blocks += [Block(kind="note", text=say("model_remark", lang, why=_sentence(why))) for why in said.remarks]
    return blocks


def outcome(said: Recommendation, detection: Detection, lang: Lang, *, asked: bool, given: bool) -> list[Block]:
    """Of a trained model: which it is and what it was trained on, why it was taken where nobody asked for it, and
    whether its outcome says that it needs an update. Nothing of a shipped one."""
    own = said.trained
    if own is None:
        return []
    text = say("model_own", lang, name=said.model, base=own.base, rows=f"{own.rows:,}", file=own.file, at=own.at[:10])
    blocks = [Block(kind="data", text=text)]
    if given:
        blocks.append(Block(kind="note", text=say("model_own_over_given", lang)))
    elif not asked:
        blocks.append(Block(kind="data", text=say("model_own_unasked", lang, why=said.reasons[-1])))
    share = float(detection.flag.mean()) if len(detection.flag) else 0.0
    if share > FLOOD:
        text = say("model_own_flood", lang, name=said.model, percent=figure(100 * share))
        blocks.append(Block(kind="note", text=text))
    return blocks


def _sentence(text: str) -> str:
    """Without its end, with a capital where it begins with a small word of the sentence itself."""
    text = text.rstrip(".。")
    return text[:1].upper() + text[1:] if text.startswith(("there is", "the normal", "what ")) else text
