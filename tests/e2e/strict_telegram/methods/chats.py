"""getChat, getChatMember, leaveChat."""

from tests.e2e.strict_telegram import render
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.state import State


@method("getChat")
def get_chat(state: State, args: dict) -> dict:
    """ChatFullInfo."""
    chat = state.world.open_chat(args.get("chat_id"))
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    found = render.chat(chat) | {"accent_color_id": 0, "max_reaction_count": 11}
    return found | {"accepted_gift_types": dict.fromkeys(gifts, False)}


@method("getChatMember")
def get_chat_member(state: State, args: dict) -> dict:
    """ChatMember."""
    chat = state.world.open_chat(args.get("chat_id"))
    who = state.world.users.get(args.get("user_id") or 0)
    if who is None:
        raise bad("user not found")
    status = chat.status if who.id == state.world.bot.id else chat.members.get(who.id, "left")
    return render.member(who, status)


@method("leaveChat")
def leave_chat(state: State, args: dict) -> bool:
    """The bot goes."""
    chat = state.world.open_chat(args.get("chat_id"))
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.status = "left"
    chat.members[state.world.bot.id] = "left"
    return True
