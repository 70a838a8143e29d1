"""Where a command writes: never over what it reads, tried before any work, and no empty folder left by a refusal."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workers.errors import AndonError

ANSWER = "answer.json"
WRITTEN = (ANSWER, "processed.csv", "code.py")  # of every answer; its pictures stand in answer.json
SCHEMA = "andon.answer/"


def refuse_over_input(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise AndonError when writing one of `outputs` would destroy one of `inputs`, by whatever name or link."""
    read = list(inputs)
    for out in outputs:
        if any(_same(out, path) for path in read):
            raise AndonError("failure_out_over_input", file=out)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them is not there, or no path at all
        return False


@contextmanager
def folder_for(folder: Path, refusal: Callable[[OSError], AndonError]) -> Iterator[None]:
    """Make `folder` where it is missing, and try it. Where that or the work inside fails, folders that were made for it
    and are still empty go away again. Raises what `refusal` makes of the OSError."""
    made: list[Path] = []
    try:
        try:
            made = _missing(folder)
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise refusal(error) from error
        yield
    except BaseException:
        for each in made:
            with suppress(OSError):  # it holds something by now, or was never made
                each.rmdir()
        raise


def _missing(folder: Path) -> list[Path]:
    """The folders that have to be made for it, the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def try_file(path: Path) -> None:
    """Find out whether `path` can be written, leaving it as it is. Raises OSError."""
    if path.exists() or path.is_symlink():
        with path.open("ab"):
            pass
    else:
        path.touch()
        path.unlink()


def earlier_files(out: Path) -> list[Path]:
    """The files of an answer that lies in `out` already, answer.json among them: those that it names."""
    try:
        told: Any = json.loads((out / ANSWER).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(told, dict) or not str(told.get("schema")).startswith(SCHEMA):
        return []
    generated = told.get("generated")
    pictures = told.get("pictures")
    named = [
        told.get("processed"),
        *([generated.get("file")] if isinstance(generated, dict) else []),
        *[each.get("file") for each in (pictures if isinstance(pictures, list) else []) if isinstance(each, dict)],
    ]
    # A name of another folder is none that an answer wrote.
    plain = [name for name in named if isinstance(name, str) and name and Path(name).name == name]
    return [out / ANSWER, *(out / name for name in plain)]


def clear_earlier(out: Path) -> None:
    """Take away the answer that lies in `out`, so that no part of it passes for one of the answer to come. Whatever
    else lies there stays. Raises OSError."""
    for path in earlier_files(out):
        if path.is_file() or path.is_symlink():
            path.unlink()
