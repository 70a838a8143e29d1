"""The way in: a question is answered here, in this process; with a queue configured later, by a worker.

The caller sees no difference. Nothing heavy is imported until a question is asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from roles.phrasebook import Phrasebook
from roles.timewords import chinese_clock, hour_of
from workers.contracts import Answer, Lang, Question
from workers.errors import AndonError
from workers.failures import MENDABLE, crew_sentence, failure_sentence, for_operators, frames, internal_sentence
from workers.followups.free import asks_freely, tell_freely
from workers.followups.meant import POLITE, meant
from workers.followups.otherpart import other_part
from workers.followups.recalled import Recall, recalled
from workers.followups.spelling import spelt
from workers.queues.inbox import job_key, lane_of
from workers.queues.registry import Again, shows_progress, task
from workers.settings import Settings
from workers.spoken import spoken_in
from workers.startup import settle_libraries, start_logging

if TYPE_CHECKING:
    from workers.desk import Desk
    from workers.followups.past import Past
    from workers.knowledge.reviewing import Candidate
    from workers.knowledge.whole import DocumentSeen
    from workers.office import Office
    from workers.state import models as rows
    from workers.state.places import Where

__all__ = [
    "MENDABLE",
    "POLITE",
    "Again",
    "AndonError",
    "Candidate",
    "DocumentSeen",
    "Door",
    "Office",
    "Past",
    "Phrasebook",
    "Recall",
    "Where",
    "ask",
    "asks_freely",
    "chinese_clock",
    "crew_sentence",
    "desk",
    "failure_sentence",
    "for_operators",
    "frames",
    "health",
    "hour_of",
    "internal_sentence",
    "job_key",
    "lane_of",
    "meant",
    "open_door",
    "other_part",
    "recalled",
    "rows",
    "settle_libraries",
    "shows_progress",
    "spelt",
    "spoken_in",
    "start_logging",
    "task",
    "tell_freely",
]

Progress = Callable[[str, float], None]  # (what is being done, share done 0..1)


class Door(Protocol):
    """Where a chat process puts events, as JSON with an `event_id`."""

    def put(self, events: Sequence[dict[str, Any]]) -> None:
        """Keep them durably and tell a worker. Raises when that can't be done."""
        ...

    def check(self) -> None:
        """Called every other second: puts in again what a restarted Redis lost."""
        ...

    def attended(self) -> bool:
        """Is there a worker that could deal with them? True where that is not known."""
        ...

    def close(self) -> None:
        """The process ends."""
        ...


def open_door(settings: Settings, modules: Sequence[str]) -> Door:
    """The door to the workers. Without REDIS_URL the work is done here: `modules` hold the chat tasks.

    Raises AndonError when what the settings name can't be used.
    """
    if settings.redis_url is not None:
        from workers.queues.door import RedisDoor

        return RedisDoor(settings)
    from workers.queues.door import LocalDoor

    for module in modules:
        importlib.import_module(module)
    return LocalDoor(settings)


def health(settings: Settings) -> Callable[[], str]:
    """A look at what a chat process needs: "" when it is there, else the word for what is not (redis, database)."""
    from workers.queues.health import Health

    return Health(settings).trouble


def desk(settings: Settings) -> Desk:
    """Knowledge and models, as chat commands and reactions use them. Loaded on use: heavy."""
    from workers.desk import Desk

    return Desk(settings)


def ask(question: Question, settings: Settings, out: Path, progress: Progress | None = None) -> Answer:
    """Answer `question`; answer.json, pictures and processed.csv are written below `out`."""
    from workers.running.pipeline import answer  # loaded on use: pandas and the detectors stay out of a chat process

    return answer(question, settings, out, progress or (lambda _what, _share: None))


