"""What a process settles before it works: its libraries' folders and threads, and where it logs."""

from __future__ import annotations

import logging
import os
import sys

from workers.settings import Settings
from workers.sharedlog import SharedLog


def settle_libraries(settings: Settings) -> None:
    """Tell libraries, before they load, to keep to our folder and to one thread.

    Detection and causal discovery are two threads already; spinning BLAS threads on a busy machine cost more than
    they bring.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(settings.data_dir / "cache")


def start_logging(settings: Settings, *, aloud: bool = False) -> None:
    """Log to a rotating file below the data folder that all processes share; nothing of it reaches stdout or stderr
    unless `aloud`.

    Libraries that log what people wrote, or addresses with tokens in them, are heard from warnings on.
    """
    folder = settings.data_dir / "logs"
    try:
        if not settings.data_dir.exists():
            settings.data_dir.mkdir(mode=0o700, parents=True)
        folder.mkdir(exist_ok=True)
        handler: logging.Handler = SharedLog(folder / "andon.log")
    except OSError:  # a read-only home must not stop an answer that needs no state
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    if aloud:  # processes that run for long: whoever keeps them running reads this
        root.handlers.append(logging.StreamHandler(sys.stderr))
        root.handlers[-1].setFormatter(handler.formatter)
    root.setLevel(logging.INFO)
    for name in ("httpx", "httpcore", "slack_sdk", "slack_bolt", "telegram", "aiohttp", "alembic", "kombu", "celery"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
