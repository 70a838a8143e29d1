"""What people read when something failed: a sentence of the closed set for what they can mend, and else a reference
whose traceback the log holds."""

from __future__ import annotations

import logging
import traceback

from detectors.errors import DetectorError
from kb.errors import KnowledgeError
from roles.errors import RoleError
from workers.errors import AndonError

log = logging.getLogger(__name__)

Mendable = AndonError | DetectorError | KnowledgeError | RoleError
MENDABLE = (AndonError, DetectorError, KnowledgeError, RoleError)  # for `except`: all else is a fault of ours


def frames(error: BaseException) -> str:
    """Where an error came from, for a log that its text must not reach: it may quote what people wrote."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()


def failure_sentence(error: Mendable, lang: str) -> str:
    """The sentence for a failure that a person can mend."""
    from workers.wording import say

    return say(error.code, lang, **error.values)


def for_operators(error: Mendable) -> bool:
    """Does the sentence of this failure name an address of the plant's own servers? Who runs Andon mends that, and the
    crew neither can nor should read it."""
    return any("://" in str(value) for value in error.values.values())


def crew_sentence(error: Mendable, lang: str) -> str:
    """As failure_sentence, for people in a chat: of what only an operator can mend they hear no address; the log has
    it."""
    if not for_operators(error):
        return failure_sentence(error, lang)
    from workers.wording import say

    log.warning("%s", failure_sentence(error, "en"))
    return say("failure_crew_knowledge" if error.code.startswith("failure_kb_") else "failure_crew_part", lang)


def internal_sentence(ref: str, lang: str) -> str:
    """The sentence for a failure that only we can mend; the log holds the traceback under `ref`."""
    from workers.wording import say

    try:
        return say("failure_internal", lang, ref=ref)
    except (KeyError, OSError, ValueError):  # the sentences themselves are what is broken
        return f"Something went wrong inside Andon (ref {ref}); reinstall it, or send this reference to its keeper."
