"""Decision maker, part three: a follow-up about an answer ("why?", "what else?") told from its stored facts."""

from __future__ import annotations

from roles.explaining.check import check
from roles.explaining.rules import tell
from roles.explaining.types import Explanation, FollowUp, Line, Link, Sentence, Step, Weighed
from roles.role import Role

EXPLAINER = Role("follow_up", FollowUp, Explanation, rules=tell, check=check)

__all__ = ["EXPLAINER", "Explanation", "FollowUp", "Line", "Link", "Sentence", "Step", "Weighed"]
