"""Decision maker: findings and passages become a diagnosis, or an honest "not enough evidence"."""

from __future__ import annotations

from roles.deciding.check import check
from roles.deciding.rules import decide, is_quiet
from roles.deciding.types import Case, Decision, EventBrief, Remark
from roles.role import Role

DECISION_MAKER = Role("decision_maker", Case, Decision, rules=decide, check=check, settled=is_quiet)

__all__ = ["DECISION_MAKER", "Case", "Decision", "EventBrief", "Remark"]
