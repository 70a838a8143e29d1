"""From a file to the sentence: a temperature too high for its load, although no level tells it."""

import re

import pytest

from tests.detectors.test_misfits import gearbox
from workers.contracts import Answer, Question
from workers.running import pipeline
from workers.settings import Settings


@pytest.fixture(scope="module")
def turbine(tmp_path_factory):
    path = tmp_path_factory.mktemp("turbine") / "turbine.csv"
    frame = gearbox(hot=4.0).round(2).rename(columns={"oil": "gearbox oil [°C]", "bearing": "bearing [°C]"})
    frame.index = frame.index.tz_localize(None)
    frame.to_csv(path, index_label="time")
    return path


@pytest.mark.parametrize(
    ("asked", "lang", "headline", "measured"),
    [
        ("what is wrong?", "en", r"No alarm, but gearbox oil reads \d.\d+ °C more than the other sensors account for",
         r"gearbox oil reads \d.\d+ °C more than the other sensors account for since 03-03 .*would go with them"),
        ("有什么问题？", "zh", r"没有报警，但.*gearbox oil比其他传感器所对应的值高\d.\d+ °C",
         r"gearbox oil自03-03 .*起比其他传感器所对应的值高\d.\d+ °C.*按其他传感器应为"),
    ],
)  # fmt: skip
def test_the_answer_names_the_sensor_the_degrees_and_what_would_go_with_the_others(
    turbine, tmp_path, asked, lang, headline, measured
):
    question = Question(id="1", text=asked, lang=lang, artifact=str(turbine), file_name=turbine.name)
    pipeline.answer(question, Settings(data_dir=tmp_path / "data"), tmp_path / "out", lambda _what, _share: None)
    answer = Answer.model_validate_json((tmp_path / "out" / "answer.json").read_bytes())
    assert any(re.search(headline, block.text) for block in answer.blocks)
    assert [f.sensor for f in answer.findings if re.search(measured, f.text)] == ["gearbox oil"]
