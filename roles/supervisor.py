"""Supervisor: corrects the algorithm's causal graph with knowledge."""

from __future__ import annotations

from roles.role import Role
from roles.supervising.check import check
from roles.supervising.rules import correct
from roles.supervising.types import Candidates, Edit, Supervision

SUPERVISOR = Role("supervisor", Candidates, Supervision, rules=correct, check=check)

__all__ = ["SUPERVISOR", "Candidates", "Edit", "Supervision", "check", "correct"]
