"""Socket Mode: one open socket for good. Events are handed on; an envelope is acknowledged only when it was taken.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode. slack_sdk's own client is not used: after a failed
handshake it tries the same address for ever (addresses are good once), it closes the old socket before a new one is
there, sends acknowledgements on whichever socket is current, and waits minutes for a handshake that never answers.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

log = logging.getLogger(__name__)

HEARTBEAT = 8.0  # seconds between our pings; a pong is awaited half as long, so a dead socket shows within 12 s
HANDSHAKE = 10.0  # seconds for connecting and Slack's hello
OVERLAP = 5.0  # seconds that the old socket is still read after a new one is there
SETTLED = 10.0  # seconds after which a connection counts as good, ...
BRIEF = 1.0  # ... or after which a wish for a new one is followed at once
LONGEST = 15.0  # seconds between tries
DRAIN = 10.0  # seconds for what is being taken when the process ends

Opened = Callable[[], Awaitable[str]]  # apps.connections.open: a fresh address
Dispatch = Callable[[dict[str, Any], dict[str, str]], Awaitable[bool]]  # payload, headers -> taken?


class Line:
    """One socket and what is being done for it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, dispatch: Dispatch) -> None:
        self.hello = asyncio.Event()
        self.renew = asyncio.Event()  # Slack asks for a new socket
        self._ws, self._dispatch = ws, dispatch
        self._work: set[asyncio.Task[None]] = set()
        self._leaving = False
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._ws:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                said = json.loads(message.data)
            except ValueError:
                continue
            if not isinstance(said, dict):
                continue
            if said.get("type") == "hello":
                self.hello.set()
            elif said.get("type") == "disconnect":
                log.info("Slack asks for a new socket (%s)", said.get("reason"))
                self.renew.set()
            elif said.get("envelope_id") and not self._leaving:
                task = asyncio.create_task(self._take(said))
                self._work.add(task)
                task.add_done_callback(self._work.discard)

    async def _take(self, envelope: dict[str, Any]) -> None:
        headers = {}
        if envelope.get("retry_attempt"):
            headers = {
                "x-slack-retry-num": str(envelope["retry_attempt"]),
                "x-slack-retry-reason": str(envelope.get("retry_reason") or ""),
            }
        if not await self._dispatch(envelope.get("payload") or {}, headers):
            return  # not acknowledged: Slack sends it again
        try:
            await self._ws.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        except (ConnectionError, aiohttp.ClientError):
            log.info("a socket was gone before its acknowledgement; Slack sends the event again")

    async def ended(self) -> None:
        """Until the socket is closed or Slack asks for a new one."""
        asked = asyncio.create_task(self.renew.wait())
        try:
            await asyncio.wait({self.reader, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()

    async def close(self, linger: float = 0.0) -> None:
        """Read on for a moment, finish what is being taken, close."""
        if linger:
            await asyncio.wait({self.reader}, timeout=linger)
        self._leaving = True
        if self._work:
            await asyncio.wait(set(self._work), timeout=DRAIN)
        self.reader.cancel()
        await self._ws.close()


async def keep(opened: Opened, dispatch: Dispatch, ready: Callable[[], None], proxy: str | None = None) -> None:
    """Stay connected until cancelled; then finish what is being taken. `ready` is called at every hello."""
    old: set[asyncio.Task[None]] = set()
    line: Line | None = None
    pause = 0.0
    loop = asyncio.get_running_loop()
    # No total timeout: sockets live for hours.
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=HANDSHAKE)) as session:
        try:
            while True:
                line = await _connected(session, opened, dispatch, proxy, pause)
                ready()
                since = loop.time()
                await line.ended()
                good = loop.time() - since > (BRIEF if line.renew.is_set() else SETTLED)
                pause = 0.0 if good else min(LONGEST, max(0.5, 2 * pause))
                if not line.renew.is_set():
                    log.warning("the socket to Slack was lost; connecting again")
                retired = asyncio.create_task(line.close(OVERLAP if line.renew.is_set() else 0.0))
                old.add(retired)
                retired.add_done_callback(old.discard)
        finally:
            last = [line.close()] if line is not None else []
            await asyncio.gather(*last, *old, return_exceptions=True)


async def _connected(
    session: aiohttp.ClientSession, opened: Opened, dispatch: Dispatch, proxy: str | None, pause: float
) -> Line:
    """A socket on which Slack has said hello; tried for ever, ever more slowly."""
    wait = pause * random.uniform(0.7, 1.0)
    while True:
        await asyncio.sleep(wait)
        pause = min(LONGEST, max(0.5, 2 * pause))
        wait = pause * random.uniform(0.7, 1.0)
        try:
            return await _connect(session, await opened(), dispatch, proxy)
        except (OSError, aiohttp.ClientError, TimeoutError, ConnectionLost) as error:
            # The error's own text holds the address, which is a key: its kind must do.
            log.warning("no socket to Slack yet: %s", type(error).__name__)
        except Later as later:
            log.warning("no socket to Slack yet: %s", later.code)
            wait = max(wait, later.seconds)


async def _connect(session: aiohttp.ClientSession, url: str, dispatch: Dispatch, proxy: str | None) -> Line:
    timeout = aiohttp.ClientWSTimeout(ws_close=2.0)
    async with asyncio.timeout(HANDSHAKE):
        ws = await session.ws_connect(url, heartbeat=HEARTBEAT, timeout=timeout, max_msg_size=0, proxy=proxy)
        line = Line(ws, dispatch)
        try:
            hello = asyncio.create_task(line.hello.wait())
            await asyncio.wait({hello, line.reader}, return_when=asyncio.FIRST_COMPLETED)
            hello.cancel()
            if not line.hello.is_set():
                raise ConnectionLost
        except BaseException:
            line.reader.cancel()
            await ws.close()
            raise
    return line


class ConnectionLost(Exception):
    """The socket was closed before Slack's hello."""


class Later(Exception):
    """Slack gives no address now; try again after `seconds`."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.code, self.seconds = code, seconds
