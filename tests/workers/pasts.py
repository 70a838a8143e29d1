"""Answers of other days, made from those of tests/workers/diagnosed.py."""

from datetime import UTC, datetime, timedelta

from tests.workers.diagnosed import diagnosed
from workers.followups.past import Past, Said


def ago(days, fault="stopper_clogging", lang="en", **question):
    """An answer about data that are `days` older, another file of the same name."""
    document, back = diagnosed(fault, lang), timedelta(days=days)
    events = [e.model_copy(update={k: getattr(e, k) - back for k in ("start", "end", "peak")}) for e in document.events]
    data = document.data.model_copy(update={
        "sha256": f"{fault}-{days}", "start": document.data.start - back, "end": document.data.end - back,
    })  # fmt: skip
    named = {**document.question, **question}
    return document.model_copy(update={"events": events, "data": data, "question": named})


def past(document, ref="#A1", corrections=(), **said):
    return Past(ref=ref, document=document, made=datetime.now(UTC), said=Said(**said), corrections=list(corrections))
