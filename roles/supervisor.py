"""Supervisor: corrects the algorithm's causal graph with knowledge."""

from __future__ import annotations

from roles.role import Role
from roles.supervising.check import check
from roles.supervising.rules import correct, is_settled
from roles.supervising.types import Candidates, Edit, Supervision

SUPERVISOR = Role("supervisor", Candidates, Supervision, rules=correct, check=check, settled=is_settled)

__all__ = ["SUPERVISOR", "Candidates", "Edit", "Supervision", "check", "correct"]
