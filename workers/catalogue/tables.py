"""The tables of the model catalogue: what ships, what it reached on the simulated caster, what a plant trained."""

from __future__ import annotations

from sqlalchemy import JSON, Float, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

READY, NEEDS_UPDATE = "ready", "needs_update"


class Base(DeclarativeBase):
    """Tables of the model catalogue."""


class ModelRow(Base):
    """A model that ships. Up to `is_default` the columns describe it, the rest is the plant's record."""

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


class RecordRow(Base):
    """How many labelled files stand behind a model's `score`; the fewer, the less it weighs."""

    __tablename__ = "model_records"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    files: Mapped[int | None]


class ScoreRow(Base):
    """What a shipped model reached on the simulated caster (tests/benchmarks/models.py)."""

    __tablename__ = "model_scores"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    f1: Mapped[float] = mapped_column(Float)
    precision: Mapped[float] = mapped_column("precision_", Float)
    recall: Mapped[float] = mapped_column(Float)
    false_alarms_a_day: Mapped[float] = mapped_column(Float)


class TrainedRow(Base):
    """A model that was trained here: the shipped method `base` fitted on the normal readings kept at `artifact`."""

    __tablename__ = "trained_models"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    base: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    file: Mapped[str]  # name of the file that it was trained on
    data_sha256: Mapped[str] = mapped_column(String(64))  # of that file
    kept_sha256: Mapped[str] = mapped_column(String(64))  # of the readings as they are kept
    artifact: Mapped[str]  # key in the artifact store
    rows: Mapped[int]
    width: Mapped[int]
    sensors: Mapped[list[str]] = mapped_column(JSON)
    step_s: Mapped[float] = mapped_column(Float)
    held_out_flagged: Mapped[float] = mapped_column(Float)  # share of held-out normal rows that it flags
    score: Mapped[float | None]  # F1 of past evaluations in the plant
    status: Mapped[str] = mapped_column(String(20), default=READY)
    changed_by: Mapped[str] = mapped_column(default="")
    at: Mapped[str] = mapped_column(default="")  # ISO 8601, UTC
