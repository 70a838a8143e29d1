"""Slack's interaction payloads and slash commands -> Incoming. Pure functions.

Source: https://docs.slack.dev/reference/interaction-payloads. A view's private_metadata is ours: `Origin`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.incoming import Incoming
from bot.slack import markup
from bot.slack.identity import Me
from workers.contracts import Frozen

IN_VIEW = "view"  # second word of a ticket: the press happened inside a modal, so a further one goes on top of it


class Origin(Frozen):
    """Where a modal was opened from; carried in its private_metadata (at most 3000 characters)."""

    channel: str
    thread: str = ""
    message: str = ""
    value: str = ""
    private: bool = False


def press(body: Mapping[str, Any], me: Me) -> Incoming | None:
    """A button, on a message or in a modal. Other elements (radio buttons in a form) only report on submission."""
    action = body["actions"][0]
    if action.get("type") != "button":
        return None
    container, view = body.get("container") or {}, body.get("view")
    if view:
        origin = _origin(view)
        if origin is None:
            return None
    else:
        channel = container.get("channel_id") or body["channel"]["id"]
        message = container.get("message_ts") or body["message"]["ts"]
        thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
        if not thread and not container.get("is_ephemeral"):  # nothing can be a reply to what one person sees
            thread = message
        origin = Origin(channel=channel, thread=thread, message=message, private=channel.startswith("D"))
    user, ticket = body["user"]["id"], body.get("trigger_id", "")
    stamp = action.get("action_ts") or ticket
    return _done(
        body,
        me,
        origin,
        event_id=f"slack:{me.team}:{origin.channel}:{origin.message}/press/{user}/{action['action_id']}/{stamp}",
        kind="press",
        action=action["action_id"].split(":")[0],
        value=action.get("value") or "",
        ticket=f"{ticket} {IN_VIEW}" if view else ticket,
    )


def form(body: Mapping[str, Any], me: Me) -> Incoming | None:
    """A submitted form: its fields by their key, empty ones as empty text."""
    view = body["view"]
    origin = _origin(view)
    if origin is None:
        return None
    return _done(
        body,
        me,
        origin,
        event_id=f"slack:{me.team}:form/{view['id']}",  # a view can be submitted once
        kind="form",
        action=view.get("callback_id") or "",
        value=origin.value,
        form={key: _filled(elements) for key, elements in view["state"]["values"].items()},
        ticket=body.get("trigger_id") or "",
    )


def _done(body: Mapping[str, Any], me: Me, origin: Origin, **own: Any) -> Incoming:
    """What somebody did with a message or a modal that belongs to `origin`; `own` is what they did."""
    user = body["user"]
    return Incoming(
        platform="slack",
        workspace=me.team,
        team=_author_team(body),
        channel=origin.channel,
        thread=origin.thread,
        message=origin.message,
        private=origin.private,
        user=user["id"],
        user_name=user.get("username") or user.get("name") or "",
        **own,
    )


def command(body: Mapping[str, Any], me: Me) -> Incoming:
    """`/andon WORD rest`; nothing behind it means help. The ticket also holds the response_url, the only way to
    answer where we are no member."""
    word, _, rest = (body.get("text") or "").strip().partition(" ")
    channel, trigger = body["channel_id"], body.get("trigger_id", "")
    return Incoming(
        event_id=f"slack:{me.team}:command/{trigger}",
        kind="command",
        platform="slack",
        workspace=me.team,
        team=body.get("team_id") or "",
        channel=channel,
        private=channel.startswith("D"),
        user=body["user_id"],
        user_name=body.get("user_name") or "",
        action=word.lower() or "help",
        text=markup.plain(rest, me.user),
        ticket=" ".join(filter(None, (trigger, body.get("response_url")))),
        at=datetime.now(UTC),
    )


def _author_team(body: Mapping[str, Any]) -> str:
    """The workspace of whoever pressed: another organisation's in a channel that is shared with it."""
    return str(body["user"].get("team_id") or (body.get("team") or {}).get("id") or "")


def _origin(view: Mapping[str, Any]) -> Origin | None:
    """Where our modal was opened from; None when the view isn't one of ours."""
    try:
        return Origin.model_validate_json(view.get("private_metadata") or "")
    except ValueError:
        return None


def _filled(elements: Mapping[str, Mapping[str, Any]]) -> str:
    """The value of an input block, whose only element is the field."""
    for element in elements.values():
        chosen = element.get("selected_option")
        return str((chosen or {}).get("value") or element.get("value") or "")
    return ""
