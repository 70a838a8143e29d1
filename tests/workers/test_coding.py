"""A data task worked out by code: from the request over the sandbox to answer, pictures, table and the code itself."""

import json
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from roles.coder import Script
from roles.errors import RoleError
from roles.manager import Plan, Subtask
from tests.roles.scripted import ScriptedEngine
from tests.workers.numbers_in import unbacked
from workers.artifacts import ArtifactStore
from workers.coding import work
from workers.coding.entries import entries
from workers.coding.results import findings
from workers.coding.table import Table
from workers.coding.trial import Trial, columns, picture
from workers.contracts import Question
from workers.running import pipeline
from workers.sandbox import selftest
from workers.sandbox.pool import open_sandbox
from workers.settings import Settings
from workers.staged import perform, ready
from workers.staged.performing import done

ROWS = 1_200
GOOD = """
import matplotlib.pyplot as plt
import pandas as pd
corr = df["S3"].rolling("2min").corr(df["S8"])
fig, ax = plt.subplots(figsize=(9, 5))
ax.plot(corr.index, corr)
ax.set_title(f"{names['col3']} 滚动相关")
answer = {
    "mean correlation of S3 and S8": corr.mean(), "level": {"rows above 802 mm": int((df["col3"] > 802).sum())},
    "weekday": df.index[0].strftime("%A"), "none": None, "pressure of col4": df["col4"].max(),
}
table = pd.DataFrame({"corr": corr, "col3": df["col3"], "high": df["col3"] > 802, "note": "=1+1"})
"""
SAYS = "Rolling correlation of S3 and S8 over 2 min."
ASK = "rolling correlation of S3 and S8 over 2 min"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Sensors with plain and with awkward names."""
    rng = np.random.default_rng(5)
    times = pd.date_range("2026-03-01 20:00", periods=ROWS, freq="s").strftime("%Y-%m-%d %H:%M:%S")
    both = rng.normal(size=ROWS)
    path = tmp_path_factory.mktemp("data") / "rolls.csv"
    frame = pd.DataFrame({
        "time": times, "S3": 40 + both + rng.normal(size=ROWS), "S8": 44 + both, "液位": 800 + rng.normal(size=ROWS),
        'p "A" \\ {x}': 3 + rng.random(ROWS),
    })  # fmt: skip
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def ask(data, home, tmp_path):
    """Ask with an engine that plans one code step and then says what the test says."""

    def run(*said, text=ASK, lang="en", **settings):
        plan = Plan(lang=lang, subtasks=[Subtask(order=1, kind="code", values={"text": text})])
        question = Question(id="t", text=text, lang=lang, artifact=str(data), file_name=data.name)
        chosen = Settings(data_dir=home, timezone="Asia/Shanghai", **settings)
        with ScriptedEngine(("pipeline_manager", plan), *(("coder", each) for each in said)) as engine:
            answer = pipeline.answer(question, chosen, tmp_path, lambda _what, _share: None, engine)
        return answer, engine

    return run


def script(code=GOOD, explanation=SAYS):
    return {"explanation": explanation, "code": code}


@pytest.fixture(scope="module")
def room():
    """A room that holds is needed for what follows."""
    return open_sandbox("auto")


def test_code_becomes_findings_pictures_a_table_and_a_file(ask, room, data, tmp_path):
    bad = [script(GOOD.replace('df["S8"]', 'df["S88"]')), script(GOOD.replace("corr.mean()", 'float("nan")'))]
    answer, engine = ask(*bad, script())
    complaints = [complaint for role, _, complaint in engine.history if role == "coder"]
    assert complaints[0] is None
    assert "df has no column 'S88'" in complaints[1]
    assert "answer['mean correlation of S3 and S8'] is nan" in complaints[2]
    made = answer.generated
    assert (made.outcome, made.tries, made.level, made.table_rows) == ("done", 3, room.level, ROWS)
    assert made.code in (tmp_path / "code.py").read_text(encoding="utf-8") + "\n"
    assert answer.text.splitlines()[0] == SAYS
    texts = [f.text for f in answer.findings]
    assert texts[0].startswith("mean correlation of S3 and S8: 0.")
    assert f"level, rows above 802 mm: {(pd.read_csv(data)['液位'] > 802).sum()}" in texts
    assert any(text.startswith('pressure of p "A" \\ {x}: ') for text in texts)
    assert unbacked(answer.text, json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))) == []
    with Image.open(tmp_path / answer.pictures[0].file) as picture:
        assert (picture.format, picture.size) == ("PNG", (answer.pictures[0].width, answer.pictures[0].height))
    table = pd.read_csv(tmp_path / answer.processed)
    assert list(table.columns) == ["time", "corr", "液位", "high", "note"]
    assert table["time"][0] == "2026-03-01T20:00:00+08:00"
    assert table["note"][0] == "'=1+1"
    assert set(table["high"]) == {0, 1}
    assert answer.receipt["sandbox"]["level"] == made.level
    assert answer.receipt["engines"]["coder"]["engine"] == "scripted"


def test_an_answer_that_never_touches_the_readings_goes_back_and_is_never_shown(ask, room):
    made_up = script('rows = len(df)\nanswer = f"The mean of S8 is 42.1 A in {rows} rows"')
    answer, engine = ask(
        made_up, script('df\nanswer = {"mean of S8": 42.1}'), script('answer = {"mean of S8": df["S8"].mean()}')
    )
    complaints = [complaint for role, _, complaint in engine.history if role == "coder"]
    assert "says 42.1 whatever the readings are" in complaints[1]
    assert "answer['mean of S8'] says 42.1 whatever" in complaints[2]
    assert (answer.generated.outcome, answer.generated.tries) == ("done", 3)
    assert "42.1" not in answer.text


def test_a_model_is_told_of_the_columns_but_never_of_readings(ask):
    _, engine = ask(script("", "It cannot be done."))
    given = next(given for role, given, _ in engine.history if role == "coder")
    assert [(c["key"], c["name"]) for c in given["columns"]] == [
        ("S3", "S3"), ("S8", "S8"), ("col3", "液位"), ("col4", 'p "A" \\ {x}'),
    ]  # fmt: skip
    assert all(len(c["summary"]) <= 5 for c in given["columns"])
    assert given["zone"] == "Asia/Shanghai"
    assert len(json.dumps(given)) < 3000


def test_with_privacy_no_name_leaves_and_the_answer_has_the_names(ask, room):
    code = 'answer = {"largest of col2": df["col2"].max(), "col4, median": df["col4"].median()}\n'
    code += "table = df[['col3']].head(5)"
    asked = "largest S8 and median of 液位"
    answer, engine = ask(script(code, "The largest reading of col2."), text=asked, privacy=True)
    told = json.dumps([given for role, given, _ in engine.history if role == "coder"], ensure_ascii=False)
    assert not any(name in told for name in ("S3", "S8", "液位", 'p \\"A'))
    assert "largest col2 and median of col3" in told
    assert [c["summary"] for c in json.loads(told)[0]["columns"]] == [{}] * 4
    assert answer.generated.explanation == "The largest reading of S8."
    assert answer.findings[0].text.startswith("largest of S8: ")
    assert answer.findings[1].text.startswith('p "A" \\ {x}, median: 3.')


@pytest.mark.parametrize(("lang", "words"), [("en", "could not work that out"), ("zh", "未能用代码算出结果")])
def test_after_two_repairs_it_is_said_and_the_rules_do_what_they_can(ask, lang, words, tmp_path):
    bad = [script("import os\nx = df"), script("x = df["), script("answer = {'x': 1}")]
    text = {"en": "plot a rolling mean of S8", "zh": "画出S8的滚动平均"}[lang]
    answer, engine = ask(*bad, text=text, lang=lang)
    assert "os may not be imported" in engine.history[2][2]
    assert "SyntaxError" in engine.history[3][2]
    assert words in answer.text.splitlines()[1]
    assert "Error" not in answer.text
    assert (answer.generated.outcome, answer.generated.tries) == ("failed", 3)
    assert "does not use the table" in answer.generated.error
    assert [(step.kind, step.status) for step in answer.plan] == [("code", "failed"), ("plot", "done")]
    assert [picture.file for picture in answer.pictures] == ["plot.png"]
    assert (tmp_path / "code.py").is_file()


def test_a_figure_with_nothing_but_missing_values_goes_back(data, room, tmp_path):
    frame = pd.read_csv(data, parse_dates=["time"]).set_index("time").tz_localize("UTC")[["S3", "S8"]]
    same = {"S3": "S3", "S8": "S8"}
    table = Table(frame, same, same, {})
    table.write(tmp_path / "given.parquet")
    trial = Trial(room, table, tmp_path / "given.parquet", tmp_path, time.monotonic() + 60)
    code = "plt.subplots()[1].plot(df.index, df['S8'] * float('nan'))"
    assert "figure 1 is empty" in trial.prove(Script(explanation=SAYS, code=code))[0]


@pytest.mark.parametrize(("answer", "told"), [
    (json.dumps({f"row {i}": i for i in range(99)}), "has 99 entries"),
    (json.dumps({"all": [1.0, 2.0]}), "is a list"),
    (json.dumps({"all": list(range(9999))})[:20_000], "far too long"),
])  # fmt: skip
def test_an_answer_that_is_too_much_to_read_goes_back(answer, told):
    with pytest.raises(ValueError, match=told):
        list(entries(answer))


def test_a_text_is_an_answer_too_and_its_numbers_are_kept():
    table = Table(pd.DataFrame(), {"S8": "S8"}, {"S8": "S8 upper"}, {})
    told = findings(dict(entries("S8 was above 45.5 A\n in 1,200 rows\n")), table)
    assert [f.text for f in told] == ["S8 upper was above 45.5 A", "in 1,200 rows"]
    assert [list(f.values.values()) for f in told] == [[45.5], [1200.0]]


@pytest.mark.parametrize(("table", "told"), [
    (pd.DataFrame({"a": []}), "no rows"),
    (pd.DataFrame({"a": [1.0, float("inf")]}), "infinite"),
    (pd.DataFrame({"a": [None, None]}), "no value at all"),
])  # fmt: skip
def test_a_table_that_says_nothing_goes_back(table, told):
    assert told in next(columns(table))


@pytest.mark.parametrize(
    ("size", "told"), [((900, 500), "one colour"), ((1900, 100), "pixels"), ((7000, 800), "pixels")]
)
def test_a_picture_that_nobody_could_look_at_goes_back(size, told, tmp_path):
    Image.new("RGB", size, "white").save(tmp_path / "p.png")
    assert told in next(picture(tmp_path / "p.png", 1))


def test_a_model_that_says_it_cannot_is_quoted(ask):
    answer, _ = ask(script("", "No column holds the casting speed."))
    assert "No code was written for this: No column holds the casting speed." in answer.text
    assert answer.generated.outcome == "failed"


def test_a_model_that_does_not_answer_leaves_it_to_the_rules(ask):
    answer, _ = ask(RoleError("failure_llm_unreachable"), text="smooth S8 and plot it")
    assert "No code could be had" in answer.text
    assert "work out by code" not in answer.text.splitlines()
    assert [picture.kind for picture in answer.pictures] == ["plot"]


@pytest.mark.parametrize("why", ["off", "no level"])
def test_where_theroom_is_refused_nothing_runs_and_one_sentence_says_so(ask, why, monkeypatch):
    sentence = "switched off here"
    if why == "no level":
        monkeypatch.setattr(selftest, "escapes", lambda _way: ("network",))
        selftest.strongest.cache_clear()
        open_sandbox.cache_clear()
        sentence = "Generated code is not run"
    try:
        answer, engine = ask(text="histogram of S8", sandbox="off" if why == "off" else "auto")
    finally:
        selftest.strongest.cache_clear()
        open_sandbox.cache_clear()
    assert sentence in answer.text
    assert [role for role, _, _ in engine.history] == ["pipeline_manager"]
    assert (answer.generated.outcome, answer.generated.code) == ("refused", "")
    assert [picture.file for picture in answer.pictures] == ["plot.png"]


@pytest.mark.parametrize(("text", "lang", "words"), [
    (ASK, "en", "no built-in step for “rolling correlation”"),
    ("S3和S8的滚动相关", "zh", "没有用于“滚动相关”的内置步骤"),
])  # fmt: skip
def test_without_a_model_it_is_said_what_has_no_step(data, home, tmp_path, text, lang, words):
    question = Question(id="t", text=text, lang=lang, artifact=str(data), file_name=data.name)
    answer = pipeline.answer(question, Settings(data_dir=home), tmp_path, lambda _what, _share: None)
    assert words in answer.text
    assert [picture.file for picture in answer.pictures] == ["plot.png"]
    assert answer.generated.code == ""


def test_when_time_is_up_no_more_code_is_tried(ask, monkeypatch):
    monkeypatch.setattr(work, "SECONDS_IN_ALL", 0.5)
    answer, _ = ask(script())
    assert (answer.generated.outcome, answer.generated.tries, answer.generated.ms) == ("failed", 1, 0.0)


def test_code_in_the_stages_of_workers_leaves_its_files_in_the_run_s_folder(data, home, tmp_path, room):
    plan = Plan(lang="en", subtasks=[Subtask(order=1, kind="code", values={"text": ASK})])
    question = Question(id="t", text=ASK, lang="en", artifact=str(data), file_name=data.name)
    store, settings = ArtifactStore(str(tmp_path)), Settings(data_dir=home)
    with ScriptedEngine(("pipeline_manager", plan), ("coder", script())) as engine:
        while todo := ready(done(store, "runs/1")):
            for stage in todo:
                perform(stage, question, settings, store, "runs/1", lambda _what, _share: None, engine)
    answer = json.loads(store.read_bytes("runs/1/answer.json"))
    assert answer["generated"]["outcome"] == "done"
    for name in ("code.py", "processed.csv", answer["pictures"][0]["file"]):
        assert store.exists(f"runs/1/{name}")
