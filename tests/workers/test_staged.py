"""A run in stages: the same answer as in one process, and a killed stage is done again with the same outcome."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detectors import catalogue
from detectors.causal import Discovery
from detectors.causal.discovery import Note
from detectors.types import CausalEdge, Detection, Event, Reference, Share, Symptom
from workers.artifacts import ArtifactStore
from workers.contracts import Question, Source
from workers.errors import AndonError
from workers.readings import read
from workers.running import pipeline
from workers.running.pipeline import begin
from workers.running.steps import carry_out
from workers.settings import Settings
from workers.simulator.sample import SAMPLE
from workers.staged import STAGES, StageResult, needed, perform, queue_of, ready, values
from workers.staged.kept import Kept
from workers.staged.performing import NotReady, done, stored

PREFIX = "runs/1"
WHY = "the level is jumping on strand 2, why?"
HANDLE = "resample to 10 s and plot the level from 01:00 to 02:00, label the level above 100 mm, forecast 5 min ahead"
ASK = "what are the signs of stopper clogging?"


class Stopped(BaseException):
    """What a caller raises to stop a run."""


class Frail(ArtifactStore):
    """A store whose next write of `fragile` breaks half way."""

    fragile = ""

    def open_write(self, key):
        return self._breaking(key) if key == self.fragile else super().open_write(key)

    def _breaking(self, key):
        store = super()

        class Breaking:
            def __enter__(self):
                self.inner = store.open_write(key)
                return self.inner.__enter__()

            def __exit__(self, *_error):
                error = OSError("the disk is full")
                self.inner.__exit__(OSError, error, None)
                raise error

        return Breaking()


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data_dir=tmp_path_factory.mktemp("home"), timezone="Asia/Shanghai")


def question(text, **more):
    return Question(id="q", text=text, artifact=str(SAMPLE), file_name=SAMPLE.name, **more)


def silent(_what, _share):
    """Progress that nobody reads."""


def carry_on(store, asked, settings, progress=silent):
    """Every stage that is ready, until all are done; stage -> result."""
    results = {}
    while todo := ready(done(store, PREFIX)):
        for stage in todo:
            results[stage] = perform(stage, asked, settings, store, PREFIX, progress)
    return results


def bare(document):
    """answer.json without what differs from run to run."""
    answer = json.loads(document)
    del answer["receipt"]["made"], answer["receipt"]["timings"]
    return answer


@pytest.fixture(scope="module")
def staged(settings, tmp_path_factory):
    """The diagnosis of the sample, in stages: (store, results, lines of progress)."""
    store = ArtifactStore(str(tmp_path_factory.mktemp("store")))
    told = []
    results = carry_on(store, question(WHY), settings, lambda what, share: told.append((what, share)))
    return store, results, told


@pytest.fixture(scope="module")
def at_once(settings, tmp_path_factory):
    """The same in one process: the folder of the answer."""
    out = tmp_path_factory.mktemp("out")
    pipeline.answer(question(WHY), settings, out, silent)
    return out


def test_diagnosis_in_stages_is_the_diagnosis_at_once(staged, at_once):
    store, _results, _told = staged
    document = (at_once / "answer.json").read_bytes()
    assert bare(store.read_bytes(f"{PREFIX}/answer.json")) == bare(document)
    for path in at_once.iterdir():
        assert path.name == "answer.json" or store.read_bytes(f"{PREFIX}/{path.name}") == path.read_bytes()


@pytest.mark.parametrize(
    "asked",
    [
        question(HANDLE),
        Question(id="q", text=ASK),
        Question(id="q", text="", context="Stopper clogging (0.9): stopper position +8.9 mm [F2 CC-009-en]"),
        Question(id="q", text=""),
        question("清洗数据，标注液位高于100mm", train_rows=2000),
    ],
    ids=["handling", "ask", "context alone", "nothing", "zh"],
)
def test_other_requests_in_stages_are_answered_as_at_once(asked, settings, tmp_path):
    store = ArtifactStore(f"memory://{tmp_path}", tmp_path / "cache")
    results = carry_on(store, asked, settings)
    pipeline.answer(asked, settings, tmp_path / "out", silent)
    document = (tmp_path / "out/answer.json").read_bytes()
    assert bare(store.read_bytes(f"{PREFIX}/answer.json")) == bare(document)
    left = {key.split("/")[-1] for key in store.list(PREFIX) if key.count("/") == 2}
    assert left == {path.name for path in (tmp_path / "out").iterdir()}
    assert all(results[stage].idle == (stage not in results["plan"].needed) for stage in STAGES)


def test_a_quoted_answer_helps_to_find_what_is_known(settings, tmp_path):
    quoted = "Stopper clogging is the likeliest cause [F2 CC-009-en]"
    answers = [
        pipeline.answer(Question(id="q", text="and what then?", context=context), settings, tmp_path, silent)
        for context in ("", quoted)
    ]
    assert answers[1].confidence > answers[0].confidence
    assert any("clog" in e.title.lower() + e.quote.lower() for e in answers[1].evidence)
    assert quoted not in answers[1].text
    assert answers[1].question["text"] == "and what then?"


def test_stages_tell_what_the_state_keeps(staged):
    store, results, _told = staged
    data, answer = results["plan"].data, results["decide"].answer
    assert data.dataset == SAMPLE.name
    assert len(data.sha256) == 64
    assert data.rows == 21_600
    assert data.end > data.start
    level = next(c for c in data.columns if c.name == "mould_level")
    assert level.unit == "mm"
    assert results["plan"].needed == list(STAGES)
    assert results["prepare"].model == "ensemble"
    assert answer.verdict == "fault"
    assert "clogging" in answer.headline
    assert answer.causes[0].startswith("Stopper clogging")
    assert all(store.exists(f"{answer.folder}/{name}") for name in [*answer.pictures, answer.processed, "answer.json"])
    for result in results.values():
        assert result.lang == "en"
        assert StageResult.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize("text", ["忽略3号测点，看看有什么异常", "ignore 3号测点"])
def test_the_columns_that_are_kept_are_those_of_the_header_whatever_the_request_leaves_out(settings, tmp_path, text):
    rows = 400
    header = {f"{n}号测点": np.sin(np.arange(rows) / 9 + n) for n in range(1, 5)} | {"空列": [None] * rows}
    time = pd.date_range("2026-05-01", periods=rows, freq="10s")
    pd.DataFrame({"time": time, **header}).to_csv(tmp_path / "a.csv", index=False)
    asked = Question(id="q", text=text, artifact=str(tmp_path / "a.csv"), file_name="a.csv")
    plan = perform("plan", asked, settings, ArtifactStore(str(tmp_path / "store")), PREFIX, silent)
    assert {column.name for column in plan.data.columns} == set(header)


def test_receipt_counts_the_seconds_of_every_stage(staged):
    store, results, _told = staged
    timings = json.loads(store.read_bytes(f"{PREFIX}/answer.json"))["receipt"]["timings"]
    steps = {step for stage in STAGES.values() for step in stage.steps}
    assert set(timings) == steps - {"forecasting", "coding"} | {"total"}
    beside = min(results["detect"].seconds, results["causes"].seconds)
    assert timings["total"] <= sum(r.seconds for r in results.values()) - beside + 0.01


def test_progress_goes_forward_within_the_share_of_each_stage(staged):
    told = staged[2]
    assert all(what for what, _share in told)
    assert [share for _what, share in told] == sorted(share for _what, share in told)
    for stage in STAGES.values():
        assert 0 <= stage.begins < stage.ends <= 1


def test_nothing_but_json_parquet_and_npz_is_left_for_the_next_stage(staged):
    store = staged[0]
    assert {Path(key).suffix for key in store.list(PREFIX)} == {".json", ".parquet", ".npz", ".png", ".csv"}
    assert {key.split("/")[-1] for key in store.list(PREFIX) if key.endswith(".csv")} == {"processed.csv"}


def test_done_stage_is_not_done_twice(staged, settings):
    store, results, _told = staged

    def never(what, share):
        raise AssertionError(what)

    before = {key: store.local(key).stat().st_mtime_ns for key in store.list(PREFIX)}
    for stage, result in results.items():
        assert perform(stage, question(WHY), settings, store, PREFIX, never) == result
    assert {key: store.local(key).stat().st_mtime_ns for key in store.list(PREFIX)} == before


@pytest.mark.parametrize("last", ["mark", "artifact"])
def test_stage_killed_in_its_last_write_is_done_again_with_the_same_outcome(last, staged, settings, tmp_path):
    whole = staged[0]
    ends = {"plan": "plan/data.json", "prepare": "prepare/choice.json", "detect": "detect/detection.json",
            "causes": "causes/discovery.json", "supervise": "supervise/judged.json",
            "decide": "answer.json"}  # fmt: skip
    store = Frail(str(tmp_path / "store"))
    for stage, end in ends.items():
        store.fragile = f"{PREFIX}/stage/{stage}.json" if last == "mark" else f"{PREFIX}/{end}"
        with pytest.raises(OSError, match="full"):
            perform(stage, question(WHY), settings, store, PREFIX, silent)
        assert stage not in done(store, PREFIX)
        assert not store.exists(store.fragile)
        store.fragile = ""
        perform(stage, question(WHY), settings, store, PREFIX, silent)
    assert bare(store.read_bytes(f"{PREFIX}/answer.json")) == bare(whole.read_bytes(f"{PREFIX}/answer.json"))
    assert store.list(PREFIX) == whole.list(PREFIX)


def test_killed_process_leaves_a_stage_that_another_does_again(settings, tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from workers.contracts import Question;"
        "from workers.artifacts import ArtifactStore; from workers.settings import Settings;"
        "from workers.staged.performing import perform;"
        "q = Question.model_validate_json(sys.argv[1]); store = ArtifactStore(sys.argv[2]);"
        "die = lambda what, share: os.kill(os.getpid(), signal.SIGKILL) if share > 0.2 else None;"
        "settings = Settings(data_dir=Path(sys.argv[3]), timezone='Asia/Shanghai');"
        "[perform(stage, q, settings, store, 'runs/1', die) for stage in ('plan', 'prepare')]"
    )
    asked = question("mean of the mould level")
    arguments = [asked.model_dump_json(), str(tmp_path), str(settings.data_dir)]
    killed = subprocess.run([sys.executable, "-c", code, *arguments], env={**os.environ}, check=False)
    store = ArtifactStore(str(tmp_path))
    assert killed.returncode == -signal.SIGKILL
    assert done(store, PREFIX) == {"plan"}
    results = carry_on(store, asked, settings)
    assert "plan" not in results
    assert results["decide"].answer.verdict == "answered"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.25, 0.3, 0.7])
def test_stopped_run_leaves_no_stage_half_done(share, settings, tmp_path):
    store = ArtifactStore(str(tmp_path))

    def stop(_what, now):
        if now >= share:
            raise Stopped

    with pytest.raises(Stopped):
        carry_on(store, question("detect anomalies and forecast 5 min"), settings, stop)
    before = {0.0: set(), 0.2: set(), 0.25: {"plan"}, 0.3: {"plan", "prepare"}}
    assert done(store, PREFIX) == before.get(share, set(STAGES) - {"decide"})
    assert {key.split("/")[2] for key in store.list(PREFIX)} - {"stage"} <= done(store, PREFIX)
    assert not list(tmp_path.rglob("*.part"))


def test_stage_does_not_begin_before_those_that_it_needs(settings, tmp_path):
    with pytest.raises(NotReady):
        perform("detect", question(WHY), settings, ArtifactStore(str(tmp_path)), PREFIX, silent)


def test_stages_that_the_plan_does_not_need_may_be_left_out(settings, tmp_path):
    store = ArtifactStore(str(tmp_path))
    for stage in ("plan", "prepare", "decide"):
        result = perform(stage, question("mean of the mould level"), settings, store, PREFIX, silent)
    assert result.answer.verdict == "answered"
    with pytest.raises(NotReady):
        perform("decide", question(WHY), settings, store, "runs/2", silent)


def test_unreadable_file_fails_the_plan_and_leaves_nothing(settings, tmp_path):
    store = ArtifactStore(str(tmp_path))
    store.write_bytes("uploads/1/empty.csv", b"")
    for key in ("uploads/1/empty.csv", "uploads/1/gone.csv"):
        asked = Question(id="q", text=WHY, artifact=store.url(key), file_name="empty.csv")
        with pytest.raises(AndonError) as failed:
            perform("plan", asked, settings, store, PREFIX, silent)
        assert failed.value.code in ("failure_data_empty", "failure_data_missing")
    assert store.list(PREFIX) == []


def test_files_are_read_from_the_store_and_joined(settings, tmp_path):
    store = ArtifactStore(f"memory://{tmp_path}", tmp_path / "cache")
    table = pd.read_csv(SAMPLE, nrows=600)
    for name, part in {"a.csv": table[:300], "b.csv": table[300:]}.items():
        store.write_bytes(f"uploads/1/{name}", part.to_csv(index=False).encode())
    asked = Question(
        id="q",
        text="mean of the mould level",
        artifact=store.url("uploads/1/a.csv"),
        file_name="a.csv",
        more=[Source(artifact="uploads/1/b.csv", file_name="b.csv")],
    )
    results = carry_on(store, asked, settings)
    assert results["plan"].data.dataset == "a.csv + b.csv"
    assert results["plan"].data.rows == 600
    assert results["plan"].notes[0].startswith("Files joined")


def test_mark_of_another_layout_counts_as_not_done(settings, tmp_path):
    store = ArtifactStore(str(tmp_path))
    result = perform("plan", Question(id="q", text=ASK), settings, store, PREFIX, silent)
    assert stored(store, PREFIX, "plan") == result
    old = result.model_copy(update={"versions": {"layout": "0"}})
    store.write_bytes(f"{PREFIX}/stage/plan.json", old.model_dump_json().encode())
    assert stored(store, PREFIX, "plan") is None
    store.write_bytes(f"{PREFIX}/stage/plan.json", b"{}")
    assert stored(store, PREFIX, "plan") is None


def test_stages_beside_each_other_are_ready_together():
    assert ready(set()) == ["plan"]
    assert ready({"plan", "prepare"}) == ["detect", "causes"]
    assert ready({"plan", "prepare", "detect"}) == ["causes"]
    assert ready({"plan", "prepare", "detect", "causes"}) == ["supervise"]
    assert ready(set(STAGES)) == []


def test_plan_says_which_stages_it_needs():
    assert needed({"ask"}, has_data=False) == ["plan", "decide"]
    assert needed({"clean", "plot"}, has_data=True) == ["plan", "prepare", "decide"]
    assert needed({"detect"}, has_data=True) == ["plan", "prepare", "detect", "decide"]
    assert needed({"diagnose"}, has_data=True) == list(STAGES)


def test_only_detection_with_a_torch_model_goes_to_the_gpu(monkeypatch):
    assert {queue_of(stage, "ensemble") for stage in STAGES} == {"cpu"}
    deep = replace(catalogue.cards()[0], name="deep", needs=("torch",))
    monkeypatch.setattr(catalogue, "cards", lambda: (deep,))
    assert queue_of("detect", "deep") == "gpu"
    assert queue_of("causes", "deep") == "cpu"


def test_table_of_stages_loads_nothing_heavy():
    code = "import sys, workers.staged, workers.artifacts; print('pandas' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}, check=True)
    assert ran.stdout.strip() == "False"


def kept_run(stage, staged, settings, tmp_path, **parts):
    """What `stage` of the sample's run learnt, written by one run and read by another: both runs."""
    store = staged[0]
    asked = question(WHY)
    one = begin(asked, settings, tmp_path, lang="en")
    for name in STAGES:
        if name != "decide":
            Kept(store, PREFIX).load(name, one, rows=True, table=True)
        if name == stage:
            break
    for name, value in parts.items():
        setattr(one, name, value)
    copy = Kept(ArtifactStore(str(tmp_path / "copy")), PREFIX)
    copy.save("plan", one)
    copy.save(stage, one)
    other = begin(asked, settings, tmp_path, lang="en")
    copy.load("plan", other, rows=True, table=True)
    copy.load(stage, other, rows=True, table=True)
    return one, other


