"""Bot API objects of what the world holds: User, Chat, Message, ChatMember (plain dicts)."""

from tests.e2e.strict_telegram.files import StoredFile
from tests.e2e.strict_telegram.world import Chat, Message, User, World

_RIGHTS = (
    "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)


def user(who: User) -> dict:
    """User."""
    found = {"id": who.id, "is_bot": who.is_bot, "first_name": who.first_name, "username": who.username}
    return found | ({"language_code": who.language_code} if who.language_code else {})


def chat(where: Chat) -> dict:
    """Chat."""
    found: dict = {"id": where.id, "type": where.type}
    if where.user:
        return found | {"first_name": where.user.first_name, "username": where.user.username}
    found["title"] = where.title
    if where.username:
        found["username"] = where.username
    return found | ({"is_forum": True} if where.is_forum else {})


def message(world: World, told: Message, depth: int = 1) -> dict:
    """Message; the one replied to is shown to a depth of one, as Telegram does."""
    found: dict = {"message_id": told.id, "from": user(told.sender), "chat": chat(told.chat), "date": int(told.date)}
    if told.edited:
        found["edit_date"] = int(told.edited)
    if told.topic:
        found |= {"message_thread_id": told.topic, "is_topic_message": True}
    if told.forwarded_from:
        found["forward_origin"] = _origin(told.forwarded_from)
    found |= _content(world, told) | _reply(world, told, depth)
    if told.keyboard:
        found["reply_markup"] = told.markup
    return found


def _origin(source: Message) -> dict:
    return {"type": "user", "date": int(source.date), "sender_user": user(source.sender)}


def _content(world: World, told: Message) -> dict:
    found: dict = dict(told.service)
    words, marks = ("caption", "caption_entities") if told.file else ("text", "entities")
    if told.text:
        found[words] = told.text
    if told.entities:
        found[marks] = [_entity(world, entity) for entity in told.entities]
    if told.file:
        found[told.file.kind] = _photo(told.file) if told.photo else document(told.file)
    if told.media_group_id:
        found["media_group_id"] = told.media_group_id
    return found


def _entity(world: World, entity: dict) -> dict:
    if entity["type"] != "text_mention" or "user_id" not in entity:
        return entity
    known = world.users.get(entity["user_id"])
    shown = user(known) if known else {"id": entity["user_id"], "is_bot": False, "first_name": ""}
    return {k: v for k, v in entity.items() if k != "user_id"} | {"user": shown}


def _reply(world: World, told: Message, depth: int) -> dict:
    found: dict = {"quote": told.quote} if told.quote else {}
    target = told.reply_to
    if target is None:
        # In a topic every message that replies to nothing carries the message that created the topic.
        root = world.find(told.chat, told.topic) if told.topic and not told.service else None
        return found | ({"reply_to_message": message(world, root, 0)} if root and depth else {})
    if target.chat.id != told.chat.id:
        shown = {"origin": _origin(target), "chat": chat(target.chat), "message_id": target.id}
        return found | {"external_reply": shown}
    return found | ({"reply_to_message": message(world, target, depth - 1)} if depth and not target.deleted else {})


def document(stored: StoredFile) -> dict:
    """Document."""
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_name": stored.name,
        "mime_type": stored.mime,
        "file_size": stored.size,
    }


def _photo(stored: StoredFile) -> list[dict]:
    """PhotoSize list, smallest first; the last is the picture itself."""
    shrink = max(1.0, max(stored.width, stored.height) / 90)
    small = {
        "file_id": f"{stored.file_id}-s",
        "file_unique_id": f"{stored.unique_id}-s",
        "file_size": min(stored.size, 1200),
        "width": max(1, round(stored.width / shrink)),
        "height": max(1, round(stored.height / shrink)),
    }
    full = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "width": stored.width,
        "height": stored.height,
    }
    return [small, full]


def member(who: User, status: str) -> dict:
    """ChatMember."""
    found: dict = {"status": status, "user": user(who)}
    if status == "administrator":
        return found | dict.fromkeys(_RIGHTS.split(), False) | {"is_anonymous": False, "can_manage_chat": True}
    if status == "creator":
        return found | {"is_anonymous": False}
    return found | ({"until_date": 0} if status == "kicked" else {})


def member_change(where: Chat, by: User, who: User, old: str, new: str, date: float) -> dict:
    """ChatMemberUpdated."""
    return {
        "chat": chat(where),
        "from": user(by),
        "date": int(date),
        "old_chat_member": member(who, old),
        "new_chat_member": member(who, new),
    }


def reaction(emojis: list[str]) -> list[dict]:
    """ReactionType list."""
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
