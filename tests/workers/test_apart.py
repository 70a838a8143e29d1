"""From a file to the sentence: a temperature too high for its load, a batch that heats longer. No level tells these."""

import re
from zoneinfo import ZoneInfo

import pytest

from tests.detectors.test_cycles import batches
from tests.detectors.test_misfits import gearbox
from workers.contracts import Answer, Question
from workers.followups.answering import follow_up
from workers.running import pipeline
from workers.settings import Settings


@pytest.fixture(scope="module")
def turbine(tmp_path_factory):
    path = tmp_path_factory.mktemp("turbine") / "turbine.csv"
    frame = gearbox(hot=4.0).round(2).rename(columns={"oil": "gearbox oil [°C]", "bearing": "bearing [°C]"})
    frame.index = frame.index.tz_localize(None)
    frame.to_csv(path, index_label="time")
    return path


def answered(path, folder, asked, lang):
    question = Question(id="1", text=asked, lang=lang, artifact=str(path), file_name=path.name)
    pipeline.answer(question, Settings(data_dir=folder / "data"), folder / "out", lambda _what, _share: None)
    return Answer.model_validate_json((folder / "out" / "answer.json").read_bytes())


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
    answer = answered(turbine, tmp_path, asked, lang)
    assert any(re.search(headline, block.text) for block in answer.blocks)
    assert [f.sensor for f in answer.findings if re.search(measured, f.text)] == ["gearbox oil"]


@pytest.mark.parametrize(
    ("lang", "silent", "alarmed"), [("en", "no alarm so far", "times"), ("zh", "没有报警", "报警限的")]
)
def test_what_raised_no_alarm_has_no_peak_in_alarm_thresholds(turbine, tmp_path, lang, silent, alarmed):
    answer = answered(turbine, tmp_path, "what is wrong?", lang)
    manager = follow_up(answer, "manager", zone=ZoneInfo("UTC"))[0].text
    assert silent in manager
    assert alarmed not in manager
    assert alarmed not in follow_up(answer, "engineer", zone=ZoneInfo("UTC"))[0].text
    checks = follow_up(answer, "checklist", zone=ZoneInfo("UTC"))[0].text
    assert ("second instrument" in checks) or ("第二套仪表" in checks)


def test_a_batch_that_heats_longer_is_told_by_its_phase_with_how_long_that_used_to_take(tmp_path):
    frame, context = batches()
    path = tmp_path / "reactor.csv"
    frame.join(context).tz_localize(None).to_csv(path, index_label="time")
    answer = answered(path, tmp_path, "what is wrong? the first 2400 rows are normal", "en")
    told = [block.text for block in answer.blocks]
    assert any(
        re.search(r"“Heating” \(Phase\) takes 1.4\d? h|“Heating” \(Phase\) takes 8\d min", text) for text in told
    )
    (finding,) = [f for f in answer.findings if f.kind == "longer"]
    assert (finding.sensor, finding.values["state"]) == ("Phase", "Heating")
