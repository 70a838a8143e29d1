"""What a test can ask: messages, edits, calls, answers, what is pending, and waiting for something to happen."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.e2e.strict_telegram.dispatch import Call, Dispatch
from tests.e2e.strict_telegram.state import Answer, State
from tests.e2e.strict_telegram.updates import Confirmation
from tests.e2e.strict_telegram.world import Message, Version, Where, Which

T = TypeVar("T")


class Looking:
    """Mixed into the server. Lists are copies."""

    state: State
    dispatch: Dispatch

    def messages(self, chat: Where) -> list[Message]:
        """All messages that stand in a chat, in order."""
        with self.state.world.lock:
            return self.state.world.messages(self.state.world.chat(chat))

    def bot_messages(self, chat: Where) -> list[Message]:
        """Those that the bot sent."""
        return [m for m in self.messages(chat) if m.sender.id == self.state.world.bot.id]

    def message(self, chat: Where, message: Which) -> Message:
        """One message by its id; AssertionError when it isn't there."""
        with self.state.world.lock:
            if isinstance(message, Message):
                return message
            where = self.state.world.chat(chat)
            found = self.state.world.find(where, message)
            assert found, f"no message {message} in {where.title or where.id}"
            return found

    def edits(self, chat: Where, message: Which) -> list[Version]:
        """Every version of a message, the first one included, with its time."""
        return list(self.message(chat, message).versions)

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot in the order of its end, getUpdates and downloads ("download") included."""
        with self.state.world.lock:
            return list(self.dispatch.calls)

    def calls_of(self, *methods: str) -> list[Call]:
        """The calls of these methods."""
        return [call for call in self.calls if call.method in methods]

    @property
    def refused(self) -> list[Call]:
        """Calls that the platform itself refused (400 to 499, no fault of the test's)."""
        return [call for call in self.calls if 400 <= call.status < 500 and not call.fault]

    @property
    def answered_callbacks(self) -> list[Answer]:
        """What answerCallbackQuery said, in order of the taps."""
        with self.state.world.lock:
            return [query.answer for query in self.state.queries.values() if query.answer]

    @property
    def unanswered_callbacks(self) -> list[str]:
        """Ids of taps that nobody answered."""
        with self.state.world.lock:
            return [query.id for query in self.state.queries.values() if not query.answer]

    @property
    def commands(self) -> dict[tuple[str, str], list[dict]]:
        """(scope, language code) -> the menu; the scope is its type, or its JSON when it names a chat."""
        with self.state.world.lock:
            return dict(self.state.commands)

    @property
    def pending_updates(self) -> list[dict]:
        """Updates that the bot hasn't confirmed."""
        with self.state.world.lock:
            return [update.body for update in self.state.updates.pending]

    @property
    def confirmations(self) -> list[Confirmation]:
        """(update_id, kind, seconds from creation to confirmation) in the order of confirmation."""
        with self.state.world.lock:
            return list(self.state.updates.confirmations)

    def given(self, update_id: int) -> int:
        """How often an update was sent out."""
        with self.state.world.lock:
            return self.state.updates.everything[update_id].given

    def wait_for(self, look: Callable[[], T], timeout: float = 10.0, what: str = "") -> T:
        """The first truthy value of `look()`; AssertionError after `timeout` seconds, with the last calls."""
        until = time.monotonic() + timeout
        while True:
            if value := look():
                return value
            left = until - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout:g} s for {what or 'something'}; {self._story()}")
            with self.state.world.changed:
                self.state.world.changed.wait(min(0.02, left))

    def _story(self) -> str:
        told = [f"{len(self.pending_updates)} updates pending", "last calls:"]
        for call in [c for c in self.calls if c.method != "getUpdates"][-8:]:
            args = {k: v if len(str(v)) < 120 else f"{str(v)[:120]}..." for k, v in call.args.items()}
            told.append(f"  {call.method} {args} -> {call.status} {call.description} {call.fault}".rstrip())
        polls = self.calls_of("getUpdates")
        told.append(f"  getUpdates: {len(polls)} times, last {polls[-1].status}" if polls else "  getUpdates: never")
        return "\n".join(told)
