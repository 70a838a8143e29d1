"""A fault code alone: what it means, why it comes and what to do, or that nobody has said."""

from contextlib import closing

import pytest

from kb.ingest import ingest
from workers.contracts import Question
from workers.knowledge.codes import answer_code
from workers.knowledge.opening import open_knowledge
from workers.settings import Settings

TABLE = """Code,Meaning,Cause,Action
E-2041,Drive over-temperature,Blocked fan,Check fan and filter; cool below 60 C
E-2042,Encoder signal lost,Cable broken,Replace the cable
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codes")
    made = Settings(data_dir=folder / "data")
    (folder / "codes.csv").write_text(TABLE, encoding="utf-8")
    store = open_knowledge(made)
    ingest([folder / "codes.csv"], store, asset="", by="U1", status="verified", progress=lambda *_shares: None)
    store.close()
    return made


def asked(settings, text, lang="en", **more):
    return answer_code(Question(id="1", text=text, **more), settings, lang)


@pytest.mark.parametrize("text", ["E-2041?", "what does e2041 mean?", "alarm E-2041"])
def test_a_known_code_gives_meaning_cause_and_action_with_their_source(settings, text):
    answer = asked(settings, text)
    head, cause, action, source = answer.text.splitlines()
    assert "Drive over-temperature" in head
    assert cause == "Cause: Blocked fan"
    assert action == "Do: Check fan and filter; cool below 60 C"
    assert "codes.csv" in source
    assert answer.diagnosis.verdict == "answered"
    assert answer.diagnosis.actions[0].source == answer.evidence[0].id
    assert 60 in answer.evidence[0].numbers


def test_an_unknown_code_is_said_to_be_unknown_and_nothing_similar_is_offered(settings):
    answer = asked(settings, "E-2040?")
    assert "E-2040" in answer.blocks[0].text
    assert answer.diagnosis.verdict == "unsure"
    assert answer.evidence == []
    assert "over-temperature" not in answer.text
    assert "不认识代码 E-2040" in asked(settings, "E-2040是什么？", "zh").text


def test_of_two_codes_the_known_one_is_explained_and_the_other_one_named(settings):
    answer = asked(settings, "E-2042 and E-9999?")
    assert "Encoder signal lost" in answer.text
    assert "E-9999" in answer.text


@pytest.mark.parametrize(
    "text", ["why is the level jumping?", "E-2041 came at 03:10 when the stopper jammed, is it clogging?", ""]
)
def test_other_questions_go_the_ordinary_way(settings, text):
    assert asked(settings, text) is None


def test_with_a_file_and_with_a_web_search_to_ask_it_goes_the_ordinary_way(settings):
    assert asked(settings, "E-2041?", artifact="/tmp/x.csv") is None
    assert asked(settings.model_copy(update={"web_search_url": "http://127.0.0.1:9"}), "E-9999?") is None


@pytest.fixture
def waits(tmp_path):
    """A table that nobody has approved."""
    made = Settings(data_dir=tmp_path / "data", keepers="anna")
    (tmp_path / "codes.csv").write_text(TABLE, encoding="utf-8")
    with closing(open_knowledge(made)) as store:
        ingest([tmp_path / "codes.csv"], store, asset="", by="U1", status="candidate", progress=lambda *_shares: None)
    return made


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [("E-2041?", "en", "A table with E-2041 was taught on"), ("E-2041是什么", "zh", "有人教过含 E-2041 的代码表")],
)
def test_a_table_that_waits_is_said_to_be_there_and_is_not_quoted(waits, text, lang, words):
    answer = asked(waits, text, lang)
    assert words in answer.text.splitlines()[1]
    assert "over-temperature" not in answer.model_dump_json()
    assert [each["code"] for each in answer.receipt["waiting"]] == ["E-2041"]


def test_a_code_that_no_table_has_is_said_to_wait_nowhere(waits):
    assert "waiting" not in asked(waits, "E-7777?").receipt
