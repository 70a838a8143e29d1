"""The world behind the API: people, chats, topics, messages. State and rules of visibility, no HTTP."""

import itertools
import threading
import time
from dataclasses import dataclass, field

from tests.e2e.strict_telegram import entities as ent
from tests.e2e.strict_telegram.errors import Refused, bad, forbidden
from tests.e2e.strict_telegram.files import FileStore, StoredFile


@dataclass(frozen=True)
class User:
    """A person or the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


@dataclass
class Chat:
    """A conversation; `status` is the bot's membership, `members` holds everyone's."""

    id: int
    type: str  # private, group, supergroup
    title: str = ""
    username: str = ""
    user: User | None = None  # the other side of a private chat
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    status: str = "member"  # member, administrator, left, kicked
    migrated_to: int = 0
    started: bool = True  # private: the person has pressed Start
    numbers: "itertools.count[int] | None" = None  # own message counter (supergroups)


@dataclass(frozen=True)
class Version:
    """What a message said at one time; `time` is time.time() in seconds."""

    time: float
    text: str
    entities: tuple
    keyboard: dict | None


@dataclass
class Message:
    """A message as it stands now, with the versions it went through."""

    id: int
    chat: Chat
    sender: User
    date: float
    text: str = ""  # text, or the caption when there is a file
    entities: list[dict] = field(default_factory=list)
    markup: dict | None = None
    file: StoredFile | None = None
    reply_to: "Message | None" = None
    quote: dict | None = None
    topic: int = 0  # message_thread_id
    media_group_id: str = ""
    service: dict = field(default_factory=dict)  # fields of a service message
    forwarded_from: "Message | None" = None
    edited: float = 0.0
    deleted: bool = False
    versions: list[Version] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    update_id: int | None = None  # the update that told the bot; None when the bot doesn't see it

    @property
    def keyboard(self) -> list[list[dict]]:
        """Rows of inline buttons; empty when there are none."""
        return (self.markup or {}).get("inline_keyboard", [])

    @property
    def buttons(self) -> list[str]:
        """Texts of the inline buttons, row by row."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def photo(self) -> StoredFile | None:
        """The photo, with size, width, height and data."""
        return self.file if self.file and self.file.kind == "photo" else None

    @property
    def document(self) -> StoredFile | None:
        """The document, with name, mime, size and data."""
        return self.file if self.file and self.file.kind == "document" else None

    @property
    def reply_to_id(self) -> int | None:
        """Id of the message that this one replies to."""
        return self.reply_to.id if self.reply_to else None

    def keep_version(self, now: float) -> None:
        """Remembers the present content."""
        self.versions.append(Version(now, self.text, tuple(self.entities), self.markup))


Where = Chat | User | int  # how tests name a chat; a User means their private chat
Which = Message | int  # and a message


class World:
    """All state, under one lock; `changed` wakes those who wait for something to happen."""

    def __init__(self, bot: User, privacy: bool = True):
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.bot = bot
        self.privacy = privacy
        self.files = FileStore()
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.blocked: set[int] = set()
        self._messages: dict[int, dict[int, Message]] = {}
        self._numbers = itertools.count(1)  # private chats and basic groups share the account's counter
        self._groups = itertools.count(1)
        self._people = itertools.count(1)

    def add_user(self, name: str, language: str, username: str = "", started: bool = True) -> User:
        """A person and their private chat with the bot."""
        number = next(self._people)
        user = User(5_000_000_000 + number, name, username or f"{name.lower()}_{number}", language)
        self.users[user.id] = user
        chat = Chat(user.id, "private", username=user.username, user=user, started=started)
        chat.members = {user.id: "member"}
        self.chats[chat.id] = chat
        return user

    def add_chat(self, kind: str, title: str, members: list[User], forum: bool = False) -> Chat:
        """A group (id -N) or a supergroup (id -100...), the bot in it; the first member is its creator."""
        number = next(self._groups)
        chat_id = -(1_000_000_000_000 + 2_000_000_000 + number) if kind == "supergroup" else -(4_000_000_000 + number)
        chat = Chat(chat_id, kind, title, is_forum=forum)
        chat.members = {user.id: "member" for user in members} | {self.bot.id: "member"}
        if members:
            chat.members[members[0].id] = "creator"
        if kind == "supergroup":
            chat.numbers = itertools.count(2)
        self.chats[chat.id] = chat
        return chat

    def chat(self, given: "Chat | User | int") -> Chat:
        """The chat that a test names by object, by person or by id."""
        key = given if isinstance(given, int) else given.id
        assert key in self.chats, f"no chat {given!r}"
        return self.chats[key]

    def open_chat(self, chat_id: object) -> Chat:
        """The chat that the bot names, if it may write there."""
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@")
            chat = next((c for c in self.chats.values() if c.username == name and c.type != "private"), None)
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.status == "kicked":
            raise forbidden(f"bot was kicked from the {'group' if chat.type == 'group' else 'supergroup'} chat")
        if chat.status == "left":
            raise forbidden(f"bot is not a member of the {'group' if chat.type == 'group' else 'supergroup'} chat")
        if chat.id in self.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def new_message(self, chat: Chat, sender: User, **fields: object) -> Message:
        """Stores a message under the next id of its chat."""
        number = next(chat.numbers or self._numbers)
        message = Message(number, chat, sender, time.time(), **fields)
        self._messages.setdefault(chat.id, {})[number] = message
        message.keep_version(message.date)
        return message

    def find(self, chat: Chat, message_id: int | None) -> Message | None:
        """A message that still exists."""
        found = self._messages.get(chat.id, {}).get(message_id)
        return None if found is None or found.deleted else found

    def messages(self, chat: Chat) -> list[Message]:
        """Everything that stands in a chat, in order."""
        return [m for m in self._messages.get(chat.id, {}).values() if not m.deleted]

    def seen_by_bot(self, message: Message) -> bool:
        """Privacy mode (Bots FAQ, "What messages will my bot get?"): what reaches a bot that isn't an administrator."""
        chat = message.chat
        if chat.type == "private":
            return chat.id not in self.blocked
        if chat.status not in ("member", "administrator"):
            return False
        if not self.privacy or chat.status == "administrator" or message.service:
            return True
        if message.reply_to and message.reply_to.sender.id == self.bot.id:
            return True
        return any(self._meant_for_bot(message.text, entity) for entity in message.entities)

    def _meant_for_bot(self, text: str, entity: dict) -> bool:
        piece = ent.part(text, entity).lower()
        name = f"@{self.bot.username.lower()}"
        if entity["type"] == "bot_command":
            return "@" not in piece or piece.endswith(name)
        return entity["type"] == "mention" and piece == name


def refusal_if_missing(message: Message | None, description: str) -> Message:
    """The message, or 400 with that description."""
    if message is None:
        raise Refused(400, f"Bad Request: {description}")
    return message
