"""Slack's way in: bolt verifies and reads requests, `take` makes them durable, only then Slack gets its answer.

bolt's own listeners acknowledge events before they run; here one middleware does all the work and its answer is the
acknowledgement: 200 after `take` returned, 503 (in Socket Mode: none at all) when it raised, so that Slack sends the
event again. Whoever takes it drops what was there already, by event_id.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming import Incoming
from bot.outlet import Refused, Unsure, Wait
from bot.slack import endpoint, socketmode
from bot.slack.calling import quiet
from bot.slack.errors import NO_TOKEN, understood
from bot.slack.events import translate
from bot.slack.identity import Me
from workers import client
from workers.settings import Settings

log = logging.getLogger(__name__)

TIMEOUT = 10  # seconds for one call at start-up or for a socket's address
LONGEST = 15.0  # seconds between tries to reach Slack at start-up
TAKING = 30.0  # seconds for `take`; Slack waits 3 and sends again, so nothing is lost by giving up

FATAL = NO_TOKEN | {"not_allowed_token_type"}  # at the start

Take = Callable[[Incoming], Awaitable[None]]


async def serve(settings: Settings, take: Take) -> None:
    """Run until SIGTERM or SIGINT: Socket Mode when there is an app token, else HTTP.

    `take` makes an event durable; when it raises, the event isn't acknowledged. Raises Refused when Slack refuses a
    token for good (its code, such as invalid_auth) or a setting is missing (slack_bot_token_missing,
    slack_signing_secret_missing).
    """
    work = asyncio.ensure_future(_serve(settings, take))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread: a test
            loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        log.info("stopped")


async def _serve(settings: Settings, take: Take) -> None:
    if settings.slack_bot_token is None:
        raise Refused("slack_bot_token_missing")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise Refused("slack_signing_secret_missing")
    web = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=TIMEOUT,
        retry_handlers=[],
        logger=quiet,
    )
    me = await who(web)
    app = bolt_app(settings, web, me, take)
    if settings.slack_app_token is None:
        health = client.health(settings)
        await endpoint.listen(app, settings.slack_listen, lambda where: _ready(f"HTTP on {where}", me), health)
        return
    first = True

    def connected() -> None:
        nonlocal first
        if first:
            _ready("Socket Mode", me)
        else:
            log.info("connected to Slack again")
        first = False

    token = settings.slack_app_token.get_secret_value()

    async def address() -> str:
        return await _address(web, token, fatal=first)

    await socketmode.keep(address, lambda *given: _dispatch(app, *given), connected, web.proxy)


def _ready(how: str, me: Me) -> None:
    log.info("ready: Slack, %s, as %s in %s", how, me.name or me.user, me.team_name or me.team)


async def who(web: AsyncWebClient) -> Me:
    """auth.test, asked until Slack answers; Refused when it refuses the token."""
    pause = 0.5
    while True:
        try:
            said = (await _called(web.auth_test)).data
            return Me(
                team=said["team_id"],
                user=said["user_id"],
                bot=said.get("bot_id") or "",
                name=said.get("user") or "",
                team_name=said.get("team") or "",
            )
        except Wait as wait:
            log.warning("Slack asks to wait %.0f s before the start", wait.seconds)
            await asyncio.sleep(wait.seconds)
        except Unsure as trouble:
            log.warning("Slack does not answer yet: %s", trouble.code)
            await asyncio.sleep(pause)
            pause = min(LONGEST, 2 * pause)


async def _called(method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """One call; Wait, Unsure (also when the connection was never made) or Refused when it fails."""
    try:
        return await method(**arguments)
    except SlackApiError as error:
        trouble = understood(error)
        if isinstance(trouble, Wait | Unsure):
            raise trouble from None
        raise Refused(trouble.code) from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unsure(type(error).__name__) from None


async def _address(web: AsyncWebClient, app_token: str, *, fatal: bool) -> str:
    """A fresh address for a socket. `fatal`: a token that Slack refuses ends the process, else it is tried again."""
    try:
        return str((await _called(web.apps_connections_open, app_token=app_token))["url"])
    except Wait as wait:
        raise socketmode.Later(wait.code, wait.seconds) from None
    except (Unsure, Refused) as trouble:
        if fatal and trouble.code in FATAL:
            raise
        raise socketmode.Later(trouble.code, 0.0) from None


def bolt_app(settings: Settings, web: AsyncWebClient, me: Me, take: Take) -> AsyncApp:
    """The bolt app: signature and timestamp, url_verification, and our one middleware."""
    result = AuthorizeResult(
        enterprise_id=None, team_id=me.team, bot_token=web.token, bot_id=me.bot, bot_user_id=me.user
    )

    async def authorize(**_: object) -> AuthorizeResult:
        return result  # one workspace, one token, whatever organisation an event's author is from

    secret = settings.slack_signing_secret
    app = AsyncApp(
        logger=quiet,
        client=web,
        signing_secret=secret.get_secret_value() if secret else "",
        request_verification_enabled=secret is not None or settings.slack_app_token is None,
        authorize=authorize,
        ignoring_self_events_enabled=False,  # events.py knows which of them count
        attaching_function_token_enabled=False,
    )
    app.use(Gate(me, take))
    return app


class Gate(AsyncMiddleware):
    """Convert, take, answer."""

    def __init__(self, me: Me, take: Take) -> None:
        self._me, self._take = me, take

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """200 when the event was taken or is nothing to us, 503 when it could not be taken."""
        try:
            incoming = translate(req.body, self._me)
        except (KeyError, TypeError, ValueError, AttributeError, LookupError) as error:
            # Its text may quote the event: its frames and the event's id must do.
            log.error("event %s cannot be read: %s", req.body.get("event_id", "without id"), client.frames(error))
            incoming = None
        if incoming is not None:
            try:
                async with asyncio.timeout(TAKING):
                    await self._take(incoming)
            except Exception as error:  # an edge: whatever the queue raises, Slack keeps the event for us
                said = "%s was not taken, Slack will send it again: %s"
                log.warning(said, incoming.event_id, client.frames(error))
                return BoltResponse(status=503, body="")
        return BoltResponse(status=200, body="")


async def _dispatch(app: AsyncApp, payload: dict[str, Any], headers: dict[str, str]) -> bool:
    """One envelope of Socket Mode through bolt; whether it may be acknowledged."""
    try:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload, headers={**headers}))
    except Exception as error:  # bolt could not even read it; a traceback would end the reader's task unseen
        log.error("an envelope cannot be read by bolt: %s", client.frames(error))
        return False
    return answer.status == 200
