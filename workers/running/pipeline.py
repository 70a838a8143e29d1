"""One question from file to answer in this process, top-down: read, plan, handle, look, supervise, decide, draw, tell.

`workers.staged` carries out the same steps stage by stage, for separate processes. A failed picture never loses the
answer; a file that cannot be read is one sentence (AndonError).
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from roles.role import Engine
from roles.types import Lang
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.knowledge.context import Knowledge
from workers.knowledge.forbearing import Forbearing
from workers.outputs import WRITTEN, clear_earlier, earlier_files, folder_for, refuse_over_input
from workers.running.at_once import answer_at_once
from workers.running.run import Run
from workers.running.steps import Progress, carry_out
from workers.settings import Settings
from workers.spoken import spoken_in
from workers.telling.answer import tell

ORDER = (
    "reading", "planning", "handling", "choosing", "looking", "supervising", "forecasting", "coding", "deciding",
    "drawing",
)  # fmt: skip


def answer(
    question: Question, settings: Settings, out: Path, progress: Progress, engine: Engine | None = None
) -> Answer:
    """Answer `question`; answer.json, pictures and processed.csv are written below `out`, in the place of an answer
    that lies there.

    Raises AndonError (or a room's own error) with a sentence for whatever the person can mend; a file that the
    question reads is never written over.
    """
    read = [Path(name) for name in (question.artifact, question.knowledge) if name]
    read += [Path(source.artifact) for source in question.more]
    refuse_over_input([*(out / name for name in WRITTEN), *earlier_files(out)], read)

    def refusal(error: OSError) -> AndonError:
        return AndonError("failure_out_folder", folder=out, why=error.strerror)

    with folder_for(out, refusal):
        try:
            if all(path.exists() for path in read):  # a mistyped name costs nobody the earlier answer
                clear_earlier(out)
        except OSError as error:
            raise refusal(error) from error
        return _answered(question, settings, out, progress, engine)


def _answered(
    question: Question, settings: Settings, out: Path, progress: Progress, engine: Engine | None
) -> Answer:  # fmt: skip
    counted = answer_at_once(question, settings, out, spoken(question, settings), progress)
    if counted is not None:  # a log or a fault code: nothing to detect
        return counted
    _try_data_dir(settings)
    with speaking(question, settings, engine) as speaker:
        run = begin(question, settings, out, speaker)
        for name in ORDER:
            carry_out(run, name, progress)
        return finish(run)


def _try_data_dir(settings: Settings) -> None:
    """Knowledge and models lie there: that it cannot be written is said before any work."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise AndonError("failure_state_folder", folder=settings.data_dir, why=error.strerror) from error


@contextmanager
def speaking(
    question: Question, settings: Settings, engine: Engine | None = None, run: str = ""
) -> Iterator[Engine | None]:
    """The engine of a run: the given one, else the configured language model, else None (the rules play).

    `run` is the key under which its time and tokens are kept, so that the processes of one run share them.
    """
    if engine is not None or not settings.has_language_model:
        yield engine
        return
    from workers.language import Speaker  # loaded on use: nothing of it is needed without an endpoint

    files = [name for name in (question.file_name, *(more.file_name for more in question.more)) if name]
    speaker = Speaker(settings, run or f"here/{secrets.token_hex(8)}", files)
    try:
        yield speaker
    finally:
        speaker.close()


def begin(
    question: Question,
    settings: Settings,
    out: Path,
    engine: Engine | None = None,
    lang: Lang | None = None,
    find: Callable[[str], Path] = Path,
) -> Run:
    """A run of which nothing but the question is known. `find` gives the path of a file that it names."""
    lang = lang or spoken(question, settings)
    has_data = bool(question.artifact or question.more)
    knowledge = Forbearing(settings, lang) if has_data else Knowledge(settings, lang)
    return Run(question, settings, lang, out, knowledge, engine, find)


def finish(run: Run) -> Answer:
    """Tell a finished run: answer.json beside its pictures."""
    told = tell(run)
    (run.out / "answer.json").write_text(told.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
    return told


def spoken(question: Question, settings: Settings) -> Lang:
    """The language of a question."""
    return question.lang or spoken_in(question.text or question.context, settings.lang)
