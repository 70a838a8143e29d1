"""sendMessage, sendChatAction."""

import time

from tests.e2e.strict_telegram import limits, markup, render
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.methods.shaping import destination, message_text
from tests.e2e.strict_telegram.state import State


@method("sendMessage")
def send_message(state: State, args: dict) -> dict:
    """Text in a chat."""
    text, entities = message_text(args)
    keyboard = markup.checked(args.get("reply_markup"))
    chat, place = destination(state, args)
    sent = state.world.new_message(chat, state.world.bot, text=text, entities=entities, markup=keyboard, **place)
    return render.message(state.world, sent)


@method("sendChatAction")
def send_chat_action(state: State, args: dict) -> bool:
    """ "typing..." for five seconds."""
    chat, place = destination(state, args)
    action = str(args.get("action") or "").lower()
    if action not in limits.CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    state.actions.append((chat, action, place["topic"], time.time()))
    return True
