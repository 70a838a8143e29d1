"""The model catalogue in SQL: what the detectors ship, with the plant's own record beside it.

One table, plain columns, so that one SELECT answers most questions about models. What a model is comes from
detectors/catalogue.toml at every opening; its status, score and trained columns belong to the plant and stay.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Engine, String, create_engine, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from detectors import catalogue
from roles.controller import Condition, ModelCard
from roles.types import Lang
from workers.errors import AndonError
from workers.settings import Settings

log = logging.getLogger(__name__)

FILE = "andon.db"
READY, NEEDS_UPDATE = "ready", "needs_update"


class Base(DeclarativeBase):
    """Tables of the model catalogue."""


class ModelRow(Base):
    """A model. The columns up to `is_default` are the shipped description, the rest is the plant's record."""

    __tablename__ = "models"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    method: Mapped[str]
    title_en: Mapped[str]
    title_zh: Mapped[str]
    best_for_en: Mapped[str]
    best_for_zh: Mapped[str]
    avoid_when_en: Mapped[str]
    avoid_when_zh: Mapped[str]
    best_if: Mapped[list[str]] = mapped_column(JSON)
    avoid_if: Mapped[list[str]] = mapped_column(JSON)
    min_rows: Mapped[int]
    needs: Mapped[list[str]] = mapped_column(JSON)
    is_default: Mapped[bool]
    sensors: Mapped[list[str]] = mapped_column(JSON, default=list)  # columns it was trained on; empty: fits any
    score: Mapped[float | None]  # F1 of past evaluations
    status: Mapped[str] = mapped_column(String(20), default=READY)
    changed_by: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[str] = mapped_column(default="")  # ISO 8601, UTC


class Catalogue:
    """The catalogue on one database. Opening it writes what the shipped description has changed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        Base.metadata.create_all(engine)
        try:
            self._fill()
        except IntegrityError:  # another process filled it at the same moment
            self._fill()

    def cards(self, lang: Lang = "en") -> list[ModelCard]:
        """Every model, the default first, in the reader's language."""
        with Session(self.engine) as session:
            rows = session.scalars(select(ModelRow).order_by(ModelRow.is_default.desc(), ModelRow.name)).all()
            return [_card(row, lang) for row in rows]

    def card(self, name: str, lang: Lang = "en") -> ModelCard:
        """One model. Raises AndonError(failure_model_unknown) that names the others."""
        cards = self.cards(lang)
        for card in cards:
            if card.name == name:
                return card
        raise AndonError("failure_model_unknown", name=name, names=", ".join(card.name for card in cards))

    def mark(self, names: Iterable[str], status: str, by: str = "") -> None:
        """Set the status of models: "ready" or "needs_update"."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with Session(self.engine) as session, session.begin():
            for row in session.scalars(select(ModelRow).where(ModelRow.name.in_(list(names)))):
                row.status, row.changed_by, row.changed_at = status, by, now

    def record(self, name: str, score: float | None = None, sensors: Sequence[str] | None = None) -> None:
        """Keep a model's past score (F1, 0..1) or the columns that it was trained on."""
        self.card(name)
        with Session(self.engine) as session, session.begin():
            row = session.get_one(ModelRow, name)
            row.score = row.score if score is None else score
            row.sensors = row.sensors if sensors is None else list(sensors)

    def uncovered(self, sensors: Sequence[str]) -> list[str]:
        """Models trained on other columns than these: they need an update before they can be used here."""
        return [c.name for c in self.cards() if c.sensors and not set(sensors) <= set(c.sensors)]

    def _fill(self) -> None:
        shipped = {card.name: _described(card) for card in catalogue.cards()}
        with Session(self.engine) as session, session.begin():
            session.execute(delete(ModelRow).where(ModelRow.name.not_in(shipped)))
            known = {row.name: row for row in session.scalars(select(ModelRow))}
            for name, fields in shipped.items():
                row = known.get(name)
                if row is None:
                    session.add(ModelRow(name=name, sensors=[], status=READY, changed_by="", changed_at="", **fields))
                    continue
                fields["score"] = fields["score"] if row.score is None else row.score  # the plant's own record stays
                for key, value in fields.items():
                    if getattr(row, key) != value:
                        setattr(row, key, value)


@contextmanager
def opened(settings: Settings) -> Iterator[Catalogue]:
    """The configured catalogue. Raises AndonError(failure_model_database) when it cannot be opened."""
    url, where = settings.database_url, "DATABASE_URL"
    try:
        if url is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            path = Path(settings.data_dir) / FILE
            url, where = f"sqlite:///{path}", str(path)
        engine = create_engine(url)
    except (OSError, SQLAlchemyError, ImportError) as error:  # ImportError: the driver of another database
        raise AndonError("failure_model_database", where=where) from error
    try:
        yield Catalogue(engine)
    except SQLAlchemyError as error:
        raise AndonError("failure_model_database", where=where) from error
    finally:
        engine.dispose()


def cards(settings: Settings, lang: Lang | None = None) -> list[ModelCard]:
    """Every model for the controller. An answer must not fail for want of a database: then the shipped ones count."""
    lang = lang or settings.lang
    try:
        with opened(settings) as models:
            return models.cards(lang)
    except AndonError:
        log.exception("the model catalogue cannot be opened; the shipped description is used")
        engine = create_engine("sqlite://")
        try:
            return Catalogue(engine).cards(lang)
        finally:
            engine.dispose()


def _card(row: ModelRow, lang: Lang) -> ModelCard:
    return ModelCard.model_validate(
        {
            "name": row.name,
            "title": row.title_zh if lang == "zh" else row.title_en,
            "purpose": row.purpose,
            "method": row.method,
            "best_for": row.best_for_zh if lang == "zh" else row.best_for_en,
            "avoid_when": row.avoid_when_zh if lang == "zh" else row.avoid_when_en,
            "best_if": [Condition.parse(text) for text in row.best_if],
            "avoid_if": [Condition.parse(text) for text in row.avoid_if],
            "min_rows": row.min_rows,
            "needs": row.needs,
            "available": all(_is_here(need) for need in row.needs),
            "default": row.is_default,
            "sensors": row.sensors,
            "score": row.score,
            "status": row.status,
        }
    )


def _described(card: catalogue.Card) -> dict[str, Any]:
    """The shipped description as columns."""
    return {
        "purpose": card.purpose,
        "method": card.method,
        "title_en": card.title_en,
        "title_zh": card.title_zh,
        "best_for_en": card.best_for_en,
        "best_for_zh": card.best_for_zh,
        "avoid_when_en": card.avoid_when_en,
        "avoid_when_zh": card.avoid_when_zh,
        "best_if": list(card.best_if),
        "avoid_if": list(card.avoid_if),
        "min_rows": card.min_rows,
        "needs": list(card.needs),
        "is_default": card.default,
        "score": card.score,
    }


def _is_here(need: str) -> bool:
    """Is a part of the installation there? "gpu" is a device, anything else a package."""
    if need == "gpu":
        return Path("/dev/nvidia0").exists()
    return importlib.util.find_spec(need) is not None
