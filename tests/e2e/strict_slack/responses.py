"""response_url: messages after an interaction or a command (docs.slack.dev/interactivity/handling-user-interaction).

JSON only; five uses within thirty minutes, then 404 with used_url or expired_url.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from aiohttp import web

from tests.e2e.strict_slack.api import Call
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.faults import meet
from tests.e2e.strict_slack.methods.base import Arguments, content
from tests.e2e.strict_slack.methods.chat import POST_TEXT, own, publish, shown
from tests.e2e.strict_slack.world import RESPONSE_URL_SECONDS, RESPONSE_URL_USES, ResponseUrl

if TYPE_CHECKING:
    from tests.e2e.strict_slack.server import SlackServer


class Responses:
    """The endpoint, and the same handling for messages in acknowledgements."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A POST to a response_url."""
        call = Call("response_url", {})
        self.slack.api.calls.append(call)
        fault = self.slack.faults.take("response_url")
        call.fault = fault.kind if fault else ""
        response = await meet(fault, request, lambda: self._answer(request, call))
        call.status = response.status
        return response

    async def _answer(self, request: web.Request, call: Call) -> web.Response:
        try:
            url = self._use(request.match_info["key"])
            try:
                body = json.loads(await request.read())
            except ValueError:
                raise SlackError("invalid_payload") from None
            if not isinstance(body, dict):
                raise SlackError("invalid_payload")
            call.args = body
            self.apply(url, body)
            call.done = True
            return web.json_response({"ok": True})
        except SlackError as error:
            call.error = error.code
            return web.json_response(error.body, status=404)

    def _use(self, key: str) -> ResponseUrl:
        url = self.slack.world.response_urls.get(key)
        if url is None or time.time() - url.made > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url

    def apply(self, url: ResponseUrl, body: dict) -> None:
        """Replace or delete the original, or post (ephemeral unless response_type is in_channel)."""
        world = self.slack.world
        args = Arguments(self.slack, body)
        channel = world.channels[url.channel]
        original = channel.messages.get(url.message_ts or "") or next(
            (m for m in world.ephemerals if m["ts"] == url.message_ts), None
        )
        if args.flag("delete_original"):
            if original is None:
                raise SlackError("message_not_found")
            if original in world.ephemerals:
                world.ephemerals.remove(original)
            else:
                self.slack.remove(channel, original)
            return
        new = content(args, "response_url", POST_TEXT)
        if args.flag("replace_original"):
            if original is None:
                raise SlackError("message_not_found")
            for part in ("blocks", "attachments"):
                original.pop(part, None)
            original.update(new)
            if original["ts"] in channel.messages:
                original["edited"] = {"user": original["user"], "ts": world.new_ts()}
                world.remember(channel.id, shown(original))
            return
        message = own(args, new, args.text("thread_ts") or None)
        if args.text("response_type") == "in_channel":
            publish(args, channel, message)
        else:
            world.ephemerals.append(message | {"channel": channel.id, "to": url.user})
