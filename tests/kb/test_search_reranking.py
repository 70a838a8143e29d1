"""A reranking model over real HTTP: its order counts, its failures do not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import kb
from kb.passage import Passage
from kb.search import reranking
from tests.kb.conftest import WordEmbedder

QUESTION = "pump vibrates"
TEXTS = {"A": "The pump vibrates when its bearing is worn.", "B": "A pump vibrates on a loose base.", "C": "Grease."}


def favour_c(request):
    """Relevance as a server of the common API tells it: best first, each with the place of its document."""
    rows = [{"index": i, "relevance_score": float("Grease" in d)} for i, d in enumerate(request["documents"])]
    return 200, {"results": sorted(rows, key=lambda row: -row["relevance_score"])}


class Server:
    """A reranking server; `answer` gives status and JSON for a request, `seen` are the requests."""

    def __init__(self):
        self.answer, self.seen = favour_c, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.path, self.headers.get("Authorization"), body))
                status, told = outer.answer(body)
                data = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1/rerank"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server():
    running = Server()
    reranking.use(reranking.RerankEndpoint(running.url, "ranker-1", "secret"))
    yield running
    reranking.use(None)
    running.close()


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=())
    opened.add([Passage(id=id, title=f"Sheet {id}", text=text) for id, text in TEXTS.items()])
    yield opened
    opened.close()


def order(store, question=QUESTION, limit=5):
    return [hit.passage.id for hit in store.search(question, limit=limit)]


def test_models_order_counts_and_confidence_stays(store, server):
    reranking.use(None)
    before = {hit.passage.id: hit.confidence for hit in store.search(QUESTION)}
    assert list(before)[-1] == "C"
    reranking.use(reranking.RerankEndpoint(server.url, "ranker-1", "secret"))
    after = store.search(QUESTION)
    assert [hit.passage.id for hit in after] == ["C", *list(before)[:-1]]
    assert {hit.passage.id: hit.confidence for hit in after} == before
    path, key, body = server.seen[0]
    assert (path, key, body["model"], body["query"]) == ("/v1/rerank", "Bearer secret", "ranker-1", QUESTION)
    assert any(TEXTS["A"] in document for document in body["documents"])


def test_answer_to_the_very_question_stays_first(store, server):
    store.add([Passage(id="Q", title="pump vibrates", text="Tighten the coupling.", kind="feedback")])
    assert order(store)[:2] == ["Q", "C"]


@pytest.mark.parametrize("answer", [
    (500, {}), (401, {"error": "key"}), (307, {}), (200, b"no json"), (200, {"results": []}), (200, []),
    (200, {"results": [{"index": i, "relevance_score": float("nan")} for i in range(3)]}),
])  # fmt: skip
def test_order_stays_when_the_model_does_not_answer(store, server, answer):
    server.answer = lambda _: answer
    assert order(store)[-1] == "C"
    assert server.seen


def test_order_stays_when_there_is_no_server(store, server):
    server.close()
    assert order(store)[-1] == "C"
