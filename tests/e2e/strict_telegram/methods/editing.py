"""editMessageText, editMessageCaption, editMessageReplyMarkup, deleteMessage.

Bot API, "Updating messages": only messages that the bot sent, without reply_markup or with an inline keyboard. An edit
without reply_markup takes the keyboard away.
"""

import time

from tests.e2e.strict_telegram import limits, markup, render
from tests.e2e.strict_telegram.errors import NOT_MODIFIED, bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.methods.shaping import caption, message_text
from tests.e2e.strict_telegram.state import State
from tests.e2e.strict_telegram.world import Message


@method("editMessageText")
def edit_message_text(state: State, args: dict) -> dict:
    """Another text."""
    message = _own(state, args)
    text, entities = message_text(args, too_long="MESSAGE_TOO_LONG")
    if message.file:
        raise bad("there is no text in the message to edit")
    return _change(state, message, text, entities, markup.checked(args.get("reply_markup")))


@method("editMessageCaption")
def edit_message_caption(state: State, args: dict) -> dict:
    """Another caption."""
    message = _own(state, args)
    text, entities = caption(args)
    if not message.file:
        raise bad("there is no caption in the message to edit")
    return _change(state, message, text, entities, markup.checked(args.get("reply_markup")))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(state: State, args: dict) -> dict:
    """Another keyboard, or none."""
    message = _own(state, args)
    return _change(
        state, message, message.text, message.entities, markup.checked(args.get("reply_markup")), shown=False
    )


@method("deleteMessage")
def delete_message(state: State, args: dict) -> bool:
    """Own messages anywhere, everything in private chats, others' as an administrator; for 48 hours."""
    chat = state.world.open_chat(args.get("chat_id"))
    message = state.world.find(chat, args.get("message_id"))
    if message is None:
        raise bad("message to delete not found")
    own = message.sender.id == state.world.bot.id
    late = time.time() - message.date > limits.DELETE_SECONDS and chat.status != "administrator"
    if late or not (own or chat.type == "private" or chat.status == "administrator"):
        raise bad("message can't be deleted")
    message.deleted = True
    return True


def _own(state: State, args: dict) -> Message:
    if args.get("inline_message_id"):
        raise bad("inline messages are not part of this local server")
    chat = state.world.open_chat(args.get("chat_id"))
    if not args.get("message_id"):
        raise bad("message identifier is not specified")
    message = state.world.find(chat, args["message_id"])
    if message is None:
        raise bad("message to edit not found")
    foreign = message.sender.id != state.world.bot.id or message.service or message.forwarded_from
    if foreign or (message.markup and not message.keyboard):
        raise bad("message can't be edited")
    return message


def _change(
    state: State, message: Message, text: str, entities: list[dict], keyboard: dict | None, shown: bool = True
) -> dict:
    """Makes the edit; `shown` sets the edit date, which a change of buttons alone doesn't."""
    if keyboard and "inline_keyboard" not in keyboard:
        raise bad("inline keyboard expected")
    if (message.text, message.entities, message.markup) == (text, entities, keyboard):
        raise bad(NOT_MODIFIED)
    message.text, message.entities, message.markup = text, entities, keyboard
    now = time.time()
    message.edited = now if shown else message.edited
    message.keep_version(now)
    return render.message(state.world, message)
