"""Native event in: a telegram.Update becomes the Incomings that it means (none when it is nothing to us).

Pure functions. `me` is the bot's own user: it tells what is addressed to us and makes event ids unique.
"""

from __future__ import annotations

import mimetypes

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.incoming import FileRef, Incoming, Kind
from bot.telegram.spans import Said, read
from workers.contracts import Lang

COMMANDS = ("start", "help", "status", "digest", "models", "kb", "language", "stop", "ask")
THUMBS = {"👍": "+1", "👎": "-1"}
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def translate(update: telegram.Update, me: telegram.User) -> list[Incoming]:
    """What an update means to us."""
    if update.message is not None:
        return _written(update.message, me, "message")
    if update.edited_message is not None:
        return _written(update.edited_message, me, "edit")
    if update.callback_query is not None:
        return _pressed(update.callback_query, me)
    if update.message_reaction is not None:
        return _reacted(update.message_reaction, me, update.update_id)
    if update.my_chat_member is not None:
        return _joined(update.my_chat_member, me, update.update_id)
    return []


def _written(message: telegram.Message, me: telegram.User, kind: Kind) -> list[Incoming]:
    author = message.from_user
    event_id = f"telegram:{me.id}:{message.chat.id}:{message.message_id}"
    if message.migrate_to_chat_id is not None and kind == "message":
        return [_migrated(message, event_id)]
    if author is None or author.is_bot or message.is_automatic_forward or message.chat.type == ChatType.CHANNEL:
        return []
    said, files, answered = read(message, me), _files(message), _answered(message)
    if said.elsewhere or not (said.text or said.command or said.named or files):
        return []
    private = message.chat.type == ChatType.PRIVATE
    to_us = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    at = message.date
    if said.command:
        if not (private or said.named or said.command in COMMANDS):
            return []  # in a group: some other bot's
        if said.command != "ask" and kind == "edit":
            return []  # a command is given once
        if said.command != "ask":
            kind = "command"
    if message.edit_date is not None and kind == "edit":
        at = message.edit_date
        event_id += f"/edit/{int(at.timestamp())}"
    addressed = private or to_us or said.named or bool(said.command)
    if addressed and not files and answered is not None and not to_us:
        files = _files(answered)  # "@andon why?" as a reply to somebody's file
    return [
        Incoming(
            event_id=event_id,
            kind=kind,
            platform="telegram",
            channel=str(message.chat.id),
            thread=_topic(message),
            message=str(message.message_id),
            private=private,
            user=str(author.id),
            user_name=author.full_name,
            lang=_lang(author),
            addressed=addressed,
            text=said.text,
            files=files,
            album=f"telegram:{message.chat.id}:{message.media_group_id}" if message.media_group_id else "",
            reply_to=str(answered.message_id) if answered is not None else "",
            quote=message.quote.text if message.quote is not None and answered is not None else "",
            action=_action(said, kind),
            at=at,
        )
    ]


def _action(said: Said, kind: Kind) -> str:
    return said.command if kind == "command" else ""


def _answered(message: telegram.Message) -> telegram.Message | None:
    """The message that this one replies to. In a forum topic every message "replies" to the one that opened the
    topic: that is no reply."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    return answered


def _topic(message: telegram.Message) -> str:
    """The forum topic. Outside forums message_thread_id is a mere chain of replies."""
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""


def _files(message: telegram.Message) -> list[FileRef]:
    """What hangs on a message. Stickers, places, contacts and polls are not files."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return [FileRef(id=largest.file_id, name="photo.jpg", size=largest.file_size, kind="picture")]
    media = message.animation or message.document or message.video or message.audio
    if media is not None:
        name = media.file_name or _named(type(media).__name__, media.mime_type)
        heard = message.audio is not None or message.video is not None
        kind = "sound" if heard else "picture" if (media.mime_type or "").startswith("image/") else "file"
        return [FileRef(id=media.file_id, name=name, size=media.file_size, kind=kind)]
    if message.voice is not None:
        return [FileRef(id=message.voice.file_id, name="voice.ogg", size=message.voice.file_size, kind="sound")]
    if message.video_note is not None:
        return [
            FileRef(id=message.video_note.file_id, name="video.mp4", size=message.video_note.file_size, kind="sound")
        ]
    return []


