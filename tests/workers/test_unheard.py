"""A knowledge base that is away: the diagnosis from data goes on and says so, a question to it alone is tried again,
and the crew never reads an address of the plant."""

import pytest

import workers.tasks
from tests.e2e.plant import small_csv
from tests.services import free_port
from tests.workers.state.conftest import Beginnings
from workers.artifacts import ArtifactStore
from workers.client import crew_sentence, failure_sentence
from workers.contracts import Answer, Question
from workers.errors import AndonError
from workers.office import open_office
from workers.queues.local import MuteQueue
from workers.queues.work import carry_out
from workers.running import pipeline
from workers.settings import Settings
from workers.staged import STAGES, perform, ready
from workers.staged.performing import done

assert workers.tasks


@pytest.fixture
def away(tmp_path):
    """Settings of a plant whose Weaviate nobody answers for."""
    return Settings(data_dir=tmp_path, weaviate_url=f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize(("lang", "told"), [("en", "could not be asked"), ("zh", "知识库暂时无法查询")])
def test_a_diagnosis_goes_on_without_knowledge_and_says_so(away, tmp_path, lang, told):
    (tmp_path / "a.csv").write_bytes(small_csv())
    question = Question(
        id="q", text="why?" if lang == "en" else "为什么？", lang=lang, artifact=str(tmp_path / "a.csv")
    )
    store = ArtifactStore(str(tmp_path / "store"))
    while todo := ready(done(store, "runs/1")):
        for stage in todo:
            perform(stage, question, away, store, "runs/1", lambda _what, _share: None)
    assert done(store, "runs/1") == set(STAGES)
    answer = Answer.model_validate_json(store.read_bytes("runs/1/answer.json"))
    assert told in answer.text
    assert answer.findings
    assert "127.0.0.1" not in answer.model_dump_json()


@pytest.mark.parametrize("file", [False, True])
def test_a_question_to_the_knowledge_base_alone_is_tried_again(away, tmp_path, file):
    office = open_office(away, MuteQueue())
    office.store.write_bytes("a.csv", small_csv())
    asked = {"text": "what are the signs of stopper clogging?", "lang": "en"}
    asked |= {"artifact": office.store.url("a.csv"), "file_name": "a.csv"} if file else {}
    run = Beginnings(office.ledger).run(**asked)
    office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})
    while jobs := office.ledger.jobs.to_hint(-1):  # what failed is not due at once
        for job in jobs:
            carry_out(office, job.key)
    assert office.ledger.runs.get(run.id).state == "running"
    assert office.ledger.jobs.get(f"run:{run.id}:decide").state == "waiting"
    office.close()


def test_the_crew_is_told_of_a_server_without_its_address(caplog):
    error = AndonError("failure_kb_weaviate_away", url="http://10.1.2.3:8080")
    for lang in ("en", "zh"):
        assert "10.1.2.3" not in crew_sentence(error, lang)
    assert "10.1.2.3" in caplog.text
    own = AndonError("failure_no_letter", key="run:1:plan")
    assert crew_sentence(own, "en") == failure_sentence(own, "en")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("what is wrong?", "this rests on the data alone: The embedding model nope needs an address"),
        ("有什么问题？", "本回答仅依据数据：嵌入模型 nope 需要地址"),
    ],
)
def test_a_wrong_setting_of_the_embedding_model_is_named_and_nobody_is_told_to_wait(tmp_path, text, told):
    (tmp_path / "a.csv").write_bytes(small_csv())
    question = Question(id="q", text=text, artifact=str(tmp_path / "a.csv"))
    settings = Settings(data_dir=tmp_path, embedding_model="nope")
    answer = pipeline.answer(question, settings, tmp_path / "out", lambda *_: None)
    assert told in answer.text
    assert "Ask again later" not in answer.text
    assert "稍后" not in answer.text
