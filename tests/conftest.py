"""What every test shares: one folder for what can be made again, instead of 82 MB for each data folder."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ANDON_CACHE_DIR", str(Path(tempfile.gettempdir()) / "andon-tests-cache"))
