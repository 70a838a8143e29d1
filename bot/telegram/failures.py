"""Why the Telegram process cannot start: a setting that a person can mend."""

from __future__ import annotations


class TelegramFailure(ValueError):
    """Carries the code of its sentence and the sentence's values (workers/messages)."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
