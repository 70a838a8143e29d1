"""From an HTTP request to an answer: token, faults, pace, method, record of the call."""

import asyncio
import logging
import time
from dataclasses import dataclass

from aiohttp import web

from tests.e2e.strict_telegram import arguments
from tests.e2e.strict_telegram.errors import HOOKED, Refused, conflict
from tests.e2e.strict_telegram.faults import DOWNLOAD, Fault, Faults
from tests.e2e.strict_telegram.methods import METHODS
from tests.e2e.strict_telegram.state import State

_LOUD = {"setWebhook": "Webhook was set", "deleteWebhook": "Webhook was deleted"}


@dataclass(frozen=True)
class Call:
    """One call of the bot: `time` is time.time() at its start, status 0 means that the connection was cut before."""

    method: str
    args: dict
    time: float
    seconds: float
    status: int
    description: str = ""
    result: object = None
    fault: str = ""
    by_webhook: bool = False  # a method named in the answer to a webhook


class Dispatch:
    """Answers every request to the server."""

    def __init__(self, token: str, state: State, faults: Faults):
        self.token, self.state, self.faults = token, state, faults
        self.calls: list[Call] = []
        self.news: asyncio.Event = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """/bot<token>/<method> and /file/bot<token>/<path>."""
        where, _, rest = request.path.lstrip("/").partition("/")
        download = where == "file" and rest.startswith("bot")
        if download:
            where, _, rest = rest.partition("/")
        if not where.startswith("bot") or not rest:
            return _json(Refused(404, "Not Found").body)
        if where.removeprefix("bot") != self.token:
            return _json(Refused(401, "Unauthorized").body)
        return await (self._download(request, rest) if download else self._call(request, rest))

    async def _call(self, request: web.Request, name: str) -> web.StreamResponse:
        begun = time.time()
        name = METHODS.get(name.lower(), (name, None))[0]
        name = "getUpdates" if name.lower() == "getupdates" else name
        try:
            args = await arguments.read(request)
        except Refused as refused:
            self._record(name, {}, begun, refused.body)
            return _json(refused.body)
        with self.state.world.lock:
            fault = self.faults.choose(name, args)
        if fault and (early := await self._early(request, fault)):
            self._record(name, args, begun, fault.body, fault=fault.kind)
            return early
        body = await self.perform(name, args)
        self._record(name, args, begun, body, fault=fault.kind if fault else "")
        return _cut(request) if fault and fault.kind == "cut_after" else _json(body)

    async def _early(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """The answer of a fault that comes before the method; None when the method is carried out all the same."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.options.get("seconds", 1.0))
            return None
        if fault.kind == "cut_before":
            return _cut(request)
        if not fault.status:
            return None
        if fault.page:
            return web.Response(status=fault.status, text=fault.page, content_type="text/html")
        return _json(fault.body)

    async def perform(self, name: str, args: dict) -> dict:
        """Carries out a method; the whole JSON answer."""
        try:
            if name == "getUpdates":
                if self.state.webhook.url:
                    raise conflict(HOOKED)
                result = await self.state.updates.poll(args, self.state.world.lock, self.news)
                return {"ok": True, "result": result}
            found = METHODS.get(name.lower())
            if found is None:
                raise Refused(404, "Not Found: method not found")
            with self.state.world.lock:
                self._pace(name, args)
                result = found[1](self.state, args)
        except Refused as refused:
            return refused.body
        except Exception as problem:  # a mistake of this server's: show it in the calls
            logging.getLogger(__name__).exception("%s", name)
            return Refused(500, f"Internal Server Error: {problem!r}").body
        return {"ok": True, "result": result} | ({"description": _LOUD[name]} if name in _LOUD else {})

    async def carry_out(self, name: str, args: dict) -> None:
        """A method named in the bot's answer to a webhook; nobody hears of its result."""
        begun = time.time()
        args = {key: arguments.typed(key, value) for key, value in args.items()}
        name = METHODS.get(name.lower(), (name, None))[0]
        self._record(name, args, begun, await self.perform(name, args), by_webhook=True)

    def _pace(self, name: str, args: dict) -> None:
        chat_id = args.get("chat_id")
        if self.state.pace and isinstance(chat_id, int):
            media = args.get("media")
            self.state.pace.check(chat_id, name, len(media) if isinstance(media, list) else 1)

    async def _download(self, request: web.Request, path: str) -> web.StreamResponse:
        begun, args = time.time(), {"path": path}
        with self.state.world.lock:
            fault = self.faults.choose(DOWNLOAD, args)
            stored = self.state.world.files.by_path(path)
        if fault and (early := await self._early(request, fault)):
            self._record(DOWNLOAD, args, begun, fault.body, fault=fault.kind)
            return early
        if stored is None or stored.data is None:
            body = Refused(404, "Not Found").body
            self._record(DOWNLOAD, args, begun, body)
            return _json(body)
        self._record(DOWNLOAD, args, begun, {"ok": True}, fault=fault.kind if fault else "")
        if fault and fault.kind == "cut_after":
            return await _half(request, stored.data)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _record(self, name: str, args: dict, begun: float, body: dict, **more: object) -> None:
        seconds = time.time() - begun
        status = 200 if body.get("ok") else body["error_code"]
        call = Call(name, args, begun, seconds, status, body.get("description", ""), body.get("result"), **more)
        with self.state.world.changed:
            self.calls.append(call)
            self.state.world.changed.notify_all()


def _json(body: dict) -> web.Response:
    return web.json_response(body, status=200 if body["ok"] else body["error_code"])


def _cut(request: web.Request) -> web.Response:
    """Closes the connection without a reply."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, data: bytes) -> web.StreamResponse:
    """Sends half of a file, then closes the connection."""
    reply = web.StreamResponse(headers={"Content-Length": str(len(data))})
    await reply.prepare(request)
    await reply.write(data[: len(data) // 2])
    if request.transport:
        request.transport.close()
    return reply
