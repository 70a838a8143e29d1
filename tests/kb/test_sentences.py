"""Every failure of the knowledge base has a sentence that its values fill."""

import re
from pathlib import Path

import pytest

from kb.errors import KnowledgeError
from workers.wording import BOOK

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "kb").rglob("*.py"), *(ROOT / "workers/commands").glob("*.py"), ROOT / "workers/knowledge/asking.py"]
CODES = sorted({code for file in FILES for code in re.findall(r'"(failure_kb_\w+)"', file.read_text("utf-8"))})


@pytest.mark.parametrize("code", CODES)
def test_failure_has_a_sentence(code):
    assert code in BOOK.entries


def test_no_sentence_is_without_a_failure():
    assert {key for key in BOOK.entries if key.startswith("failure_kb_")} == set(CODES)


def test_error_keeps_its_code_and_values():
    error = KnowledgeError("failure_kb_unknown_id", id="X")
    assert (error.code, error.values) == ("failure_kb_unknown_id", {"id": "X"})
