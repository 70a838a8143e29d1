"""Pipeline manager, part one: a free-text request becomes ordered subtasks."""

from __future__ import annotations

from roles.planning.check import check
from roles.planning.rules import plan
from roles.planning.types import Plan, Request, Subtask, TaskKind
from roles.role import Role

MANAGER = Role("pipeline_manager", Request, Plan, rules=plan, check=check)

__all__ = ["MANAGER", "Plan", "Request", "Subtask", "TaskKind"]
