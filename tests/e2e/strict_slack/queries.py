"""What tests ask: messages, files, modals, calls, and waiting with a reason. Everything returned is a copy."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable

from tests.e2e.strict_slack.api import Call
from tests.e2e.strict_slack.events import file_object
from tests.e2e.strict_slack.http_events import Attempt
from tests.e2e.strict_slack.sockets import Ack
from tests.e2e.strict_slack.world import Version


class Queries:
    """Mixed into SlackServer."""

    _do: Callable

    def messages(self, channel: str, thread_ts: str | None = None) -> list[dict]:
        """All messages of a channel in time order, or a thread: its parent and replies."""

        def work() -> list[dict]:
            place = self._place(channel)
            if thread_ts is not None:
                return copy.deepcopy(self.world.thread(place, thread_ts))
            return copy.deepcopy(sorted(place.messages.values(), key=lambda m: float(m["ts"])))

        return self._do(work)

    def message(self, channel: str, ts: str) -> dict | None:
        """One message, metadata included; None when there is none (any more)."""
        return self._do(lambda: copy.deepcopy(self._place(channel).messages.get(ts)))

    def from_bot(self, channel: str, thread_ts: str | None = None) -> list[dict]:
        """The bot's messages of a channel or a thread."""
        return [m for m in self.messages(channel, thread_ts) if m.get("bot_id") == "B0ANDON"]

    def history(self, channel: str, ts: str) -> list[Version]:
        """Every version of a message with its time; message None at the end when it was deleted."""
        return self._do(lambda: list(self.world.versions.get((channel, ts), [])))

    @property
    def ephemerals(self) -> list[dict]:
        """Messages shown to one person: with channel and to."""
        return self._do(lambda: copy.deepcopy(self.world.ephemerals))

    @property
    def views(self) -> list[dict]:
        """Open modals in the order of opening."""
        return self._do(lambda: copy.deepcopy([v["view"] for v in self.world.views.values() if v["open"]]))

    @property
    def statuses(self) -> list[dict]:
        """Assistant statuses set: channel, thread_ts, status."""
        return self._do(lambda: copy.deepcopy(self.world.statuses))

    @property
    def files(self) -> list[dict]:
        """All files as files.info shows them."""
        return self._do(lambda: [file_object(f, self.url, whole=True) for f in self.world.files.values()])

    def file_content(self, file_id: str) -> bytes:
        """The bytes of an uploaded or shared file (not of a generated one)."""
        return self._do(lambda: self.world.files[file_id].content)

    @property
    def events(self) -> list[dict]:
        """Every event_callback sent to the app, first deliveries only."""
        return self._do(lambda: copy.deepcopy(self.dispatch.events))

    @property
    def calls(self) -> list[Call]:
        """Every call in order; also `download`, `upload` and `response_url`."""
        return self._do(lambda: list(self.api.calls))

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [c for c in self.calls if c.method == method]

    @property
    def acks(self) -> list[Ack]:
        """Acknowledgements with their seconds, both transports."""
        return self._do(lambda: list(self.sockets.acks))

    @property
    def attempts(self) -> list[Attempt]:
        """Every POST of HTTP mode with its status."""
        return self._do(lambda: list(self.http.attempts))

    @property
    def unacked(self) -> int:
        """Deliveries still under way."""
        return self._do(lambda: sum(not d.outcome for d in self.dispatch.deliveries))

    @property
    def failed(self) -> list[dict]:
        """Payloads that Slack gave up on."""
        return self._do(lambda: [d.payload for d in self.dispatch.deliveries if d.outcome == "failed"])

    def wait_for(self, ready: Callable[[], object], timeout: float = 10.0, what: str = "") -> object:
        """Ask until the answer is true, and give it back; AssertionError says what was awaited, and the last calls.

        A LookupError or AssertionError inside counts as "not yet".
        """
        end = time.monotonic() + timeout
        last: object = None
        while True:
            try:
                last = ready()
                if last:
                    return last
            except (LookupError, AssertionError) as problem:
                last = problem
            if time.monotonic() > end:
                raise AssertionError(f"{self._report(what or str(ready), timeout, last)}")
            time.sleep(0.02)

    def wait_message(self, channel: str, text: str, thread_ts: str | None = None, timeout: float = 10.0) -> dict:
        """Wait for a message of the bot whose text or blocks hold the words."""
        return self.wait_for(
            lambda: next((m for m in self.from_bot(channel, thread_ts) if text in m["text"] or text in str(m)), None),
            timeout,
            f"a message of the bot in {channel} {thread_ts or ''} with {text!r}",
        )

    def wait_socket(self, count: int = 1, timeout: float = 15.0) -> None:
        """Wait until so many live sockets are open."""
        self.wait_for(lambda: self.open_sockets >= count, timeout, f"{count} open socket(s)")

    def wait_quiet(self, timeout: float = 10.0) -> None:
        """Wait until no delivery is under way."""
        self.wait_for(lambda: self.unacked == 0, timeout, "all deliveries acknowledged or given up")

    def _report(self, what: str, timeout: float, last: object) -> str:
        lines = [f"waited {timeout:g} s for {what}; last: {last!r}", f"open sockets {self.open_sockets}, last calls:"]
        now = time.time()
        for call in self.calls[-12:]:
            args = str(call.args)
            said = call.error or call.fault or "ok"
            lines.append(f"  {now - call.time:5.1f} s ago {call.method} {call.status} {said} {args[:160]}")
        return "\n".join([*lines, *(f"  warning: {w}" for w in self.warnings[-5:])])
