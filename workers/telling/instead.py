"""That the rules answered in place of a language model, and why: a budget was used up, it took too long, it did not
answer or is not set up, or what it said did not pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from roles.types import Lang
from workers.contracts import Block
from workers.wording import say

REASONS = {
    "failure_llm_budget": "unheard_budget", "failure_llm_budget_day": "unheard_budget_day",
    "failure_llm_deadline": "unheard_deadline", "failure_llm_open": "unheard_open",
    "failure_llm_unreachable": "unheard_silent", "failure_llm_busy": "unheard_silent",
    **dict.fromkeys(("failure_llm_setup", "failure_llm_auth", "failure_llm_model", "failure_llm_url"), "unheard_setup"),
}  # fmt: skip
WHY = {  # what a complaint speaks of -> the key of it in plain words
    "number": r"\bnumbers?\b|stands? (?:nowhere|neither|in no)|\btime \S+ was not given|unit|not measured|the readings",
    "dropped": r"the request asks for",
    "danger": r"dangerous|safety note",
    "foreign": r"language",
    "alien": r"\bno (?:column|sensor|fault|table)\b|was not given|neither found nor added|cites|passage|evidence",
    "form": r"Field required|Input should|\bneeds\b|\border\b|valid",
}


def notes(played: Iterable[Mapping[str, Any]], lang: Lang, *, measured: bool) -> list[Block]:
    """One sentence, however many roles the rules played in place of a language model that was asked (`played` is how
    each went, as the receipt has it). That the numbers are the same is said where something was `measured`."""
    played = list(played)
    why = [str(each["fallback"]) for each in played if "fallback" in each]
    if not why:
        return []
    some = any(each["engine"] != "rules" for each in played)
    if failures := [each for each in why if is_failure(each)]:
        text = _unheard(failures[0], lang, some=some)
    else:
        key = "answer_refused_in_part" if some else "answer_refused"
        text = say(key, lang, why=refusal(why, lang))
    space = {"en": " ", "zh": ""}[lang]
    return [Block(kind="note", text=text + (space + say("answer_same_numbers", lang) if measured else ""))]


def _unheard(failure: str, lang: Lang, *, some: bool) -> str:
    """That no model was heard, or not by every role, for the first reason that there was."""
    if because := reason(failure, lang):
        return say("answer_rules_because_in_part" if some else "answer_rules_because", lang, why=because)
    return say("answer_rules_for_the_rest" if some else "answer_rules_instead", lang)


def reason(failure: str, lang: Lang) -> str:
    """Why no model was heard: our limit, its silence, what is not set up; "" where it answered with nothing usable."""
    key = REASONS.get(failure)
    return say(key, lang) if key is not None else ""


def is_failure(fallback: str) -> bool:
    """Was there no reply at all, so that `fallback` is a failure's code?"""
    return fallback.startswith("failure_")


def refusal(complaints: Iterable[str], lang: Lang) -> str:
    """Why what a model said did not pass, in the reader's words; never in the model's."""
    keys = [next((key for key, shape in WHY.items() if re.search(shape, each)), "other") for each in complaints]
    return {"en": "; ", "zh": "；"}[lang].join(say(f"answer_refused_{key}", lang) for key in dict.fromkeys(keys))
