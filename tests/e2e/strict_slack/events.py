"""How Slack words its events (docs.slack.dev/reference/events/<name> and apis/events-api)."""

from __future__ import annotations

import copy
import time

from tests.e2e.strict_slack.world import APP_ID, BOT_USER, TEAM, Channel, File, World

SUBSCRIPTIONS = {
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "assistant_thread_started",
    "assistant_thread_context_changed",
}
MESSAGE_KINDS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def wrapped(event: dict, event_id: str, shared: bool = False) -> dict:
    """The event_callback around an event; shared: in a channel that is shared with another organisation."""
    return {
        "token": "strict-verification-token",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP_ID,
        "event": copy.deepcopy(event),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{event_id}",
    }


def message_event(channel: Channel, message: dict) -> dict:
    """The message event of a new message."""
    shown = {k: v for k, v in message.items() if k not in ("reply_count", "reply_users", "latest_reply")}
    return {**shown, "channel": channel.id, "channel_type": channel.kind, "event_ts": message["ts"]}


def mention_event(channel: Channel, message: dict) -> dict:
    """The app_mention event beside the message event: same ts, its own event_id; no channel_type, no subtype."""
    shown = {k: v for k, v in message.items() if k not in ("subtype", "reply_count", "reply_users", "latest_reply")}
    return {**shown, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}


def changed_event(world: World, channel: Channel, new: dict, old: dict) -> dict:
    """message_changed; its own ts, the message inside."""
    ts = world.new_ts()
    event = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": ts, "event_ts": ts}
    return {**event, "channel": channel.id, "channel_type": channel.kind, "message": new, "previous_message": old}


def deleted_event(world: World, channel: Channel, old: dict) -> dict:
    """message_deleted."""
    ts = world.new_ts()
    event = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": ts, "event_ts": ts}
    return {
        **event,
        "channel": channel.id,
        "channel_type": channel.kind,
        "deleted_ts": old["ts"],
        "previous_message": old,
    }


def file_object(file: File, base: str, whole: bool = False) -> dict:
    """A file as events and files.info show it; a Slack Connect file shows nothing in events but its id."""
    if file.connect and not whole:
        return {"id": file.id, "created": 0, "timestamp": 0, "mode": "file_access", "file_access": "check_file_info"}
    ready = file.processed
    path = f"{base}/files-pri/{TEAM}-{file.id}"
    private = file.external_url or f"{path}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype if ready else "",
        "filetype": (file.name.rsplit(".", 1)[-1] if "." in file.name else "binary") if ready else "",
        "pretty_type": "",
        "user": file.user,
        "user_team": "T0PARTNER" if file.connect else TEAM,
        "size": file.size,
        "mode": file.mode,
        "is_external": file.mode == "external",
        "external_type": "gdrive" if file.mode == "external" else "",
        "is_public": bool(file.channels),
        "public_url_shared": False,
        "url_private": private,
        "url_private_download": file.external_url or f"{path}/download/{file.name}",
        "permalink": f"{base}/files/{file.user}/{file.id}/{file.name}",
        "channels": list(file.channels),
        "file_access": "visible",
    }
