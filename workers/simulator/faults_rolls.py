"""Faults of the guide rolls."""

from __future__ import annotations

from workers.simulator.caster import ROLLS, segment_of
from workers.simulator.scene import Outcome, Scene
from workers.simulator.upset import RollUpset, Upset


def roll_bearing_seizing(scene: Scene) -> Outcome:
    """The bearing of one driven roll runs dry: its friction grows, ever more unevenly over a turn."""
    drawn = str(scene.rng.choice(ROLLS))  # drawn in any case: what else the seed decides stays the same
    roll = scene.wishes.roll or drawn
    grown = scene.grown(1.4)
    extra, ripple = scene.severity * scene.rng.uniform(0.35, 0.55), scene.severity * scene.rng.uniform(2.5, 4.0)
    return Outcome(
        upset=Upset(rolls={roll: RollUpset(1 + extra * grown, ripple * grown, 1.2 * grown)}),
        happenings=scene.lasting("roll_bearing_seizing"),
        root=roll,
        acceptable=(roll,),
        affected=(roll,),
        values={"current_gain": round(float(extra), 3), "ripple_a": round(float(ripple), 2)},
    )


def roll_misalignment(scene: Scene) -> Outcome:
    """A roll gap shifts: the pair takes a step (one up, one down) and then rides the strand once a turn."""
    segment = int(scene.rng.integers(8, 17))
    segment = segment_of(scene.wishes.roll) if scene.wishes.roll else segment
    upper, lower = f"S{segment}_upper_current", f"S{segment}_lower_current"
    step, ripple = scene.severity * scene.rng.uniform(0.09, 0.14), scene.severity * scene.rng.uniform(1.2, 2.0)
    on, grown = scene.on(), scene.grown()
    wave = ripple * (0.3 * on + 0.7 * grown)
    return Outcome(
        upset=Upset(rolls={upper: RollUpset(1 + step * on, wave), lower: RollUpset(1 - 0.8 * step * on, wave)}),
        happenings=scene.lasting("roll_misalignment"),
        root=upper,
        acceptable=(upper, lower),
        affected=(upper, lower),
        why="Both rolls of the pair hold the same gap; the current cannot tell which of the two has moved.",
        values={"segment": segment, "step": round(float(step), 3), "ripple_a": round(float(ripple), 2)},
    )
