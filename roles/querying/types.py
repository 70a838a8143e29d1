"""What the controller is given for a question about models, and the one SELECT that it answers with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from roles.types import Frozen, Lang

Dialect = Literal["sqlite", "postgres"]


class ViewColumn(Frozen):
    """A column that may be asked for. `about` says what it means; `values` are those that a text column can have."""

    name: str
    kind: Literal["text", "number", "time"]
    about: str
    values: list[str] = Field(default_factory=list)


class ModelName(Frozen):
    """A model and how people call it."""

    name: str
    titles: list[str] = Field(default_factory=list)


class CatalogueQuestion(Frozen):
    """A question about models in a person's words, and the view that answers it. At most `limit` rows come back."""

    lang: Lang
    question: str
    view: str
    columns: list[ViewColumn]
    models: list[ModelName] = Field(default_factory=list)
    dialect: Dialect = "sqlite"
    limit: int = Field(50, gt=0)


class CatalogueQuery(Frozen):
    """One SELECT over the view. `understood`: False where the question asks for nothing that the view knows, so that
    the SELECT only lists the models."""

    sql: str
    understood: bool = True
