"""What every test shares: one folder for what can be made again, instead of 82 MB for each data folder; and how many
processes share the tests."""

import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("ANDON_CACHE_DIR", str(Path(tempfile.gettempdir()) / "andon-tests-cache"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """How many `-n auto` are: one more than cores, for an end-to-end test waits for platforms more than it computes."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1
