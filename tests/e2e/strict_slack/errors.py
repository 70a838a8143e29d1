"""A refusal, as Slack words it."""

from __future__ import annotations


class SlackError(Exception):
    """`ok: false` with this code; what else belongs in the reply's body goes into extra."""

    def __init__(self, code: str, messages: list[str] | None = None, status: int = 200, **extra: object) -> None:
        super().__init__(f"{code} {' '.join(messages or [])}".strip())
        self.code = code
        self.status = status
        self.body = {"ok": False, "error": code, **extra}
        if messages:
            self.body["errors"] = [m.removeprefix("[ERROR] ") for m in messages]
            self.body["response_metadata"] = {"messages": messages}
