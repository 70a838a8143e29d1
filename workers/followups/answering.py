"""A follow-up as an answer of its own: the stored document with another text, so that it can be quoted, judged and
asked about like any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from roles.types import Lang, Level
from workers import receipt as receipts
from workers.contracts import LOOKED, Answer, Block
from workers.followups.asserted import asserted_edges
from workers.followups.checklist import checklist, first_checks
from workers.followups.meant import all_meant
from workers.followups.retelling import retold
from workers.followups.rivals import what_else
from workers.followups.shortly import how_sure, in_two_lines, since_when, sources
from workers.followups.stopping import how_serious, whether_to_stop
from workers.followups.unmeasured import how_long_to_repair, output_lost
from workers.followups.whether import whether
from workers.followups.why import why
from workers.knowledge.websearch import numbers
from workers.orders import WorkOrder, as_blocks, make_order, order_id
from workers.prose import story
from workers.prose.levels import lang_of, verdict_first, worded_for

if TYPE_CHECKING:
    from workers.followups.speaking import Voice

Told = Callable[[Answer, Lang], list[Block]]
TELLERS: dict[str, Told] = {"why": why, "else": what_else, "checklist": checklist, "first": first_checks,
                           "stop": whether_to_stop, "serious": how_serious, "sure": how_sure, "sources": sources,
                           "since": since_when, "short": in_two_lines, "repair": how_long_to_repair,
                           "output": output_lost, "edges": asserted_edges}  # fmt: skip
WORDED: tuple[Level, ...] = ("crew", "engineer", "manager", "newcomer")
BY_MODEL = ("why", "else", "sure", "serious", "since", *WORDED)  # where words help; the rest is structure or advice
OWN = ("timings", "level", "ordinary", "order", "numbers", "calls")  # of a receipt: what is not the follow-up's
KINDS = (*TELLERS, *WORDED, "order", "whether")


def told_of(base: Answer, kind: str, lang: Lang, text: str) -> list[Block]:
    """What is told for `kind`, then for whatever else the sentences of `text` ask of `base`."""
    others = [other for other in all_meant(text) if other != kind and other in TELLERS]
    more = [block for other in others for block in TELLERS[other](base, lang)]
    return [*TELLERS[kind](base, lang), *(block.model_copy(update={"kind": "plain"}) if block.kind == "headline"
                                          else block for block in more)]  # fmt: skip


def may_be_worded(base: Answer, kind: str, text: str) -> bool:
    """Do words help, so that a language model may explain it? Not of counts and plots, and not where a sentence beside
    it asks for more."""
    explains = base.diagnosis.verdict in LOOKED or bool(base.evidence)
    return explains and kind in BY_MODEL and all(other in BY_MODEL for other in all_meant(text))


def quoted(base: Answer, blocks: list[Block]) -> list[float]:
    """The numbers of the passages that the text quotes: knowledge says them, nobody measured them here."""
    told = story.plain(blocks)
    return [n for e in base.evidence if e.id in told for n in numbers(f"{e.quote} {e.title} {e.source}")]


def follow_up(
    base: Answer, kind: str, *, zone: ZoneInfo, lang: Lang | None = None, question: dict[str, str] | None = None,
    about: str = "", by: str = "", at: datetime | None = None, voice: Voice | None = None,
) -> tuple[Answer, WorkOrder | None]:  # fmt: skip
    """The answer to a follow-up of `kind` (KINDS) about `base`, and the work order when one was asked for.

    lang: the language to answer in; the facts are told in it, too (None: that of `base`). about: how the
    base is called ("#A12"). by: who asks. voice: the language model that words it, where words help (None: nobody).
    Raises AndonError failure_order_no_diagnosis, KeyError for another kind.
    """
    spoken, first = lang or lang_of(base), base
    base, text = retold(verdict_first(base), spoken), (question or {}).get("text", "")
    order, spoken_by = None, dict[str, Any]()
    if kind == "order":
        order = make_order(base, zone, by=by, name=about, at=at, lang=spoken, id_=order_id(first))
        blocks = as_blocks(order)
    elif kind in WORDED:
        blocks = worded_for(base, kind).blocks
    elif kind == "whether":
        blocks = whether(base, spoken, text)
    else:
        blocks = told_of(base, kind, spoken, text)
    if voice is not None and may_be_worded(base, kind, text):
        from workers.followups.explaining import worded  # loaded on use: the vocabulary and the role

        blocks, spoken_by = worded(base, kind, blocks, spoken, text, voice)
    receipt = {key: value for key, value in base.receipt.items() if key not in OWN} | {
        "made": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "code": receipts.code_version(),
        "follow_up": {"kind": kind, "about": about},
        "numbers": quoted(base, blocks),
        "calls": spoken_by.get("calls", []),
        "engines": {**base.receipt.get("engines", {}), **spoken_by.get("engines", {})},
    }
    if order is not None:
        receipt["order"] = order.model_dump(mode="json", by_alias=True)
    told = base.model_copy(update={
        "question": {**base.question, **(question or {}), "lang": spoken},
        "blocks": blocks, "text": story.plain(blocks), "pictures": [], "processed": None, "receipt": receipt,
    })  # fmt: skip
    return told, order
