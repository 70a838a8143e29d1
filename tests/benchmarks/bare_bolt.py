"""The yardstick for load on Slack: a bolt app as its guide writes one. `python -m ... echo|ack socket|http [PORT]`.

"echo" says every direct message again, "ack" listens to it and does nothing: bolt acknowledges events by itself.
"""

from __future__ import annotations

import asyncio
import os
import sys

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.say.async_say import AsyncSay
from slack_sdk.web.async_client import AsyncWebClient


async def echo(event: dict, say: AsyncSay) -> None:
    """Say it again."""
    await say(event["text"])


async def nothing() -> None:
    """The event was acknowledged."""


async def socket(app: AsyncApp) -> None:
    """Socket Mode until killed."""
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()


def main() -> None:
    """Serve until killed."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    app.event("message")(echo if sys.argv[1] == "echo" else nothing)
    if sys.argv[2] == "socket":
        asyncio.run(socket(app))
    else:
        server = app.server(path="/slack/events").web_app
        web.run_app(server, host="127.0.0.1", port=int(sys.argv[3]), print=None, access_log=None)


if __name__ == "__main__":
    main()
