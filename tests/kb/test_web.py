"""The engines under one contract, each against a server that refuses what its documentation does not allow."""

import json
import logging
import socket
import threading
import time

import pytest

from kb.errors import KnowledgeError
from kb.web import Brave, Searxng, Tavily, first_answer
from tests.web_servers import MACHINE, answered, brave, searxng, searxng_json_off, serving, tavily

KEY = "tvly-secret-4711"
ROWS = [MACHINE | {"url": f"https://example.org/{n}", "title": f"Roller {n}"} for n in range(6)]
ENGINES = {
    "searxng": (lambda url: Searxng(url), searxng(ROWS)),
    "tavily": (lambda url: Tavily(KEY, url), tavily(KEY, ROWS)),
    "brave": (lambda url: Brave(KEY, url), brave(KEY, ROWS)),
}
MAKE = {name: make for name, (make, _) in ENGINES.items()}


def failing(engine, text="roller table hums"):
    with pytest.raises(KnowledgeError) as error:
        engine.search(text, "en", 3)
    return error.value


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(("text", "lang"), [("roller table hums", "en"), ('辊道嗡嗡响 & "x" #1 %', "zh")])
def test_every_engine_gives_results_with_title_address_and_snippet(name, text, lang):
    make, answer = ENGINES[name]
    with serving(answer) as (url, seen):
        found = make(f"{url}/").search(text, lang, 3)
    assert found.engine == make(url).name
    assert [hit.url for hit in found.hits] == [f"https://example.org/{n}" for n in range(3)]
    assert found.hits[0].title == "Roller 0"
    assert found.hits[0].text == MACHINE["content"]
    (asked,) = seen
    assert text == (asked.query["q"] if asked.query else json.loads(asked.body)["query"])


@pytest.mark.parametrize(("lang", "searx", "braves"), [("en", "en", "en"), ("zh", "zh-CN", "zh-hans")])
def test_the_language_is_passed_where_the_engine_knows_one(lang, searx, braves):
    with serving(searxng(ROWS)) as (url, seen):
        Searxng(url).search("level", lang, 3)
    assert seen[0].query == {"q": "level", "format": "json", "language": searx}
    with serving(brave(KEY, ROWS)) as (url, seen):
        Brave(KEY, url).search("level", lang, 3)
    assert seen[0].query["search_lang"] == braves


def test_dates_of_each_engine_are_days_and_words_are_no_dates():
    rows = [MACHINE | {"publishedDate": "2024-05-06T00:00:00", "page_age": "2023-01-02T03:04:05", "published_date":
                      "2022-01-01"}]  # fmt: skip
    with serving(searxng(rows)) as (url, _):
        assert Searxng(url).search("x", "en", 3).hits[0].date == "2024-05-06"
    with serving(brave(KEY, rows)) as (url, _):
        assert Brave(KEY, url).search("x", "en", 3).hits[0].date == "2023-01-02"
    with serving(tavily(KEY, rows)) as (url, _):
        assert Tavily(KEY, url).search("x", "en", 3).hits[0].date == "2022-01-01"
    older = [MACHINE | {"publishedDate": "May 6, 2024", "pubdate": "2024-05-06 00:00:00"}]
    with serving(searxng(older)) as (url, _):
        assert Searxng(url).search("x", "en", 3).hits[0].date == "2024-05-06"
    with serving(searxng([MACHINE | {"publishedDate": "3 hour(s) ago"}])) as (url, _):
        assert Searxng(url).search("x", "en", 3).hits[0].date == ""


def test_json_switched_off_at_the_server_is_explained():
    with serving(searxng_json_off) as (url, _):
        assert failing(Searxng(url)).code == "failure_web_json_off"


REFUSALS = [
    ("searxng", 429, "failure_web_limiter"), ("searxng", 500, "failure_web"), ("searxng", 400, "failure_web"),
    ("tavily", 401, "failure_web_key"), ("tavily", 403, "failure_web_key"), ("tavily", 429, "failure_web_busy"),
    ("tavily", 432, "failure_web_busy"), ("tavily", 433, "failure_web_busy"), ("tavily", 500, "failure_web"),
    ("brave", 401, "failure_web_key"), ("brave", 429, "failure_web_busy"), ("brave", 422, "failure_web"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "code"), REFUSALS)
def test_a_refusal_is_said_in_words(name, status, code):
    with serving(lambda asked: answered({"error": "no"}, status)) as (url, _):
        assert failing(MAKE[name](url)).code == code


@pytest.mark.parametrize(("make", "answer"), [(Tavily, tavily), (Brave, brave)])
def test_a_wrong_key_is_named_and_shown_nowhere(make, answer, caplog):
    caplog.set_level(logging.DEBUG)
    with serving(answer("another", ROWS)) as (url, _), pytest.raises(KnowledgeError) as error:
        first_answer([make(KEY, url)], "level", "en", 3)
    assert error.value.code == "failure_web_key"
    assert KEY not in f"{error.value} {error.value.values} {error.getrepr(chain=True)} {caplog.text}"
    assert "level" not in caplog.text  # nor does the question


