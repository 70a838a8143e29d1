"""Under privacy the request for code holds no name of the plant, however the question or the file spells it."""

import re

import numpy as np
import pandas as pd
import pytest

from roles.coder import CodeRequest
from roles.types import Sensor
from tests.llm_server.server import KEY, llm_server
from workers.coding.table import Table, leaks, masked
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings

HEADERS = {"part_weight": "part_weight_g", "料温": "料温（℃）", "oil press": "oil press, bar"}
SENSORS = {name: Sensor(name=name, label="shot mass" if name == "part_weight" else "") for name in HEADERS}


def table():
    keys = {f"col{i}": name for i, name in enumerate(HEADERS, start=1)}
    return Table(pd.DataFrame(columns=[*keys]), keys, keys, {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plot part_weight_g", "plot col1"),
        ("plot Part_Weight_G and part_weight", "plot col1 and col1"),
        ("the part_weight_max of the shot  mass", "the col1_max of the col1"),
        ("料温（℃）和料温的差", "col2和col2的差"),
        ("oil press, bar above 3", "col3 above 3"),
        ("weights of the parts", "weights of the parts"),
    ],
)
def test_every_spelling_becomes_the_key(text, told):
    assert masked(text, table(), SENSORS, HEADERS) == told


def test_what_stands_for_one_column_is_not_looked_through_for_another():
    keys = {"col1": "flow", "col2": "kind", "col3": "columns"}
    many = Table(pd.DataFrame(columns=[*keys]), keys, keys, {})
    assert masked("kind of flow", many, {}, {}) == "col2 of col1"


@pytest.mark.parametrize(
    "text", ["the part_weight_g", "PART_WEIGHT_mean", "料温高", "oil  press", "shot mass", "left_out_kg"]
)
def test_a_name_that_is_left_over_is_seen(text):
    def request(said):
        return CodeRequest(request=said, task="", lang="en", columns=[], more=[], rows=1, start="2026-01-01T00:00:00Z",
                           end="2026-01-01T00:00:00Z", step_s=1.0, zone="UTC", libraries=[])  # fmt: skip

    headers = HEADERS | {"left_out": "left_out_kg"}
    assert leaks(request(text), SENSORS, headers)
    assert not leaks(request("the mean of col1 and col2_max in kg"), SENSORS, headers)


def test_no_request_holds_a_header(tmp_path):
    rng = np.random.default_rng(3)
    times = pd.date_range("2026-03-01", periods=600, freq="s").astype(str)
    melt, part = 231.7 + rng.normal(size=600), 38.3 + rng.normal(size=600)
    data = pd.DataFrame({"time": times, "melt_temp_C": melt, "part_weight_g": part})
    data.round(3).to_csv(tmp_path / "x.csv", index=False)

    def player(body):
        coder = '"explanation"' in body["messages"][-1]["content"]
        return {"explanation": "", "code": ""} if coder else {"steps": [{"kind": "code"}], "unknown": []}

    with llm_server(player=player) as server:
        settings = Settings(data_dir=tmp_path / "home", openai_base_url=server.url, openai_api_key=KEY,
                            chat_model="test-model", privacy=True)  # fmt: skip
        text = "rolling correlation of melt_temp_C and part_weight_g"
        question = Question(id="q", text=text, artifact=str(tmp_path / "x.csv"), file_name="x.csv")
        answer = pipeline.answer(question, settings, tmp_path / "out", lambda _what, _share: None)
        sent = "\n".join(server.texts)
    assert "coder" in [call["purpose"] for call in answer.receipt["calls"]]
    assert not re.search(r"melt|part_?weight", sent, re.IGNORECASE)
