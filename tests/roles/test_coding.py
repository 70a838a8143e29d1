"""Code for a data task: what the check says of it before it runs, and how often it goes back."""

from datetime import UTC, datetime

import pytest

from roles.coder import CODER, CodeRequest, Script, TableColumn
from roles.errors import RoleError
from roles.role import run
from tests.roles.scripted import ScriptedEngine

LIBRARIES = ["matplotlib", "numpy", "pandas", "scipy", "sklearn"]
GOOD = 'answer = {"mean": df["S8"].mean()}'


def request(**changes):
    given = {
        "request": "rolling mean of S8 over 10 min", "task": "rolling mean of s8", "lang": "en", "rows": 100,
        "columns": [TableColumn(key="S8", name="S8", unit="A"), TableColumn(key="col2", name="液位")],
        "more": ["S9"], "start": datetime(2026, 3, 1, tzinfo=UTC), "end": datetime(2026, 3, 2, tzinfo=UTC),
        "libraries": LIBRARIES,
    }  # fmt: skip
    return CodeRequest(**(given | changes))


def script(code, explanation="The rolling mean of S8 over 10 min."):
    return Script(explanation=explanation, code=code)


@pytest.mark.parametrize("code", [
    GOOD,
    'from sklearn.decomposition import PCA\nx = df[["S8", "col2", "S9"]].dropna()\nanswer = {"n": len(x)}',
    'df["new"] = df["S8"] * 2\ntable = df[["new"]]',
    'df.loc[:, "made"] = 1\ntable = df[["made"]]',
    'df = df.rename(columns={"S8": "a"})\nanswer = {"m": df["a"].mean()}',
    'answer = {"x": df.S8.mean()}',
    'import matplotlib.dates as md\nfrom scipy import signal\nplt.plot(df)\nplt.savefig("a.png")',
    'answer = {"rows": getattr(df, "shape")[0]}',
], ids=["plain", "libraries", "own column", "loc", "rebound", "attribute", "picture", "getattr"])  # fmt: skip
def test_code_that_may_run_passes(code):
    assert CODER.check(request(), script(code)) == []


@pytest.mark.parametrize(("code", "complaint"), [
    ('x = df["S8"\n', "line 1: SyntaxError"),
    ("import os\nx = df", "line 1: os may not be imported"),
    ("from urllib import request\nx = df", "line 1: urllib may not be imported"),
    ("from . import x\nx = df", "may not be imported"),
    ('a = 1\nb = df["S88"]', "line 2: df has no column 'S88'"),
    ('b = df[["S8", "液位"]]', "df has no column '液位'"),
    ("answer = {'x': 1}", "does not use the table"),
    ("df" + " = df" * 8000, "longer than 20000 characters"),
    ("df = '\0'", "null bytes"),
], ids=["syntax", "import", "import from", "relative", "column", "columns", "no table", "long", "nul"])  # fmt: skip
def test_code_that_cannot_work_is_told_before_it_runs(code, complaint):
    found = CODER.check(request(), script(code))
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize(("explanation", "complaint"), [
    ("", "is empty"),
    ("The mean is 44.7 A.", "44.7 in `explanation` stands neither"),
    ("One line.\nAnother.", "one line"),
    ("long " * 100, "one line"),
])  # fmt: skip
def test_an_explanation_is_one_sentence_without_invented_numbers(explanation, complaint):
    assert complaint in CODER.check(request(), script(GOOD, explanation))[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_model_no_code_is_written_and_that_passes_the_check(lang):
    given = request(lang=lang)
    outcome = run(CODER, given)
    assert (outcome.output.code, outcome.engine) == ("", "rules")
    assert CODER.check(given, outcome.output) == []


def test_what_went_wrong_goes_back_at_most_twice():
    told = iter([["line 1: KeyError: 'x'"], ["the code left no result"]])
    steps = [("coder", script("import os; df")), ("coder", script(GOOD)), ("coder", script(GOOD))]
    with ScriptedEngine(*steps) as engine:
        outcome = run(CODER, request(), engine, most_repairs=2, prove=lambda _output: next(told))
    assert (outcome.engine, outcome.repairs, outcome.fallback) == ("rules", 2, "the code left no result")
    assert [complaint for _, _, complaint in engine.history][2] == "line 1: KeyError: 'x'"


def test_code_that_is_mended_is_taken():
    told = iter([["line 1: KeyError: 'x'"], []])
    with ScriptedEngine(("coder", script(GOOD)), ("coder", script(GOOD))) as engine:
        outcome = run(CODER, request(), engine, most_repairs=2, prove=lambda _output: next(told))
    assert (outcome.engine, outcome.repairs, outcome.output.code) == ("scripted", 1, GOOD)


def test_a_trial_that_has_no_room_or_time_ends_the_tries():
    def prove(_output):
        raise RoleError("failure_code_time")

    with ScriptedEngine(("coder", script(GOOD))) as engine:
        outcome = run(CODER, request(), engine, most_repairs=2, prove=prove)
    assert (outcome.engine, outcome.fallback) == ("rules", "failure_code_time")