PAGE = b"<!DOCTYPE html><title>Log in</title>"
ODD_BODIES = [PAGE, b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"results": []}' + b" " * 2_000_001]


@pytest.mark.parametrize("body", ODD_BODIES, ids=[str(n) for n in range(len(ODD_BODIES))])
@pytest.mark.parametrize("name", ENGINES)
def test_what_is_no_json_of_a_fair_size_is_said_in_words(name, body):
    with serving(lambda asked: (200, body, {"Content-Type": "text/html"})) as (url, _):
        assert failing(MAKE[name](url)).code == "failure_web_not_json"


ODD = [{}, {"results": None}, {"results": {"a": 1}}, {"results": [1, None, {}, {"title": [], "url": 5}]}, {"web": 3},
       {"web": {"results": [None]}}, {"unresponsive_engines": 7}, {"unresponsive_engines": [[], 3]}]  # fmt: skip


@pytest.mark.parametrize("document", ODD, ids=str)
@pytest.mark.parametrize("name", ENGINES)
def test_an_odd_document_is_no_result(name, document):
    with serving(lambda asked: answered(document)) as (url, _):
        assert MAKE[name](url).search("level", "en", 3).hits == []


@pytest.mark.parametrize("name", ENGINES)
def test_a_redirect_is_not_followed(name):
    with serving(searxng(ROWS)) as (elsewhere, led):

        def away(asked):
            return 302, b"", {"Location": f"{elsewhere}/search?format=json&q=x&language=en"}

        with serving(away) as (url, _):
            error = failing(MAKE[name](url))
    assert error.code == "failure_web_moved"
    assert error.values["where"] == elsewhere
    assert led == []


def slow_headers(asked):
    time.sleep(2)
    return 200, b"{}", {}


def dripping(asked):
    return 200, (time.sleep(0.1) or b" " for _ in range(30)), {}


@pytest.mark.parametrize("answer", [slow_headers, dripping])
@pytest.mark.parametrize("name", ["searxng", "tavily"])
def test_a_slow_server_is_let_go_in_time(name, answer):
    with serving(answer) as (url, _):
        start = time.monotonic()
        engine = Searxng(url, seconds=0.4) if name == "searxng" else Tavily(KEY, url, seconds=0.4)
        assert failing(engine).code == "failure_web_slow"
    assert time.monotonic() - start < 1.5


ADDRESSES = ["http://127.0.0.1:9", "nonsense", "", "http://[", "ftp://127.0.0.1/x", "file:///etc", "http://a b\n"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ENGINES)
def test_no_server_is_said_in_words(name, address):
    assert failing(MAKE[name](address)).code == "failure_web"


def test_a_server_that_speaks_no_http_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            with server.accept()[0] as peer:
                peer.sendall(b"220 mail.example.org ESMTP\r\n")

        threading.Thread(target=greet, daemon=True).start()
        assert failing(Searxng(f"http://127.0.0.1:{server.getsockname()[1]}")).code == "failure_web"


def test_a_password_in_the_address_goes_into_the_header_and_into_no_message():
    with serving(searxng(ROWS)) as (url, seen):
        Searxng(url.replace("//", "//anna:s3cret@") + "/search").search("level", "en", 3)
    assert seen[0].headers["Authorization"] == "Basic YW5uYTpzM2NyZXQ="
    error = failing(Searxng("http://anna:s3cret@127.0.0.1:9"))
    assert "s3cret" not in f"{error} {error.values}"


def test_engines_behind_the_server_that_keep_silent_are_named():
    with serving(searxng([], [["google", "timeout"], ["bing", "CAPTCHA"]])) as (url, _):
        assert Searxng(url).search("level", "en", 3).silent == ["google: timeout", "bing: CAPTCHA"]


def test_the_next_engine_is_asked_when_one_fails_and_no_more_than_needed():
    with (
        serving(searxng_json_off) as (off, _),
        serving(tavily(KEY, ROWS)) as (url, seen),
        serving(brave(KEY, ROWS)) as (
            third,
            unasked,
        ),
    ):
        found = first_answer([Searxng(off), Tavily(KEY, url), Brave(KEY, third)], "level", "en", 3)
    assert found.engine == "Tavily"
    assert (len(seen), len(unasked)) == (1, 0)


def test_when_none_answers_the_first_one_is_to_be_mended():
    with serving(searxng_json_off) as (off, _), pytest.raises(KnowledgeError) as error:
        first_answer([Searxng(off), Tavily(KEY, "http://127.0.0.1:9")], "level", "en", 3)
    assert error.value.code == "failure_web_json_off"
