"""The model catalogue in SQL: what the detectors ship, with the plant's own record beside it.

One table, plain columns, so that one SELECT answers most questions about models. What a model is comes from
detectors/catalogue.toml at every opening; its status, score and trained columns belong to the plant and stay.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from detectors import catalogue
from detectors.models.device import is_here
from roles.controller import Condition, ModelCard, Training
from roles.types import Lang
from workers.catalogue.tables import NEEDS_UPDATE, READY, Base, ModelRow, RecordRow, TrainedRow
from workers.errors import AndonError
from workers.settings import Settings

log = logging.getLogger(__name__)

FILE = "andon.db"
SAME_PLANT = 0.8  # share of a model's sensors that a file of the same plant has


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
            files = _files(session)
            return [_card(row, lang).model_copy(update={"scored_on": files.get(row.name)}) for row in rows]

    def trained(self, lang: Lang = "en") -> list[ModelCard]:
        """The models that were trained here, as cards: the shipped method with the columns that it was fitted on."""
        shipped = {card.name: card for card in self.cards(lang)}
        with Session(self.engine) as session:
            rows = session.scalars(select(TrainedRow).order_by(TrainedRow.name)).all()
            files = _files(session)
            own = [_trained(row, shipped[row.base]) for row in rows if row.base in shipped]
            return [card.model_copy(update={"scored_on": files.get(card.name)}) for card in own]

    def card(self, name: str, lang: Lang = "en") -> ModelCard:
        """One model, shipped or trained. Raises AndonError(failure_model_unknown) that names the others."""
        cards = [*self.cards(lang), *self.trained(lang)]
        for card in cards:
            if card.name == name:
                return card
        raise AndonError("failure_model_unknown", name=name, names=", ".join(card.name for card in cards))

    def mark(self, names: Iterable[str], status: str, by: str = "") -> None:
        """Set the status of models: "ready" or "needs_update"."""
        now, wanted = datetime.now(UTC).isoformat(timespec="seconds"), list(names)
        with Session(self.engine) as session, session.begin():
            for row in session.scalars(select(ModelRow).where(ModelRow.name.in_(wanted))):
                row.status, row.changed_by, row.changed_at = status, by, now
            for own in session.scalars(select(TrainedRow).where(TrainedRow.name.in_(wanted))):
                own.status, own.changed_by = status, by

    def record(
        self, name: str, score: float | None = None, sensors: Sequence[str] | None = None, files: int | None = None
    ) -> None:
        """Keep a model's past score (F1, 0..1) with the number of labelled files that it was measured on, or the
        columns that it was trained on."""
        self.card(name)
        with Session(self.engine) as session, session.begin():
            row: ModelRow | TrainedRow = session.get(ModelRow, name) or session.get_one(TrainedRow, name)
            row.score = row.score if score is None else score
            if score is not None:
                session.merge(RecordRow(name=name, files=files))
            row.sensors = row.sensors if sensors is None else list(sensors)

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
            where = str(path)
        engine = create_engine(URL.create("sqlite", database=where) if url is None else url)
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


def outgrown(settings: Settings, sensors: Sequence[str], lang: Lang) -> list[ModelCard]:
    """Trained models of the plant that this file comes from, as most of their sensors are here, which do not know some
    of its sensors: they are marked "needs update". Nothing where the catalogue cannot be opened."""
    try:
        with opened(settings) as models:
            old = [card for card in models.trained(lang) if _same_plant(card.sensors, sensors)]
            models.mark([card.name for card in old if card.status == READY], NEEDS_UPDATE)
            return [card.model_copy(update={"status": NEEDS_UPDATE}) for card in old]
    except AndonError:
        return []


def _same_plant(trained: Sequence[str], sensors: Sequence[str]) -> bool:
    shared = set(trained) & set(sensors)
    return len(shared) >= SAME_PLANT * len(trained) and not set(sensors) <= set(trained)


def _files(session: Session) -> dict[str, int | None]:
    """How many files stand behind each score."""
    return {row.name: row.files for row in session.scalars(select(RecordRow))}


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
            "available": all(map(is_here, row.needs)),
            "default": row.is_default,
            "sensors": row.sensors,
            "score": row.score,
            "status": row.status,
        }
    )


def _trained(row: TrainedRow, base: ModelCard) -> ModelCard:
    """A trained model as its method's card, with its own record and what it was trained on."""
    training = Training(base=row.base, file=row.file, at=row.at, rows=row.rows, step_s=row.step_s,
                        flagged=row.held_out_flagged)  # fmt: skip
    own = {"name": row.name, "sensors": row.sensors, "score": row.score, "scored_on": None, "status": row.status,
           "default": False, "training": training}  # fmt: skip
    return base.model_copy(update=own)


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
