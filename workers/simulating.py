"""A run of the simulator that somebody asked for in words: read, shown, carried out. Everything says "simulated"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kb import packs
from roles.role import Engine, run
from roles.simulator import SIMULATOR, Limits, ScenarioName, SimulationOrder, SimulationRequest, problems
from roles.types import Lang
from workers.charts import Mark, Strip, draw_strips
from workers.contracts import Picture
from workers.errors import AndonError
from workers.prose.numbers import figure, span
from workers.settings import Settings
from workers.simulator import SCENARIOS, START, Simulation, Wishes, simulate, write
from workers.simulator.caster import CASTER
from workers.simulator.channels import CHANNELS
from workers.simulator.naming import PREFIX
from workers.simulator.plant import FEWEST_ROWS, MOST_STEPS
from workers.simulator.wishes import ONSET, SEVERITY, SIZELESS, SPEED, rolls
from workers.wording import say

PACK = "continuous_casting"
DURATION_S, STEP_S, LONGEST_STEP_S = 7200.0, 1.0, 60.0
MOST_ROWS = 200_000  # in one file that somebody asked for in words: more than two days at 1 s
SHOWN = ("casting_speed", "stopper_position", "mould_level", "mould_pump_pressure", "hydraulic_pressure")
MOST_STRIPS = 5


@dataclass(frozen=True)
class Ordered:
    """What a sentence asks for: `lines` show the run to the person; `problem` says why it cannot be, "" when it can."""

    order: SimulationOrder
    lines: list[str]
    problem: str
    engine: str = "rules"


@dataclass(frozen=True)
class Simulated:
    """Files of a run in one folder: the table, the truth beside it, a picture; `text` says what they are."""

    table: Path
    truth: Path
    picture: Picture
    text: str


def request(text: str, lang: Lang) -> SimulationRequest:
    """The sentence with everything that the simulator can do."""
    pack = packs.load(PACK)
    titles = {fault.id: fault for fault in pack.faults}
    scenarios = []
    for name in SCENARIOS:
        fault = titles.get(name)
        said = [say(f"simulated_{name}", tongue) for tongue in ("en", "zh")]
        names = [fault.name_en, fault.name_zh] if fault is not None else []
        scenarios.append(ScenarioName(name=name, title=said[lang == "zh"], names=[*names, *said],
                                      rolls=list(rolls(name)), sized=name not in SIZELESS))  # fmt: skip
    unknown = [fault.name(lang) for key, fault in titles.items() if key not in SCENARIOS]
    limits = Limits(speed=SPEED, severity=SEVERITY, onset=ONSET, step_s=(0.1, LONGEST_STEP_S),
                    rows=(FEWEST_ROWS, MOST_ROWS), most_steps=MOST_STEPS)  # fmt: skip
    return SimulationRequest(
        lang=lang, text=text, scenarios=scenarios, unknown=unknown, limits=limits, default_speed=CASTER.speed,
        default_duration_s=DURATION_S, default_step_s=STEP_S,
    )  # fmt: skip


def read(text: str, lang: Lang, engine: Engine | None = None) -> Ordered:
    """What a sentence asks for; nothing is run. A language model reads it where the rules do not understand all."""
    given = request(text, lang)
    outcome = run(SIMULATOR, given)
    if engine is not None and (outcome.output.unused or problems(given, outcome.output)):
        outcome = run(SIMULATOR, given, engine)
    found = problems(given, outcome.output)
    lines = [] if found else shown(outcome.output, lang)
    return Ordered(outcome.output, lines, found[0] if found else "", outcome.engine)


def shown(order: SimulationOrder, lang: Lang) -> list[str]:
    """The parameters in a line each, chosen ones and defaults, before anything runs."""
    assert order.scenario is not None
    usual = say("simulation_usual", lang)
    size = say("simulation_size", lang, size=figure(order.severity)) if order.severity is not None else usual
    step = order.step_s or STEP_S
    lines = [
        say("simulation_scenario", lang, title=say(f"simulated_{order.scenario}", lang)),
        say("simulation_run", lang, duration=span(order.duration_s or DURATION_S, lang), step=f"{step:g}",
            rows=f"{rows_of(order):,}"),
        say("simulation_cast", lang, speed=f"{order.speed or CASTER.speed:g}"),
    ]  # fmt: skip
    if order.scenario != "normal":
        key = "simulation_begins" if order.onset_s is not None else "simulation_begins_by_seed"
        lines.append(say(key, lang, onset=span(order.onset_s or 0.0, lang)))
    if order.scenario not in SIZELESS:
        lines.append(say("simulation_severity_line", lang, size=size))
    if rolls(order.scenario):
        roll = say("simulation_by_seed", lang)
        if order.roll:
            segment, side, _ = order.roll.split("_")
            roll = say(f"simulation_roll_{side}", lang, segment=segment)
        lines.append(say("simulation_roll_line", lang, roll=roll))
    lines.append(say("simulation_seed_line", lang, seed=order.seed or 0))
    if order.severity is not None and order.scenario in SIZELESS:
        lines.append(say("simulation_sizeless", lang))
    if order.unused:
        lines.append(say("simulation_unused", lang, words=", ".join(order.unused)))
    return lines


def rows_of(order: SimulationOrder) -> int:
    """How many rows the run has."""
    return round((order.duration_s or DURATION_S) / (order.step_s or STEP_S))


def name_of(order: SimulationOrder) -> str:
    """The name of the table: it says "simulated" first, then what."""
    speed = f"_{order.speed:g}mpm" if order.speed is not None else ""
    return f"{PREFIX}{order.scenario}{speed}_{(order.duration_s or DURATION_S) / 60:.0f}min_seed{order.seed or 0}.csv"


def carry_out(
    order: SimulationOrder, folder: Path, settings: Settings, lang: Lang, path: Path | None = None
) -> Simulated:
    """Run and write the table (to `path`, else under its own name into `folder`), the truth and a picture.

    Raises AndonError for what the simulator refuses.
    """
    if order.scenario is None:
        raise AndonError("failure_unknown_fault", name="-", names=", ".join(SCENARIOS))
    wishes = Wishes(order.speed, order.onset_s, order.severity if order.severity is not None else 1.0, order.roll)
    start = START.replace(tzinfo=settings.zone)
    made = simulate(order.scenario, rows_of(order), order.seed or 0, start, order.step_s or STEP_S, wishes)
    table = path or folder / name_of(order)
    truth = write(made, table, marked=True)
    title = say(f"simulated_{order.scenario}", lang)
    picture = draw(made, title, folder / f"{table.name.split('.csv')[0]}.png", settings, lang)
    happened = list(made.truth.events)
    lines = [say("simulation_done", lang, title=title, rows=f"{len(made.frame):,}", sensors=made.frame.shape[1],
                 file=table.name)]  # fmt: skip
    if happened:
        begins = happened[0].start.astimezone(settings.zone).strftime("%H:%M:%S")
        lines.append(say("simulation_truth", lang, begins=begins, root=made.truth.root_sensor or "-", file=truth.name))
    lines.append(say("simulation_ask", lang))
    return Simulated(table, truth, picture, "\n".join(lines))


def draw(made: Simulation, title: str, path: Path, settings: Settings, lang: Lang) -> Picture:
    """The sensors that show it, with the true event shaded; the title and the caption say "simulated"."""
    truth = made.truth
    wanted = dict.fromkeys([*([truth.root_sensor] if truth.root_sensor else []), *truth.affected, *SHOWN])
    units = {channel.name: channel.header for channel in CHANNELS}
    strips = [Strip(name, units[name]) for name in list(wanted)[:MOST_STRIPS]]
    marks = [Mark(pd.Timestamp(event.start), pd.Timestamp(event.end), "operating_change" if event.benign else "event")
             for event in truth.events]  # fmt: skip
    caption = say("simulation_caption", lang, title=title)
    frame = made.frame.tz_convert("UTC")
    drawn = draw_strips(frame, strips, marks, zone=settings.zone, lang=lang, title=caption, path=path, kind="plot")
    return drawn.model_copy(update={"caption": caption})
