"""How long will the repair take, how much output is lost? No reading tells: said so, with what is known."""

from __future__ import annotations

from roles.types import Lang
from workers.contracts import Answer, Block
from workers.followups.shortly import in_two_lines, since_when
from workers.wording import say


def how_long_to_repair(answer: Answer, lang: Lang) -> list[Block]:
    """That no reading tells it, and the next step."""
    told = in_two_lines(answer, lang)
    steps = [block for block in told if block.kind in ("action", "ask")]
    return [Block(kind="headline", text=say("repair_unknown", lang)), *steps]


def output_lost(answer: Answer, lang: Lang) -> list[Block]:
    """That no reading tells it, and since when the fault lasts."""
    facts = [block for block in since_when(answer, lang) if block.kind == "plain"]
    return [Block(kind="headline", text=say("output_unknown", lang)), *facts]
