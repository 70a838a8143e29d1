"""chat.* and reactions.add (docs.slack.dev/reference/methods/<name>)."""

from __future__ import annotations

import copy
import re

from tests.e2e.strict_slack import events
from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.methods.base import Arguments, content, method
from tests.e2e.strict_slack.world import APP_ID, BOT_ID, BOT_USER, TEAM, Channel

POST_TEXT = 40_000  # chat.postMessage: 40,000 characters
UPDATE_TEXT = 4_000  # chat.update, msg_too_long: the text field cannot exceed 4,000 characters
TS = re.compile(r"\d{10}\.\d{6}")


def own(args: Arguments, body: dict, thread_ts: str | None) -> dict:
    """A message of the bot around validated content."""
    message = {"type": "message", "ts": args.world.new_ts(), "user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID}
    message |= {"team": TEAM, "bot_profile": args.world.bot_profile(), **body}
    if thread_ts:
        message["thread_ts"] = thread_ts
    return message


def shown(message: dict, with_metadata: bool = False) -> dict:
    """A message as methods give it back; metadata only when asked for."""
    return copy.deepcopy({k: v for k, v in message.items() if k != "metadata" or (with_metadata and v)})


def thread_of(args: Arguments, channel: Channel) -> str | None:
    """The thread to post in: the parent of what thread_ts names; invalid_thread_ts, thread_not_found."""
    ts = args.text("thread_ts")
    if not ts:
        return None
    if not TS.fullmatch(ts):
        raise SlackError("invalid_thread_ts")
    parent = channel.messages.get(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.get("thread_ts", ts)


def publish(args: Arguments, channel: Channel, message: dict) -> None:
    """Add a message of the bot and tell the app of it, as Slack does."""
    args.world.add(channel, message)
    if args.slack.echo:
        args.slack.dispatch.fire(events.message_event(channel, shown(message)), channel)


@method("chat.postMessage", "chat:write")
def post(args: Arguments) -> dict:
    """Post a message; paced by server.pace."""
    channel = args.world.channel(args.given.get("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    body = content(args, "chat.postMessage", POST_TEXT)
    thread_ts = thread_of(args, channel)
    args.slack.keep_pace(channel.id)
    message = own(args, body, thread_ts)
    if thread_ts and args.flag("reply_broadcast"):
        message["subtype"] = "thread_broadcast"
    publish(args, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": shown(message)}


@method("chat.update", "chat:write")
def update(args: Arguments) -> dict:
    """Edit one of the bot's own messages; blocks stay when none are given, [] removes them."""
    channel = args.world.channel(args.given.get("channel"))
    message = args.message(channel)
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_update_message")
    body = content(args, "chat.update", args.slack.max_update_text, message)
    old = shown(message)
    message.update(body, edited={"user": BOT_ID, "ts": args.world.new_ts()})
    args.world.remember(channel.id, message)
    if args.slack.echo:
        event = events.changed_event(args.world, channel, shown(message), old)
        args.slack.dispatch.fire(event, channel)
    return {"channel": channel.id, "ts": message["ts"], "text": message.get("text", ""), "message": shown(message)}


@method("chat.delete", "chat:write")
def delete(args: Arguments) -> dict:
    """Delete one of the bot's own messages."""
    channel = args.world.channel(args.given.get("channel"))
    message = args.message(channel)
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_delete_message")
    args.slack.remove(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.postEphemeral", "chat:write")
def ephemeral(args: Arguments) -> dict:
    """Show a message to one person of the channel."""
    channel = args.world.channel(args.given.get("channel"))
    user = args.needed("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    body = content(args, "chat.postEphemeral", POST_TEXT)
    message = own(args, body, thread_of(args, channel)) | {"channel": channel.id, "to": user}
    args.world.ephemerals.append(message)
    return {"message_ts": message["ts"]}


@method("chat.getPermalink")
def permalink(args: Arguments) -> dict:
    """The address of a message."""
    channel = args.world.channel(args.given.get("channel"), member=False)
    message = args.message(channel, "message_ts")
    link = f"https://plant.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method("reactions.add", "reactions:write")
def react(args: Arguments) -> dict:
    """Put an emoji on a message; already_reacted, invalid_name."""
    channel = args.world.channel(args.given.get("channel"))
    message = args.message(channel, "timestamp")
    name = args.needed("name")
    if not re.fullmatch(r"[a-z0-9_+\-']+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    if not args.slack.add_reaction(message, name, BOT_USER):
        raise SlackError("already_reacted")
    return {}
