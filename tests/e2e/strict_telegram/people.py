"""What people do: they write, send files, edit, react, press buttons, add the bot and throw it out."""

import time

from tests.e2e.strict_telegram import entities as ent
from tests.e2e.strict_telegram import limits, render
from tests.e2e.strict_telegram.images import dimensions
from tests.e2e.strict_telegram.looking import Looking
from tests.e2e.strict_telegram.state import Query
from tests.e2e.strict_telegram.world import Chat, Message, User, Where, Which


class People(Looking):
    """Mixed into the server. A `chat` may be a Chat, a User (their private chat) or an id; a message or its id."""

    def say(
        self,
        chat: Where,
        user: User,
        text: str,
        reply_to: Which | None = None,
        topic: int | None = None,
        quote: str | None = None,
    ) -> Message:
        """Someone writes; `update_id` of the message is None when the bot can't see it (privacy mode)."""
        assert text.strip(), "an app sends no empty text"
        assert ent.units(text) <= limits.TEXT_UNITS, "an app would split this text"
        with self.state.world.lock:
            place = self._place(chat, user, reply_to, topic, quote)
            return self._told(user, text=text, entities=ent.found_in(text), **place)

    def send_file(
        self,
        chat: Where,
        user: User,
        name: str,
        data: bytes | None,
        caption: str | None = None,
        reply_to: Which | None = None,
        media_group_id: str | None = None,
        kind: str = "document",
        size: int | None = None,
        topic: int | None = None,
    ) -> Message:
        """Someone sends a document or a photo. A big file: data None and its size in bytes."""
        assert kind in ("document", "photo"), kind
        assert kind == "document" or dimensions(data or b""), "an app sends only pictures as photos"
        text = caption or ""
        assert ent.units(text) <= limits.CAPTION_UNITS, "an app would cut this caption"
        with self.state.world.lock:
            place = self._place(chat, user, reply_to, topic, None)
            stored = self.state.world.files.add(kind, name, data, size)
            fields = {"text": text, "entities": ent.found_in(text), "media_group_id": media_group_id or ""}
            return self._told(user, file=stored, **fields, **place)

    def album(
        self,
        chat: Where,
        user: User,
        files: list[tuple[str, bytes]],
        caption: str | None = None,
        kind: str = "document",
        reply_to: Which | None = None,
        topic: int | None = None,
    ) -> list[Message]:
        """Several files at once: one update for each, sharing media_group_id, the caption on the first."""
        assert len(files) in limits.ALBUM, "an album has 2 to 10 items"
        with self.state.world.lock:
            group = self.state.unique()
            return [
                self.send_file(chat, user, name, data, caption if first else None, reply_to, group, kind, topic=topic)
                for first, (name, data) in zip([True] + [False] * (len(files) - 1), files, strict=True)
            ]

    def edit(self, chat: Where, message: Which, text: str) -> int | None:
        """The author changes a text or a caption; the id of the update edited_message."""
        world = self.state.world
        with world.lock:
            found = self.message(chat, message)
            assert found.sender.id != world.bot.id, "people can't edit the bot's messages"
            found.text, found.entities, found.edited = text, ent.found_in(text), time.time()
            found.keep_version(found.edited)
            if not world.seen_by_bot(found):
                return None
            return self.state.updates.emit("edited_message", render.message(world, found), found.chat.id)

    def react(self, chat: Where, user: User, message: Which, emoji: str | list[str] | None) -> int | None:
        """Someone's reaction becomes this emoji (None takes it away); the update's id. None when the bot isn't told:
        it must ask for message_reaction and, in groups, be an administrator (Update.message_reaction)."""
        world = self.state.world
        wanted = [emoji] if isinstance(emoji, str) else list(emoji or [])
        wanted = [each.removesuffix("\ufe0f") for each in wanted]
        assert all(each in limits.REACTIONS for each in wanted), f"no reaction of Telegram's: {wanted}"
        with world.lock:
            found = self.message(chat, message)
            old, found.reactions[user.id] = found.reactions.get(user.id, []), wanted
            told = {"chat": render.chat(found.chat), "message_id": found.id, "user": render.user(user)}
            told |= {"date": int(time.time()), "old_reaction": render.reaction(old)}
            told["new_reaction"] = render.reaction(wanted)
            if found.chat.type != "private" and found.chat.status != "administrator":
                return None
            return self.state.updates.emit("message_reaction", told, found.chat.id)

    def tap(self, chat: Where, user: User, message: Which, button: str) -> Query:
        """Someone presses a button, named by callback_data or by its text, on the keyboard as it stands now."""
        world = self.state.world
        with world.lock:
            found = self.message(chat, message)
            buttons = [each for row in found.keyboard for each in row]
            pressed = [b for b in buttons if button in (b.get("callback_data"), b["text"])]
            assert pressed, f"no button {button!r} on message {found.id}; there are {found.buttons}"
            assert "callback_data" in pressed[0], f"{button!r} does nothing that the bot would hear of: {pressed[0]}"
            assert user.id in found.chat.members, f"{user.first_name} isn't in this chat"
            query = Query(self.state.unique(), user, found, pressed[0]["callback_data"])
            self.state.queries[query.id] = query
            told = {"id": query.id, "from": render.user(user), "message": render.message(world, found)}
            told |= {"chat_instance": str(abs(found.chat.id) * 31 % 10**18), "data": query.data}
            query.update_id = self.state.updates.emit("callback_query", told, found.chat.id)
            return query

    def repeat(self, update: int | Message | Query) -> None:
        """Telegram delivers an update again, under the same update_id, even a confirmed one."""
        with self.state.world.lock:
            update_id = update if isinstance(update, int) else update.update_id
            assert update_id is not None, "the bot wasn't told of it"
            self.state.updates.repeat(update_id)

    def _place(self, chat: Where, user: User, reply_to: Which | None, topic: int | None, quote: str | None) -> dict:
        where = self.state.world.chat(chat)
        assert user.id in where.members, f"{user.first_name} isn't in {where.title or 'this private chat'}"
        assert where.id not in self.state.world.blocked, "who blocked the bot can't write to it"
        where.started = True
        target = None if reply_to is None else self.message(where, reply_to)
        if topic is None:
            topic = target.topic if target else 0
        assert not topic or topic in where.topics, f"no topic {topic} in {where.title}"
        assert quote is None or (target and quote in target.text), "the quote isn't in the message replied to"
        if quote is not None:
            position = ent.units(target.text[: target.text.find(quote)])
            quote = {"text": quote, "position": position, "is_manual": True}
        return {"chat": where, "reply_to": target, "topic": topic, "quote": quote}

    def _told(self, user: User, chat: Chat, **fields: object) -> Message:
        world = self.state.world
        message = world.new_message(chat, user, **fields)
        if world.seen_by_bot(message):
            message.update_id = self.state.updates.emit("message", render.message(world, message), chat.id)
        return message
