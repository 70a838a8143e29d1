"""How a refusal looks on the wire: {"ok": false, "error_code", "description"[, "parameters"]}.

Source: Bot API, "Making requests" and "ResponseParameters".
"""

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ONE_INSTANCE = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Refused(Exception):
    """What Telegram would refuse: HTTP status, description, and parameters such as retry_after."""

    def __init__(self, code: int, description: str, **parameters: int):
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    @property
    def body(self) -> dict:
        """The JSON answer."""
        found = {"ok": False, "error_code": self.code, "description": self.description}
        return found | ({"parameters": self.parameters} if self.parameters else {})


def bad(text: str, **parameters: int) -> Refused:
    """400 Bad Request."""
    return Refused(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> Refused:
    """403 Forbidden."""
    return Refused(403, f"Forbidden: {text}")


def conflict(text: str) -> Refused:
    """409 Conflict (getUpdates beside another getUpdates or a webhook)."""
    return Refused(409, f"Conflict: {text}")


def too_many(seconds: int) -> Refused:
    """429 with retry_after in seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
