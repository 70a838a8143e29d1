"""What people read when something failed: a sentence of the closed set for what they can mend, and else a reference
whose traceback the log holds."""

from __future__ import annotations

import logging
import traceback

log = logging.getLogger(__name__)


def frames(error: BaseException) -> str:
    """Where an error came from, for a log that its text must not reach: it may quote what people wrote."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()


def failure_sentence(error: Exception, lang: str) -> str | None:
    """The sentence for a failure that a person can mend, None when `error` is not one of the closed set."""
    code, values = getattr(error, "code", None), getattr(error, "values", None)
    if not isinstance(code, str) or not isinstance(values, dict) or not code.startswith("failure_"):
        return None
    from workers.wording import say

    return say(code, lang, **values)


def for_operators(error: Exception) -> bool:
    """Does the sentence of this failure name an address of the plant's own servers? Who runs Andon mends that, and the
    crew neither can nor should read it."""
    values = getattr(error, "values", None)
    return isinstance(values, dict) and any("://" in str(value) for value in values.values())


def crew_sentence(error: Exception, lang: str) -> str | None:
    """As failure_sentence, for people in a chat: of what only an operator can mend they hear no address; the log has
    it."""
    sentence = failure_sentence(error, lang)
    if sentence is None or not for_operators(error):
        return sentence
    from workers.wording import say

    log.warning("%s", failure_sentence(error, "en"))
    code = str(getattr(error, "code", ""))
    return say("failure_crew_knowledge" if code.startswith("failure_kb_") else "failure_crew_part", lang)


def internal_sentence(ref: str, lang: str) -> str:
    """The sentence for a failure that only we can mend; the log holds the traceback under `ref`."""
    from workers.wording import say

    try:
        return say("failure_internal", lang, ref=ref)
    except (KeyError, OSError, ValueError):  # the sentences themselves are what is broken
        return f"Something went wrong inside Andon (ref {ref}); reinstall it, or send this reference to its keeper."
