"""The worked examples of the coder's prompt: code that passes the check, runs in the sandbox, leaves what it says."""

import io
import json
import time
import tomllib

import pandas as pd
import pytest

from roles import prompts
from roles.coder import CODER, CodeRequest, Script
from roles.unfit import unfit
from workers.coding.table import Table
from workers.coding.trial import Trial
from workers.sandbox.pool import open_sandbox

EXAMPLES = [
    pytest.param(lang, example, id=f"{lang}-{number}")
    for lang in ("en", "zh")
    for number, example in enumerate(
        tomllib.loads((prompts.EXAMPLES / f"coder.{lang}.toml").read_text(encoding="utf-8"))["example"], start=1
    )
]


@pytest.fixture(scope="module")
def room():
    return open_sandbox("auto")


def given_in(lang, example):
    return CodeRequest.model_validate(json.loads(example["input"]) | {"lang": lang})


def test_both_languages_show_the_same_tasks_and_nothing_of_the_tests_data():
    codes = {lang: [json.loads(said)["code"] for _, said in prompts.examples("coder", lang)] for lang in ("en", "zh")}
    assert len(codes["en"]) == len(codes["zh"]) == 2
    assert [c.splitlines()[:3] for c in codes["en"]] == [c.splitlines()[:3] for c in codes["zh"]]
    assert not [text for lang in ("en", "zh") for pair in prompts.examples("coder", lang) for text in pair
                if "06:03,948" in text]  # fmt: skip


@pytest.mark.parametrize(("lang", "example"), EXAMPLES)
def test_the_code_of_an_example_runs_and_leaves_the_stated_result(lang, example, room, tmp_path):
    given, script = given_in(lang, example), Script.model_validate_json(example["output"])
    assert CODER.check(given, script) == []
    assert unfit(CODER.name, given, script, lambda: CODER.rules(given)) == []
    frame = pd.read_csv(io.StringIO(example["table"]), parse_dates=["time"], index_col="time")
    frame.index = frame.index.tz_localize(given.zone)
    assert (len(frame), frame.index[0], frame.index[-1]) == (given.rows, given.start, given.end)
    for column in given.columns:
        readings = frame[column.key]
        assert readings.isna().mean() == pytest.approx(column.missing_share, abs=0.001)
        assert readings.mean() == pytest.approx(column.summary["mean"], abs=0.05)
    keys = {column.key: column.key for column in given.columns}
    names = {column.key: column.name for column in given.columns}
    table = Table(frame, keys, names, {column.key: column.unit for column in given.columns})
    table.write(tmp_path / "given.parquet")
    trial = Trial(room, table, tmp_path / "given.parquet", tmp_path, time.monotonic() + 60)
    assert trial.prove(script) == []
    assert trial.answer == pytest.approx(json.loads(example["answer"]))
    assert trial.ran.table is not None or trial.ran.pictures
