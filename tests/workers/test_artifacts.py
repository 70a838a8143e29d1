"""Artifacts are whole or not there, wherever they lie, and no key leads out of the store."""

import threading

import pytest

from workers.artifacts import ArtifactStore, open_store
from workers.settings import Settings

BAD_KEYS = ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/.", "a\\b", "a\0b", "s3://x/y", "a/.1f.part"]


@pytest.fixture(params=["folder", "file", "memory"])
def store(request, tmp_path):
    url = {"folder": str(tmp_path / "kept"), "file": f"file://{tmp_path}/kept", "memory": f"memory://{tmp_path}"}
    return ArtifactStore(url[request.param], tmp_path / "cache")


def test_what_is_written_is_read(store):
    store.write_bytes("runs/1/a.bin", b"\x00one")
    assert store.read_bytes("runs/1/a.bin") == b"\x00one"
    assert store.exists("runs/1/a.bin")
    with store.open_read("runs/1/a.bin") as file:
        assert file.read(1) == b"\x00"
        assert file.seek(0) == 0
    store.write_bytes("runs/1/a.bin", b"two")
    assert store.read_bytes("runs/1/a.bin") == b"two"


def test_what_is_not_there_is_said_to_be_missing(store):
    store.write_bytes("a/b", b"x")
    assert not store.exists("a")
    assert not store.exists("a/c")
    for read in (store.read_bytes, store.local):
        with pytest.raises(FileNotFoundError):
            read("a/c")
    with pytest.raises(FileNotFoundError), store.open_read("a/c"):
        pass


@pytest.mark.parametrize("key", BAD_KEYS)
def test_keys_that_lead_elsewhere_are_refused(store, key):
    for use in (store.read_bytes, store.exists, store.local, store.url, lambda k: store.write_bytes(k, b"")):
        with pytest.raises(ValueError, match="is no key"):
            use(key)


def test_error_in_a_write_leaves_nothing(store, tmp_path):
    store.write_bytes("a/old", b"old")

    def break_off(key):
        with store.open_write(key) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    for key in ("a/new", "a/old"):
        with pytest.raises(KeyboardInterrupt):
            break_off(key)
    assert store.list() == ["a/old"]
    assert store.read_bytes("a/old") == b"old"
    assert not list(tmp_path.rglob("*.part"))


def test_unfinished_write_is_not_seen(store):
    with store.open_write("a/b") as file:
        file.write(b"half")
        file.flush()
        assert not store.exists("a/b")
        assert store.list("a") == []
    assert store.list("a") == ["a/b"]


def test_readers_see_the_whole_of_one_write_or_another(store):
    sizes = [1_000, 2_000_000]
    store.write_bytes("a", b"0" * sizes[0])
    seen: set[int] = set()
    stop = threading.Event()

    def watch():
        while not stop.is_set():
            seen.add(len(store.read_bytes("a")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for turn in range(20):
        store.write_bytes("a", b"0" * sizes[turn % 2])
    stop.set()
    watcher.join()
    assert seen <= set(sizes)


def test_listing_is_of_one_folder_with_all_below(store):
    for key in ("runs/1/a", "runs/1/b/c", "runs/10/a", "x"):
        store.write_bytes(key, b"")
    assert store.list("runs/1") == ["runs/1/a", "runs/1/b/c"]
    assert store.list() == ["runs/1/a", "runs/1/b/c", "runs/10/a", "x"]
    assert store.list("nothing") == []


def test_files_come_in_and_go_out_by_path(store, tmp_path):
    source = tmp_path / "二号流 night.csv"
    source.write_bytes(b"t,v\n1,2\n")
    store.put_file(source, "uploads/7/二号流 night.csv")
    path = store.local("uploads/7/二号流 night.csv")
    assert path.name == source.name
    assert path.read_bytes() == source.read_bytes()
    assert store.local("uploads/7/二号流 night.csv") == path


def test_url_leads_back_to_its_key(store, tmp_path):
    store.write_bytes("uploads/7/a b.csv", b"x")
    url = store.url("uploads/7/a b.csv")
    assert store.key_of(url) == "uploads/7/a b.csv"
    assert store.key_of("s3://elsewhere/a") is None
    assert store.key_of(str(tmp_path / "other.csv")) is None
    for name in (url, "uploads/7/a b.csv"):
        assert store.find(name).read_bytes() == b"x"
    assert store.find(str(tmp_path / "other.csv")) == tmp_path / "other.csv"


def test_large_upload_arrives_whole(store, monkeypatch):
    monkeypatch.setattr("workers.artifacts.SPOOLED", 1_000)
    store.write_bytes("big", b"0123456789" * 1_000)
    assert store.read_bytes("big") == b"0123456789" * 1_000


def test_configured_store_is_a_folder_of_the_data_folder(tmp_path):
    store = open_store(Settings(data_dir=tmp_path))
    store.write_bytes("a", b"x")
    assert (tmp_path / "artifacts" / "a").read_bytes() == b"x"


def test_a_file_that_was_changed_in_the_store_is_read_anew_though_it_is_as_long_as_before(tmp_path):
    url = f"memory://{tmp_path}"
    here, there = ArtifactStore(url, tmp_path / "cache"), ArtifactStore(url)
    there.write_bytes("line/level.csv", b"level\n80.1\n")
    first = here.local("line/level.csv")
    assert first.read_bytes() == b"level\n80.1\n"
    fetched = first.stat().st_mtime_ns
    assert here.local("line/level.csv").stat().st_mtime_ns == fetched  # what has not changed is not fetched again
    there.write_bytes("line/level.csv", b"level\n99.9\n")
    assert here.find("line/level.csv").read_bytes() == b"level\n99.9\n"


def test_what_is_removed_is_gone_with_its_copy_and_removing_it_again_is_no_error(store):
    store.write_bytes("a/b", b"x")
    store.local("a/b")
    for _ in range(2):
        store.remove("a/b")
        assert not store.exists("a/b")
        with pytest.raises(FileNotFoundError):
            store.local("a/b")
