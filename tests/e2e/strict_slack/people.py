"""People act: they write, share files, edit, delete, react. All methods are plain calls from the test's thread."""

from __future__ import annotations

import copy
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.e2e.strict_slack import events
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.files import generated
from tests.e2e.strict_slack.world import BOT_USER, TEAM, Channel, File


@dataclass(frozen=True)
class Shared:
    """A file that someone shares, in its special forms.

    size: generated while it is downloaded (content then ignored). external: a link to elsewhere (mode external).
    connect: from a partner's workspace through Slack Connect (the event says check_file_info only).
    """

    name: str
    content: bytes = b""
    size: int | None = None
    external: str = ""
    connect: bool = False
    mimetype: str = ""


def _rich(text: str) -> list[dict]:
    """The rich_text block that Slack's own client adds to what a person types."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


class People:
    """Mixed into SlackServer."""

    _do: Callable

    def say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[tuple[str, bytes] | Shared] = (),
        mention: bool = False,
        event_id: str | None = None,
        broadcast: bool = False,
    ) -> str:
        """A person writes; returns the ts. Fires message, and app_mention beside it when the bot is mentioned."""
        return self._do(self._say, channel, user, text, thread_ts, files, mention, event_id, broadcast)

    def _say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None,
        files: Sequence[tuple[str, bytes] | Shared],
        mention: bool,
        event_id: str | None,
        broadcast: bool,
    ) -> str:
        place = self._place(channel)
        if mention and f"<@{BOT_USER}>" not in text:
            text = f"<@{BOT_USER}> {text}".strip()
        if thread_ts is not None and thread_ts not in place.messages:
            raise SlackError("thread_not_found")
        team = self.world.users[user].team if user in self.world.users else TEAM
        message = {"type": "message", "user": user, "ts": self.world.new_ts(), "text": text, "team": team}
        message |= {"user_team": team, "source_team": team} if place.shared else {}
        message |= {"client_msg_id": self.world.new_id("m"), "blocks": _rich(text)}
        if thread_ts:
            message |= {"thread_ts": thread_ts, "parent_user_id": place.messages[thread_ts].get("user")}
            message |= {"subtype": "thread_broadcast"} if broadcast else {}
        if files:
            shared = [self._file(one, user, place) for one in files]
            message |= {"subtype": "file_share", "upload": False}
            message["files"] = [events.file_object(f, self.url) for f in shared]
        self.world.add(place, message)
        self.dispatch.fire(events.message_event(place, message), place, event_id)
        if f"<@{BOT_USER}>" in text and place.kind != "im":
            self.dispatch.fire(events.mention_event(place, message), place)
        return message["ts"]

    def _file(self, one: tuple[str, bytes] | Shared, user: str, place: Channel) -> File:
        shared = one if isinstance(one, Shared) else Shared(*one)
        kind = shared.mimetype or mimetypes.guess_type(shared.name)[0] or "application/octet-stream"
        size = shared.size if shared.size is not None else len(shared.content)
        content = generated(size) if shared.size is not None else shared.content
        file = File(self.world.new_id("F"), shared.name, user, size, kind, content, connect=shared.connect)
        file.mode, file.external_url = ("external", shared.external) if shared.external else ("hosted", "")
        file.channels.append(place.id)
        self.world.files[file.id] = file
        return file

    def _place(self, channel: str) -> Channel:
        found = self.world.channels.get(channel)
        if found is None:
            raise KeyError(f"no channel {channel}; there are {', '.join(self.world.channels)}")
        return found

    def bot_says(self, channel: str, text: str, thread_ts: str | None = None, mention: bool = False) -> str:
        """Another bot writes (bot_message, bot_id, no user)."""

        def work() -> str:
            place = self._place(channel)
            words = f"<@{BOT_USER}> {text}" if mention else text
            message = {"type": "message", "subtype": "bot_message", "bot_id": "B0OTHER", "username": "otherbot"}
            message |= {"ts": self.world.new_ts(), "text": words, "bot_profile": self.world.bot_profile("B0OTHER")}
            message |= {"thread_ts": thread_ts} if thread_ts else {}
            self.world.add(place, message)
            self.dispatch.fire(events.message_event(place, message), place)
            if mention:
                self.dispatch.fire(events.mention_event(place, message), place)
            return message["ts"]

        return self._do(work)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """The author changes a message: message_changed."""

        def work() -> None:
            place = self._place(channel)
            message = place.messages[ts]
            old = copy.deepcopy(message)
            message.update(text=text, blocks=_rich(text), edited={"user": message["user"], "ts": self.world.new_ts()})
            self.world.remember(channel, message)
            self.dispatch.fire(events.changed_event(self.world, place, copy.deepcopy(message), old), place)

        self._do(work)

    def delete(self, channel: str, ts: str) -> None:
        """The author deletes a message: message_deleted."""
        self._do(lambda: self.remove(self._place(channel), self._place(channel).messages[ts]))

    def remove(self, channel: Channel, message: dict) -> None:
        """Delete a message (on the loop); a parent with replies stays as a tombstone, as in Slack."""
        old = copy.deepcopy({k: v for k, v in message.items() if k != "metadata"})
        if message.get("reply_count"):
            kept = {k: message[k] for k in ("ts", "thread_ts", "reply_count", "reply_users", "latest_reply")}
            message.clear()
            message.update(type="message", subtype="tombstone", text="This message was deleted.", hidden=True, **kept)
        else:
            del channel.messages[message["ts"]]
        self.world.remember(channel.id, None, old["ts"])
        self.dispatch.fire(events.deleted_event(self.world, channel, old), channel)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """A person adds an emoji: reaction_added."""
        self._do(self._react, user, channel, ts, name, "reaction_added")

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """A person takes an emoji back: reaction_removed."""
        self._do(self._react, user, channel, ts, name, "reaction_removed")

    def _react(self, user: str, channel: str, ts: str, name: str, kind: str) -> None:
        place = self._place(channel)
        message = place.messages[ts]
        changed = (self.add_reaction if kind == "reaction_added" else self._drop_reaction)(message, name, user)
        if not changed:
            return
        event = {"type": kind, "user": user, "reaction": name, "event_ts": self.world.new_ts()}
        event["item"] = {"type": "message", "channel": channel, "ts": ts}
        self.dispatch.fire(event | {"item_user": message.get("user")}, place)

    def add_reaction(self, message: dict, name: str, user: str) -> bool:
        """Note a reaction (on the loop); False when it is there already."""
        reactions = message.setdefault("reactions", [])
        entry = next((r for r in reactions if r["name"] == name), None)
        if entry is None:
            entry = {"name": name, "users": [], "count": 0}
            reactions.append(entry)
        if user in entry["users"]:
            return False
        entry["users"].append(user)
        entry["count"] += 1
        return True

    def _drop_reaction(self, message: dict, name: str, user: str) -> bool:
        for entry in message.get("reactions", []):
            if entry["name"] == name and user in entry["users"]:
                entry["users"].remove(user)
                entry["count"] -= 1
                message["reactions"] = [r for r in message["reactions"] if r["count"]]
                return True
        return False

    def open_assistant(self, user: str) -> tuple[str, str]:
        """A person opens the assistant: (channel, thread_ts); fires assistant_thread_started."""

        def work() -> tuple[str, str]:
            place = self.world.dm(user)
            root = {"type": "message", "subtype": "assistant_app_thread", "user": BOT_USER, "text": "New conversation"}
            root |= {"ts": self.world.new_ts(), "bot_id": "B0ANDON", "app_id": "A0ANDON"}
            root["thread_ts"] = root["ts"]
            self.world.add(place, root)
            thread = {"user_id": user, "context": {}, "channel_id": place.id, "thread_ts": root["ts"]}
            event = {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": self.world.new_ts()}
            self.dispatch.fire(event, place)
            return place.id, root["ts"]

        return self._do(work)

    def repeat(self, event_id: str) -> None:
        """Deliver an event once more, with the same event_id."""

        def work() -> None:
            payload = next(p for p in self.dispatch.events if p["event_id"] == event_id)
            self.dispatch.send("events_api", copy.deepcopy(payload))

        self._do(work)

    def dm(self, user: str) -> str:
        """The id of a person's direct conversation with the bot."""
        return self._do(lambda: self.world.dm(user).id)
