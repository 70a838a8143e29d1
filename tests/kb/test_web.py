"""Web search through SearXNG's JSON API, against a server that speaks it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from kb.errors import KnowledgeError
from kb.web import searxng as web

ROWS = [
    {
        "title": "Stopper  clogging",
        "url": "https://example.org/a",
        "content": "x" * 400,
        "publishedDate": "2024-05-06T00",
    },
    {"title": "no address", "content": "dropped"},
    {"title": "script", "url": "javascript:alert(1)"},
    {"title": "结瘤", "url": "http://example.org/b"},
]


@pytest.fixture
def searx():
    """serve(status, body) -> (address, the queries that it got)."""
    servers = []

    def serve(status=200, body=None):
        queries = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                queries.append(parse_qs(urlsplit(self.path).query))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if body is not None else json.dumps({"results": ROWS}).encode())

            def log_message(self, *_args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/", queries

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_results_come_with_address_and_date_and_only_web_addresses(searx):
    address, queries = searx()
    first, second = web.search(address, "stopper", "en")
    assert (first.title, first.url, first.date) == ("Stopper clogging", "https://example.org/a", "2024-05-06")
    assert len(first.text) == web.SNIPPET
    assert second.title == "结瘤"
    assert queries == [{"q": ["stopper"], "format": ["json"], "language": ["en"]}]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(403, b"", "failure_web_json_off"), (500, b"", "failure_web"), (200, b"<html>", "failure_web")],
)
def test_a_server_that_does_not_help_is_said_in_words(searx, status, body, code):
    with pytest.raises(KnowledgeError) as error:
        web.search(searx(status, body)[0], "stopper", "en")
    assert error.value.code == code


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "nonsense"])
def test_no_server_is_said_in_words(address):
    with pytest.raises(KnowledgeError) as error:
        web.search(address, "stopper", "en")
    assert error.value.code == "failure_web"


@pytest.mark.parametrize("body", [b"[]", b'{"results": null}', b'{"results": [1, {}]}'])
def test_an_odd_answer_is_no_result(searx, body):
    assert web.search(searx(200, body)[0], "stopper", "zh") == []
