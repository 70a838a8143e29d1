"""Arguments of a call: query string, JSON, form and multipart alike (Bot API, "Making requests")."""

import json
from dataclasses import dataclass

from aiohttp import web

from tests.e2e.strict_telegram.errors import Refused, bad

_STRUCTURES = (
    "reply_markup entities caption_entities allowed_updates media commands scope reply_parameters link_preview_options "
    "reaction quote_entities"
)
_NUMBERS = "message_id message_thread_id reply_to_message_id offset limit timeout max_connections user_id cache_time"
_FLAGS = "allow_sending_without_reply drop_pending_updates show_alert is_big disable_notification protect_content"

_KINDS = {
    name: kind
    for kind, names in (("structure", _STRUCTURES), ("number", _NUMBERS), ("flag", _FLAGS))
    for name in names.split()
}


@dataclass(frozen=True)
class Upload:
    """A file in a multipart request."""

    name: str
    data: bytes

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.data)} bytes>"


async def read(request: web.Request) -> dict:
    """All arguments, typed by their names; files are `Upload`."""
    given: dict = dict(request.query)
    kind = request.content_type
    try:
        if kind == "application/json" and request.can_read_body:
            given |= json.loads(await request.read() or b"{}")
        elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            for name, value in (await request.post()).items():
                given[name] = Upload(value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "Request Entity Too Large") from None
    except (ValueError, TypeError):
        raise bad("can't parse request body") from None
    return {name: typed(name, value) for name, value in given.items()}


def typed(name: str, value: object) -> object:
    """Forms carry strings: numbers, flags and JSON become what they mean."""
    if isinstance(value, bytes | bytearray):
        value = value.decode("utf-8")
    if not isinstance(value, str):
        return value
    kind = _KINDS.get(name)
    if kind == "structure":
        try:
            return json.loads(value) if value else None
        except ValueError:
            what = "reply keyboard markup" if name == "reply_markup" else name
            raise bad(f"can't parse {what} JSON object") from None
    if kind == "flag":
        return value.lower() in ("true", "1", "yes", "y", "t")
    if kind == "number" or name.endswith("chat_id"):
        try:
            return int(value)
        except ValueError:
            return value if name.endswith("chat_id") else None
    return value
