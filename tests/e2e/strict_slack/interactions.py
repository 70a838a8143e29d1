"""People use buttons, modals and commands (docs.slack.dev/reference/interaction-payloads, interactivity/*)."""

from __future__ import annotations

import copy
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.strict_slack import forms
from tests.e2e.strict_slack.blocks import check_view
from tests.e2e.strict_slack.delivery import Delivery
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.methods.views import made, stacked
from tests.e2e.strict_slack.world import APP_ID, TEAM, ResponseUrl


@dataclass
class Interaction:
    """A click, submission, closing or command and what came of it.

    outcome: of the delivery, "acked" or "failed" (Slack then shows the person a warning). result: for a submission
    closed, errors, updated, pushed, cleared or invalid (why in problem). errors: by block_id, shown in the modal.
    """

    payload: dict
    trigger_id: str = ""
    response_url: str = ""
    delivery: Delivery | None = None
    result: str = ""
    problem: str = ""
    errors: dict = field(default_factory=dict)
    settled: threading.Event = field(default_factory=threading.Event)

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.delivery is not None and self.delivery.outcome == "acked"

    @property
    def response(self) -> object:
        """What the acknowledgement carried."""
        return self.delivery.response if self.delivery else None

    @property
    def seconds(self) -> float | None:
        """From sending to acknowledgement."""
        return self.delivery.seconds if self.delivery else None

    def wait(self, timeout: float = 10.0) -> Interaction:
        """Wait until it is acknowledged or given up."""
        assert self.settled.wait(timeout), f"no end of {self.payload.get('type') or 'command'} within {timeout} s"
        return self


