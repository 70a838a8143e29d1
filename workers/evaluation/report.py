"""The table of a run, as text and as JSON data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from roles.types import Lang
from workers.evaluation.questions import CATEGORIES
from workers.evaluation.running import ALL, Evaluation
from workers.evaluation.scoring import Figures
from workers.wording import say

ORDER = (*CATEGORIES, ALL)


def table(evaluation: Evaluation, lang: Lang) -> str:
    """The engines side by side, category by category, the whole at the end."""
    rows = sorted(evaluation.rows, key=lambda row: ORDER.index(row.category))
    lines = grid([say("eval_columns", lang).split("|"), *(_cells(row) for row in rows)])
    return f"{lines}\n\n{say('eval_legend', lang)}"


def data(evaluation: Evaluation) -> dict[str, Any]:
    """Rows and single answers as JSON data."""
    return {
        "schema": "andon.eval/1",
        "model": evaluation.model,
        "rows": [row.model_dump() for row in evaluation.rows],
        "answers": [
            {"engine": name, "id": s.question.id, "part": s.question.part, **s.checked.model_dump(),
             "said": s.said.model_dump()}
            for name, scored in evaluation.answers.items()
            for s in scored
        ],
    }  # fmt: skip


def grid(rows: Sequence[Sequence[str]]) -> str:
    """Columns under each other; Chinese letters are two wide."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def percent(value: float | None) -> str:
    """A share as whole percent; a dash where there is none."""
    return "-" if value is None else f"{100 * value:.0f}"


def _cells(row: Figures) -> list[str]:
    right, near, cost = row.right, row.overlap, row.cost
    plain = row.engine == "llm-plain"  # nothing stands in for it
    return [
        row.category,
        row.engine,
        str(row.count),
        f"{percent(right.value)} [{percent(right.low)}-{percent(right.high)}]",
        "-" if plain else percent(row.delivered),
        percent(row.action),
        percent(row.cited),
        percent(row.grounded),
        f"{percent(row.abstained_right)}/{percent(row.abstained_wrong)}",
        percent(row.own),
        *(f"{value:.1f}" for value in (near.bleu4, near.rouge1, near.rouge2, near.rouge_l)),
        str(cost.calls) if cost.calls else "-",
        f"{cost.tokens_in + cost.tokens_out:,}" if cost.calls else "-",
        f"{cost.seconds:,.0f}" if cost.calls else "-",
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
