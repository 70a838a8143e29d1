"""Real servers for tests, started on free ports with data in a temporary folder: Redis, PostgreSQL, Weaviate, searx
and a small language model.

Where the programs are missing a test skips with that reason; with CI=true that is a failure: nothing is skipped green.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import update

from workers.state.models import Job, now


def hurry(jobs, key):
    """Make a job that waits for its time due now."""
    with jobs.writing() as session:
        session.execute(update(Job).where(Job.key == key, Job.state == "waiting").values(due=now(), hinted=None))


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def free_pair():
    """A free port whose next one is free, too."""
    while True:
        port = free_port()
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        return port


def missing(what, script="deploy/scripts/system-packages"):
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed; {script} installs it")
    pytest.skip(f"{what} is not installed")


def wait_until(look, seconds=15.0, what="it"):
    """The first true value of `look()`; an AssertionError that names what was awaited."""
    end = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


class RedisServer:
    """A Redis that keeps every write (append only, synced always), so that it may be killed and started again."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        program = shutil.which("redis-server")
        if program is None:
            missing("redis-server")
        argv = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "",
                "--appendonly", "yes", "--appendfsync", "always"]  # fmt: skip
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 10, "Redis")
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as sock:
                sock.sendall(b"PING\r\n")
                return sock.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def forget(self):
        """Throw its data away, as a Redis without persistence does when it is restarted. Only while it is down."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


@contextmanager
def redis_server(folder):
    """A running Redis."""
    server = RedisServer(Path(folder)).start()
    try:
        yield server
    finally:
        server.stop()


def _postgres_bin():
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def postgres_server(folder):
    """A running PostgreSQL in `folder`; gives its SQLAlchemy URL. It refuses to run as root, so root becomes nobody."""
    tools = _postgres_bin()
    if tools is None:
        missing("PostgreSQL")
    data, port = Path(folder) / "pg", free_port()
    as_user = []
    if os.getuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        for part in [Path(folder), *Path(folder).parents]:
            if not os.access(part, os.X_OK) or part == Path("/"):
                break
            if str(part).startswith("/tmp"):
                part.chmod(part.stat().st_mode | 0o055)
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
    run = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": "/"}
    subprocess.run([*as_user, str(tools / "initdb"), "-D", str(data), "-U", "andon", "-A", "trust", "-E", "UTF8",
                    "--no-sync"], **run)  # fmt: skip
    argv = [*as_user, str(tools / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "",
            "-c", "fsync=off", "-c", "full_page_writes=off"]  # fmt: skip
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    ready = [str(tools / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    try:
        wait_until(lambda: subprocess.run(ready).returncode == 0, 30, "PostgreSQL")
        subprocess.run([str(tools / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "andon", "andon"], **run)
        yield f"postgresql+psycopg://andon@127.0.0.1:{port}/andon"
    finally:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])  # runuser hands no signal on
        os.kill(postmaster, signal.SIGINT)
        process.wait(20)


AT_FIRST = dict(os.environ)  # commands under test point caches elsewhere


@cache
def weaviate_program():
    """The path of a Weaviate server program; built the first time, which takes minutes."""
    script = Path(__file__).parents[1] / "deploy/scripts/weaviate"
    ran = subprocess.run([script], capture_output=True, text=True, env=AT_FIRST)
    if ran.returncode:
        missing(f"Weaviate ({ran.stderr.strip().splitlines()[-1]})")
    return ran.stdout.strip()


class WeaviateServer:
    """A Weaviate of one node on this machine; may be killed and started again on the same ports and data."""

    def __init__(self, folder: Path, **environment: str):
        self.folder, self.environment = Path(folder), environment
        self.port, self.grpc_port = free_port(), free_port()
        self.cluster = (free_pair(), free_port(), free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        gossip, raft, internal = self.cluster
        ports = {
            "CLUSTER_HOSTNAME": "node1", "CLUSTER_ADVERTISE_ADDR": "127.0.0.1", "CLUSTER_ADVERTISE_PORT": gossip,
            "CLUSTER_GOSSIP_BIND_PORT": gossip, "CLUSTER_DATA_BIND_PORT": gossip + 1,  # as other nodes reckon it
            "RAFT_PORT": raft, "RAFT_INTERNAL_RPC_PORT": internal, "RAFT_JOIN": f"node1:{raft}",
            "RAFT_BOOTSTRAP_EXPECT": 1, "GRPC_PORT": self.grpc_port, "PERSISTENCE_DATA_PATH": self.folder / "data",
        }  # fmt: skip
        quiet = {"DISABLE_TELEMETRY": "true", "GO_PROFILING_DISABLE": "true", "LOG_LEVEL": "error",
                 "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true", "GOMAXPROCS": "2"}  # fmt: skip
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "HOME")}
        environment = kept | quiet | {k: str(v) for k, v in ports.items()} | self.environment
        argv = [weaviate_program(), "--host", "127.0.0.1", "--port", str(self.port), "--scheme", "http"]
        with (self.folder / "weaviate.log").open("ab") as log:
            self.process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log)
        wait_until(self.answers, 60, "Weaviate")
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "weaviate.log").read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"{self.url}/v1/.well-known/ready", timeout=2) as reply:
                ready = reply.status == 200
            with socket.create_connection(("127.0.0.1", self.grpc_port), 2):
                return ready
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def weaviate_server(folder, **environment):
    """A running Weaviate; `environment` is added to its own."""
    server = WeaviateServer(folder, **environment)
    try:
        yield server.start()
    finally:
        server.stop()


SEARX = {  # what its start needs, beside the engines
    "use_default_settings": False,
    "general": {"debug": False, "instance_name": "test", "enable_stats": False},
    "search": {"safe_search": 0, "autocomplete": "", "default_lang": "", "ban_time_on_fail": 0,
               "max_ban_time_on_fail": 0},
    "server": {"bind_address": "127.0.0.1", "secret_key": "test", "base_url": False, "image_proxy": False,
               "http_protocol_version": "1.0", "method": "GET"},
    "ui": {"static_path": "/usr/share/python3-searx/static", "templates_path": "/usr/share/python3-searx/templates",
           "default_theme": "oscar", "default_locale": ""},
    "outgoing": {"request_timeout": 3.0, "pool_connections": 4, "pool_maxsize": 4},
    "locales": {"en": "English", "zh": "中文"},
    "doi_resolvers": {"test": "http://127.0.0.1/"},
    "default_doi_resolver": "test",
}  # fmt: skip


@contextmanager
def searx_server(folder, engines):
    """A running searx, as Debian packages it, that asks `engines` (entries of its settings.yml); gives its URL."""
    program = shutil.which("searx-run")
    if program is None:
        missing("searx")
    port, settings = free_port(), Path(folder) / "settings.yml"
    document = SEARX | {"server": SEARX["server"] | {"port": port}, "engines": engines}
    settings.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    environment = {"PATH": os.environ["PATH"], "SEARX_SETTINGS_PATH": str(settings), "LANG": "C.UTF-8"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([program], env=environment, cwd="/", **quiet)

    def answers():
        with suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).status == 200

    try:
        wait_until(answers, 20, "searx")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def model_server():
    """A small real language model behind llama.cpp's server (tests/llm_server/real.py); gives its base URL."""
    from tests.llm_server import real

    if not real.installed():
        missing("the small language model", "deploy/scripts/model")
    environment = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.llm_server.real"], cwd=Path(__file__).parents[1], env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http"), f"the model server ended with {process.wait(10)}"
        yield url
    finally:
        process.kill()  # it has nothing to save
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


