"""An answer that is not sure says so when something that waits for a keeper would have answered: that it is there and
since when, never what it says. A candidate is in no answer before it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from kb import growth
from kb.contract import Filters, KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage
from kb.search.named import explains, named_codes
from roles.types import Frozen
from workers.contracts import Answer, Block
from workers.knowledge.repeats import TAUGHT, elsewhere, observed
from workers.prose import story
from workers.wording import say

if TYPE_CHECKING:
    from workers.settings import Settings

MOST = 3
COMMA = {"en": ", ", "zh": "、"}


class Waiting(Frozen):
    """A candidate that would answer: which, of what kind, when it was taught (ISO 8601), and the fault code of the
    question that it explains, as written there ("": none)."""

    id: str
    kind: str
    taught: str
    code: str = ""


def waiting(passages: Sequence[Passage], question: str = "") -> list[Waiting]:
    """What is told of candidates."""
    codes = named_codes(question)
    return [
        Waiting(id=p.id, kind=p.kind, taught=p.created,
                code=next((w for code, w in codes.items() if explains(p, {code: w}, question)), ""))
        for p in passages[:MOST]
    ]  # fmt: skip


def line(found: Sequence[Waiting], lang: Lang, zone: tzinfo) -> str:
    """That something waits, in a sentence; the first of them is the one that would be quoted first."""
    day = f"{datetime.fromisoformat(found[0].taught).astimezone(zone):%Y-%m-%d}"
    if codes := list(dict.fromkeys(each.code for each in found if each.code)):
        return say("ask_waiting_codes", lang, codes=COMMA[lang].join(codes), date=day)
    key = "ask_waiting_one" if len(found) == 1 else "ask_waiting_several"
    return say(key, lang, kind=say(f"ask_waiting_{found[0].kind}", lang), date=day, count=len(found))


def for_question(store: KnowledgeBase, question: str, threshold: float) -> list[Waiting]:
    """The candidates that would answer a question which knowledge does not."""
    return waiting(growth.would_answer(store, question, threshold), question)


def for_data(store: KnowledgeBase, answer: Answer) -> list[Waiting]:
    """Cases and corrections that wait and whose data showed what the event of `answer` shows, all of it and no more."""
    now = observed(answer)
    if now is None:
        return []
    signs = {(shown.sensor, shown.kind) for shown in now.shown}
    question, file = str(answer.question.get("text") or ""), str(answer.question.get("file") or "")
    taught = store.list(Filters(statuses=("candidate",), kinds=TAUGHT))
    same = [p for p in taught if p.observed and {(s.sensor, s.kind) for s in p.observed.shown} == signs]
    return waiting([p for p in same if not elsewhere(p.title, p.observed, question, [file])])


def beside(answer: Answer, store: KnowledgeBase, settings: Settings, *, from_data: bool) -> Answer:
    """`answer` with the sentence below its headline where it is not sure and something that waits would answer. The
    candidates' ids stand in the receipt, for the buttons of keepers."""
    if answer.diagnosis.verdict != "unsure" or not answer.blocks:
        return answer
    try:
        asked = str(answer.question.get("text") or "")
        found = for_data(store, answer) if from_data else for_question(store, asked, settings.answer_threshold)
    except KnowledgeError:  # the answer stands without it; that the store is away is said elsewhere
        return answer
    return noted(answer, found, settings.zone) if found else answer


def noted(answer: Answer, found: Sequence[Waiting], zone: tzinfo) -> Answer:
    """`answer` with the sentence below its first block, and the ids in its receipt."""
    lang: Lang = "zh" if answer.question.get("lang") == "zh" else "en"
    note = Block(kind="note", text=line(found, lang, zone))
    blocks = [answer.blocks[0], note, *answer.blocks[1:]]
    receipt = {**answer.receipt, "waiting": [each.model_dump() for each in found]}
    return answer.model_copy(update={"blocks": blocks, "text": story.plain(blocks), "receipt": receipt})
