"""The configured language model for one follow-up, with a budget and a deadline of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from roles.role import Engine
from workers.contracts import Answer
from workers.settings import Settings


@dataclass(frozen=True)
class Voice:
    """The language model that words follow-ups, and what it needs to know of the plant."""

    engine: Engine
    settings: Settings


LONGEST_S = 60.0  # somebody waits in the thread, and a thread of the chat's worker with them


@contextmanager
def voice(base: Answer, settings: Settings, run: str, *, wanted: bool) -> Iterator[Voice | None]:
    """The model for a follow-up about `base`; None without one, or where none is wanted. `run` is the key of its
    budget; with privacy on the name of the answer's file does not leave."""
    if not wanted or not settings.has_language_model:
        yield None
        return
    from workers.language import Speaker  # loaded on use: nothing of it is needed without an endpoint

    limited = settings.model_copy(update={"llm_deadline": min(settings.llm_deadline, LONGEST_S)})
    file = base.data.file_name if base.data is not None else ""
    engine = Speaker(limited, run or f"here/{secrets.token_hex(8)}", [name for name in (file,) if name])
    try:
        yield Voice(engine, settings)
    finally:
        engine.close()
