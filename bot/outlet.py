"""The way out: what every chat platform must be able to do, and how it says that it could not.

All methods are blocking and safe to call from several threads. Each does one thing once: waiting, retrying and
remembering are the caller's (bot/conversation/delivery.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Protocol, runtime_checkable

from bot.incoming import FileRef
from bot.reply import Form, Picture, Reply, Sheet
from workers.contracts import Frozen


class Place(Frozen):
    """Where to speak. `thread` as in Incoming; `reply_to` is the message that is answered."""

    platform: str
    workspace: str = ""
    channel: str
    thread: str = ""
    reply_to: str = ""
    private: bool = False
    user: str = ""  # whom it concerns


class Sent(Frozen):
    """A message of Andon that the platform took."""

    channel: str
    message: str


class Trouble(Exception):
    """A platform did not do what was asked. `code` is the platform's own word for it."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class Wait(Trouble):
    """Not now: the platform asks to wait `seconds` (429), and nothing was done. Told at once, never slept through."""

    def __init__(self, seconds: float, code: str = "rate_limited") -> None:
        super().__init__(code)
        self.seconds = seconds


class Unsure(Trouble):
    """It may or may not have been done: the connection broke after the request left, or a 5xx came back."""


class Unreachable(Trouble):
    """Surely not done: the connection was never made. Try again later."""


class Gone(Trouble):
    """It can never be done: channel, message or membership is gone, the bot is blocked, the trigger expired."""


class Refused(Trouble):
    """The platform refuses the content or the token; trying the same again is useless."""


class FileTrouble(Trouble):
    """A file cannot be fetched. `code`: too_large, no_permission (Slack without files:read), gone, external."""


class Outlet(Protocol):
    """One chat platform."""

    platform: str
    own_pictures: bool  # True: show_pictures puts them into the message itself; False: they follow as messages

    def post(self, place: Place, reply: Reply, key: str, *, again: bool = False) -> Sent:
        """Post text and buttons. `key` names this post for good. `again`: an earlier try may have got through, so
        look for a message with this key first where the platform lets us (Slack), and give that one back."""
        ...

    def edit(self, sent: Sent, reply: Reply, pictures: Sequence[str] = ()) -> None:
        """Replace a message of ours; "not modified" is success. `pictures`: what show_pictures gave back."""
        ...

    def show_pictures(self, place: Place, sent: Sent, reply: Reply, pictures: Sequence[Picture]) -> list[str]:
        """Show pictures with the answer `sent` (whose content is `reply`). Gives back platform ids of them."""
        ...

    def attach(self, place: Place, sent: Sent, files: Sequence[Picture]) -> None:
        """Files below the answer: a processed CSV, a long text."""
        ...

    def whisper(self, place: Place, reply: Reply, ticket: str = "") -> None:
        """Tell `place.user` alone where the platform can (Slack: ephemeral), else as quietly as it can."""
        ...

    def toast(self, ticket: str, text: str = "") -> None:
        """Answer a press: Telegram's callback must always be answered; nothing on Slack."""
        ...

    def open_form(self, place: Place, form: Form, ticket: str) -> bool:
        """Open a form (Slack: modal); False on a platform without forms: the caller asks in words."""
        ...

    def open_sheet(self, place: Place, sheet: Sheet, ticket: str) -> bool:
        """Show details (Slack: modal); False on a platform without sheets: the caller posts them."""
        ...

    def working(self, place: Place, text: str) -> None:
        """A sign of life of the platform itself (assistant thread status, "typing"); best effort, never raises."""
        ...

    def fetch(self, file: FileRef, sink: BinaryIO, limit: int) -> int:
        """Stream a file into `sink`, at most `limit` bytes; gives the bytes written. FileTrouble when it cannot be."""
        ...

    def name_of(self, user: str) -> str:
        """How people call this user; the id when the platform does not tell."""
        ...

    def open_between(self, there: str, here: str | None) -> bool:
        """May everybody who reads the channel `here` (None: one person of the workspace alone) read the channel `there`
        on the platform itself? False when it does not say. Wait, Unsure or Unreachable when it could not be asked."""
        ...


@runtime_checkable
class Looking(Protocol):
    """An outlet that can look whether files are there already; one that cannot has no such method."""

    def attached(self, place: Place, sent: Sent, files: Sequence[Picture]) -> bool:
        """Do these files stand below the answer `sent`?"""
        ...
