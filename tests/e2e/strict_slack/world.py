"""The workspace: people, conversations, messages, files, modals. Plain state, changed on the server's loop only."""

from __future__ import annotations

import copy
import itertools
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tests.e2e.strict_slack.errors import SlackError

TEAM, BOT_USER, BOT_ID, APP_ID = "T0PLANT", "U0ANDON", "B0ANDON", "A0ANDON"
TRIGGER_SECONDS = 3.0  # docs: interactivity/handling-user-interaction, a trigger_id lasts three seconds
RESPONSE_URL_SECONDS, RESPONSE_URL_USES = 30 * 60, 5  # docs: same page, response_url


@dataclass
class Channel:
    """A conversation; kind is channel (public), group (private), mpim or im. shared: with another organisation."""

    id: str
    name: str
    kind: str
    members: set[str]
    user: str | None = None
    archived: bool = False
    shared: bool = False
    messages: dict[str, dict] = field(default_factory=dict)

    def described(self) -> dict:
        """As conversations.info gives it."""
        same = {"id": self.id, "created": 1700000000, "is_archived": self.archived, "context_team_id": TEAM}
        if self.kind == "im":
            return {**same, "is_im": True, "user": self.user, "is_open": True}
        return {
            **same,
            "name": self.name,
            "is_channel": self.kind == "channel",
            "is_group": False,
            "is_im": False,
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind in ("group", "mpim"),
            "is_member": BOT_USER in self.members,
            "is_ext_shared": self.shared,
            "num_members": len(self.members),
        }


@dataclass
class User:
    """A person, or a bot's user."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    team: str = TEAM

    def described(self, with_locale: bool = False) -> dict:
        """As users.info gives it."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team}
        whole = {"id": self.id, "team_id": self.team, "name": self.name, "real_name": self.real_name, "deleted": False}
        whole |= {"tz": self.tz, "tz_offset": 3600, "is_bot": self.is_bot, "is_app_user": False, "profile": profile}
        return {**whole, "locale": self.locale} if with_locale else whole


@dataclass
class File:
    """A file; content is bytes, or a function that yields pieces (a big file is made while it is sent).

    mode: hosted, external (a link elsewhere). connect: from another workspace through Slack Connect.
    ready_at: time.time() from which it is processed; state: promised, uploaded, complete.
    """

    id: str
    name: str
    user: str
    size: int
    mimetype: str
    content: bytes | Callable[[], AsyncIterator[bytes]] = b""
    title: str = ""
    mode: str = "hosted"
    connect: bool = False
    external_url: str = ""
    state: str = "complete"
    ready_at: float = 0.0
    created: int = field(default_factory=lambda: int(time.time()))
    channels: list[str] = field(default_factory=list)
    secret: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def processed(self) -> bool:
        """Complete, and Slack's processing of it is over."""
        return self.state == "complete" and time.time() >= self.ready_at


@dataclass(frozen=True)
class Version:
    """How a message looked from a moment on; message is None once deleted."""

    time: float
    message: dict | None


@dataclass
class Trigger:
    """A trigger_id: good once, within three seconds."""

    user: str
    made: float
    used: bool = False
    view: str | None = None


@dataclass
class ResponseUrl:
    """What a response_url is bound to, and how often it was used."""

    channel: str
    user: str
    made: float
    message_ts: str | None = None
    uses: int = 0


