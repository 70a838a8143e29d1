"""The doctor's look at where things lie and who works: data folder, artifact store, workers."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
from pathlib import Path

from workers.artifacts import open_store
from workers.commands.check import Check, Status
from workers.settings import Settings
from workers.state.base import now
from workers.wording import say

log = logging.getLogger(__name__)

GIGA = 2**30
LEAST_FREE, FULL = 2 * GIGA, GIGA // 4  # below it is told; below it nothing that is big can be worked on
LONG_S = 120.0  # a job that is due for longer was forgotten, or there are too few workers


def _room(part: str, folder: Path, seen: str, lang: str) -> Check:
    """A folder that can be written, by what is free on its disk."""
    free = shutil.disk_usage(folder).free
    seen = f"{seen}, {say('doctor_free', lang, free=f'{free / GIGA:.1f}')}"
    status: Status = "broken" if free < FULL else "missing" if free < LEAST_FREE else "ok"
    return Check(part, status, seen, "" if status == "ok" else say("doctor_space", lang, path=folder))


def data_dir(settings: Settings, lang: str) -> Check:
    """The data folder can be written, and there is room."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        return Check("data folder", "broken", str(error.strerror), say("doctor_data_dir", lang, path=settings.data_dir))
    return _room("data folder", settings.data_dir, str(settings.data_dir), lang)


def artifact_store(settings: Settings, lang: str) -> Check:
    """Files can be written, read and deleted where uploads, stages and answers are kept."""
    key, data = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(64)
    try:
        store = open_store(settings)
        store.write_bytes(key, data)
        same = store.read_bytes(key) == data
        store.remove(key)
    except Exception as error:  # an edge: an object store's client, which is loaded on use, has errors of its own
        log.warning("the artifact store cannot be used", exc_info=True)
        why = getattr(error, "strerror", None) or type(error).__name__
        return Check("artifact store", "broken", str(why), say("failure_store", lang, why=why))
    if not same:
        return Check("artifact store", "broken", "-", say("failure_store", lang, why="read != written"))
    if store.root is None:
        return Check("artifact store", "ok", settings.artifacts)
    return _room("artifact store", store.root, str(store.root), lang)


def workers(settings: Settings, lang: str) -> Check:
    """Which workers live, and since when the oldest job waits for one; without Redis the chat process is the worker."""
    if settings.redis_url is None:
        return Check("workers", "ok", say("doctor_no_redis", lang))
    from workers.queues.company import know_alone
    from workers.state import Ledger, open_database

    ledger = Ledger(open_database(settings.database, beside=True))
    alive, oldest = ledger.presence.alive(), ledger.presence.oldest_due()
    waited = (now() - oldest).total_seconds() if oldest is not None else 0.0
    seen = ", ".join(f"{w.host}/{w.pid} ({w.queues})" for w in alive) or "-"
    if oldest is not None:
        seen = f"{seen}; {say('doctor_oldest', lang, seconds=f'{waited:.0f}')}"
    if not alive:
        last = ledger.presence.last_seen()
        told = say("doctor_no_workers", lang, when=f"{last:%Y-%m-%d %H:%M} UTC" if last else "-")
        return Check("workers", "broken" if settings.mode == "production" else "missing", seen, told)
    hosts = know_alone(ledger)
    if hosts:
        return Check("workers", "missing", seen, say("workers_know_alone", lang, hosts=", ".join(hosts)))
    if waited > LONG_S:
        return Check("workers", "missing", seen, say("doctor_few_workers", lang))
    return Check("workers", "ok", seen)
