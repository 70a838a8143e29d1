"""Failures as a person meets them: a closed set of codes, one sentence each, in every language.

The sentences live in workers/messages/; a test checks that no code lacks one. The rooms
below raise their own small errors (DetectorError, KnowledgeError, RoleError) with a `code` from the same set.
"""

from __future__ import annotations


class AndonError(Exception):
    """Something that a person can mend: bad input, a missing part. `values` fill the sentence's placeholders."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code}: {values}")
        self.code = code
        self.values = values