class World:
    """All state of one workspace, with the look-ups that answer with Slack's error codes."""

    def __init__(self) -> None:
        crew = {"U0ANNA", "U0LI", "U0BOB"}
        self.users = {
            u.id: u
            for u in (
                User("U0ANNA", "anna", "Anna Berg"),
                User("U0LI", "li", "Li Wei", "zh-CN", "Asia/Shanghai"),
                User("U0BOB", "bob", "Bob Stone"),
                User(BOT_USER, "andon", "Andon", is_bot=True),
                User("U0OTHERBOT", "otherbot", "Other Bot", is_bot=True),
            )
        }
        self.channels = {
            c.id: c
            for c in (
                Channel("C0STRAND", "strand", "channel", {*crew, BOT_USER, "U0OTHERBOT"}),
                Channel("C0SHIFT", "shift", "group", {*crew, BOT_USER}),
                Channel("C0AWAY", "away", "channel", set(crew)),
            )
        }
        self.bots = {BOT_ID: ("andon", BOT_USER, APP_ID), "B0OTHER": ("otherbot", "U0OTHERBOT", "A0OTHER")}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, str] = {}
        self.views: dict[str, dict] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.ephemerals: list[dict] = []
        self.statuses: list[dict] = []
        self.versions: dict[tuple[str, str], list[Version]] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0
        for person in crew:
            self.dm(person)

    def new_id(self, letter: str) -> str:
        """An id as Slack forms them: the kind's letter, then at least eight of A-Z and 0-9."""
        return f"{letter}0{next(self._numbers):09d}"

    def new_ts(self) -> str:
        """A timestamp that was never given before (microseconds, strictly rising)."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def dm(self, user: str) -> Channel:
        """The direct conversation of a person with the bot; made when it is not there."""
        if user not in self.users:
            raise SlackError("user_not_found")
        found = next((c for c in self.channels.values() if c.user == user), None)
        if found is None:
            found = Channel(f"D{user[1:]}", "", "im", {user, BOT_USER}, user)
            self.channels[found.id] = found
        return found

    def channel(self, name: object, member: bool = True) -> Channel:
        """The channel by id, #name or user id; channel_not_found, is_archived or not_in_channel as Slack says."""
        key = str(name or "")
        if key in self.users:
            return self.dm(key)
        found = self.channels.get(key) or next(
            (c for c in self.channels.values() if c.name and c.name == key.lstrip("#")), None
        )
        if found is None or (found.kind in ("group", "mpim") and BOT_USER not in found.members):
            raise SlackError("channel_not_found")
        if member and BOT_USER not in found.members:
            raise SlackError("not_in_channel")
        return found

    def add(self, channel: Channel, message: dict) -> dict:
        """Put a message into a channel, keep its first version, and count it in its thread."""
        channel.messages[message["ts"]] = message
        self.remember(channel.id, message)
        parent = channel.messages.get(message.get("thread_ts", ""))
        if parent is not None and parent is not message:
            users = [*dict.fromkeys([*parent.get("reply_users", []), message.get("user", "")])]
            parent.update(thread_ts=parent["ts"], reply_count=parent.get("reply_count", 0) + 1, reply_users=users)
            parent.update(reply_users_count=len(users), latest_reply=message["ts"])
        return message

    def remember(self, channel: str, message: dict | None, ts: str | None = None) -> None:
        """Keep a version of a message (None: deleted)."""
        kept = self.versions.setdefault((channel, ts or (message or {})["ts"]), [])
        kept.append(Version(time.time(), copy.deepcopy(message)))

    def thread(self, channel: Channel, ts: str) -> list[dict]:
        """The parent and its replies in time order; empty when there is no such message."""
        parent = channel.messages.get(ts)
        if parent is None:
            return []
        return [parent, *(m for m in channel.messages.values() if m.get("thread_ts") == ts and m["ts"] != ts)]

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """A fresh trigger_id."""
        key = f"{next(self._numbers)}.{int(time.time())}.{secrets.token_hex(16)}"
        self.triggers[key] = Trigger(user, time.time(), view=view)
        return key

    def use_trigger(self, key: object) -> Trigger:
        """Exchange a trigger_id; invalid_, expired_ or exchanged_trigger_id."""
        trigger = self.triggers.get(str(key))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.time() - trigger.made > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def bot_profile(self, bot_id: str = BOT_ID) -> dict:
        """The bot_profile that messages of a bot carry."""
        name, _, app = self.bots[bot_id]
        return {"id": bot_id, "app_id": app, "name": name, "team_id": TEAM, "deleted": False}
