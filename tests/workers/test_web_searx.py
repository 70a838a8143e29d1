"""`andon ask` and the doctor with a real searx behind SEARXNG_URL (Debian's package), in both languages."""

import json

import pytest

from bot import cli
from kb.embedders import Usem3
from tests.services import searx_server
from tests.web_servers import MACHINE, answered, serving
from workers.commands import doctor
from workers.settings import Settings

ROWS = [MACHINE, {"title": "咖啡机嗡嗡响", "url": "https://example.net/b", "content": "咖啡机嗡嗡响多因接地不良。"}]


@pytest.fixture(scope="module")
def searx(tmp_path_factory):
    """The URL of a searx whose only engine answers ROWS to every question."""
    with serving(lambda asked: answered({"results": ROWS})) as (url, _):
        engine = {"name": "plant", "engine": "json_engine", "shortcut": "pl", "categories": "general", "paging": False,
                  "enable_http": True, "search_url": url + "/?q={query}", "results_query": "results",
                  "url_query": "url", "title_query": "title", "content_query": "content"}  # fmt: skip
        with searx_server(tmp_path_factory.mktemp("searx"), [engine]) as address:
            yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def embedder():
    """Its weights are loaded once for all commands."""
    return Usem3()


@pytest.fixture
def andon(folder, searx, embedder, monkeypatch, capsys):
    """Run a command; its exit code and standard output."""
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: embedder)
    monkeypatch.delenv("ANDON_KEEPERS", raising=False)
    monkeypatch.setenv("ANDON_DATA_DIR", str(folder))
    monkeypatch.setenv("SEARXNG_URL", searx)

    def run(*argv):
        code = cli.main(argv)
        return code, capsys.readouterr().out

    return run


def test_ask_quotes_the_web_in_both_languages_and_a_keeper_finds_the_candidates(andon):
    code, out = andon("ask", "why does the espresso machine of line 7 hum at dawn?", "--json")
    english = json.loads(out)
    assert code == 0
    assert "From the web, not verified" in english["text"]
    assert english["abstained"] is False
    assert english["confidence"] < english["threshold"]
    assert MACHINE["url"] in [each["source"] for each in english["evidence"]]
    code, out = andon("ask", "咖啡机为什么在清晨嗡嗡响？")
    assert code == 0
    assert "来自网络，未核实" in out
    assert "https://example.net/b" in out
    listed = json.loads(andon("kb", "review", "--json")[1])["candidates"]
    assert {each["id"] for each in english["evidence"]} <= {each["id"] for each in listed}
    assert all((each["kind"], each["author"]) == ("web", "web:SearXNG") for each in listed)


def test_what_a_keeper_approves_answers_as_knowledge(andon):
    question = "why does the espresso machine of line 7 hum at dawn?"
    (row,) = [e for e in json.loads(andon("ask", question, "--json")[1])["evidence"] if e["source"] == MACHINE["url"]]
    assert andon("kb", "approve", row["id"], "--user", "li")[0] == 0
    found = json.loads(andon("kb", "search", MACHINE["content"], "--json")[1])["passages"]
    assert (row["id"], "verified") in [(each["id"], each["status"]) for each in found]


def test_the_doctor_names_the_engine_that_answers(folder, searx):
    check = doctor.web_search(Settings(data_dir=folder, web_search_url=searx), "en")
    assert (check.status, check.remedy) == ("ok", "")
    assert "SearXNG answers" in check.seen
