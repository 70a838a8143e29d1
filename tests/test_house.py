"""The rooms import each other only in the directions that docs/architecture.md draws."""

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "workers", "roles", "detectors", "kb")
ALLOWED = {
    "bot": ("workers.contracts", "workers.client", "workers.settings"),
    "workers": ("roles", "detectors", "kb"),
    "roles": (),
    "detectors": (),
    "kb": (),
}
HOMES = {"slack_bolt": "bot", "slack_sdk": "bot", "telegram": "bot", "celery": "workers", "torch": "detectors",
         "sqlglot": "roles", "weaviate": "kb"}  # fmt: skip
FILE_HOMES = {"openai": ("roles/llm/wire.py", "kb/embedders/endpoint.py"), "pint": ("workers/units.py",)}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path):
    """Absolute dotted names that a file imports; `from workers import client` gives workers.client."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module in ROOMS:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_imports_go_in_the_allowed_directions(path):
    room = path.relative_to(ROOT).parts[0]
    for name in imported(path):
        top = name.split(".")[0]
        if top in ROOMS and top != room:
            assert any(name == a or name.startswith(a + ".") for a in ALLOWED[room]), f"{room} imports {name}"
        assert HOMES.get(top, room) == room, f"{top} is at home in {HOMES.get(top)}"
        here = str(path.relative_to(ROOT))
        assert here in FILE_HOMES.get(top, (here,)), f"{top} is at home in {FILE_HOMES.get(top)}"


def test_no_files_import_each_other_in_a_circle():
    """Imports inside functions and for types alone count too: who reads one file of a circle must read them all."""
    homes = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in FILES}

    def needs(path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for name in (f"{node.module}.{alias.name}" for alias in node.names):
                    yield name if name in homes else node.module
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)

    graph = {name: {n for n in needs(path) if n in homes and n != name} for name, path in homes.items()}
    assert sum(map(len, graph.values())) > 1000  # imports were read at all
    TopologicalSorter(graph).prepare()  # CycleError names the files


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_environment_is_read_in_settings_alone(path):
    if path == ROOT / "workers/settings.py":
        return
    source = path.read_text(encoding="utf-8")
    assert "os.environ.get" not in source
    assert "os.getenv" not in source


def said_by(code):
    """What a fresh interpreter prints."""
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ}, capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    return out.stdout.strip()


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("roles.llm.endpoint, roles.llm.probing", {"openai"}),
        (  # the chat side
            "bot.cli, bot.console, workers.client, workers.contracts, workers.settings",
            {"pandas", "torch", "sklearn", "matplotlib", "numpy"},
        ),
        (  # a question to the knowledge base
            "workers.commands.ask, workers.knowledge.asking, workers.knowledge.websearch, workers.language",
            {"pandas", "scipy", "pyarrow", "sklearn", "sqlalchemy", "alembic"},
        ),
    ],
    ids=["endpoints", "chat", "knowledge"],
)
def test_what_is_heavy_is_loaded_on_use(modules, heavy):
    assert said_by(f"import sys, {modules}; print([m for m in {sorted(heavy)} if m in sys.modules])") == "[]"


def test_units_are_converted_by_what_is_loaded_on_use():
    code = (
        "import sys, workers.running.pipeline, workers.units; before = 'pint' in sys.modules;"
        "print(before, workers.units.converted(6.0, 'bar', '[bar]'), 'pint' in sys.modules)"
    )
    assert said_by(code) == "False 6.0 False"


def test_whoever_catches_everything_lets_a_stop_and_a_time_limit_through():
    """Both are BaseExceptions (workers/tasks.py Stopped, workers/queues/timelimit.py OutOfTime)."""
    swallowed = {
        str(path.relative_to(ROOT))
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "BaseException" in ast.unparse(node.type))
        and not isinstance(node.body[-1], ast.Raise)
    }
    assert swallowed == {"workers/sandbox/inside/room.py"}  # a process of its own, for code that is not ours


def test_what_is_written_down_twice_is_the_same():
    """Where the directions of imports keep two rooms from sharing a few lines, the copies may not drift apart."""
    redirects = {
        str(path.relative_to(ROOT)): [
            ast.unparse(statement) for statement in node.body if not isinstance(statement, ast.Expr)
        ]
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "redirect_request"
    }
    assert redirects == {"kb/noredirect.py": [], "bot/slack/calling.py": ["return None"]}  # either hands nothing on
    assert [str(p.relative_to(ROOT)) for p in FILES if "journal_mode = WAL" in p.read_text(encoding="utf-8")] == [
        "kb/wal.py"
    ]
    assert [str(p.relative_to(ROOT)) for p in FILES if "boot_id" in p.read_text(encoding="utf-8")] == [
        "kb/processes.py"
    ]
