"""Making and changing the world: people, groups, topics, membership."""

import time

from tests.e2e.strict_telegram import render
from tests.e2e.strict_telegram.people import People
from tests.e2e.strict_telegram.world import Chat, User, Where


class Places(People):
    """Mixed into the server."""

    def add_user(self, name: str, language_code: str = "en", username: str = "", started: bool = True) -> User:
        """A new person; started=False: they never pressed Start, so the bot can't write to them (403)."""
        with self.state.world.lock:
            return self.state.world.add_user(name, language_code, username, started)

    def add_group(self, title: str, members: list[User]) -> Chat:
        """A basic group with the bot in it; the first member is its creator."""
        with self.state.world.lock:
            return self.state.world.add_chat("group", title, members)

    def add_supergroup(self, title: str, members: list[User], forum: bool = False, username: str = "") -> Chat:
        """A supergroup, with topics when `forum`."""
        with self.state.world.lock:
            chat = self.state.world.add_chat("supergroup", title, members, forum)
            chat.username = username
            return chat

    def add_topic(self, chat: Where, user: User, name: str) -> int:
        """Someone opens a topic; its message_thread_id (the id of the service message)."""
        with self.state.world.lock:
            where = self.state.world.chat(chat)
            assert where.is_forum, f"{where.title} has no topics"
            service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            message = self.state.world.new_message(where, user, service=service)
            message.topic = message.id
            where.topics[message.id] = name
            if self.state.world.seen_by_bot(message):
                told = render.message(self.state.world, message)
                message.update_id = self.state.updates.emit("message", told, where.id)
            return message.id

    def remove_topic(self, chat: Where, topic: int) -> None:
        """A topic is deleted with its messages; whoever writes there hears "message thread not found"."""
        with self.state.world.lock:
            where = self.state.world.chat(chat)
            del where.topics[topic]
            for message in self.state.world.messages(where):
                message.deleted = message.deleted or message.topic == topic

    def join(self, chat: Where, user: User) -> None:
        """Someone becomes a member."""
        with self.state.world.lock:
            where = self.state.world.chat(chat)
            where.members[user.id] = "member"
            self._told(user, where, service={"new_chat_members": [render.user(user)]})

    def delete(self, chat: Where, message_id: int) -> None:
        """A person deletes a message; the bot isn't told."""
        with self.state.world.lock:
            self.message(chat, message_id).deleted = True

    def add_bot(self, chat: Where, user: User) -> int | None:
        """Someone brings the bot in (again): my_chat_member, then the service message; the update's id."""
        return self._membership(chat, user, "member")

    def remove_bot(self, chat: Where, user: User) -> int | None:
        """Someone throws the bot out: my_chat_member; from now on 403."""
        return self._membership(chat, user, "kicked")

    def promote_bot(self, chat: Where, user: User, administrator: bool = True) -> int | None:
        """The bot becomes an administrator (it then sees every message and reaction), or a plain member again."""
        return self._membership(chat, user, "administrator" if administrator else "member")

    def block(self, user: User) -> int | None:
        """Someone stops the bot in their private chat: my_chat_member, then 403 for every message."""
        return self._membership(user, user, "kicked")

    def unblock(self, user: User) -> int | None:
        """Someone starts it again."""
        return self._membership(user, user, "member")

    def upgrade(self, chat: Where, announce: bool = True) -> Chat:
        """A group becomes a supergroup: the old id answers 400 with migrate_to_chat_id. `announce` sends both service
        messages."""
        world = self.state.world
        with world.lock:
            old = world.chat(chat)
            assert old.type == "group", "only basic groups are upgraded"
            people = [world.users[key] for key in old.members if key != world.bot.id]
            new = world.add_chat("supergroup", old.title, people)
            new.members |= old.members
            if announce:
                self._told(people[0], old, service={"migrate_to_chat_id": new.id})
                self._told(people[0], new, service={"migrate_from_chat_id": old.id})
            old.migrated_to = new.id
            return new

    def _membership(self, chat: Where, user: User, status: str) -> int | None:
        world = self.state.world
        with world.lock:
            where = world.chat(chat)
            old = where.status
            if where.type == "private":
                old = "kicked" if where.id in world.blocked else "member"
                (world.blocked.add if status == "kicked" else world.blocked.discard)(where.id)
            else:
                where.status = where.members[world.bot.id] = status
            told = render.member_change(where, user, world.bot, old, status, time.time())
            update_id = self.state.updates.emit("my_chat_member", told, where.id)
            if where.type != "private" and status == "member" and old in ("kicked", "left"):
                self._told(user, where, service={"new_chat_members": [render.user(world.bot)]})
            return update_id
