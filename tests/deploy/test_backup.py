"""Backup and restore by the scripts that a plant uses: what was kept is there again, and nothing is written over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

import kb
from kb.passage import Passage
from tests.services import Databases, postgres_server
from workers.state import Ledger, open_database

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "deploy/scripts"


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request, tmp_path, tmp_path_factory):
    """Two empty databases; "" for the files of the data folders."""
    if request.param == "sqlite":
        yield "", ""
        return
    with postgres_server(tmp_path_factory.mktemp("postgresql")) as server:
        databases = Databases("postgresql", tmp_path, server)
        yield databases.empty(), databases.empty()


def environment(data, url=""):
    named = {"HOME": str(data.parent), "ANDON_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    folder = str(Path(sys.executable).parent)
    return named | {"PATH": f"{folder}:{os.environ['PATH']}"} | ({"DATABASE_URL": url} if url else {})


def call(script, folder, env):
    return subprocess.run([SCRIPTS / script, folder], env=env, capture_output=True, text=True, check=False)


def ledger(data, url):
    return Ledger(open_database(url or f"sqlite:///{data / 'andon.sqlite'}"))


def test_what_was_kept_is_there_again_and_a_second_time_is_refused(tmp_path, urls):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "artifacts/runs/1").mkdir(parents=True)
    (old / "artifacts/runs/1/answer.json").write_text("{}")
    (old / "glossary.toml").write_text("# ours")
    (old / "logs").mkdir()
    (old / "logs/andon.log").write_text("noise")
    kept = ledger(old, urls[0])
    kept.jobs.add_all([("k1", "chat.accept", "chat", {"text": "why?"}, None, 0)])
    kept.close()
    with_knowledge = kb.open_store(old)
    with_knowledge.add([Passage(id="K-1", title="Valve", text="Grease it monthly.")])
    with_knowledge.close()

    made = call("backup", tmp_path / "backups", environment(old, urls[0]))
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.splitlines()[-1])
    assert not list((tmp_path / "backups").glob(".part*"))
    restored = call("restore", folder, environment(new, urls[1]))
    assert restored.returncode == 0, restored.stderr

    assert (new / "artifacts/runs/1/answer.json").read_text() == "{}"
    assert (new / "glossary.toml").exists()
    assert not (new / "logs").exists()
    again = kb.open_store(new)
    assert again.get("K-1").text == "Grease it monthly."
    again.close()
    found = ledger(new, urls[1])
    with found.engine.connect() as connection:
        assert connection.execute(text("select key from jobs")).scalars().all() == ["k1"]
    found.close()
    refused = call("restore", folder, environment(new, urls[1]))
    assert refused.returncode == 2
    assert "already" in refused.stderr


def test_a_damaged_backup_restores_nothing(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "artifacts").mkdir(parents=True)
    (old / "artifacts/a").write_text("a")
    ledger(old, "").close()
    folder = Path(call("backup", tmp_path / "backups", environment(old)).stdout.splitlines()[-1])
    with (folder / "artifacts.tar").open("ab") as file:
        file.write(b"x")
    refused = call("restore", folder, environment(new))
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert not new.exists()


def test_old_backups_go_and_the_number_kept_is_told(tmp_path):
    data, target = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    ledger(data, "").close()
    for day in range(1, 5):
        (target / f"2020010{day}T000000Z").mkdir(parents=True)
    made = call("backup", target, environment(data) | {"BACKUPS_KEPT": "2"})
    assert made.returncode == 0, made.stderr
    left = sorted(folder.name for folder in target.iterdir())
    assert left == ["20200104T000000Z", Path(made.stdout.splitlines()[-1]).name]
