"""`andon ask` and a question without a file with a language model behind an endpoint: worded from passages, held
against them, within one budget; and without one as before."""

import json
import re

import pytest

from bot.cli import build_parser
from roles.llm import habits
from tests.llm_server import error, llm_server
from tests.workers import players
from workers.commands import ask
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings
from workers.wording import say

pytest.importorskip("openai", reason="the extra llm is not installed")

pytestmark = pytest.mark.usefixtures("fresh_endpoints")
ASKED = {"en": "what are the signs of stopper clogging?", "zh": "塞棒结瘤有哪些征兆？"}
STRANGE = "who won the football match yesterday?"
CONTRACT = {"text", "abstained", "confidence", "evidence"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def said(home, capsys):
    """said(server, *flags, **settings): the JSON that `andon ask` prints, or its lines for a batch; standard error."""

    def run(server, *flags, **more):
        more |= {"openai_base_url": server.url, "openai_api_key": server.key, "chat_model": "m"} if server else {}
        args = build_parser().parse_args(["ask", *map(str, flags), "--json"])
        assert ask.run(args, Settings(data_dir=home, llm_retries=0, **more)) == 0
        out, err = capsys.readouterr()
        return ([json.loads(line) for line in out.splitlines()] if "--batch" in flags else json.loads(out)), err

    return run


def batch(folder, *texts):
    path = folder / "batch.jsonl"
    path.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in enumerate(texts)), encoding="utf-8")
    return path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_model_words_the_answer_and_every_sentence_stands_under_its_passages(said, lang):
    with llm_server(player=players.good, models=("m",)) as server:
        told, err = said(server, ASKED[lang])
    shown = players.passages_in(server.texts[0])
    assert set(told) >= CONTRACT
    assert (told["engine"], told["abstained"], err) == ("llm", False, "")
    assert [e["id"] for e in told["evidence"]] == list(shown)
    assert all(e["quote"] and e["source"] for e in told["evidence"])
    first = told["text"].split("\n\n")[0]
    assert re.findall(r"\[([^\]]+)\]", first) == list(shown)
    assert say("ask_worded", lang) in told["text"]
    assert told["receipt"]["engines"] == {"knowledge_answer": {"engine": "llm", "repairs": 0}}
    assert [c["purpose"] for c in told["receipt"]["calls"]] == ["knowledge_answer"]


def test_without_a_model_the_passages_are_quoted_as_ever(said):
    told, _ = said(None, ASKED["en"])
    assert (told["engine"], told["receipt"]["calls"]) == ("rules", [])
    assert all(f"{e['quote']} [{e['id']}]" in told["text"] for e in told["evidence"])
    assert say("ask_quoted_instead", "en") not in told["text"]


LIES = {
    "number": {"sentences": [{"says": "The stopper opens by 913 mm.", "evidence": ["CC-001-en"]}]},
    "source": {"sentences": [{"says": "The stopper opens slowly.", "evidence": ["K-77"]}]},
    "nothing": {"sentences": []},
    "words": "Clogging? Let me think ...",
}


WHY = {
    "words": say("ask_quoted_instead", "en"),
    "down": say("ask_quoted_because", "en", why=say("unheard_silent", "en")),
} | {
    how: say("ask_quoted_refused", "en", why=say(f"answer_refused_{kind}", "en"))
    for how, kind in {"number": "number", "source": "alien", "nothing": "alien"}.items()
}


@pytest.mark.parametrize("how", [*LIES, "down"])
def test_what_is_not_in_the_passages_is_asked_again_once_then_quoted(said, how):
    quoted, _ = said(None, ASKED["en"])
    player = (lambda body: error(500)) if how == "down" else lambda body: LIES[how]
    with llm_server(player=player, models=("m",)) as server:
        told, _ = said(server, ASKED["en"])
    assert told["engine"] == "rules"
    assert told["evidence"] == quoted["evidence"]
    assert told["text"] == f"{quoted['text']}\n\n{WHY[how]}"
    assert told["receipt"]["engines"]["knowledge_answer"]["fallback"]
    assert len(server.requests) == (1 if how == "down" else 2)


def test_where_no_passage_is_near_nobody_is_asked(said):
    with llm_server(models=("m",)) as server:
        told, _ = said(server, STRANGE)
    assert (told["abstained"], told["evidence"], told["engine"], server.requests) == (True, [], "rules", [])


def test_a_batch_is_one_run_its_budget_holds_and_what_is_quoted_is_told(said, tmp_path):
    file = batch(tmp_path, ASKED["en"], "why does a roll bearing seize?", ASKED["zh"])
    with llm_server(player=players.good, models=("m",)) as server:
        lines, err = said(server, "--batch", file, llm_tokens_per_run=20_000)
        assert [line["engine"] for line in lines] == ["llm"] * 3
        assert (len(server.requests), err) == (3, "")
        assert [len(line["receipt"]["calls"]) for line in lines] == [1, 1, 1]
    habits._known.clear()
    file = batch(tmp_path, "signs of clogging of the stopper?", "causes of a seized roll bearing?", ASKED["zh"] + "？")
    with llm_server(player=players.costly, models=("m",)) as server:
        lines, err = said(server, "--batch", file, llm_tokens_per_run=20_000)
    assert [line["engine"] for line in lines] == ["llm", "rules", "rules"]
    assert len(server.requests) == 1
    assert {line["receipt"]["engines"]["knowledge_answer"]["fallback"] for line in lines[1:]} == {"failure_llm_budget"}
    assert err.startswith("2 of 3 answers are quotes")
    assert "ANDON_LLM_TOKENS_PER_RUN" in err


def test_a_deadline_is_each_questions_own(said, tmp_path):
    file = batch(tmp_path, "what are signs of nozzle clogging?", "how is a seized bearing recognised?")
    with llm_server(player=players.slow(0.8), models=("m",)) as server:
        lines, _ = said(server, "--batch", file, llm_deadline=1.4, llm_timeout=1.4)
    assert [line["engine"] for line in lines] == ["llm", "llm"]


def test_with_privacy_on_codes_values_and_private_words_stay(said):
    question = "pump QP-7731 of Li Wei shows signs of stopper clogging at 77.31 mm, why?"
    with llm_server(player=players.good, models=("m",)) as server:
        told, _ = said(server, question, privacy=True, private_words="Li Wei, 王师傅")
    assert told["engine"] == "llm"
    assert server.texts
    for word in ("QP-7731", "Li Wei", "77.31"):
        assert word not in server.texts[0]
    assert "code_1" in server.texts[0]
    assert "name_1" in server.texts[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_without_a_file_is_worded_by_the_same_part(home, tmp_path, lang):
    with llm_server(player=players.good, models=("m",)) as server:
        made = Settings(data_dir=home, openai_base_url=server.url, openai_api_key=server.key, chat_model="m")
        answer = pipeline.answer(
            Question(id="q", text=ASKED[lang], lang=lang), made, tmp_path, lambda _what, _share: None
        )
    shown = players.passages_in(server.texts[-1])
    assert answer.receipt["engines"]["decision_maker"]["engine"] == "llm"
    assert [c["purpose"] for c in answer.receipt["calls"]] == ["pipeline_manager", "knowledge_answer"]
    assert {e.id for e in answer.evidence} >= set(shown)
    assert all(f"[{id_}]" in answer.blocks[0].text for id_ in shown)


def test_a_misspelt_question_is_answered_and_says_how_it_was_read(said):
    told, _ = said(None, "stoper clogin signs")
    assert not told["abstained"]
    assert told["text"].startswith("I read “stoper” as “stopper”.\nI read “clogin” as “clogging”.\n")
