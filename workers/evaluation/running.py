"""One run: every question to every engine, then the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from roles.llm.contract import Chat
from roles.types import Frozen
from workers.evaluation import engines
from workers.evaluation.facts import check
from workers.evaluation.givens import Givens
from workers.evaluation.questions import CATEGORIES, Question
from workers.evaluation.recording import Cost, Recorder, Replayer
from workers.evaluation.scoring import Figures, Scored, figures
from workers.settings import Settings

ALL = "all"
Progress = Callable[[str, int, int], None]


class Evaluation(Frozen):
    """What a run brought: a row for each engine and category and one for all, every answer, and the model's name."""

    rows: list[Figures]
    answers: dict[str, list[Scored]]
    model: str = ""


def evaluate(
    questions: Sequence[Question], names: Sequence[str], settings: Settings, chat: Recorder | Replayer | None,
    tell: Progress = lambda engine, done, of: None,
) -> Evaluation:  # fmt: skip
    """Ask the engines `names` every question. `tell` is told how far it is."""
    rows: list[Figures] = []
    answers: dict[str, list[Scored]] = {}
    with closing(Givens(settings)) as givens:
        made = [(question, givens.of(question)) for question in questions]
    for name in names:
        play = engines.engine(name, _chat(chat), private=settings.privacy, words=settings.private_words)
        scored, costs = [], dict.fromkeys(CATEGORIES, Cost())
        for done, (question, given) in enumerate(made, start=1):
            before = chat.costs if chat is not None else Cost()
            said = play(question, given)
            scored.append(Scored(question=question, said=said, checked=check(question, given, said)))
            if chat is not None:
                costs[question.category] += _less(chat.costs, before)
            tell(name, done, len(made))
        answers[name] = scored
        rows += _rows(name, scored, costs)
    return Evaluation(rows=rows, answers=answers, model=chat.model if chat is not None else "")


def _chat(chat: Recorder | Replayer | None) -> Chat | None:
    return chat


def _rows(name: str, scored: list[Scored], costs: dict[str, Cost]) -> list[Figures]:
    """One row for each category that was asked, and one for all."""
    cells = [(c, [s for s in scored if s.question.category == c]) for c in CATEGORIES]
    rows = [figures(name, category, cell, costs[category]) for category, cell in cells if cell]
    whole = sum(costs.values(), Cost())
    return [*rows, figures(name, ALL, scored, whole)] if len(rows) > 1 else rows


def _less(after: Cost, before: Cost) -> Cost:
    mine, its = after.model_dump(), before.model_dump()
    return Cost(**{name: mine[name] - its[name] for name in mine})