def _named(what: str, mime: str | None) -> str:
    return what.lower() + (mimetypes.guess_extension(mime or "") or "")


def _migrated(message: telegram.Message, event_id: str) -> Incoming:
    """The group became a supergroup: from now on it is another chat."""
    author = message.from_user
    return Incoming(
        event_id=event_id,
        kind="joined",
        platform="telegram",
        channel=str(message.chat.id),
        message=str(message.message_id),
        user=str(author.id) if author is not None else "",
        user_name=author.full_name if author is not None else "",
        addressed=False,
        action="migrated",
        value=str(message.migrate_to_chat_id),
        at=message.date,
    )


def _pressed(query: telegram.CallbackQuery, me: telegram.User) -> list[Incoming]:
    """A button. Its message may be too old to be shown to bots (InaccessibleMessage): chat and id are still there."""
    message = query.message
    if message is None or query.data is None:  # an inline message or a game: never ours
        return []
    action, _, value = query.data.partition(":")
    return [
        Incoming(
            event_id=f"telegram:{me.id}:callback:{query.id}",
            kind="press",
            platform="telegram",
            channel=str(message.chat.id),
            thread=_topic(message) if isinstance(message, telegram.Message) else "",
            message=str(message.message_id),
            private=message.chat.type == ChatType.PRIVATE,
            user=str(query.from_user.id),
            user_name=query.from_user.full_name,
            lang=_lang(query.from_user),
            action=action,
            value=value,
            ticket=query.id,
        )
    ]


def _reacted(change: telegram.MessageReactionUpdated, me: telegram.User, update_id: int) -> list[Incoming]:
    """What was taken off and what was put on; anonymous people (no user) and custom emoji are nothing to us."""
    user = change.user
    if user is None or user.is_bot:
        return []
    before, after = _emoji(change.old_reaction), _emoji(change.new_reaction)
    changes = [(e, "removed") for e in before if e not in after] + [(e, "added") for e in after if e not in before]
    base = f"telegram:{me.id}:update:{update_id}"
    return [
        Incoming(
            event_id=base if place == 0 else f"{base}/{place}",
            kind="reaction",
            platform="telegram",
            channel=str(change.chat.id),
            message=str(change.message_id),
            private=change.chat.type == ChatType.PRIVATE,
            user=str(user.id),
            user_name=user.full_name,
            lang=_lang(user),
            action=THUMBS.get(emoji, emoji),
            value=value,
            at=change.date,
        )
        for place, (emoji, value) in enumerate(changes)
    ]


def _emoji(reactions: tuple[telegram.ReactionType, ...]) -> list[str]:
    return [str(r.emoji) for r in reactions if isinstance(r, telegram.ReactionTypeEmoji)]


def _joined(change: telegram.ChatMemberUpdated, me: telegram.User, update_id: int) -> list[Incoming]:
    """We were added to a group."""
    new, old = change.new_chat_member, change.old_chat_member
    if change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return []
    if not _inside(new) or _inside(old):
        return []
    return [
        Incoming(
            event_id=f"telegram:{me.id}:update:{update_id}",
            kind="joined",
            platform="telegram",
            channel=str(change.chat.id),
            user=str(change.from_user.id),
            user_name=change.from_user.full_name,
            lang=_lang(change.from_user),
            at=change.date,
        )
    ]


def _inside(member: telegram.ChatMember) -> bool:
    """A restricted member may be in or out."""
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.is_member
    return member.status not in OUTSIDE


def _lang(user: telegram.User) -> Lang | None:
    """The language of the person's app, where it is one of ours."""
    code = (user.language_code or "").lower()
    return "zh" if code.startswith("zh") else "en" if code.startswith("en") else None
