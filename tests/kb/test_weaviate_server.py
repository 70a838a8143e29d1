"""A Weaviate server that is locked, encrypted, old, full, slow to come back or killed: what the store does then."""

import http.server
import json
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

import kb
from bot import cli
from kb.errors import KnowledgeError
from kb.passage import Passage
from kb.stores.weaviate.place import Place
from tests.kb.conftest import WordEmbedder
from tests.kb.tls import TlsDoor, authority
from tests.services import WeaviateServer, free_port
from workers.commands import doctor
from workers.settings import Settings
from workers.wording import say

ROOT = Path(__file__).parents[2]
KEY = "a-secret-key-of-the-plant"
LOCKED = {"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false", "AUTHENTICATION_APIKEY_ENABLED": "true",
          "AUTHENTICATION_APIKEY_ALLOWED_KEYS": KEY, "AUTHENTICATION_APIKEY_USERS": "andon"}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of this module's own that wants a key; it is killed and started again."""
    own = WeaviateServer(tmp_path_factory.mktemp("locked"), **LOCKED)
    own.start()
    yield own
    own.stop()


def place(server, tenant, **more):
    fields = {"url": server.url, "grpc_port": server.grpc_port, "api_key": KEY, "tenant": tenant, "turn": 2.0}
    return Place(**fields | more)


def refusal(where):
    """The code of what is said when the store is opened."""
    with pytest.raises(KnowledgeError) as error:
        kb.open_store(where, WordEmbedder(), packs=()).close()
    assert KEY not in str(error.value)
    say(error.value.code, "en", **error.value.values)  # its values fill the sentence
    return error.value.code


def passages(*numbers):
    return [Passage(id=f"S-{n}", title=f"passage {n}", text=f"text number {n}") for n in numbers]


def test_right_key_opens_and_is_shown_nowhere(server, caplog):
    caplog.set_level(logging.DEBUG)
    where = place(server, "keyed")
    store = kb.open_store(where, WordEmbedder(), packs=())
    store.add(passages(1))
    assert store.search("passage 1")[0].passage.id == "S-1"
    store.close()
    assert KEY not in repr(where) + caplog.text


def test_wrong_key_and_no_key_are_refused_in_words(server):
    assert refusal(place(server, "x", api_key="another")) == "failure_kb_weaviate_key"
    assert refusal(place(server, "x", api_key=None)) == "failure_kb_weaviate_key"


def test_closed_ports_and_odd_places_are_told_apart(server):
    quick = {"patience": 0.3, "timeout": 2.0}
    nobody = f"http://127.0.0.1:{free_port()}"
    assert refusal(place(server, "x", url=nobody, **quick)) == "failure_kb_weaviate_away"
    assert refusal(place(server, "x", url="http://no-such-host.invalid", **quick)) == "failure_kb_weaviate_away"
    assert refusal(place(server, "x", grpc_port=free_port(), **quick)) == "failure_kb_weaviate_grpc"
    assert refusal(place(server, "x", grpc_port=server.port)) == "failure_kb_weaviate_grpc"
    assert refusal(place(server, "x", url="ftp://plant")) == "failure_kb_weaviate_url"
    assert refusal(place(server, "no/tenant")) == "failure_kb_weaviate_tenant"


def test_more_copies_than_nodes_are_refused_in_words(server):
    fresh = place(server, "copies", replication=3)

    class Model(WordEmbedder):
        id = "model of which no collection is there yet"

    with pytest.raises(KnowledgeError) as error:
        kb.open_store(fresh, Model(), packs=())
    assert error.value.code == "failure_kb_weaviate_replicas"


def test_old_server_is_told_so():
    class Old(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"version": "1.29.8", "hostname": "old"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Old) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        assert refusal(Place(url=f"http://127.0.0.1:{web.server_port}")) == "failure_kb_weaviate_old"
        web.shutdown()


