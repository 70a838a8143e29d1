"""Is it right? Facts of an answer that a program can check against what the question says is right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, get_args

from roles.choosing.types import Choice, Quantity
from roles.deciding.figures import is_given, written
from roles.types import Frozen
from workers.evaluation.questions import Question
from workers.evaluation.said import Said

IDS = re.compile(r"\b(?:CC-\d+(?:-(?:en|zh))?|[A-Z]{1,3}\d+)\b", re.IGNORECASE)
CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")  # hours are checked with the facts of a plan
ALWAYS = (0.0, 1.0, 2.0, 3.0, 600.0)  # counting words, and the horizon that is assumed and said to be
LANGUAGE = re.compile(r"-(?:en|zh)$")


class Checked(Frozen):
    """What was checked of one answer; None where there is nothing to check.

    `right`: the category's own fact (`share` of it, 0..1). `action`: share of what has to be done that is said.
    `cited`: an acceptable passage stands behind it. `grounded`: every number was given.
    """

    right: bool
    share: float
    grounded: bool
    action: float | None = None
    cited: bool | None = None


def check(question: Question, given: Frozen, said: Said) -> Checked:
    """Every check of one answer. Who should abstain is right by abstaining alone, and the other way round."""
    facts, grounded = question.facts, not loose_numbers(question, given, said)
    action = cited = None
    if question.abstain:
        right = said.abstained and (question.category != "model_recommendation" or _chose(facts, said))
        return Checked(right=right, share=float(right), grounded=grounded)
    share = _share(question, said)
    if question.category == "advice":
        spoken = said.text.casefold()
        hits = [any(word.casefold() in spoken for word in group) for group in facts["actions"]]
        action = 0.0 if said.abstained else sum(hits) / len(hits)
    if question.category in ("causal_correction", "advice"):
        wanted = facts.get("source") or facts.get("passages") or []
        cited = bool(set(wanted) & set(pairs(said.sources))) if wanted else None
    right = share == 1.0 and not said.abstained
    return Checked(right=right, share=share, grounded=grounded, action=action, cited=cited)


def _share(question: Question, said: Said) -> float:
    facts = question.facts
    if question.category == "data_handling":
        wanted = [_has(said.tasks, task) for task in facts["tasks"]]
        unwanted = [task["kind"] in facts.get("without", ()) for task in said.tasks]
        return 0.0 if any(unwanted) else sum(wanted) / len(wanted)
    if question.category == "causal_correction":
        return float(said.decision == facts["decision"])
    if question.category == "model_recommendation":
        return float(_chose(facts, said) and not said.refused)
    if question.category == "fault_causes":
        if facts["verdict"] == "normal":
            return float(said.verdict == "normal")
        return float(said.verdict == "fault" and said.fault in facts["faults"])
    return float(bool(set(facts["passages"]) & set(pairs(said.sources)[:3])))


def _chose(facts: dict[str, Any], said: Said) -> bool:
    """The right model; none at all where none can work."""
    if not facts["models"]:
        return not said.model
    return said.model in facts["models"] and said.model not in facts["not"]


def pairs(ids: Iterable[str]) -> list[str]:
    """Passages without their language, in order, each once: CC-010-en is CC-010."""
    return list(dict.fromkeys(LANGUAGE.sub("", id_.strip()) for id_ in ids if id_.strip().startswith("CC-")))


def _has(tasks: list[dict[str, Any]], wanted: dict[str, Any]) -> bool:
    options = wanted.get("any", [wanted])
    return any(_fits(task, option) for task in tasks for option in options)


def _fits(task: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """The same kind, exactly the wanted sensors where any are named, and every wanted value and hour."""
    if task["kind"] != wanted["kind"]:
        return False
    values = task.get("values") or {}
    parts = values.get("all") or values.get("any") or []
    sensors = set(task.get("sensors") or ()) | {p.get("sensor") for p in parts if isinstance(p, dict)}
    if "sensors" in wanted and sensors != set(wanted["sensors"]):
        return False
    hours = {"from": task.get("start"), "to": task.get("end")}
    if any(str(hours[key] or "")[11:16] != wanted[key] for key in hours if key in wanted):
        return False
    asked = dict(wanted.get("values", {}))
    if not values.get("what"):  # statistics without a name are all of them
        asked.pop("what", None)
    return all(_same(values.get(key), value) for key, value in asked.items())


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(found, list) and set(wanted) <= set(map(str, found))
    if isinstance(wanted, bool) or found is None:
        return found == wanted
    if isinstance(wanted, int | float):
        return isinstance(found, int | float) and abs(found - wanted) <= 1e-6 * max(1.0, abs(wanted))
    return str(wanted).casefold() in str(found).casefold()


def loose_numbers(question: Question, given: Frozen, said: Said) -> list[str]:
    """Numbers of the text that stand neither in the question nor in what was given; names and ids are no numbers."""
    known = given.model_dump(mode="json")
    sources = IDS.sub(" ", json.dumps(known, ensure_ascii=False)) + " " + question.question
    numbers = [_number(n) for n in written(sources)] + [*said.sure, *ALWAYS]
    numbers += [float(len(value)) for value in known.values() if isinstance(value, list)]
    if isinstance(given, Choice):
        numbers += [given.profile.measure(q) or 0.0 for q in get_args(Quantity)] + [float(len(given.profile.sensors))]
    numbers += [n * k for n in numbers for k in (100.0, 60.0, 3600.0, 1 / 60, 1 / 3600)]
    return [n for n in written(CLOCK.sub(" ", IDS.sub(" ", said.text))) if not is_given(n, numbers)]


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))
