"""The Web API over HTTP: arguments, token, scopes, faults, and the record of every call.

Sources: docs.slack.dev/apis/web-api (content types, errors), reference/methods (errors common to all methods).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.faults import meet
from tests.e2e.strict_slack.methods import METHODS, Arguments, Method

if TYPE_CHECKING:
    from tests.e2e.strict_slack.server import SlackServer

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class Call:
    """One call: method, its arguments (token left out), time.time() of arrival, HTTP status and Slack's error.

    fault names the fault that it met. done: the method itself was carried out.
    """

    method: str
    args: dict
    time: float = field(default_factory=time.time)
    status: int = 0
    error: str = ""
    fault: str = ""
    done: bool = False
    reply: dict = field(default_factory=dict)


async def arguments(request: web.Request) -> dict:
    """The arguments of a request: query, form or JSON body; Slack's error for anything else."""
    given: dict = dict(request.query)
    if request.method == "GET":
        return given
    raw = await request.read()
    kind = request.content_type
    if not raw:
        return given
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    if request.charset and request.charset.lower() not in ("utf-8", "iso-8859-1"):
        raise SlackError("invalid_charset")
    if kind == "application/json":
        try:
            body = json.loads(raw)
        except ValueError:
            raise SlackError("invalid_json", status=400) from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object", status=400)
        return given | body
    if kind not in FORMS:
        raise SlackError("invalid_post_type")
    form = await request.post()
    if not form:
        raise SlackError("invalid_form_data")
    return given | {k: v for k, v in form.items() if isinstance(v, str)}


class Api:
    """Answers /api/<method>."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.calls: list[Call] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call from arrival to reply."""
        call = Call(request.match_info["method"], {})
        self.calls.append(call)
        fault = self.slack.faults.take(call.method)
        call.fault = fault.kind if fault else ""
        response = await meet(fault, request, lambda: self._answer(request, call))
        call.status = call.status if fault and fault.kind == "cut_after" else response.status
        return response

    async def _answer(self, request: web.Request, call: Call) -> web.Response:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.slack.scopes))}
        try:
            given = await arguments(request)
            call.args = {k: v for k, v in given.items() if k != "token"}
            method = METHODS.get(call.method)
            if method is None:
                raise SlackError("unknown_method", req_method=call.method)
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
            self._authorised(request, given, method)
            reply = {"ok": True, **method.does(Arguments(self.slack, call.args))}
            call.done, call.reply, call.status = True, reply, 200
            return web.json_response(reply, headers=headers)
        except SlackError as error:
            call.error, call.reply, call.status = error.code, error.body, error.status
            status = error.status
            if error.code == "ratelimited":
                status, headers["Retry-After"] = 429, str(error.body.pop("retry_after", 1))
            return web.json_response(error.body, status=status, headers=headers)

    def _authorised(self, request: web.Request, given: dict, method: Method) -> None:
        """not_authed, invalid_auth, not_allowed_token_type, missing_scope."""
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() or str(given.get("token") or "")
        if not token:
            raise SlackError("not_authed")
        if token not in (self.slack.bot_token, self.slack.app_token):
            raise SlackError("invalid_auth")
        if (token == self.slack.app_token) != method.app:
            raise SlackError("not_allowed_token_type")
        if not method.app:
            Arguments(self.slack, given).need_scope(*method.scopes)
