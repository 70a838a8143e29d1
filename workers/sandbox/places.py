"""What of this machine a room sees: the interpreter, its libraries, and our own side of the room. No data, no settings.

Read-only, at the paths where they lie, so that the interpreter finds its own.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
SYSTEM = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache",
          "/usr/share/zoneinfo")  # the C library and its kin, time zones  # fmt: skip
NEEDED = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "matplotlib", "joblib", "threadpoolctl", "PIL", "dateutil",
          "six", "contourpy", "cycler", "kiwisolver", "pyparsing", "packaging", "fontTools", "tzdata", "narwhals",
          "zhplot")  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Paths on this machine. `python` is the interpreter's real file; `libraries` the folders of installed packages."""

    python: str
    readable: tuple[str, ...]  # all that a room may read, the interpreter included
    libraries: tuple[str, ...]
    font: str | None  # for pictures with Chinese names

    def reachable(self) -> bool:
        """Whether any user of this machine could read them (a home folder of root's is shut to others)."""
        shut = (p for path in self.readable for p in (Path(path), *Path(path).parents) if not p.stat().st_mode & 0o001)
        return all(p.is_file() and p.stat().st_mode & 0o004 for p in shut)


@cache
def places() -> Places:
    """The places of the running interpreter and of the libraries as it would import them."""
    python = os.path.realpath(sys.executable)
    prefix = Path(os.path.realpath(sys.base_prefix))
    own = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(prefix / "lib")]
    if str(prefix) == "/usr/local":
        own[2] = str(prefix / "lib" / (sysconfig.get_config_var("INSTSONAME") or "none"))
    folders: dict[str, None] = {}
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            file = Path(spec.origin)
            folders[str(file.parent.parent if file.name == "__init__.py" else file.parent)] = None
    readable = [p for p in dict.fromkeys([*SYSTEM, python, *own, *folders]) if os.path.exists(p)]
    return Places(python, tuple(readable), tuple(folders), _font())


def _font() -> str | None:
    spec = importlib.util.find_spec("zhplot")  # located, not imported, as in workers/charts
    path = Path(spec.origin or "").parent / "fonts" / "NotoSansSC-Regular.ttf" if spec is not None else None
    return str(path) if path is not None and path.is_file() else None
