"""Pipeline manager, part two: a data task that no built-in step covers becomes code, run by workers/coding."""

from __future__ import annotations

from roles.coding.check import check
from roles.coding.rules import abstain
from roles.coding.types import CodeRequest, Script, TableColumn
from roles.role import Role

CODER = Role("coder", CodeRequest, Script, rules=abstain, check=check)

__all__ = ["CODER", "CodeRequest", "Script", "TableColumn"]
