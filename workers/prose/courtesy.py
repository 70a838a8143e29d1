"""Talk that asks for nothing: a greeting, thanks, "what can you do?". Answered in a few lines with examples, whether or
not a file is at hand: nobody who says thanks wants a diagnosis."""

from __future__ import annotations

from roles.planning.bounds import bounded
from roles.planning.wants import asked
from roles.planning.words import normal
from roles.types import Lang
from workers.contracts import Answer, Question
from workers.prose.plain import plain_answer
from workers.wording import say

EXAMPLES = ("courtesy_example_file", "courtesy_example_sensor", "courtesy_example_knowledge")


def answer_courtesy(question: Question, lang: Lang) -> Answer | None:
    """The answer to mere courtesy; None for everything else."""
    lines = told(question.text, lang, file=question.file_name or "")
    if lines is None:
        return None
    return plain_answer(question, lines, lang)


def told(text: str, lang: Lang, file: str = "") -> list[str] | None:
    """The lines: what is said back, what can be asked of the file that is at hand, three examples."""
    kind = asked.courtesy(normal(bounded(text)))
    if kind is None:
        return None
    lines = [say(f"courtesy_{kind}", lang)]
    if file:
        lines.append(say("courtesy_file", lang, file=file))
    return [*lines, *(say(example, lang) for example in EXAMPLES)]
