"""The engines that are compared, each as a function from a question to what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from roles.answering.deciding import decided
from roles.decision import Case
from roles.errors import RoleError
from roles.llm.contract import Chat
from roles.llm.endpoint import Endpoint
from roles.llm.engine import LanguageModel
from roles.llm.limits import Limits
from roles.llm.memory import MemoryCache, MemoryLedger
from roles.manager import Request
from roles.role import Role, run
from roles.types import Frozen
from workers.errors import AndonError
from workers.evaluation import plain
from workers.evaluation.givens import ROLES
from workers.evaluation.questions import Question
from workers.evaluation.said import Said, nothing, said
from workers.language import Books, limits_of
from workers.settings import Settings
from workers.wording import say

NAMES = ("rules", "llm", "llm-plain")
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)  # plant time of every prompt: the same request in every run
ENDLESS_S, ENDLESS = 1e9, 10**9

Engine = Callable[[Question, Frozen], Said]


def wanted(names: str | None, *, has_model: bool) -> list[str]:
    """The engines to compare, by a comma-separated list; all that can run where there is none.

    Raises AndonError failure_eval_engine for an unknown one, failure_eval_no_endpoint for one that needs a language
    model where none is configured.
    """
    if names is None:
        return list(NAMES) if has_model else ["rules"]
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in NAMES:
            raise AndonError("failure_eval_engine", name=name, names=", ".join(NAMES))
        if name != "rules" and not has_model:
            raise AndonError("failure_eval_no_endpoint", name=name)
    return list(dict.fromkeys(chosen))


def endpoint(settings: Settings) -> Chat:
    """The configured endpoint without cache: what a run costs is to be seen. One request is limited, the run is not,
    and an endpoint that fails is asked again with the next question."""
    limits = Limits(
        timeout_s=settings.llm_timeout, deadline_s=ENDLESS_S, retries=settings.llm_retries, tokens_per_run=None,
        tokens_per_day=None, price_in=settings.llm_price_in, price_out=settings.llm_price_out,
        breaker_failures=ENDLESS,
    )  # fmt: skip
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return Endpoint(settings.openai_base_url, key, settings.chat_model or "", MemoryLedger(), None, "eval", limits)


def bounded(settings: Settings, books: Books, run: str) -> Chat:
    """The configured endpoint within the token and cost limits of a run and of a day; what was asked once is not asked
    again. Only the time of the whole run has no limit."""
    limits = limits_of(settings).model_copy(update={"deadline_s": ENDLESS_S})
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return Endpoint(settings.openai_base_url, key, settings.chat_model or "", books, MemoryCache(), run, limits)


def engine(name: str, chat: Chat | None, *, private: bool = False, words: Iterable[str] = ()) -> Engine:
    """The engine of a name; `chat` for those that need a language model."""
    if name == "rules":
        return lambda question, given: _play(question, given, None)
    assert chat is not None
    if name == "llm":
        hidden = list(words)
        return lambda question, given: _play(
            question, given, LanguageModel(chat, lambda: NOW, private=private, words=hidden)
        )
    return lambda question, given: plain.answer(question, given, chat)


def _play(question: Question, given: Frozen, model: LanguageModel | None) -> Said:
    """The role of the category plays, as in the pipeline: one repair, then the rules. That no model of the catalogue
    can work is an answer, too."""
    role: Role[Any, Any] = ROLES[question.category]
    if model is not None and isinstance(given, Request):  # who has a language model has code written
        given = given.model_copy(update={"codes": True})
    try:
        outcome = decided(given, model) if isinstance(given, Case) and not given.has_data else run(role, given, model)
    except RoleError as error:
        if error.code != "failure_no_model":
            raise
        return nothing(say(error.code, question.lang, **error.values), own=True)
    return said(question, given, outcome.output, own=model is None or outcome.engine == model.name)
