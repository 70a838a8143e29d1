"""What is wrong with the parameters of a simulation, in a sentence each, for a person or for an engine to mend."""

from __future__ import annotations

import re

from roles.numerals import IN_CHINESE, IN_ENGLISH
from roles.simulating.rules import order as read
from roles.simulating.types import SimulationOrder, SimulationRequest
from roles.types import Lang
from roles.wording import say

ANY_NUMBER = re.compile(rf"\d|\b(?:{IN_ENGLISH}|half|an? (?:hour|minute|day))\b|{IN_CHINESE}|半")
NUMBERS = ("speed", "duration_s", "onset_s", "seed", "step_s")


def check(given: SimulationRequest, output: SimulationOrder) -> list[str]:
    """Complaints; empty when the run may be shown. A number that the sentence cannot hold is one of them."""
    complaints = problems(given, output)
    if not ANY_NUMBER.search(given.text.casefold()):
        complaints += [f"the sentence has no number, so {name} cannot be known" for name in NUMBERS
                       if getattr(output, name) is not None]  # fmt: skip
    rules = read(given)
    complaints += [f"the sentence says {getattr(rules, name):g} for {name}" for name in NUMBERS
                   if getattr(rules, name) is not None and getattr(output, name) not in (None, getattr(rules, name))
                   and name != "duration_s"]  # fmt: skip
    return complaints


def problems(given: SimulationRequest, order: SimulationOrder) -> list[str]:
    """Sentences for a person about what is out of range or unknown, the first one to mend first."""
    lang, limits = given.lang, given.limits
    scenario = next((each for each in given.scenarios if each.name == order.scenario), None)
    if scenario is None:
        return [_which(given)]
    found = []
    step = order.step_s if order.step_s is not None else given.default_step_s
    total = order.duration_s if order.duration_s is not None else given.default_duration_s
    if order.speed is not None and not limits.speed[0] <= order.speed <= limits.speed[1]:
        found.append(say("simulation_speed", lang, low=limits.speed[0], high=limits.speed[1], asked=f"{order.speed:g}"))
    if not limits.step_s[0] <= step <= limits.step_s[1]:
        found.append(say("simulation_step", lang, low=f"{limits.step_s[0]:g}", high=f"{limits.step_s[1]:g}"))
    elif not limits.rows[0] * step <= total <= min(limits.rows[1], limits.most_steps / max(1.0, step)) * step:
        most = min(limits.rows[1] * step, limits.most_steps * min(step, 1.0))
        low, high = _time(limits.rows[0] * step + 59, lang), _time(most, lang)
        found.append(say("simulation_duration", lang, low=low, high=high, step=f"{step:g}"))
    elif order.onset_s is not None and not limits.onset[0] * total <= order.onset_s <= limits.onset[1] * total:
        low, high = (_time(share * total, lang) for share in limits.onset)
        found.append(say("simulation_onset", lang, low=low, high=high))
    if order.severity is not None and not limits.severity[0] <= order.severity <= limits.severity[1]:
        found.append(say("simulation_severity", lang, low=limits.severity[0], high=limits.severity[1]))
    if order.roll is not None and order.roll not in scenario.rolls:
        key = "simulation_roll" if scenario.rolls else "simulation_no_roll"
        roll = order.roll.removesuffix("_current").replace("_", " ")
        found.append(say(key, lang, roll=roll, fault=scenario.title, rolls=_rolls(scenario.rolls)))
    if order.seed is not None and order.seed < 0:
        found.append(say("simulation_seed", lang))
    return found


def _which(given: SimulationRequest) -> str:
    """Which scenarios there are; a fault that is known but not simulated is named."""
    text = given.text.casefold()
    titles = say("simulation_list_and", given.lang).join(each.title for each in given.scenarios)
    known = next((name for name in given.unknown if _tail(name) in text), None)
    if known is not None:
        return say("simulation_cannot", given.lang, fault=known, titles=titles)
    return say("simulation_which", given.lang, titles=titles)


def _tail(name: str) -> str:
    """The telling end of a fault's name: its last word, or its last two Chinese characters."""
    last = name.casefold().split()[-1]
    return last if last.isascii() else last[-2:]


def _time(seconds: float, lang: Lang) -> str:
    """Whole minutes, or hours where there are many."""
    hours = seconds >= 3 * 3600
    count = int(seconds // (3600 if hours else 60))
    return say("simulation_hours" if hours else "simulation_minutes", lang, count=count)


def _rolls(rolls: list[str]) -> str:
    numbers = sorted({int(re.sub(r"\D", "", roll)) for roll in rolls})
    return f"S{numbers[0]}-S{numbers[-1]}" if numbers else ""
