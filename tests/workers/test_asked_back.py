"""`andon ask` where no passage answers: what it is asked of, what is near and no answer, what is known at all."""

import json

import pytest

from bot.cli import main
from kb import growth
from kb.ingest import ingest
from tests.benchmarks import plants
from workers.knowledge.asking import tell
from workers.knowledge.nearest import WORTH_SHOWING
from workers.knowledge.opening import open_knowledge
from workers.settings import Settings
from workers.wording import say

THRESHOLD = 0.55  # ANDON_ANSWER_THRESHOLD's default


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_knowledge(Settings(data_dir=tmp_path_factory.mktemp("plant")))
    ingest(sorted((plants.FOLDER / plants.FITTED / "docs").iterdir()), opened, status="verified")
    yield opened
    opened.close()


@pytest.mark.parametrize(("question", "lang"), [("what are the signs?", "en"), ("超过了怎么办", "zh")])
def test_a_question_that_names_no_thing_is_asked_back(store, question, lang):
    told = tell(question, store, THRESHOLD)
    assert told.abstained
    assert told.text.startswith(say("ask_of_what", lang))
    assert told.asks_for == [say("ask_for_asset", lang)]


def test_what_is_almost_near_enough_is_shown_and_said_to_be_no_answer(store):
    question = "why must the SC-75 be run at 12 bar"
    best = store.search(question, limit=growth.LOOKED_AT)[0].confidence
    near = tell(question, store, best + 0.01)
    assert near.abstained
    assert "Possibly related, not an answer: “" in near.text
    assert not near.evidence
    far = tell(question, store, best / WORTH_SHOWING + 0.01)
    assert "Possibly related" not in far.text
    assert "The nearest is" in far.text


@pytest.mark.parametrize(("question", "helps"), [
    ("phone number of the crane depot?", "ask_for_document"), ("what does the crane cost", "ask_for_document"),
    ("the crane hums", "ask_for_time"),
])  # fmt: skip
def test_details_are_asked_for_only_where_they_help(store, question, helps):
    told = tell(question, store, THRESHOLD)
    assert told.abstained
    assert say(helps, "en") in told.asks_for
    assert (say("ask_for_time", "en") in told.asks_for) is (helps == "ask_for_time")


@pytest.mark.parametrize("question", [
    "what documents do you know", "which machines do you know?", "list the documents", "有哪些资料", "你知道哪些设备",
    "知识库里有什么",
])  # fmt: skip
def test_the_documents_are_told_with_their_passages(store, question):
    told = tell(question, store, THRESHOLD)
    assert told.abstained
    known = [p for p in store.list() if p.document == "SC-75-manual.pdf"]
    assert f"SC-75-manual.pdf：{len(known)} 条" in told.text or f"SC-75-manual.pdf: {len(known)} passages" in told.text


@pytest.mark.parametrize("question", ["which documents must be signed before hot work", "设备有哪些故障"])
def test_other_questions_about_documents_are_searched_for(store, question):
    assert say("inventory_crew", "en") not in tell(question, store, THRESHOLD).text
    assert "SC-75-manual.pdf" not in tell(question, store, THRESHOLD).text.splitlines()[0]


@pytest.mark.parametrize("question", ["K7714", "XY-401?"])
def test_a_bare_code_is_answered_in_the_configured_language(tmp_path, monkeypatch, capsys, question):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    for lang, says in (("zh", "知识库中没有"), ("en", "is not in the knowledge base")):
        monkeypatch.setenv("ANDON_LANG", lang)
        assert main(["ask", question, "--json"]) == 0
        assert says in json.loads(capsys.readouterr().out)["text"]
    monkeypatch.setenv("ANDON_LANG", "zh")
    assert main(["ask", f"what does {question} mean", "--json"]) == 0
    assert "is not in the knowledge base" in json.loads(capsys.readouterr().out)["text"]
