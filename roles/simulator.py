"""A sentence becomes the parameters of a simulator run, checked against the simulator's ranges before it is shown."""

from __future__ import annotations

from roles.role import Role
from roles.simulating.check import check, problems
from roles.simulating.rules import order
from roles.simulating.types import Limits, ScenarioName, SimulationOrder, SimulationRequest

SIMULATOR = Role("simulation_request", SimulationRequest, SimulationOrder, rules=order, check=check)

__all__ = ["SIMULATOR", "Limits", "ScenarioName", "SimulationOrder", "SimulationRequest", "problems"]