def test_everything_works_over_tls_with_the_plants_own_authority(server, tmp_path, monkeypatch):
    files = authority(tmp_path)
    with TlsDoor(server.port, files) as web, TlsDoor(server.grpc_port, files) as grpc:
        where = place(server, "tls", url=f"https://localhost:{web.port}", grpc_port=grpc.port, patience=0.3,
                      authorities=str(files.authority))  # fmt: skip
        monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
        store = kb.open_store(where, WordEmbedder(), packs=())
        store.add(passages(*range(50)))
        assert store.search("passage 7", limit=1)[0].passage.id == "S-7"
        store.close()
        assert (web.opened, grpc.opened) > (0, 0)
        monkeypatch.delenv("SSL_CERT_FILE")
        assert refusal(where) == "failure_kb_weaviate_away"  # nobody vouches for the server any more


def test_short_outage_is_waited_for(server):
    store = kb.open_store(place(server, "outage", patience=20), WordEmbedder(), packs=())
    store.add(passages(1))
    server.kill()
    back = threading.Timer(0.5, server.start)
    back.start()
    assert [p.id for p in store.add(passages(2)).stored] == ["S-2"]
    assert store.search("passage 1", limit=1)[0].passage.id == "S-1"
    back.join()
    store.close()


def test_server_that_stays_away_is_one_sentence_within_seconds(server):
    store = kb.open_store(place(server, "away", patience=1.0), WordEmbedder(), packs=())
    store.add(passages(1))
    server.kill()
    try:
        began = time.monotonic()
        for work in (lambda: store.add(passages(2)), lambda: store.search("passage"), lambda: store.get("S-1")):
            with pytest.raises(KnowledgeError) as error:
                work()
            assert error.value.code == "failure_kb_weaviate_away"
        assert time.monotonic() - began < 12
        store.close()
    finally:
        server.start()


def nearest(store, text):
    """The id of the passage that the index of vectors alone finds."""
    vector = store.embedder.encode([text])[0].tolist()
    query = store._shelf.verified.query
    found = store.connection.patiently(lambda: query.near_vector(vector, target_vector="title_en", limit=1))
    return found.objects[0].properties["pid"] if found.objects else None


def test_vector_of_a_passage_that_was_just_confirmed_survives_the_server(server):
    stores = [kb.open_store(place(server, f"just-{n}", patience=20), WordEmbedder(), packs=()) for n in range(8)]
    for store in stores:
        store.add(passages(1, 2, 3))
    server.kill()
    server.start()
    for store in stores:
        assert {nearest(store, f"passage {n}") for n in (1, 2, 3)} == {"S-1", "S-2", "S-3"}
        store.close()


def test_server_killed_during_an_import_loses_nothing_acknowledged(server):
    where = place(server, "killed", patience=1.0, turn=1.0)
    store = kb.open_store(where, WordEmbedder(), packs=())
    acknowledged = []

    def take_in():
        for n in range(0, 100_000, 20):
            store.add(passages(*range(n, n + 20)))
            acknowledged.append(n)

    def work():
        with pytest.raises(KnowledgeError):
            take_in()

    importer = threading.Thread(target=work)
    importer.start()
    while len(acknowledged) < 8:
        time.sleep(0.01)
    server.kill()
    importer.join()
    server.start()
    again = kb.open_store(where.model_copy(update={"patience": 10.0}), WordEmbedder(), packs=())
    sure = {f"S-{n + m}" for n in acknowledged for m in range(20)}
    assert sure <= {p.id for p in again.list()}
    for n in sorted(sure, key=lambda id: int(id[2:]))[-60:]:  # by their words and, in the index, by their vectors
        question = f"passage {n[2:]}"
        assert again.search(question, limit=1)[0].passage.id == n
        assert nearest(again, question) == n
        assert [c.action for c in again.history(n)] == ["add"]
    last = acknowledged[-1] + 40
    known = len(again.list())
    added = sum(len(again.add(passages(*range(n, n + 20))).stored) for n in range(0, last, 20))
    assert len(again.list()) == known + added == last
    again.close()
    store.close()


def test_full_disk_is_told(server):
    """Weaviate sets its shards to read-only when the disk fills up; here they are set so by hand."""
    store = kb.open_store(place(server, "full"), WordEmbedder(), packs=())
    store.add(passages(1))
    request = urllib.request.Request(
        f"{server.url}/v1/schema/AndonChange/shards/full", json.dumps({"status": "READONLY"}).encode(), method="PUT",
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )  # fmt: skip
    urllib.request.urlopen(request).close()
    with pytest.raises(KnowledgeError) as error:
        store.add(passages(2))
    assert error.value.code == "failure_kb_weaviate_full"
    assert [h.passage.id for h in store.search("passage 1")] == ["S-1"]  # reading goes on
    store.close()


