"""What every Web API method gets (Arguments) and how it is registered (method)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.strict_slack.blocks import check_message
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.world import Channel, World

if TYPE_CHECKING:
    from tests.e2e.strict_slack.server import SlackServer


@dataclass(frozen=True)
class Method:
    """A registered method: what it does, the scopes of which one must be there, and whether it wants an app token."""

    name: str
    does: Callable[[Arguments], dict]
    scopes: tuple[str, ...]
    app: bool


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, app: bool = False) -> Callable:
    """Register a function as a Web API method; one of the scopes is needed (none given: no scope)."""

    def register(does: Callable[[Arguments], dict]) -> Callable[[Arguments], dict]:
        METHODS[name] = Method(name, does, scopes, app)
        return does

    return register


@dataclass(frozen=True)
class Arguments:
    """A call's arguments, read the way Slack reads them (form strings and JSON values alike)."""

    slack: SlackServer
    given: dict

    @property
    def world(self) -> World:
        """The workspace."""
        return self.slack.world

    def text(self, name: str) -> str:
        """A string argument; empty when missing."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str) -> str:
        """A string argument that must be there; invalid_arguments otherwise."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument: true, 1 and yes are true."""
        value = self.given.get(name)
        return default if value is None else str(value).lower() in ("true", "1", "yes")

    def number(self, name: str, default: int, high: int) -> int:
        """A whole number of 1..high; invalid_limit otherwise."""
        try:
            value = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= value <= high:
            raise SlackError("invalid_limit")
        return value

    def structure(self, name: str, error: str) -> object:
        """A JSON argument, as a string in a form or as a value in a JSON body; HTTP 400 for bad JSON."""
        value = self.given.get(name)
        if isinstance(value, str) and value:
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error, [f"[ERROR] {name} is not JSON"], status=400) from None
        return value if value != "" else None

    def need_scope(self, *scopes: str) -> None:
        """missing_scope, unless the token has one of them."""
        if scopes and not self.slack.scopes & set(scopes):
            provided = ",".join(sorted(self.slack.scopes))
            raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)

    def readable(self, name: str, action: str) -> Channel:
        """The channel of a reading method, with the scope that its kind needs (channels:history, im:read, ...)."""
        channel = self.world.channel(self.given.get(name), member=False)
        prefix = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.kind]
        self.need_scope(f"{prefix}:{action}")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> dict:
        """The message by its ts; message_not_found."""
        found = channel.messages.get(self.text(name))
        if found is None:
            raise SlackError("message_not_found")
        return found


def content(args: Arguments, where: str, max_text: int, old: dict | None = None) -> dict:
    """Validated text, blocks, attachments and metadata of a message; only what was given is in the result.

    Sources: methods/chat.postMessage and chat.update (errors), messaging/message-metadata (16 kB).
    """
    text = args.text("text") or args.text("markdown_text")
    if args.text("markdown_text") and (args.text("text") or args.given.get("blocks")):
        raise SlackError("markdown_text_conflict")
    blocks = args.structure("blocks", "invalid_blocks_format")
    attachments = args.structure("attachments", "invalid_attachments")
    if len(text) > max_text:
        raise SlackError("msg_too_long")
    if blocks is not None:
        code, why = check_message(blocks, args.slack.image_problem, args.slack.ids_per_message)
        if code:
            raise SlackError(code, why)
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if attachments and len(attachments) > 100:
        raise SlackError("too_many_attachments")
    kept = old or {}
    shown = blocks if blocks is not None else kept.get("blocks")
    if not text.strip() and not shown and not (attachments or kept.get("attachments")):
        raise SlackError("no_text")
    if blocks and not text.strip():
        args.slack.warnings.append(f"{where}: blocks without fallback text")
    result = {"metadata": metadata(args)} if "metadata" in args.given else {}
    if blocks is not None:
        result["blocks"] = [{"block_id": args.world.new_id("b"), **b} for b in blocks]
    if attachments is not None:
        result["attachments"] = attachments
    if text or "text" in args.given or not old:
        result["text"] = text
    return result


def metadata(args: Arguments) -> dict | None:
    """The metadata argument: event_type and event_payload, 16 kB at most; an empty object removes it."""
    value = args.structure("metadata", "invalid_metadata_format")
    if value in ({}, None):
        return None
    if not isinstance(value, dict) or set(value) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(value.get("event_type"), str) or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(value)) > 16_000:
        raise SlackError("metadata_too_large")
    return value
