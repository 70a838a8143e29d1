"""Slack's events -> Incoming. Pure functions; None means that it is nothing to us.

Sources: https://docs.slack.dev/apis/events-api and https://docs.slack.dev/reference/events. Presses, forms and
commands, which arrive in another shape, are read in interactions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.incoming import DELETED, FileRef, Incoming
from bot.slack import interactions, markup
from bot.slack.identity import Me

_WRITTEN = {None, "file_share", "thread_broadcast"}  # subtypes that a person's own message can have
_SAME_EMOJI = {"thumbsup": "+1", "thumbsdown": "-1"}
_UNREADABLE = {"tombstone", "hidden_by_limit"}  # deleted, or beyond a free workspace's limit


def translate(body: Mapping[str, Any], me: Me) -> Incoming | None:
    """Any request body of Slack: an event, a press, a form, a command.

    Raises KeyError, TypeError or ValueError when the body isn't shaped as Slack documents it.
    """
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body, me)
    if kind == "block_actions":
        return interactions.press(body, me)
    if kind == "view_submission":
        return interactions.form(body, me)
    if kind is None and "command" in body:
        return interactions.command(body, me)
    return None


def moment(ts: str | None) -> datetime:
    """Slack's ts (seconds since 1970, six decimals) as a time; now when there is none."""
    return datetime.fromtimestamp(float(ts), UTC) if ts else datetime.now(UTC)


def _event(body: Mapping[str, Any], me: Me) -> Incoming | None:
    event, team, outside = body["event"], _team(body, me), bool(body.get("is_ext_shared_channel"))
    kind = event.get("type")
    if kind == "app_mention":
        # An edited message mentions us again: message_changed tells that, as the edit that it is.
        return None if "edited" in event else _message(event, team, me, outside, mentioned=True)
    if kind == "message":
        if event.get("subtype") == "message_changed":
            return _edit(event, team, me, outside)
        if event.get("subtype") == "message_deleted":
            return _deleted(event, team, me, outside)
        return _message(event, team, me, outside)
    if kind in ("reaction_added", "reaction_removed"):
        return _reaction(event, team, me, outside)
    if kind == "assistant_thread_started":
        return _assistant(event, team, outside)
    if kind == "member_joined_channel" and event.get("user") == me.user:
        return _joined(event, team, str(body.get("event_id", "")), me, outside)
    return None


def _team(body: Mapping[str, Any], me: Me) -> str:
    """The workspace that we are installed in. In a Slack Connect channel `team_id` may be the other organisation;
    `authorizations` names the installation for which the event was sent."""
    for authorization in body.get("authorizations") or []:
        if authorization.get("team_id"):
            return str(authorization["team_id"])
    return str(body.get("team_id") or me.team)


def _author_team(said: Mapping[str, Any], team: str, outside: bool) -> str:
    """The workspace of whoever said something. In a channel that is shared with another organisation (`outside`) it is
    what Slack names, and "" where it names none: ours is not to be guessed there."""
    named = said.get("user_team") or said.get("source_team") or said.get("team")
    return str(named) if named else "" if outside else team


def _ours_or_a_bots(message: Mapping[str, Any], me: Me) -> bool:
    return bool(message.get("bot_id")) or message.get("user") in (me.user, "USLACKBOT", None)


def _message(event: Mapping[str, Any], team: str, me: Me, outside: bool, mentioned: bool = False) -> Incoming | None:
    if event.get("subtype") not in _WRITTEN or _ours_or_a_bots(event, me):
        return None
    channel, ts, text = event["channel"], event["ts"], event.get("text") or ""
    private = _private(event)
    addressed = mentioned or private or markup.mentions(text, me.user)
    if not addressed and "thread_ts" not in event:
        return None
    return _said(
        event, team, outside, channel, ts, event_id=f"slack:{team}:{channel}:{ts}", kind="message", private=private,
        addressed=addressed, text=markup.plain(text, me.user), files=files(event.get("files")), at=moment(ts),
    )  # fmt: skip


def _edit(event: Mapping[str, Any], team: str, me: Me, outside: bool) -> Incoming | None:
    """A person's edit of the words. Slack also says message_changed for unfurled links and thread counters."""
    new, old = event["message"], event.get("previous_message") or {}
    if new.get("subtype") not in _WRITTEN or _ours_or_a_bots(new, me):
        return None
    edited, text, before = new.get("edited"), new.get("text") or "", old.get("text") or ""
    if not edited or text == before or edited.get("ts") == (old.get("edited") or {}).get("ts"):
        return None
    channel, ts, private = event["channel"], new["ts"], _private(event)
    addressed = private or markup.mentions(text, me.user)
    if not addressed and "thread_ts" not in new and not markup.mentions(before, me.user):
        return None
    return _said(
        new, team, outside, channel, ts, event_id=f"slack:{team}:{channel}:{ts}/edit/{edited['ts']}", kind="edit",
        private=private, addressed=addressed, text=markup.plain(text, me.user), files=files(new.get("files")),
        at=moment(edited["ts"]),
    )  # fmt: skip


