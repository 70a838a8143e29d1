"""A small real bolt app, run as a process by the tests of the strict Slack: `python -m ... socket` or `... http PORT`.

It answers mentions and direct messages in the thread with buttons, opens a form, takes its submission, answers
/andon. A message with "later N" is refused (503, no ack) on its first N deliveries, so that Slack delivers it again.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = AsyncApp(client=client, token=client.token, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
seen: Counter = Counter()
BUTTONS = [("agree", "Agree"), ("form", "Disagree")]


@app.use
async def refuse_at_first(body, next):
    """503 for the first N deliveries of "later N"."""
    asked = re.search(r"later (\d)", (body.get("event") or {}).get("text") or "")
    if asked:
        seen[body["event_id"]] += 1
        if seen[body["event_id"]] <= int(asked[1]):
            return BoltResponse(status=503, body="")
    return await next()


async def answer(event) -> None:
    """Say what was heard, in the thread, with buttons."""
    text = f"heard: {event.get('text', '')}"
    row = [
        {"type": "button", "action_id": a, "value": a, "text": {"type": "plain_text", "text": t}} for a, t in BUTTONS
    ]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}, {"type": "actions", "elements": row}]
    await client.chat_postMessage(
        channel=event["channel"], thread_ts=event.get("thread_ts", event["ts"]), text=text, blocks=blocks
    )


@app.event("app_mention")
async def mentioned(event) -> None:
    """A mention."""
    await answer(event)


@app.event("message")
async def message(event) -> None:
    """Direct messages of people."""
    if event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype"):
        await answer(event)


@app.action("agree")
async def agree(ack, respond) -> None:
    """Thank through the response_url."""
    await ack()
    await respond(text="thanks", replace_original=False)


@app.action("form")
async def form(ack, body) -> None:
    """Open the form."""
    await ack()
    element = {"type": "plain_text_input", "action_id": "text", "min_length": 2}
    box = {"type": "input", "block_id": "reason", "label": {"type": "plain_text", "text": "Reason"}, "element": element}
    view = {"type": "modal", "callback_id": "reason", "private_metadata": body["channel"]["id"], "blocks": [box]}
    view |= {"title": {"type": "plain_text", "text": "Disagree"}, "submit": {"type": "plain_text", "text": "Send"}}
    await client.views_open(trigger_id=body["trigger_id"], view=view)


@app.view("reason")
async def reason(ack, view) -> None:
    """Refuse "none", else post the reason."""
    text = view["state"]["values"]["reason"]["text"]["value"]
    if text == "none":
        await ack(response_action="errors", errors={"reason": "A word more, please"})
        return
    await ack()
    await client.chat_postMessage(channel=view["private_metadata"], text=f"reason: {text}")


@app.command("/andon")
async def command(ack, command) -> None:
    """Help."""
    await ack(f"help for {command['text']}")


async def socket() -> None:
    """Socket Mode until killed."""
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], ping_interval=0.5).start_async()


if __name__ == "__main__":
    if sys.argv[1] == "socket":
        asyncio.run(socket())
    else:
        web.run_app(app.server(path="/slack/events").web_app, host="127.0.0.1", port=int(sys.argv[2]), print=None)