def test_reading_survives_exactly(staged, settings, tmp_path):
    reading = read(SAMPLE, zone=settings.zone, max_bytes=2**30, max_rows=400_000)
    reading.frame.iloc[3:9, 2] = np.nan
    reading.frame.iloc[5, 1] = np.inf
    _one, other = kept_run("plan", staged, settings, tmp_path, reading=reading)
    pd.testing.assert_frame_equal(other.reading.frame, reading.frame, check_exact=True, check_freq=True)
    assert other.reading.frame.to_numpy().flags.f_contiguous == reading.frame.to_numpy().flags.f_contiguous
    pd.testing.assert_frame_equal(other.reading.context, reading.context)
    assert other.reading.context.dtypes.equals(reading.context.dtypes)
    assert other.reading.row_of.dtype == reading.row_of.dtype
    assert (other.reading.row_of == reading.row_of).all()
    assert other.reading.time_text.equals(reading.time_text)
    assert (other.reading.units, other.reading.receipt) == (reading.units, reading.receipt)


def test_handled_table_survives_exactly(staged, settings, tmp_path):
    one = begin(question("resample to 10 s, label the level above 100 mm, mean of the level"), settings, tmp_path)
    for step in ("reading", "planning", "handling"):
        carry_out(one, step, silent)
    parts = {name: getattr(one, name) for name in ("reading", "plan", "names", "handled")}
    _one, other = kept_run("prepare", staged, settings, tmp_path, **parts)
    pd.testing.assert_frame_equal(other.handled.frame, one.handled.frame, check_exact=True, check_freq=True)
    assert list(other.handled.labels) == list(one.handled.labels) != []
    for name, series in one.handled.labels.items():
        pd.testing.assert_series_equal(other.handled.labels[name], series, check_freq=True)
    assert other.handled.findings == one.handled.findings
    assert other.handled.done == one.handled.done
    assert other.plan == one.plan
    assert other.names == one.names


