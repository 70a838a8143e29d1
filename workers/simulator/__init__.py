"""A continuous slab caster on paper: plant equations, faults with ground truth, transmitters, files.

docs/simulator.md explains the equations, their sources and what each fault looks like.
"""

from workers.simulator.plant import START, Simulation, simulate
from workers.simulator.scenarios import BENIGN, FAULTS, SCENARIOS
from workers.simulator.wishes import Wishes
from workers.simulator.writing import truth_path, write

__all__ = ["BENIGN", "FAULTS", "SCENARIOS", "START", "Simulation", "Wishes", "simulate", "truth_path", "write"]
