"""The configured engines as one: the first that answers counts."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from kb.errors import KnowledgeError
from kb.passage import Lang
from kb.web.contract import Found, WebSearch

log = logging.getLogger(__name__)


def first_answer(engines: Sequence[WebSearch], text: str, lang: Lang, limit: int) -> Found:
    """What the first engine that answers found; KnowledgeError of the first one when none answers.

    The question stands in no log: it is the plant's.
    """
    failed: KnowledgeError | None = None
    for engine in engines:
        try:
            return engine.search(text, lang, limit)
        except KnowledgeError as error:
            log.warning("%s did not answer: %s %s", engine.name, error.code, error.values.get("why", ""))
            failed = failed or error
    if failed is None:
        raise ValueError("no engine is given")
    raise failed
