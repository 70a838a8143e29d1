"""The whole caster: a scenario's upset and a seed in, a table of readings and the ground truth out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from workers.errors import AndonError
from workers.simulator.auxiliaries import oscillation_frequency, oscillation_stroke, secondary_cooling_flow
from workers.simulator.benign import FIRST_GRADE
from workers.simulator.caster import CASTER, FACES
from workers.simulator.channels import CHANNELS
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.cooling import run_cooling
from workers.simulator.hydraulics import run_hydraulics
from workers.simulator.level import run_level
from workers.simulator.operation import GRADES, operate
from workers.simulator.readings import read
from workers.simulator.rolls import run_rolls
from workers.simulator.scenarios import SCENARIOS
from workers.simulator.scene import Outcome, set_scene
from workers.simulator.strand import run_strand
from workers.simulator.truth import SETPOINTS, Event, Truth, true_edges
from workers.simulator.upset import Upset
from workers.simulator.wishes import USUAL, Wishes

START = datetime(2025, 3, 11, 22, 0, tzinfo=UTC)  # a night shift
FEWEST_ROWS = 1000
MOST_STEPS = 2_000_000


@dataclass(frozen=True)
class Simulation:
    """One simulated file.

    frame: (rows, 44) floats, columns named without unit, NaN where a reading is missing; index `time`, aware.
    context: (rows, 2) text, `steel_grade` and `note` ("" where there is none), same index.
    """

    frame: pd.DataFrame
    context: pd.DataFrame
    truth: Truth


def simulate(
    fault: str,
    rows: int = 85_000,
    seed: int = 0,
    start: datetime | None = None,
    step_s: float = 1.0,
    wishes: Wishes = USUAL,
) -> Simulation:
    """Run scenario `fault` for `rows` rows of `step_s` seconds from `start` (aware; naive means UTC).

    The same arguments give the same table. Raises AndonError for an unknown name or a size that makes no sense.
    """
    if fault not in SCENARIOS:
        raise AndonError("failure_unknown_fault", name=fault, names=", ".join(SCENARIOS))
    if not 0 < step_s <= 60 or rows < FEWEST_ROWS or Clock(rows, step_s).n > MOST_STEPS:
        raise AndonError("failure_simulate_size", fewest=FEWEST_ROWS, most=MOST_STEPS, longest=60)
    if seed < 0:
        raise AndonError("failure_simulate_seed", seed=seed)
    begin = start or START
    begin = begin.replace(tzinfo=UTC) if begin.tzinfo is None else begin
    wishes.check(fault, rows * step_s)
    clock, streams = Clock(rows, step_s), Streams(seed)
    outcome = SCENARIOS[fault](set_scene(fault, clock, streams, wishes))
    outcome = replace(outcome, values={**outcome.values, **wishes.as_values()})
    true = run_plant(clock, streams, outcome.upset, wishes.offset)
    index = pd.date_range(begin, periods=rows, freq=pd.Timedelta(seconds=step_s), name="time")
    upsets = outcome.upset.readings
    columns = {c.name: read(clock, streams, c, true[c.name], upsets.get(c.name)) for c in CHANNELS}
    frame = pd.DataFrame(columns, index=index)
    return Simulation(frame, _context(clock, outcome.upset, index), _truth(fault, seed, clock, outcome, index))


def run_plant(clock: Clock, streams: Streams, upset: Upset, faster: float = 0.0) -> dict[str, FloatArray]:
    """The plant without transmitter noise: column -> (n,) on the plant's grid. `faster` m/min than usual, all day."""
    plan = operate(clock, streams, upset.speed_set + faster, GRADES[FIRST_GRADE] + np.zeros(clock.n) + upset.aim_c)
    strand = run_strand(clock, streams, plan.speed_set, upset.speed)
    level = run_level(clock, streams, plan, strand, upset, CASTER.speed + faster)
    cooling = run_cooling(clock, streams, strand, level.true, plan.steel_temperature, upset)
    hydraulic = run_hydraulics(clock, streams, upset)
    return {
        "casting_speed": strand.speed,
        "casting_speed_set": plan.speed_set,
        "tundish_temperature": plan.steel_temperature,
        "stopper_position": level.stopper,
        "mould_level": level.reading,
        "mould_level_set": plan.level_set,
        **{f"mould_flow_{face}": cooling.flow[face] for face in FACES},
        **{f"mould_temp_rise_{face}": cooling.rise[face] for face in FACES},
        "mould_pump_pressure": cooling.pressure,
        **run_rolls(clock, streams, strand, hydraulic, upset),
        "hydraulic_pressure": hydraulic,
        "oscillation_frequency": oscillation_frequency(strand.speed, clock.dt),
        "oscillation_stroke": oscillation_stroke(clock, streams),
        "secondary_cooling_flow": secondary_cooling_flow(clock, streams, strand.speed),
    }


def _context(clock: Clock, upset: Upset, index: pd.DatetimeIndex) -> pd.DataFrame:
    grade = np.full(clock.rows, FIRST_GRADE, dtype=object)
    note = np.full(clock.rows, "", dtype=object)
    if upset.grade is not None:
        grade[clock.row(upset.grade[0]) :] = upset.grade[1]
    for at, text in upset.notes:
        note[clock.row(at)] = text
    return pd.DataFrame({"steel_grade": grade, "note": note}, index=index, dtype="str")


def _truth(fault: str, seed: int, clock: Clock, outcome: Outcome, index: pd.DatetimeIndex) -> Truth:
    events = tuple(
        Event(
            index[clock.row(happening.start_s)].to_pydatetime(),
            index[clock.row(happening.end_s)].to_pydatetime(),
            happening.kind,
            happening.benign,
        )
        for happening in outcome.happenings
    )
    return Truth(
        fault=fault,
        seed=seed,
        rows=clock.rows,
        step_s=clock.step_s,
        events=events,
        root_sensor=outcome.root,
        acceptable=outcome.acceptable,
        affected=outcome.affected,
        edges=true_edges(),
        setpoints=dict(SETPOINTS),
        why=outcome.why,
        values=outcome.values,
    )
