"""Without a language model no code is written: the built-in steps of the pipeline do what they can instead."""

from __future__ import annotations

from roles.coding.types import CodeRequest, Script
from roles.wording import say


def abstain(given: CodeRequest) -> Script:
    """No code, and the sentence that says so."""
    return Script(explanation=say("code_none", given.lang), code="")