def _deleted(event: Mapping[str, Any], team: str, me: Me, outside: bool) -> Incoming | None:
    """A person's message was deleted, by them or by an admin; Slack says what it was."""
    old, channel, ts = event.get("previous_message") or {}, event["channel"], event["deleted_ts"]
    if old.get("subtype") not in _WRITTEN or _ours_or_a_bots(old, me):
        return None
    return _said(
        old, team, outside, channel, ts, event_id=f"slack:{team}:{channel}:{ts}{DELETED}", kind="deleted",
        private=_private(event), addressed=False, at=moment(event.get("event_ts")),
    )  # fmt: skip


def _said(message: Mapping[str, Any], team: str, outside: bool, channel: str, ts: str, **own: Any) -> Incoming:
    """What was done with a person's message that stands at `ts`; `own` is what only this event knows."""
    return Incoming(
        platform="slack",
        workspace=team,
        team=_author_team(message, team, outside),
        channel=channel,
        thread=message.get("thread_ts") or ts,
        message=ts,
        user=message["user"],
        **own,
    )


def _reaction(event: Mapping[str, Any], team: str, me: Me, outside: bool) -> Incoming | None:
    item, user = event["item"], event["user"]
    if item.get("type") != "message" or event.get("item_user") != me.user or user == me.user:
        return None
    emoji = event["reaction"].split("::")[0]  # the skin tone is no opinion
    value = event["type"].removeprefix("reaction_")
    stamp = event.get("event_ts", "")
    return Incoming(
        event_id=f"slack:{team}:{item['channel']}:{item['ts']}/reaction/{user}/{emoji}/{value}/{stamp}",
        kind="reaction",
        platform="slack",
        workspace=team,
        team=_author_team(event, team, outside),
        channel=item["channel"],
        message=item["ts"],
        private=item["channel"].startswith("D"),
        user=user,
        action=_SAME_EMOJI.get(emoji, emoji),
        value=value,
        at=moment(stamp),
    )


def _assistant(event: Mapping[str, Any], team: str, outside: bool) -> Incoming:
    thread = event["assistant_thread"]
    return Incoming(
        event_id=f"slack:{team}:{thread['channel_id']}:{thread['thread_ts']}/joined",
        kind="joined",
        platform="slack",
        workspace=team,
        team="" if outside else team,
        channel=thread["channel_id"],
        thread=thread["thread_ts"],
        private=True,
        user=thread["user_id"],
        at=moment(event.get("event_ts")),
    )


def _joined(event: Mapping[str, Any], team: str, event_id: str, me: Me, outside: bool) -> Incoming:
    return Incoming(
        event_id=f"slack:{team}:{event['channel']}/joined/{event.get('event_ts') or event_id}",
        kind="joined",
        platform="slack",
        workspace=team,
        team="" if outside else team,  # whose `team` an event of joining names is ours
        channel=event["channel"],
        user=event.get("inviter") or me.user,
        at=moment(event.get("event_ts")),
    )


def _private(event: Mapping[str, Any]) -> bool:
    """A direct message. app_mention has no channel_type; the ids of direct messages start with D."""
    return event.get("channel_type") == "im" or str(event["channel"]).startswith("D")


def files(native: list[Mapping[str, Any]] | None) -> list[FileRef]:
    """The files of a message. Slack Connect gives an id alone for files that live elsewhere ("check_file_info")."""
    found = [_file(one) for one in native or [] if one.get("mode") not in _UNREADABLE]
    kinds = {one["id"]: _seen_or_heard(str(one.get("mimetype") or "")) for one in native or []}
    return [file.model_copy(update={"kind": kinds[file.id]}) if kinds[file.id] else file for file in found]


def _seen_or_heard(mimetype: str) -> str:
    """A photo, a voice note, a clip: nothing that holds readings; "" for what may."""
    kind = mimetype.partition("/")[0]
    return {"image": "picture", "audio": "sound", "video": "sound"}.get(kind, "")


def _file(native: Mapping[str, Any]) -> FileRef:
    """One file; see https://docs.slack.dev/reference/objects/file-object."""
    kind = "file"
    if native.get("mode") == "external" or native.get("is_external"):
        kind = "external"
    elif native.get("mode") == "file_access" or native.get("file_access") in ("check_file_info", "access_denied"):
        kind = "foreign"
    return FileRef(
        id=native["id"],
        name=native.get("name") or native.get("title") or native["id"],
        size=native.get("size"),
        kind=kind,
        url=native.get("url_private_download") or native.get("url_private") or "",
    )
