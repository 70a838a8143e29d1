"""Answers to hold levels, follow-ups and work orders against: made by the real pipeline, once for all tests."""

import tempfile
from functools import cache
from pathlib import Path

from tests.e2e.plant import small_csv
from workers.contracts import Answer, Question
from workers.running import pipeline
from workers.settings import Settings
from workers.simulator import simulate, write

ASKED = {"en": "level is jumping on strand 2, why?", "zh": "2号流液位波动，什么原因？"}


@cache
def home():
    return Path(tempfile.mkdtemp(prefix="andon-tests-"))


@cache
def data(fault):
    path = home() / f"{fault}.csv"
    if fault == "unknown":
        path.write_bytes(small_csv())
    else:
        write(simulate(fault, rows=5400, seed=3), path)
    return path


@cache
def diagnosed(fault="stopper_clogging", lang="en"):
    """The answer about a simulated fault, as its answer.json says it; "unknown" is a pump that nothing explains."""
    path = data(fault)
    question = Question(id="7", text=ASKED[lang], lang=lang, artifact=str(path), file_name=path.name)
    out = home() / f"{fault}-{lang}"
    pipeline.answer(question, Settings(data_dir=home() / "data"), out, lambda _what, _share: None)
    return Answer.model_validate_json((out / "answer.json").read_bytes())