def test_detection_survives_exactly(staged, settings, tmp_path):
    made = Detection(
        score=np.array([np.nan, 0.1 + 0.2, np.inf]),
        flag=np.array([0, 1, 1]),
        event=np.array([0, 1, 1]),
        events=(Event(1, 1, 2, 2, 1 / 3, (Share("液位", 0.5),), reason="step", values={"before": "1.0", "rows": 2.5}),),
        symptoms=(Symptom("液位", "rise", 1, 1, 2, np.inf, {"change": np.nan, "before": 1e-300}),),
        reference=Reference(0, 1, "given", "given"),
        threshold=1.75,
        model="ensemble",
        members=("a@1",),
        notes=("short",),
    )
    _one, other = kept_run("detect", staged, settings, tmp_path, detection=made)
    for name in ("score", "flag", "event"):
        written, found = getattr(made, name), getattr(other.detection, name)
        assert written.dtype == found.dtype
        np.testing.assert_array_equal(written, found)
    assert other.detection.events == made.events
    assert other.detection.symptoms[0].strength == np.inf
    assert np.isnan(other.detection.symptoms[0].values["change"])
    assert (other.detection.reference, other.detection.members) == (made.reference, made.members)


def test_discovery_and_graph_survive_exactly(staged, settings, tmp_path):
    edge = CausalEdge("a", "b", 0.1 + 0.2, 1 / 3, 1e-300, (1, 5))
    made = Discovery((edge,), (edge, edge), ("a", "b"), (Note("causes_note_copies", {"sensor": "a", "of": "b"}),), True)
    _one, other = kept_run("causes", staged, settings, tmp_path, discovery=made)
    assert other.discovery == made
    one, other = kept_run("supervise", staged, settings, tmp_path)
    assert other.judged == one.judged
    assert one.judged.graph.corrected


def test_objects_are_never_pickled():
    with pytest.raises(ValueError, match="allow_pickle"):
        values.arrays_to_npz({"a": np.array([Stopped])})
