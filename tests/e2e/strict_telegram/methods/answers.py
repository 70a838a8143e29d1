"""answerCallbackQuery, setMessageReaction."""

import time

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.entities import units
from tests.e2e.strict_telegram.errors import TOO_OLD, bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.state import Answer, State


@method("answerCallbackQuery")
def answer_callback_query(state: State, args: dict) -> bool:
    """Once for every press, and soon: the app shows a progress bar until then (CallbackQuery, note)."""
    query = state.queries.get(str(args.get("callback_query_id") or ""))
    seconds = time.monotonic() - query.created if query else 0.0
    if query is None or query.answer or seconds > state.callback_seconds:
        raise bad(TOO_OLD)
    text = str(args.get("text") or "")
    if units(text) > limits.CALLBACK_ANSWER_UNITS:
        raise bad("MESSAGE_TOO_LONG")
    alert, url = bool(args.get("show_alert")), str(args.get("url") or "")
    query.answer = Answer(query.id, text, alert, url, time.time(), seconds)
    return True


@method("setMessageReaction")
def set_message_reaction(state: State, args: dict) -> bool:
    """At most one emoji of the allowed list; bots can't use more (setMessageReaction.reaction)."""
    chat = state.world.open_chat(args.get("chat_id"))
    message = state.world.find(chat, args.get("message_id"))
    if message is None:
        raise bad("message to react not found")
    wanted = args.get("reaction") or []
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise bad("can't parse reaction types JSON object")
    emojis = [str(each.get("emoji", "")).removesuffix("\ufe0f") for each in wanted]
    if len(emojis) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(emoji not in limits.REACTIONS for emoji in emojis) or message.service:
        raise bad("REACTION_INVALID")
    message.reactions[state.world.bot.id] = emojis
    state.bot_reactions.append((chat, message.id, emojis))
    return True
