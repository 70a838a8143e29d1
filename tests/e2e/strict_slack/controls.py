"""Trouble on demand, as plain calls: faults of calls, sockets, HTTP mode."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from urllib.parse import urlencode

from tests.e2e.strict_slack.faults import KINDS, Fault
from tests.e2e.strict_slack.http_events import FORM, JSON
from tests.e2e.strict_slack.world import BOT_USER, Channel, User


class Controls:
    """Mixed into SlackServer."""

    _do: Callable
    _run: Callable

    def fault(self, method: str, kind: str, times: int = 1, skip: int = 0, **options: object) -> None:
        """The next `times` calls of a method ("*": any; also download, upload, response_url) fail, after `skip`.

        kinds: rate(retry_after=1), error(status=500), slack_error(error=...), cut_before, cut_after (done, reply lost;
        for download: cut half-way), slow(seconds=1), html(status=200).
        """
        self._do(lambda: self.faults.plan(method, Fault(kind, times, skip, options)))

    def chaos(
        self, probabilities: dict[str, float], seed: int, methods: tuple[str, ...] = ("*",), **options: dict
    ) -> None:
        """Random faults from now on: {"rate": .05, ...}; options by kind, e.g. slow={"seconds": .2}. {} ends it."""
        unknown = set(probabilities) - set(KINDS)
        if unknown or sum(probabilities.values()) > 1:
            raise ValueError(f"unknown kinds {unknown} or probabilities above 1")

        def work() -> None:
            self.faults.chances, self.faults.methods = dict(probabilities), methods
            self.faults.options, self.faults.random = options, random.Random(seed)

        self._do(work)

    def calm(self) -> None:
        """No planned or random faults any more."""
        self._do(self.faults.clear)

    def add_channel(self, channel: str, name: str, kind: str = "channel", bot: bool = True, *people: str) -> None:
        """One more channel (channel, group or mpim), with everyone unless people are named, with or without the bot."""

        def work() -> None:
            members = set(people) or {u.id for u in self.world.users.values() if not u.is_bot}
            self.world.channels[channel] = Channel(channel, name, kind, members | ({BOT_USER} if bot else set()))

        self._do(work)

    def add_user(self, user: str, name: str, locale: str = "en-US", tz: str = "Europe/Berlin") -> None:
        """One more person, with a direct conversation."""

        def work() -> None:
            self.world.users[user] = User(user, name, name.title(), locale, tz)
            self.world.dm(user)

        self._do(work)

    def share(self, channel: str) -> None:
        """A channel is shared with another organisation from now on (Slack Connect)."""

        def work() -> None:
            self.world.channels[channel].shared = True

        self._do(work)

    def hire(self, user: str, team: str) -> None:
        """A person is of another organisation."""

        def work() -> None:
            self.world.users[user].team = team

        self._do(work)

    def invite_bot(self, channel: str) -> None:
        """The bot becomes a member."""
        self._do(lambda: self.world.channels[channel].members.add(BOT_USER))

    def remove_bot(self, channel: str) -> None:
        """The bot is no member any more: no events, not_in_channel."""
        self._do(lambda: self.world.channels[channel].members.discard(BOT_USER))

    def archive(self, channel: str, archived: bool = True) -> None:
        """Archive a channel: chat.postMessage answers is_archived."""

        def work() -> None:
            self.world.channels[channel].archived = archived

        self._do(work)

    def trigger(self, user: str) -> str:
        """A fresh trigger_id without an interaction."""
        return self._do(self.world.new_trigger, user)

    def age(self, seconds: float) -> None:
        """Make all trigger_ids and response_urls older, so that a test need not wait for their end."""

        def work() -> None:
            for one in (*self.world.triggers.values(), *self.world.response_urls.values()):
                one.made -= seconds

        self._do(work)

    @property
    def open_sockets(self) -> int:
        """Open sockets that live."""
        return self._do(lambda: sum(not c.dead for c in self.sockets.open))

    @property
    def sockets_ever(self) -> int:
        """How many sockets were opened since the start."""
        return self._do(lambda: self.sockets.total)

    @property
    def pings(self) -> int:
        """Pings got on the sockets that are open."""
        return self._do(lambda: sum(c.pings for c in self.sockets.open))

    def ask_disconnect(self, reason: str = "refresh_requested") -> int:
        """Send a disconnect message to every socket (warning, refresh_requested, link_disabled); how many got it."""
        return self._run(self.sockets.disconnect(reason))

    def cut_sockets(self) -> int:
        """Drop all sockets without a close frame; how many there were."""
        return self._do(self.sockets.cut)

    def kill_sockets_silently(self) -> int:
        """All open sockets go dead: TCP stays open, nothing is read, answered or sent; how many there were."""
        return self._do(self.sockets.die)

    def refuse_sockets(self, seconds: float) -> None:
        """Refuse new sockets (503) for a while; 0 ends it. apps.connections.open still answers."""

        def work() -> None:
            self.sockets.refuse_until = time.time() + seconds

        self._do(work)

    def post_event(self, payload: dict, sign: str | None = "good") -> tuple[int, str]:
        """HTTP mode: POST a JSON body once; sign: good, wrong, stale or None. (status, reply's text)."""
        return self.post_raw(json.dumps(payload).encode(), JSON, sign)

    def post_interaction(self, payload: dict, sign: str | None = "good") -> tuple[int, str]:
        """HTTP mode: POST an interaction as a form once."""
        return self.post_raw(urlencode({"payload": json.dumps(payload)}).encode(), FORM, sign)

    def post_raw(
        self, body: bytes, content_type: str = JSON, sign: str | None = "good", **headers: str
    ) -> tuple[int, str]:
        """HTTP mode: POST any bytes to http_target. (status, reply's text)."""
        status, _, text = self._run(self.http.post(body, content_type, sign, headers))
        return status, text

    def verify_url(self) -> bool:
        """HTTP mode: the url_verification handshake; True when the challenge came back."""
        challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        body = {"token": "strict-verification-token", "challenge": challenge, "type": "url_verification"}
        status, text = self.post_event(body)
        return status == 200 and challenge in text
