"""Failures are a closed set: every code that is raised has its sentence, and no sentence is left over."""

import ast
import re
from pathlib import Path

from workers.failures import MENDABLE
from workers.wording import BOOK

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"""["'](failure_[a-z0-9_]*[a-z0-9])["']""")  # one that ends in "_" is the beginning of several
SOURCES = [p for room in ("bot", "workers", "roles", "detectors", "kb") for p in (ROOT / room).rglob("*.py")]
RAISED = {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}
RAISED -= {"failure_sentence"}  # a function, as workers/client.py hands it on
SAID = {key for key in BOOK.entries if key.startswith("failure_")}


def test_whatever_carries_a_code_is_told_to_people():
    """Who catches them names MENDABLE: an exception with a code of its own would be told as a fault of ours."""
    carriers = {
        node.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and "self.values" in ast.unparse(node)
        and any(ast.unparse(base).endswith(("Error", "Exception")) for base in node.bases)
    }
    assert carriers == {kind.__name__ for kind in MENDABLE}


def test_every_failure_has_a_sentence():
    assert not RAISED - SAID


def test_no_sentence_is_left_over():
    assert not SAID - RAISED


def test_sentences_are_one_sentence_with_a_next_step():
    for key in SAID:
        english = BOOK.entries[key]["en"]
        assert english.strip().endswith((".", "?", "`")), key
        assert "\n" not in english, key
        assert len(english) < 400, key
