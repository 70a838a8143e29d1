"""`andon doctor`: checks every part that it can reach, says what is missing and how to fix it."""

from __future__ import annotations

import argparse
import json
import logging
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from workers.commands import checking, placing
from workers.commands.check import Check, Status
from workers.failures import MENDABLE, failure_sentence
from workers.settings import Settings
from workers.wording import say

log = logging.getLogger(__name__)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print one line for each part; exit 1 when a part that the base needs is broken."""
    lang = args.lang or settings.lang
    checks = [_safely(name, check, settings, lang) for name, check in CHECKS.items()]
    if args.json:
        print(json.dumps({"checks": [asdict(c) for c in checks]}, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            mark = {"ok": "+", "missing": "-", "broken": "!"}[check.status]
            print(f"[{mark}] {check.part}: {check.seen}" + (f"\n      {check.remedy}" if check.remedy else ""))
    return 1 if any(c.status == "broken" for c in checks) else 0


def _safely(name: str, check: Callable[[Settings, str], Check], settings: Settings, lang: str) -> Check:
    try:
        return check(settings, lang)
    except MENDABLE as error:
        return Check(name, "broken", say("doctor_not_usable", lang), failure_sentence(error, lang))
    except Exception as error:  # the doctor's own edge: a broken part is its finding, not its failure
        ref = secrets.token_hex(3)
        log.exception("doctor: %s is broken, ref %s", name, ref)
        return Check(name, "broken", f"{type(error).__name__} (ref {ref})", say("doctor_broken", lang, part=name))


def python_(settings: Settings, lang: str) -> Check:
    """The interpreter."""
    return Check("python", "ok", sys.version.split()[0])


def graphviz(settings: Settings, lang: str) -> Check:
    """Graphviz lays out the causal graph."""
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True)
    for node in "ab":  # sized by us and without text, as the charts do it: dot then needs no fonts
        graph.add_node(node, label="", fixedsize=True, width=1, height=1)
    graph.add_edge("a", "b")
    graph.layout(prog="dot")
    return Check("graphviz", "ok", f"dot, pygraphviz {pygraphviz.__version__}")


def font(settings: Settings, lang: str) -> Check:
    """A font with Chinese glyphs for the charts."""
    from workers.charts.canvas import font_family

    family = font_family()[0]
    if family == "DejaVu Sans":
        return Check("chinese font", "missing", family, say("doctor_font", lang))
    return Check("chinese font", "ok", family)


def embedder(settings: Settings, lang: str) -> Check:
    """The configured embedder answers in both languages; one without a calibration of its own is told."""
    from kb.search import confidence
    from workers.knowledge import opening

    start = time.perf_counter()
    chosen = opening.embedder(settings)
    vectors = chosen.encode(["the mould level jumps", "结晶器液位波动"])
    likeness = float(vectors[0] @ vectors[1])
    seconds = time.perf_counter() - start
    return Check(
        "embedder",
        "ok",
        f"{chosen.id}, {vectors.shape[1]} dimensions, en-zh likeness {likeness:.2f}, {seconds:.1f} s, "
        f"calibration {confidence.calibration_for(chosen.id, settings.data_dir / 'calibration').model}",
    )


def knowledge(settings: Settings, lang: str) -> Check:
    """The knowledge base opens and finds something."""
    from workers.knowledge.context import Knowledge

    known = Knowledge(settings, "zh" if lang == "zh" else "en")
    hits = known.search("stopper clogging", limit=1)
    if not hits:
        return Check("knowledge base", "broken", "0", say("doctor_knowledge", lang))
    count = sum(known.store.counts().values())
    return Check("knowledge base", "ok", say("doctor_knowledge_ok", lang, count=count, id=hits[0].id))


def weaviate(settings: Settings, lang: str) -> Check:
    """The Weaviate server, when the knowledge base is there."""
    if not settings.weaviate_url:
        return Check("weaviate", "ok", say("doctor_weaviate_none", lang))
    from kb.stores.weaviate.store import WeaviateStore
    from workers.knowledge.opening import open_knowledge

    with closing(open_knowledge(settings)) as store:
        assert isinstance(store, WeaviateStore)
        seen = say(
            "doctor_weaviate_ok",
            lang,
            version=store.connection.version,
            url=store.place.url,
            tenant=store.place.tenant,
            count=sum(store.counts().values()),
            model=store.embedder.id,
        )
    return Check("weaviate", "ok", seen)


def detectors_(settings: Settings, lang: str) -> Check:
    """Every detector of the catalogue loads, unless it needs what is not installed."""
    from detectors import catalogue

    names = []
    for card in catalogue.cards():
        needed = catalogue.missing(card)
        if needed:
            names.append(say("doctor_detector_needs", lang, name=card.name, needs=", ".join(needed)))
        else:
            names.append(catalogue.load(card.name).name)
    return Check("detectors", "ok", ", ".join(names))


def samples(settings: Settings, lang: str) -> Check:
    """The bundled data for `andon demo`."""
    folder = Path(__file__).parents[1] / "simulator" / "samples"
    found = sorted(p.name for p in folder.glob("*.csv.gz"))
    return Check("demo data", "ok" if found else "broken", ", ".join(found) or "-")


def language_model(settings: Settings, lang: str) -> Check:
    """The language model is optional: the rule engines answer without one."""
    if settings.openai_base_url is None and settings.openai_api_key is None:
        return Check("language model", "missing", say("doctor_rules", lang), say("doctor_llm", lang))
    from roles.llm.probing import probe

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    found = probe(settings.openai_base_url, key, settings.chat_model)
    if not found.failure:
        seconds = f"{found.ms / 1000:.1f}"
        seen = say("doctor_llm_ok", lang, model=found.model, url=found.url, mode=found.mode, seconds=seconds)
        return Check("language model", "ok", seen)
    remedy = say(found.failure, lang, **found.values)
    if found.failure == "failure_llm_model" and found.models:
        remedy = say("doctor_llm_models", lang, url=found.url, models=", ".join(found.models[:8]))
    elif found.failure == "failure_llm_model" and not found.model:
        remedy = say("doctor_llm_name", lang, url=found.url)
    return Check("language model", "missing", found.model or "-", remedy)


def database(settings: Settings, lang: str) -> Check:
    """The state in SQL: reachable, with the newest schema."""
    from workers.state import Ledger, open_database

    ledger = Ledger(open_database(settings.database, beside=True))
    kind = ledger.engine.dialect.name
    counts = ledger.jobs.counts()
    seen = ", ".join([kind, *(f"{count} {state}" for state, count in sorted(counts.items()))])
    if counts.get("dead"):
        status: Status = "broken" if settings.mode == "production" else "missing"
        return Check("database", status, seen, say("doctor_letters", lang, count=counts["dead"]))
    return Check("database", "ok", seen)


def queue(settings: Settings, lang: str) -> Check:
    """Redis and whether it keeps what it was given; without it the chat process does the work itself."""
    if settings.redis_url is None:
        return Check("queue", "ok", say("doctor_no_redis", lang))
    from workers.queues.inbox import RedisInbox, connect_redis

    redis = connect_redis(settings.redis_url)  # says which extra is missing, so it comes first
    from redis import RedisError

    try:
        version = redis.info("server")["redis_version"]
        keeps = redis.info("persistence")["aof_enabled"]
        waiting = RedisInbox(redis, settings.namespace).waiting()
    except RedisError as error:
        return Check("queue", "broken", type(error).__name__, say("doctor_redis", lang))
    seen = say("doctor_redis_ok", lang, version=version, waiting=waiting)
    return Check("queue", "ok" if keeps else "missing", seen, "" if keeps else say("doctor_redis_aof", lang))


def web_search(settings: Settings, lang: str) -> Check:
    """Each configured search engine answers; the first one counts, the others stand in for it."""
    from kb.errors import KnowledgeError
    from workers.knowledge.websearch import configured

    web = configured(settings)
    if web is None:
        return Check("web search", "ok", say("doctor_web_off", lang))
    seen, remedies = [], []
    for engine in web.engines:
        try:
            found = engine.search("continuous casting", "en", 5)
        except KnowledgeError as error:
            seen.append(f"{engine.name} -")
            remedies.append(say(error.code, lang, **error.values))
            continue
        seen.append(say("doctor_web_ok", lang, engine=engine.name, count=len(found.hits)))
        if found.silent:
            remedies.append(say("web_silent", lang, engines=", ".join(found.silent)))
    status: Status = "broken" if all(part.endswith(" -") for part in seen) else "missing" if remedies else "ok"
    return Check("web search", status, ", ".join(seen), " ".join(remedies))


def sandbox(settings: Settings, lang: str) -> Check:
    """The room for generated code: its level, found by trying to escape from it."""
    from workers.errors import AndonError
    from workers.sandbox.selftest import NAMES, strongest

    try:
        level = strongest(settings.sandbox).level
    except AndonError as error:  # the rules work without it
        return Check("sandbox", "missing", "-", say(error.code, lang, **error.values))
    seen = say(f"doctor_sandbox_{level}", lang, count=len(NAMES))
    if level == "bubblewrap":
        return Check("sandbox", "ok", seen)
    return Check("sandbox", "missing", seen, say("doctor_sandbox_weaker", lang))


def timezone(settings: Settings, lang: str) -> Check:
    """The plant's time zone."""
    remedy = say("doctor_timezone", lang) if settings.timezone == "UTC" else ""
    return Check("time zone", "ok", settings.timezone, remedy)


CHECKS: dict[str, Callable[[Settings, str], Check]] = {
    "python": python_,
    "data folder": placing.data_dir,
    "artifact store": placing.artifact_store,
    "settings": checking.settings_,
    "time zone": timezone,
    "detectors": detectors_,
    "embedder": embedder,
    "weaviate": weaviate,
    "knowledge base": knowledge,
    "graphviz": graphviz,
    "chinese font": font,
    "demo data": samples,
    "database": database,
    "queue": queue,
    "workers": placing.workers,
    "chat": checking.chat,
    "language model": language_model,
    "web search": web_search,
    "sandbox": sandbox,
}
