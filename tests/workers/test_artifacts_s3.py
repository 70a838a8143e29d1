"""The artifact store on a real S3 protocol server: what a plant with several machines uses."""

import pytest

moto = pytest.importorskip("moto.server", reason="moto is not installed")
pytest.importorskip("s3fs", reason="s3fs is not installed")

from workers.artifacts import ArtifactStore  # noqa: E402


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    monkeypatch = pytest.MonkeyPatch()
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("plant")
    yield ArtifactStore("s3://plant/andon", tmp_path_factory.mktemp("cache"))
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()
    monkeypatch.undo()


def test_what_was_written_is_read_back(store):
    store.write_bytes("runs/1/answer.json", "液位".encode())
    assert store.read_bytes("runs/1/answer.json").decode() == "液位"
    assert store.local("runs/1/answer.json").read_text(encoding="utf-8") == "液位"
    assert store.list("runs/1") == ["runs/1/answer.json"]
    assert store.find(store.url("runs/1/answer.json")).read_text(encoding="utf-8") == "液位"


def test_a_changed_object_of_the_same_length_is_fetched_anew_and_an_unchanged_one_is_not(store):
    store.write_bytes("line/level.csv", b"80.1")
    fetched = store.local("line/level.csv").stat().st_mtime_ns
    assert store.local("line/level.csv").stat().st_mtime_ns == fetched
    store.write_bytes("line/level.csv", b"99.9")
    assert store.local("line/level.csv").read_bytes() == b"99.9"


def test_a_failed_write_leaves_nothing(store):
    def break_off():
        with store.open_write("runs/1/half.bin") as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert not store.exists("runs/1/half.bin")
    with pytest.raises(FileNotFoundError):
        store.read_bytes("runs/1/half.bin")
