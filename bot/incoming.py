"""What a platform delivers, in neutral words: one Incoming for a message, an edit, a press, a form or an emoji.

Adapters make it, the queue carries it as JSON, bot/conversation acts on it. It names files, it never holds them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from workers.contracts import Frozen, Lang

Platform = Literal["slack", "telegram"]
Kind = Literal["message", "edit", "deleted", "press", "form", "reaction", "command", "refused", "joined"]


UNKEEPABLE = re.compile("[\\x00\\ud800-\\udfff]")  # half of a character, or none: no UTF-8, no text of PostgreSQL


def keepable(value: Any) -> Any:
    """A value with all texts in it as they can be kept: what is no character becomes U+FFFD."""
    if isinstance(value, str):
        return UNKEEPABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {keepable(key): keepable(each) for key, each in value.items()}
    return [keepable(each) for each in value] if isinstance(value, list) else value


class Heard(Frozen):
    """What people and platforms wrote, in texts that the queue and the database take."""

    @model_validator(mode="before")
    @classmethod
    def _keepable(cls, given: Any) -> Any:
        return keepable(given)


EDIT = "/edit/"  # in the event_id of an edit: MESSAGE/edit/WHEN
DELETED = "/deleted"  # behind the event_id of the message that was deleted


def first_id(event_id: str) -> str:
    """The event_id of the message that an edit corrects or that was deleted; of anything else its own."""
    return event_id.split(EDIT)[0].removesuffix(DELETED)


def said_at(event: Incoming) -> datetime:
    """When the words of an event were said, by the platform's clock. Both platforms tell the time of an edit in whole
    seconds: it counts as the end of that second, for no edit is older than its message."""
    return event.at.replace(microsecond=999_999) if event.kind == "edit" else event.at


class FileRef(Heard):
    """A file that hangs on a message. `kind`: a plain file, a picture, something to be heard or watched, or one
    that we cannot fetch because it lives outside the platform ("external") or belongs to another organisation
    ("foreign")."""

    id: str
    name: str
    size: int | None = None  # bytes, as the platform says
    kind: Literal["file", "picture", "sound", "external", "foreign"] = "file"
    url: str = ""  # where the adapter fetches it; empty: by id


class Incoming(Heard):
    """One event of a chat platform.

    `event_id` is the same for every delivery of the same thing, also when a platform tells it twice in two ways
    (Slack's app_mention and message): it is made from channel and message id where there is a message.
    `team` is the workspace of whoever wrote it: another one than `workspace` where a Slack channel is shared with other
    organisations, "" where Slack does not say which, and on Telegram.
    `thread` is Slack's thread root (a message's own ts when it starts one), Telegram's forum topic, else empty.
    `addressed` is False for a message that nobody directed at Andon: it counts only where Andon takes part already.
    `action` and `value` say which button was pressed (Button.action, Button.value), which emoji was set
    ("+1", "-1", ... as action; value "added" or "removed"), or which command was given (action; text is the rest).
    `form` holds a form's fields by their key; its `action` and `value` are those of the Form.
    `ticket` is what an answer to a press needs: Slack's trigger id, Telegram's callback query id.
    """

    event_id: str
    kind: Kind
    platform: Platform
    workspace: str = ""
    team: str = ""
    channel: str
    thread: str = ""
    message: str = ""  # the message it is about: the one written, pressed on, or reacted to
    private: bool = False  # a direct message, nobody else reads there
    user: str
    user_name: str = ""
    lang: Lang | None = None  # the platform's hint, such as the language of the person's app
    addressed: bool = True
    text: str = ""
    files: list[FileRef] = Field(default_factory=list)
    album: str = ""  # several messages that are one: Telegram's media_group_id
    reply_to: str = ""  # the message that this one replies to
    quote: str = ""  # the part of it that was quoted
    action: str = ""
    value: str = ""
    form: dict[str, str] = Field(default_factory=dict)
    ticket: str = ""
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