def test_head_of_the_version_before_has_everything_made_anew_from_the_log(server):
    store = kb.open_store(place(server, "older"), WordEmbedder(), packs=())
    store.add(passages(1, 2))
    store.set_status("S-2", "retired")
    store._shelf.remove(["S-1", "S-2"], lambda: None)  # it had its passages in other collections
    with store._turns.take() as turn:
        store._log.put_head(store._log.head().model_copy(update={"version": 1}), turn)
    again = kb.open_store(place(server, "older"), WordEmbedder(), packs=())
    assert [(p.id, p.status) for p in again.list()] == [("S-1", "verified"), ("S-2", "retired")]
    assert [h.passage.id for h in again.search("text number")] == ["S-1"]
    assert dict(again.counts()) == {("verified", "manual"): 1, ("retired", "manual"): 1}
    again.close()
    store.close()


def andon(*argv, **environment):
    """A command in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANDON_", "WEAVIATE_"))}
    return subprocess.run([sys.executable, "-m", "bot.cli", *argv], cwd=ROOT, capture_output=True, text=True,
                          env=kept | environment)  # fmt: skip


@pytest.fixture
def here(monkeypatch, capsys):
    """A command in this process, with an embedder that is quick: (exit code, document on stdout, stderr)."""
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())

    def run(environment, *argv):
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = cli.main([*argv, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out or "{}"), err

    return run


def test_commands_use_the_server_and_move_between_the_stores(server, tmp_path, here):
    embedded, back = {"ANDON_DATA_DIR": str(tmp_path)}, {"ANDON_DATA_DIR": str(tmp_path / "back")}
    plant = {"WEAVIATE_URL": server.url, "WEAVIATE_GRPC_PORT": str(server.grpc_port), "WEAVIATE_API_KEY": KEY,
             "ANDON_WEAVIATE_TENANT": "moved"}  # fmt: skip
    _, said, _ = here(embedded, "kb", "feedback", "--question", "level jumps?", "--verdict", "disagree", "--answer",
                      "the SEN is misaligned", "--user", "bo")  # fmt: skip
    assert here(embedded, "kb", "approve", said["candidate"], "--user", "anna")[0] == 0
    _, before, _ = here(embedded, "kb", "list")
    code, told, err = here(embedded | plant, "kb", "migrate", "--from", "embedded", "--to", "weaviate")
    assert (code, told["passages"], told["written"]) == (0, len(before["passages"]), len(before["passages"]))
    assert told["changes"] > told["passages"]
    assert err.splitlines()[-1].startswith("100%")
    assert here(embedded | plant, "kb", "list") == (0, before, "")
    assert here(embedded | plant, "kb", "migrate", "--from", "embedded", "--to", "weaviate")[1]["written"] == 0
    assert here(back | plant, "kb", "migrate", "--from", "weaviate", "--to", "embedded")[0] == 0
    assert here(back, "kb", "list") == (0, before, "")
    _, undone, _ = here(back, "kb", "undo", said["candidate"], "--user", "anna")
    assert undone["passage"]["status"] == "candidate"
    settings = Settings(weaviate_url=server.url, weaviate_grpc_port=server.grpc_port, weaviate_api_key=KEY,
                        weaviate_tenant="moved")  # fmt: skip
    check = doctor.weaviate(settings, "en")
    assert (check.status, f"tenant moved, {told['passages']} passages, model words" in check.seen) == ("ok", True)


def test_command_says_one_sentence_when_the_server_is_away(tmp_path):
    ran = andon("kb", "list", ANDON_DATA_DIR=str(tmp_path), WEAVIATE_URL=f"http://127.0.0.1:{free_port()}")
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert "does not answer" in ran.stderr
    same = andon("kb", "migrate", "--from", "embedded", "--to", "embedded", ANDON_DATA_DIR=str(tmp_path))
    assert (same.returncode, len(same.stderr.splitlines())) == (2, 1)