def follow_up(
    base: Answer, kind: str, settings: Settings, *, lang: Lang | None = None, question: dict[str, str] | None = None,
    about: str = "", by: str = "", run: str = "",
) -> tuple[Answer, dict[str, bytes]]:  # fmt: skip
    """The answer to a follow-up about `base` (kinds: KINDS of workers.followups.answering), told from what is stored of
    it, and the files that belong to it by name: a work order as CSV and JSON. A language model words it where one is
    configured; `run` is the key of its budget. AndonError: what cannot be told."""
    from workers.followups import answering
    from workers.followups.speaking import voice
    from workers.orders import files_of

    worded = answering.may_be_worded(base, kind, (question or {}).get("text", ""))
    with voice(base, settings, run, wanted=worded) as said:
        answer, order = answering.follow_up(
            base, kind, zone=settings.zone, lang=lang, question=question, about=about, by=by, voice=said
        )
    files = {} if order is None else files_of(order)
    return (answer.model_copy(update={"processed": next(iter(files))}) if files else answer), files


def recall(
    asked: Recall, question: dict[str, str], base: Answer | None, pasts: Iterable[Past],
    may_read: Callable[[Past], bool], settings: Settings, *, lang: Lang,
) -> Answer:  # fmt: skip
    """The answer to a question about earlier times ("did we have this before?"): from `pasts`, newest first, of which
    `may_read` says whether they may be spoken of, and from verified cases. AndonError says why not."""
    from contextlib import closing

    from workers.followups.earlier import find, tell
    from workers.knowledge.opening import open_knowledge

    found = find(asked, base, pasts, may_read)
    with closing(open_knowledge(settings)) as store:
        return tell(asked, question, base, found, store, lang, settings.zone)


def past_of(
    ref: str, document: Answer, made: datetime, place: int, said: dict[str, int], lessons: list[str],
    corrections: list[str],
) -> Past:  # fmt: skip
    """An earlier answer with what the crew said of it: `said` counts agree, disagree, fixed, not_fixed."""
    from workers.followups.past import Past, Said

    return Past(ref=ref, document=document, made=made, place=place, said=Said.model_validate(said),
                lessons=lessons, corrections=corrections)  # fmt: skip


def machine_named(words: str, document: Answer) -> bool:
    """Do words name the machine of an answer by its number ("strand 3", 3号流), or its file?"""
    from workers.followups.past import named_by

    return named_by(words, document)


def remember(words: str, settings: Settings, *, lang: Lang, by: str) -> str:
    """Take a sentence into the knowledge base, as "remember: ..." in chat: what came of it, in words."""
    from workers.artifacts import open_store
    from workers.knowledge.learning import learn

    question = Question(id="console", text=words, lang=lang, user=by)
    return learn(question, settings, open_store(settings), lambda _what, _share: None, words).text


def learn(file: Path, settings: Settings, *, lang: Lang, by: str, asset: str = "") -> str:
    """Take a file into the knowledge base, as "learn this" in chat: what was taken and what was not, in words."""
    from workers.artifacts import open_store
    from workers.knowledge.learning import learn as take

    question = Question(id="console", lang=lang, user=by, artifact=str(file.resolve()), file_name=file.name)
    return take(question, settings, open_store(settings), lambda _what, _share: None, asset=asset).text


def simulate(order: dict[str, Any], settings: Settings, folder: Path, lang: Lang) -> tuple[str, Path]:
    """Carry out a run of the simulator (parameters of `Desk.simulation`) into `folder`: what was made, in words, and
    its table. AndonError: why not."""
    from roles.simulator import SimulationOrder
    from workers.simulating import carry_out

    made = carry_out(SimulationOrder.model_validate(order), folder, settings, lang)
    return made.text, made.table


def send_order(data: bytes, settings: Settings) -> tuple[str, str]:
    """Send a stored work order to the maintenance system, one try; its id and the host that took it. AndonError:
    why not."""
    from workers.orders import WorkOrder
    from workers.orders import send_order as send

    order = WorkOrder.model_validate_json(data)
    return order.id, send(order, settings, tries=1)


def to_json(answer: Answer) -> str:
    """answer.json as one document (docs/answer.md)."""
    return answer.model_dump_json(by_alias=True, indent=2)
