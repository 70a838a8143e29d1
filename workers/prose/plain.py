"""An answer of plain lines, for what needs no pipeline: courtesy, the list of documents, an order that is refused.

Light: the chat side makes such answers, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from workers import receipt as receipts
from workers.contracts import Answer, Block, Diagnosis, Lang, Question
from workers.prose import story


def plain_answer(question: Question, lines: Sequence[str], lang: Lang) -> Answer:
    """`lines` as the answer to `question`, the first of them its headline."""
    blocks = [Block(kind="headline" if i == 0 else "plain", text=line) for i, line in enumerate(lines)]
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": question.file_name},
        diagnosis=Diagnosis(verdict="answered"), text=story.plain(blocks), blocks=blocks,
        receipt={"code": receipts.code_version(), "courtesy": True},
    )  # fmt: skip
