"""conversations.*, users.info, bots.info, auth.test, apps.connections.open, assistant.threads.* (reference/methods)."""

from __future__ import annotations

import base64
import re

from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.methods.base import Arguments, method
from tests.e2e.strict_slack.methods.chat import TS, shown
from tests.e2e.strict_slack.world import APP_ID, BOT_ID, BOT_USER, TEAM


def page(args: Arguments, found: list[dict], default: int) -> dict:
    """One page of messages with cursor, limit, oldest, latest, inclusive."""
    limit = args.number("limit", default, 999 if default == 100 else 1000)
    for name in ("oldest", "latest"):
        if args.text(name) and not re.fullmatch(r"\d+(\.\d+)?", args.text(name)):
            raise SlackError(f"invalid_ts_{name}")
    oldest, latest = float(args.text("oldest") or 0), float(args.text("latest") or 1e12)
    edge = args.flag("inclusive")
    kept = [m for m in found if oldest < float(m["ts"]) < latest or (edge and float(m["ts"]) in (oldest, latest))]
    start = 0
    if args.text("cursor"):
        try:
            start = int(base64.b64decode(args.text("cursor"), validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    rest = len(kept) > start + limit
    following = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    messages = [shown(m, args.flag("include_all_metadata")) for m in kept[start : start + limit]]
    reply: dict = {"messages": messages, "has_more": rest}
    return {**reply, "response_metadata": {"next_cursor": following}} if rest else reply


@method("conversations.replies", "channels:history", "groups:history", "im:history", "mpim:history")
def replies(args: Arguments) -> dict:
    """A thread in time order: parent first; thread_not_found."""
    channel = args.readable("channel", "history")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    ts = args.text("ts")
    found = args.world.thread(channel, ts)
    if not TS.fullmatch(ts) or not found:
        raise SlackError("thread_not_found")
    return page(args, found, 1000)


@method("conversations.history", "channels:history", "groups:history", "im:history", "mpim:history")
def history(args: Arguments) -> dict:
    """Newest first, without replies in threads (broadcasts excepted)."""
    channel = args.readable("channel", "history")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    top = [
        m
        for m in channel.messages.values()
        if m.get("thread_ts", m["ts"]) == m["ts"] or m.get("subtype") == "thread_broadcast"
    ]
    return page(args, sorted(top, key=lambda m: float(m["ts"]), reverse=True), 100)


@method("conversations.info", "channels:read", "groups:read", "im:read", "mpim:read")
def info(args: Arguments) -> dict:
    """A conversation."""
    return {"channel": args.readable("channel", "read").described()}


@method("conversations.open", "im:write")
def open_(args: Arguments) -> dict:
    """The direct conversation with one person."""
    users = [u for u in args.text("users").split(",") if u]
    if not users and args.text("channel"):
        return {"channel": args.world.channel(args.given["channel"]).described()}
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = args.world.dm(users[0])
    return {"channel": channel.described() if args.flag("return_im") else {"id": channel.id}}


@method("users.info", "users:read")
def user(args: Arguments) -> dict:
    """A person."""
    found = args.world.users.get(args.text("user"))
    if found is None:
        raise SlackError("user_not_found")
    return {"user": found.described(args.flag("include_locale"))}


@method("bots.info", "users:read")
def bot(args: Arguments) -> dict:
    """A bot."""
    found = args.world.bots.get(args.text("bot"))
    if found is None:
        raise SlackError("bot_not_found")
    name, user_id, app_id = found
    return {"bot": {"id": args.text("bot"), "deleted": False, "name": name, "app_id": app_id, "user_id": user_id}}


@method("auth.test")
def auth(args: Arguments) -> dict:
    """Who the token is."""
    known = {"url": "https://plant.slack.com/", "team": "Plant", "user": "andon", "team_id": TEAM}
    return {**known, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}


@method("apps.connections.open", app=True)
def connections(args: Arguments) -> dict:
    """A WebSocket address, good once (needs an app token with connections:write)."""
    return {"url": args.slack.sockets.url(), "app_id": APP_ID}


@method("assistant.threads.setStatus", "assistant:write", "chat:write")
def status(args: Arguments) -> dict:
    """The line under the thread; an empty status removes it."""
    channel = args.world.channel(args.given.get("channel_id"))
    ts = args.needed("thread_ts")
    if ts not in channel.messages:
        raise SlackError("thread_not_found")
    args.world.statuses.append({"channel": channel.id, "thread_ts": ts, "status": args.text("status")})
    return {}


@method("assistant.threads.setTitle", "assistant:write", "chat:write")
def title(args: Arguments) -> dict:
    """The title of an assistant thread."""
    args.world.channel(args.given.get("channel_id"))
    args.needed("title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", "chat:write")
def prompts(args: Arguments) -> dict:
    """Up to four prompts of title and message."""
    args.world.channel(args.given.get("channel_id"))
    given = args.structure("prompts", "invalid_arguments")
    good = isinstance(given, list) and 1 <= len(given) <= 4
    if not good or not all(isinstance(p, dict) and set(p) == {"title", "message"} for p in given):
        raise SlackError("invalid_arguments", ["[ERROR] one to four prompts of title and message"])
    return {}
