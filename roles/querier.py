"""The controller's text-to-SQL: a question about models becomes one SELECT over a view of the model catalogue."""

from __future__ import annotations

from roles.querying.check import approved, check
from roles.querying.rules import ask
from roles.querying.types import CatalogueQuery, CatalogueQuestion, ModelName, ViewColumn
from roles.role import Role

QUERIER = Role("catalogue_query", CatalogueQuestion, CatalogueQuery, rules=ask, check=check)

__all__ = ["QUERIER", "CatalogueQuery", "CatalogueQuestion", "ModelName", "ViewColumn", "approved"]
