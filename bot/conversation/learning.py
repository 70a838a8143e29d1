"""A file, or a sentence, that Andon shall learn: recognised here, read by a computing worker (workers/knowledge)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.conversation import learning_words as words
from bot.conversation.delivery import document_of
from bot.wording import say
from workers.contracts import Question

if TYPE_CHECKING:
    from workers.client import Office, rows

DOCUMENTS = (".pdf", ".docx", ".md", ".markdown", ".html", ".htm")  # endings of what can be learnt and never is data
WORDS = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+)?(?:learn|remember|note)\s*(?:that\s+|this\s*[:：]\s*|[:：]\s*)"
    r"(?P<text>\S.{10,})$"
    r"|^\W*(?:请)?(?:记住|记一下|学习)\s*[:：,，]\s*(?P<zh>\S.{5,})$",
    re.IGNORECASE | re.DOTALL,
)

SUBJECTLESS = re.compile(  # what begins so says nothing of what it is about
    r"^\W*(?:(?:it|that|this)(?:'s| is| was| should| must| has to| needs to)\b"
    r"|(?:should|must) be\b|(?:is|are) (?:always|normally)\b"
    r"|(?:它|这个?|那个?)?(?:应该|应|必须|要|就|正常)?(?:是|为)\s*[\d一-九十百]|(?:它|这个?)?(?:应该|应当|必须)(?:是|为|在|用|到))",
    re.IGNORECASE,
)


def wanted(text: str) -> bool:
    """Is Andon asked to learn a file ("learn this", "加入知识库")?"""
    return words.asked(text) is not None


def told(text: str) -> str:
    """What Andon is told to remember in words ("remember: ..."); "" when it is not."""
    found = WORDS.match(text.strip())
    return ((found["text"] or found["zh"]) if found else "").strip()


def whole(words: str, before: str) -> str:
    """What is to be remembered with its subject: "it should be 57 C" is completed by the question before it; "" where
    there is none."""
    if SUBJECTLESS.match(words) is None:
        return words
    before = " ".join(before.split())
    return f"{before} {words}" if before else ""


def asset_of(text: str) -> str:
    """The asset that the file is about ("learn this for the tundish"), "" when none is named."""
    found = words.asked(text)
    return (found["asset"] or "").strip().lower() if found else ""


def learnt(office: Office, run: rows.Run) -> bool:
    """Was the file of this run learnt, or is it about to be? Not when nothing of it was taken: readings are none."""
    if not wanted(str(run.request.get("text", ""))):
        return False
    if str(run.request.get("file_name", "")).lower().endswith(DOCUMENTS):
        return True  # no table in any case
    answer = office.ledger.answers.of_question(run.question_id)
    try:
        report = document_of(office, answer).receipt.get("learnt") if answer is not None else None
    except FileNotFoundError:
        report = None
    return report is None or any(each["stored"] or each["known"] or each["unchanged"] for each in report["taken"])


def begin(office: Office, question: rows.Question, request: Question) -> str:
    """Hand what is to be learnt to a computing worker; else the sentence that says what is missing."""
    words = told(question.text)
    if words and not (words := whole(words, request.before.rpartition("\n")[2])):
        return say("remember_what", request.lang or office.settings.lang)
    if not words and request.artifact is None:
        return say("learn_no_file", request.lang or office.settings.lang)
    run = office.ledger.runs.begin(question.id, request.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "words": words, "asset": asset_of(question.text)}
        office.add(f"run:{run.id}:learn", "runs.learn", "cpu", args)
    return ""
