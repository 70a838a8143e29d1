"""Why? From the facts with their numbers over the signs that they show to the knowledge that knows these signs."""

from __future__ import annotations

from roles.deciding.figures import figure
from roles.sentences import first_sentences
from roles.types import Cause, Considered, Finding, Lang
from workers.contracts import Answer, Block, Evidence
from workers.prose.levels import ordinary_of
from workers.wording import say

MOST_FACTS, MOST_PASSAGES, SENTENCES = 5, 2, 2
ENDS = "。.!！?？"


def why(answer: Answer, lang: Lang) -> list[Block]:
    """The chain behind the likeliest cause, what speaks against it, and what is not known."""
    causes = answer.diagnosis.causes
    if not causes:
        return _without_cause(answer, lang)
    top = causes[0]
    weighed = weighed_for(answer, top)
    key = "why_head" if answer.diagnosis.verdict in ("fault", "answered") else "why_head_unsure"
    blocks = [Block(kind="headline", text=say(key, lang, cause=top.text, confidence=figure(top.confidence, 2)))]
    blocks += chain(answer, top, weighed, lang)
    blocks += contrary(answer, weighed, lang)
    blocks += origin(answer, top, lang)
    return blocks + known(answer, top, weighed, lang)


def known(answer: Answer, cause: Cause, weighed: Considered | None, lang: Lang) -> list[Block]:
    """The knowledge that knows these signs: what the fault is, then the cited passages nearest to the question."""
    blocks = []
    cited = passages(answer, cause.evidence)
    if weighed is not None and weighed.meaning:
        text = say("why_meaning", lang, quote=weighed.meaning, id=weighed.source)
        blocks.append(Block(kind="plain", text=text, refs=[weighed.source]))
        cited = [passage for passage in cited if passage.id != weighed.source]
    return blocks + [knowledge(passage, lang) for passage in cited[: MOST_PASSAGES - len(blocks)]]


def weighed_for(answer: Answer, cause: Cause) -> Considered | None:
    """What was weighed for a cause of the answer."""
    return next((c for c in answer.considered if c.fault and c.fault == cause.fault), None)


def _without_cause(answer: Answer, lang: Lang) -> list[Block]:
    """Nothing was diagnosed: the facts that were looked at, and what the verdict rests on."""
    head, *rest = ordinary_of(answer)
    facts = [_fact(finding, "", lang) for finding in answer.findings[:MOST_FACTS]]
    notes = [block for block in rest if block.kind in ("note", "ask")] if not facts else []
    return [Block(kind="headline", text=say("why_head_none", lang, headline=head.text.rstrip(ENDS))), *facts, *notes]


def chain(answer: Answer, cause: Cause, weighed: Considered | None, lang: Lang) -> list[Block]:
    """Each fact behind the cause with what it means."""
    facts = {finding.id: finding for finding in answer.findings}
    means = {sign.finding: sign.text for sign in weighed.signs if sign.state == "seen"} if weighed else {}
    ids = [id_ for id_ in dict.fromkeys([*cause.evidence, *means]) if id_ in facts][:MOST_FACTS]
    return [_fact(facts[id_], means.get(id_, ""), lang) for id_ in ids]


def _fact(finding: Finding, means: str, lang: Lang) -> Block:
    key = "why_fact" if means else "why_fact_bare"
    text = say(key, lang, fact=finding.text.rstrip(ENDS), means=means, id=finding.id)
    return Block(kind="plain", text=text, refs=[finding.id])


def contrary(answer: Answer, weighed: Considered | None, lang: Lang) -> list[Block]:
    """Signs that should be there, signs that nobody could see, facts against it."""
    if weighed is None:
        return []
    facts = {finding.id: finding.text for finding in answer.findings}
    blocks = []
    for state in ("against", "missing", "unmeasured"):
        signs = [sign for sign in weighed.signs if sign.state == state]
        if signs:
            told = [f"{s.text} ({facts[s.finding]} [{s.finding}])" if s.finding in facts else s.text for s in signs]
            refs = [f"!{s.finding}" for s in signs if s.finding in facts]
            blocks.append(Block(kind="note", text=say(f"why_{state}", lang, signs=listed(told, lang)), refs=refs))
    return blocks + [Block(kind="note", text=f"{doubt.rstrip(ENDS)}{stop(lang)}") for doubt in weighed.doubts]


def origin(answer: Answer, cause: Cause, lang: Lang) -> list[Block]:
    """Where the disturbance enters, when order and graph agree with the cause."""
    root = next(iter(answer.graph.root_causes), None)
    if root is None or root.sensor != cause.sensor or not root.reason:
        return []
    return [Block(kind="note", text=say("why_origin", lang, reason=root.reason.rstrip(ENDS)))]


def passages(answer: Answer, ids: list[str]) -> list[Evidence]:
    """The cited passages in the order of `ids`."""
    known = {evidence.id: evidence for evidence in answer.evidence}
    return [known[id_] for id_ in ids if id_ in known]


def knowledge(passage: Evidence, lang: Lang) -> Block:
    """A passage, quoted with its title and its record."""
    record = say("more_record_short", lang, right=passage.right, count=passage.right + passage.wrong)
    told = record if passage.right + passage.wrong else ""
    text = say("why_knowledge", lang, quote=first_sentences(passage.quote, SENTENCES), title=passage.title,
               id=passage.id, record=told)  # fmt: skip
    if passage.lang != lang:
        text += say("told_passage", lang)
    return Block(kind="plain", text=text, refs=[passage.id])


def listed(parts: list[str], lang: Lang) -> str:
    """Parts of one sentence."""
    return {"en": "; ", "zh": "；"}[lang].join(part.rstrip(ENDS) for part in parts)


def stop(lang: Lang) -> str:
    """What ends a sentence."""
    return {"en": ".", "zh": "。"}[lang]
