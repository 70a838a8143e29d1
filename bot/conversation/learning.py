"""A file, or a sentence, that Andon shall learn: recognised here, read by a computing worker (workers/knowledge)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.wording import say
from workers.contracts import Question

if TYPE_CHECKING:
    from workers.client import Office, rows

POLITE = r"^\W*(?:please\s+|can you\s+|could you\s+|请|麻烦)?"
FILE = re.compile(
    POLITE + r"(?:(?:learn|remember|study)"
    r"(?:\s+(?:this|these|it|them|from this|the)?\s*(?:files?|documents?|manuals?|tables?)?)?"
    r"|(?:add|take|put)\s+(?:this|these|it|them)\s+(?:in)?to\s+(?:the\s+|your\s+)?(?:knowledge(?:\s+base)?|kb)"
    r"|学习一?下?(?:这个|这份|这些|该|本)?(?:文件|文档|资料|手册|表格?)?|学一下|记住(?:这个|这份|这些)?(?:文件|文档|资料)?"
    r"|(?:把(?:这个|这份|这些|它)?(?:文件|文档|资料)?)?(?:加入|收入|存入|录入)知识库|入库)"
    r"(?:\s*(?:for|about|on|用于|关于|属于)\s*(?:the\s+)?(?P<asset>[^.!?。！？\n]{2,40}))?\W*(?:please|thanks?|谢谢)?\W*$",
    re.IGNORECASE,
)
DOCUMENTS = (".pdf", ".docx", ".md", ".markdown", ".html", ".htm")  # endings of what can be learnt and never is data
WORDS = re.compile(
    POLITE + r"(?:learn|remember|note)\s*(?:that\s+|this\s*[:：]\s*|[:：]\s*)(?P<text>\S.{10,})$"
    r"|^\W*(?:请)?(?:记住|记一下|学习)\s*[:：,，]\s*(?P<zh>\S.{5,})$",
    re.IGNORECASE | re.DOTALL,
)


def wanted(text: str) -> bool:
    """Is Andon asked to learn a file ("learn this", "加入知识库")?"""
    return FILE.match(text.strip()) is not None


def told(text: str) -> str:
    """What Andon is told to remember in words ("remember: ..."); "" when it is not."""
    found = WORDS.match(text.strip())
    return ((found["text"] or found["zh"]) if found else "").strip()


def asset_of(text: str) -> str:
    """The asset that the file is about ("learn this for the tundish"), "" when none is named."""
    found = FILE.match(text.strip())
    return (found["asset"] or "").strip().lower() if found else ""


def begin(office: Office, question: rows.Question, request: Question) -> str:
    """Hand what is to be learnt to a computing worker; else the sentence that says what is missing."""
    words = told(question.text)
    if not words and request.artifact is None:
        return say("learn_no_file", request.lang or office.settings.lang)
    run = office.ledger.runs.begin(question.id, request.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "words": words, "asset": asset_of(question.text)}
        office.add(f"run:{run.id}:learn", "runs.learn", "cpu", args)
    return ""