class Databases:
    """Databases of one kind for tests, "sqlite" or "postgresql": empty ones, or with the newest schema."""

    def __init__(self, kind, folder, server=None):
        self.kind, self.folder, self.server = kind, Path(folder), server
        self.count, self._made, self._engine = 0, None, None

    def empty(self):
        """The URL of a database without tables."""
        self.count += 1
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / str(self.count)}.sqlite"
        import psycopg

        with psycopg.connect(self.server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE andon_{self.count}")
        return f"{self.server.rpartition('/')[0]}/andon_{self.count}"

    def ready(self):
        """The URL of a database with the newest schema and no rows: always the same one, emptied."""
        from workers.state.models import Base

        if self._made is None:
            self._made = self.own()
        with self.engine().begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        return self._made

    def engine(self):
        """An engine on that database, made once: what it has compiled serves all tests."""
        from workers.state import open_database

        if self._engine is None:
            self._engine = open_database(self._made)
        return self._engine

    def own(self):
        """The URL of a database with the newest schema that nobody else gets."""
        from workers.state import open_database

        url = self.empty()
        open_database(url).dispose()
        return url


class Actor:
    """tests/workers/actors.py as another process: what another worker does at the same time."""

    def __init__(self, *argv, **environment):
        root = Path(__file__).parents[1]
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH", "HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.actors", *map(str, argv)], cwd=root, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=kept | environment | {"PYTHONPATH": str(root)},
        )  # fmt: skip

    def says(self):
        """Its next line; empty when it has ended."""
        return self.process.stdout.readline().strip()

    def go_on(self):
        """Let it go on: it waits for a line."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self, seconds=30):
        """Wait for it; gives the rest of what it said, as lines."""
        out, _ = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, (self.process.returncode, out)
        return out.split("\n")[:-1]

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.kill()