class Interactions:
    """Mixed into SlackServer. Every method waits for the acknowledgement or its failure unless wait=False."""

    _do: Callable

    def click(
        self, channel: str, user: str, ts: str, action_id: str, value: object = None, wait: bool = True
    ) -> Interaction:
        """Use a button (value chooses among equal action_ids) or a menu (value = the option's) of a message."""

        def work() -> Interaction:
            place = self._place(channel)
            hidden = next((m for m in self.world.ephemerals if m["ts"] == ts), None)
            message = place.messages.get(ts) or hidden
            assert message is not None, f"no message {ts} in {channel}"
            block, element = forms.find(message.get("blocks", []), action_id, value)
            act = self._person(user, "block_actions")
            act.response_url = act.payload["response_url"] = self._response_url(channel, user, ts)
            container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": bool(hidden)}
            container |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
            act.payload |= {"container": container, "channel": {"id": channel, "name": place.name or "directmessage"}}
            if not hidden:
                act.payload["message"] = copy.deepcopy({k: v for k, v in message.items() if k != "metadata"})
            act.payload |= {"state": {"values": {}}, "actions": [forms.action(block, element, value, _now())]}
            return self._send("interactive", act)

        return self._waited(self._do(work), wait)

    def click_view(
        self, user: str, view_id: str, action_id: str, value: object = None, wait: bool = True
    ) -> Interaction:
        """Use a button or a menu inside a modal."""

        def work() -> Interaction:
            view = self.world.views[view_id]["view"]
            block, element = forms.find(view["blocks"], action_id, value)
            act = self._person(user, "block_actions", view_id)
            act.payload |= {"container": {"type": "view", "view_id": view_id}, "view": copy.deepcopy(view)}
            act.payload["actions"] = [forms.action(block, element, value, _now())]
            return self._send("interactive", act)

        return self._waited(self._do(work), wait)

    def submit(self, user: str, view_id: str, values: dict | None = None, wait: bool = True) -> Interaction:
        """Submit a modal; values by block_id or action_id. ValueError for what Slack's client would not send."""

        def work() -> Interaction:
            kept = self.world.views[view_id]
            assert kept["open"], f"view {view_id} is closed"
            view = copy.deepcopy(kept["view"])
            view["state"] = {"values": forms.state(view, values or {})}
            act = self._person(user, "view_submission", view_id)
            act.payload |= {"view": view, "response_urls": []}
            return self._send("interactive", act, lambda: self._submitted(act, view_id))

        return self._waited(self._do(work), wait)

    def close(self, user: str, view_id: str, wait: bool = True) -> Interaction | None:
        """Close a modal; view_closed goes to the app only when the view asks for it (notify_on_close)."""

        def work() -> Interaction | None:
            kept = self.world.views[view_id]
            kept["open"] = False
            if not kept["view"]["notify_on_close"]:
                return None
            act = self._person(user, "view_closed", view_id)
            act.payload |= {"view": copy.deepcopy(kept["view"]), "is_cleared": False}
            return self._send("interactive", act)

        act = self._do(work)
        return self._waited(act, wait) if act else None

    def slash(self, user: str, channel: str, command: str, text: str = "", wait: bool = True) -> Interaction:
        """Enter a slash command; a message in the acknowledgement is shown to the person."""

        def work() -> Interaction:
            place = self._place(channel)
            person = self.world.users[user]
            act = Interaction({}, self.world.new_trigger(user), self._response_url(channel, user, None))
            act.payload = {"token": "strict-verification-token", "team_id": TEAM, "team_domain": "plant"}
            act.payload |= {"channel_id": channel, "channel_name": place.name or "directmessage", "user_id": user}
            act.payload |= {"user_name": person.name, "command": command, "text": text, "api_app_id": APP_ID}
            act.payload |= {"is_enterprise_install": "false", "response_url": act.response_url}
            act.payload["trigger_id"] = act.trigger_id
            return self._send("slash_commands", act, lambda: self._answered(act, channel, user))

        return self._waited(self._do(work), wait)

    def _person(self, user: str, kind: str, view_id: str | None = None) -> Interaction:
        person = self.world.users[user]
        who = {"id": user, "username": person.name, "name": person.name, "team_id": person.team}
        trigger = self.world.new_trigger(user, view_id)
        payload = {"type": kind, "user": who, "api_app_id": APP_ID, "token": "strict-verification-token"}
        payload |= {"team": {"id": TEAM, "domain": "plant"}, "enterprise": None, "is_enterprise_install": False}
        if kind != "view_closed":
            payload["trigger_id"] = trigger
        return Interaction(payload, trigger)

    def _response_url(self, channel: str, user: str, ts: str | None) -> str:
        key = f"{TEAM}/{secrets.token_hex(8)}"
        self.world.response_urls[key] = ResponseUrl(channel, user, time.time(), ts)
        return f"{self.url}/actions/{key}"

    def _send(self, kind: str, act: Interaction, then: Callable[[], None] | None = None) -> Interaction:
        act.delivery = self.dispatch.send(kind, act.payload)

        async def settle() -> None:
            await act.delivery.done.wait()
            try:
                if act.acked and then:
                    then()
            except SlackError as error:
                act.result, act.problem = "invalid", str(error)
                self.warnings.append(f"{act.payload.get('type') or 'command'}: acknowledged with {error}")
            finally:
                act.settled.set()

        self.dispatch.spawn(settle())
        return act

    def _waited(self, act: Interaction, wait: bool) -> Interaction:
        return act.wait(self.ack_timeout * 2 + sum(self.retry_delays) + 5) if wait else act

    def _answered(self, act: Interaction, channel: str, user: str) -> None:
        """A command acknowledged with a message: shown at once."""
        body = {"text": act.response} if isinstance(act.response, str) else act.response
        if body:
            self.responses.apply(ResponseUrl(channel, user, time.time()), body)

    def _submitted(self, act: Interaction, view_id: str) -> None:
        """What the acknowledgement of a submission does to the modal (docs: surfaces/modals, response_action)."""
        kept = self.world.views[view_id]
        response = act.response or {}
        if not isinstance(response, dict):
            raise SlackError("invalid_response", [f"not an object: {response!r}"])
        what = response.get("response_action")
        if what is None:
            if response:
                raise SlackError("invalid_response", [f"no response_action in {response!r}"])
            kept["open"], act.result = False, "closed"
        elif what == "clear":
            for view in self.world.views.values():
                view["open"] &= view["view"]["root_view_id"] != kept["view"]["root_view_id"]
            act.result = "cleared"
        elif what == "errors":
            inputs = {b["block_id"] for b in kept["view"]["blocks"] if b["type"] == "input"}
            act.errors = response.get("errors") or {}
            if not act.errors or not set(act.errors) <= inputs:
                raise SlackError("invalid_response", [f"errors for {list(act.errors)}, inputs are {sorted(inputs)}"])
            act.result = "errors"
        elif what in ("update", "push"):
            code, why = check_view(response.get("view"), self.image_problem, self.ids_per_message)
            if code:
                raise SlackError(code, why)
            user = act.payload["user"]["id"]
            if what == "update":
                made(self.world, response["view"], user, kept["view"])
            else:
                stacked(self.world, response["view"], user, kept["view"])
            act.result = "updated" if what == "update" else "pushed"
        else:
            raise SlackError("invalid_response", [f"unknown response_action {what!r}"])


def _now() -> str:
    return f"{time.time():.6f}"
