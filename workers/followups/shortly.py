"""Short questions about an answer: how sure, who says so, since when, and the whole in two lines."""

from __future__ import annotations

from roles.deciding.figures import figure
from roles.sentences import first_sentences
from roles.types import Lang
from workers.contracts import Answer, Block, Evidence
from workers.followups.why import chain, contrary, passages, weighed_for
from workers.orders.making import steps
from workers.prose.levels import event_of, ordinary_of
from workers.wording import say

MOST = 3
ENDS = "。.!！?？"


def how_sure(answer: Answer, lang: Lang) -> list[Block]:
    """The confidence, what it rests on, what speaks against it, and what would make it surer."""
    top = next(iter(answer.diagnosis.causes), None)
    if top is None:
        return [Block(kind="headline", text=say("sure_none", lang, headline=_headline(answer))), *_asks(answer, lang)]
    named = answer.diagnosis.verdict in ("fault", "answered")
    key = "sure_named" if named else "sure_open"
    weighed = weighed_for(answer, top)
    head = Block(
        kind="headline", text=say(key, lang, cause=top.text.rstrip(ENDS), confidence=figure(top.confidence, 2))
    )
    return [head, *chain(answer, top, weighed, lang)[:MOST], *contrary(answer, weighed, lang), *_asks(answer, lang)]


def sources(answer: Answer, lang: Lang) -> list[Block]:
    """Who says so: the file that was measured, then the passages that were used with what they come from."""
    cited = [id_ for cause in answer.diagnosis.causes for id_ in cause.evidence]
    used = list(dict.fromkeys(e.id for e in [*passages(answer, cited), *answer.evidence]))[:MOST]
    measured = answer.data is not None and bool(answer.findings)
    file = answer.data.file_name if answer.data is not None else ""
    key = (
        "sources_both"
        if measured and used
        else "sources_data"
        if measured
        else "sources_known"
        if used
        else "sources_none"
    )
    head = Block(kind="headline", text=say(key, lang, file=file))
    return [head, *(_source(passage, lang) for passage in passages(answer, used))]


def since_when(answer: Answer, lang: Lang) -> list[Block]:
    """The first signs of what the answer is about, in order of time."""
    event = event_of(answer)
    found = [f for f in answer.findings if f.start is not None and (event is None or f.event == event.event)]
    told = sorted((f for f in found if f.kind != "operating_change"), key=lambda f: str(f.start))[:MOST]
    if not told:
        return [Block(kind="headline", text=say("since_none", lang, headline=_headline(answer)))]
    facts = [Block(kind="plain", text=f"- {f.text.rstrip(ENDS)} [{f.id}]", refs=[f.id]) for f in told]
    return [Block(kind="headline", text=_headline(answer)), *facts]


def in_two_lines(answer: Answer, lang: Lang) -> list[Block]:
    """The headline and the next step."""
    actions = steps([a for a in answer.diagnosis.actions if a.when == "now"], lang) or []
    action = next((step for step in actions if not step.safety), next(iter(actions), None))
    head = [Block(kind="headline", text=_headline(answer))]
    if action is not None:
        return [*head, Block(kind="action", text=say("short_next", lang, step=action.text.rstrip(ENDS)))]
    return [*head, *_asks(answer, lang)]


def _asks(answer: Answer, lang: Lang) -> list[Block]:
    """What would make it surer, the first of it."""
    asked = answer.diagnosis.asks_for[:1]
    return [Block(kind="ask", text=say("sure_more", lang, ask=ask.rstrip("。."))) for ask in asked]


def _source(passage: Evidence, lang: Lang) -> Block:
    text = say("sources_one", lang, quote=first_sentences(passage.quote, 1).rstrip("。."), title=passage.title,
               source=passage.source or passage.title, id=passage.id)  # fmt: skip
    text += say("told_passage", lang) if passage.lang != lang else ""
    return Block(kind="plain", text=text, refs=[passage.id])


def _headline(answer: Answer) -> str:
    first = ordinary_of(answer)[:1]
    return first[0].text.rstrip(ENDS) if first else "-"
