"""Controller: chooses the model that fits the data and says which models need an update."""

from __future__ import annotations

from roles.choosing.check import check
from roles.choosing.rules import choose
from roles.choosing.types import Advice, Choice, Condition, ModelCard, Profile, Recommendation, Training
from roles.role import Role

CONTROLLER = Role("controller", Choice, Recommendation, rules=choose, check=check)

__all__ = ["CONTROLLER", "Advice", "Choice", "Condition", "ModelCard", "Profile", "Recommendation", "Training"]
