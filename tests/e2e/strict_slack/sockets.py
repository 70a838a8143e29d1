"""Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): tickets, hello, envelopes, acks, disconnects."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.e2e.strict_slack.world import APP_ID

if TYPE_CHECKING:
    from tests.e2e.strict_slack.delivery import Delivery
    from tests.e2e.strict_slack.server import SlackServer

MAX_CONNECTIONS = 10  # docs: same page, up to ten open connections


@dataclass(frozen=True)
class Ack:
    """An acknowledgement: which envelope, how many seconds after sending, on which attempt (0 = first)."""

    envelope_id: str
    seconds: float
    kind: str
    attempt: int
    late: bool = False


@dataclass(eq=False)
class Connection:
    """One open socket; a dead one stays open, reads nothing and sends nothing."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport
    number: int
    dead: bool = False
    pings: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Sockets:
    """All sockets of the app."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.tickets: set[str] = set()
        self.open: list[Connection] = []
        self.total = 0
        self.refuse_until = 0.0
        self.sent: dict[str, tuple[float, int, Delivery]] = {}
        self.acks: list[Ack] = []
        self._turn = 0
        self._opened = asyncio.Condition()

    def url(self) -> str:
        """A new address for one connection."""
        ticket = secrets.token_hex(12)
        self.tickets.add(ticket)
        return f"ws://127.0.0.1:{self.slack.port}/link/?ticket={ticket}&app_id={APP_ID}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket endpoint."""
        ticket = request.query.get("ticket", "")
        if time.time() < self.refuse_until:
            return web.Response(status=503, text="Service Unavailable")
        if ticket not in self.tickets:
            return web.Response(status=403, text="invalid ticket")
        self.tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False, autoclose=False)
        await ws.prepare(request)
        if len(self.open) >= MAX_CONNECTIONS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await ws.close()
            return ws
        self.total += 1
        connection = Connection(ws, request.transport, self.total)
        await ws.send_json(self._hello())
        self.open.append(connection)
        async with self._opened:
            self._opened.notify_all()
        try:
            await self._read(connection)
        finally:
            if connection in self.open:
                self.open.remove(connection)
            connection.gone.set()
        return ws

    def _hello(self) -> dict:
        info = {"host": "strict-slack", "build_number": 1, "approximate_connection_time": 18060}
        count = len(self.open) + 1
        return {
            "type": "hello",
            "num_connections": count,
            "connection_info": {"app_id": APP_ID},
            "debug_info": info,
        }

    async def _read(self, connection: Connection) -> None:
        while not connection.ws.closed:
            if connection.dead:
                await self._lie(connection)
                return
            message = await connection.ws.receive()
            if connection.dead:
                continue
            if message.type == WSMsgType.PING:
                connection.pings += 1
                await connection.ws.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acked(message.data)
            elif message.type == WSMsgType.CLOSE:
                await connection.ws.close()
                return
            elif message.type in (WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return

    async def _lie(self, connection: Connection) -> None:
        """Do nothing on a dead socket until the other side has closed its TCP connection."""
        while not connection.gone.is_set() and not connection.transport.is_closing():
            await asyncio.sleep(0.05)

    def _acked(self, text: str) -> None:
        try:
            reply = json.loads(text)
            sent_at, number, delivery = self.sent[reply["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self.slack.warnings.append(f"socket: not an acknowledgement of an envelope: {text[:200]}")
            return
        seconds = time.perf_counter() - sent_at
        late = seconds > self.slack.ack_timeout
        self.acks.append(Ack(delivery.id, seconds, delivery.kind, number, late))
        if not late or delivery.kind in self.slack.retry_kinds:
            delivery.finish("acked", reply.get("payload"), seconds)

    async def _pick(self, first: bool) -> Connection:
        """The next open connection in turn, waited for. A first attempt may go to a dead one, as in life."""
        while True:
            able = [c for c in self.open if first or not c.dead]
            if able:
                self._turn += 1
                return able[self._turn % len(able)]
            async with self._opened:
                await self._opened.wait()

    async def attempt(self, delivery: Delivery, number: int, reason: str | None) -> str | None:
        """Send once and wait for the ack. None: acknowledged; else why not. Events wait for a connection."""
        patience = None if delivery.kind == "events_api" else self.slack.ack_timeout
        try:
            connection = await asyncio.wait_for(self._pick(number == 0), patience)
        except TimeoutError:
            return "no_connection"
        envelope = {"envelope_id": delivery.id, "payload": delivery.payload, "type": delivery.kind}
        envelope["accepts_response_payload"] = delivery.kind != "events_api"
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason or ""}
        self.sent[delivery.id] = (time.perf_counter(), number, delivery)
        if not connection.dead:
            try:
                await connection.ws.send_json(envelope)
            except (ConnectionError, RuntimeError):  # it closed just now: no attempt was made
                if connection in self.open:
                    self.open.remove(connection)
                return await self.attempt(delivery, number, reason)
        try:
            await asyncio.wait_for(delivery.done.wait(), self.slack.ack_timeout)
        except TimeoutError:
            return "timeout"
        return None

    async def disconnect(self, reason: str) -> int:
        """Tell every open connection to reconnect; Slack closes it some seconds later, here after the message."""
        told = [c for c in self.open if not c.dead]
        for connection in told:
            await connection.ws.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "strict-slack"}}
            )
        return len(told)

    def cut(self) -> int:
        """Drop every TCP connection without a word."""
        cut = list(self.open)
        for connection in cut:
            connection.gone.set()
            connection.transport.abort()
        self.open.clear()
        return len(cut)

    def die(self) -> int:
        """Leave the sockets open and do nothing more on them."""
        for connection in self.open:
            connection.dead = True
        return len(self.open)
