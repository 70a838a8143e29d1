"""What a purge and time leave of files: no halves, no empty folders, no copies that nobody asks for."""

import os
import time

import pytest

from workers import artifactcache, artifacts
from workers.artifacts import ArtifactStore

DAY = 86400.0


def aged(path, days):
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))


def test_a_folder_goes_with_what_a_dead_process_left_half_written(tmp_path):
    store = ArtifactStore(str(tmp_path / "store"))
    store.write_bytes("runs/a/stage/plan.json", b"{}")
    store.write_bytes("runs/b/answer.json", b"{}")
    (tmp_path / "store/runs/a/.0123456789abcdef.part").write_bytes(b"half")
    assert store.remove_folder("runs/a") == 1
    assert not (tmp_path / "store/runs/a").exists()
    assert store.list() == ["runs/b/answer.json"]
    assert store.remove_folder("runs/a") == 0  # once more is no error
    with pytest.raises(ValueError, match="is no key"):
        store.remove_folder("")


def test_parts_of_a_day_ago_and_empty_folders_go_and_what_is_being_written_stays(tmp_path):
    store = ArtifactStore(str(tmp_path))
    for name, days in (("old", 2), ("new", 0)):
        folder = tmp_path / "files" / name
        folder.mkdir(parents=True)
        (folder / ".0123456789abcdef.part").write_bytes(b"half")
        aged(folder / ".0123456789abcdef.part", days)
    (tmp_path / "files/empty/inside").mkdir(parents=True)
    for path in (tmp_path / "files/empty/inside", tmp_path / "files/empty"):
        aged(path, 2)
    (tmp_path / "files/fresh").mkdir()
    assert store.tidy(time.time()) == 1
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["empty", "fresh", "new", "old"]
    for path in (tmp_path / "files/empty", tmp_path / "files/old"):  # emptied now: they go a day later
        aged(path, 2)
    store.tidy(time.time())
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["fresh", "new"]


@pytest.fixture
def remote(tmp_path, monkeypatch):
    """An object store with two files and their copies on this machine."""
    store = ArtifactStore(f"memory://{tmp_path.name}", tmp_path / "cache")
    monkeypatch.setattr(artifactcache, "_looked", {})
    for key in ("runs/a/x.json", "runs/b/y.json"):
        store.write_bytes(key, key.encode() * 100)
        store.local(key)
    return store


def copies(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*.json"))


def test_copies_of_a_remote_store_that_nobody_asked_for_go_by_themselves(remote, tmp_path, monkeypatch):
    old = next((tmp_path / "cache").rglob("x.json"))
    aged(artifactcache.note_of(old), 4)
    monkeypatch.setattr(artifactcache, "_looked", {})
    remote.write_bytes("runs/c/z.json", b"{}")
    remote.local("runs/c/z.json")
    assert copies(tmp_path) == ["y.json", "z.json"]
    assert not artifactcache.note_of(old).exists()
    assert remote.local("runs/a/x.json").read_bytes() == b"runs/a/x.json" * 100  # it is only fetched again


def test_a_copy_that_is_asked_for_stays(remote, tmp_path, monkeypatch):
    aged(artifactcache.note_of(next((tmp_path / "cache").rglob("x.json"))), 4)
    remote.local("runs/a/x.json")
    assert artifactcache.drop(remote._copies, time.time()) == 0
    assert copies(tmp_path) == ["x.json", "y.json"]


def test_copies_are_bounded_and_those_in_use_stay(remote, tmp_path, monkeypatch):
    monkeypatch.setattr(artifactcache, "MOST_BYTES", 1500)
    assert artifactcache.drop(remote._copies, time.time()) == 0  # both were asked for just now
    aged(artifactcache.note_of(next((tmp_path / "cache").rglob("x.json"))), 1)
    assert artifactcache.drop(remote._copies, time.time()) == 1
    assert copies(tmp_path) == ["y.json"]


def test_a_deleted_run_takes_its_copies_along_on_this_machine(remote, tmp_path):
    assert remote.remove_folder("runs/a") == 1
    assert copies(tmp_path) == ["y.json"]
    assert artifacts.LEFT_S == DAY
