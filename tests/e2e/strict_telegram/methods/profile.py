"""getMe, the menu of commands, descriptions.

Bot API: "setMyCommands", "BotCommandScope", "setMyDescription", "setMyShortDescription".
"""

import json
import re

from tests.e2e.strict_telegram import limits, render
from tests.e2e.strict_telegram.entities import units
from tests.e2e.strict_telegram.errors import bad
from tests.e2e.strict_telegram.methods.registry import method
from tests.e2e.strict_telegram.state import State

_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@method("getMe")
def get_me(state: State, args: dict) -> dict:
    """The bot, with what only getMe tells."""
    me = render.user(state.world.bot) | {"can_join_groups": True, "supports_inline_queries": False}
    me["can_read_all_group_messages"] = not state.world.privacy
    return me | {"can_connect_to_business": False, "has_main_web_app": False}


@method("setMyCommands")
def set_my_commands(state: State, args: dict) -> bool:
    """The menu for one scope and language."""
    place, commands = _place(state, args), args.get("commands")
    if not isinstance(commands, list) or not all(isinstance(each, dict) for each in commands):
        raise bad("can't parse commands JSON object")
    if len(commands) > limits.COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not limits.COMMAND_NAME.fullmatch(str(each.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if units(str(each.get("description", "")).strip()) not in limits.COMMAND_DESCRIPTION:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    state.commands[place] = [
        {"command": each["command"].removeprefix("/"), "description": each["description"]} for each in commands
    ]
    return True


@method("getMyCommands")
def get_my_commands(state: State, args: dict) -> list[dict]:
    """What setMyCommands kept; empty when nothing is set for that scope and language."""
    return state.commands.get(_place(state, args), [])


@method("deleteMyCommands")
def delete_my_commands(state: State, args: dict) -> bool:
    """Takes the menu of one scope and language away."""
    state.commands.pop(_place(state, args), None)
    return True


@method("setMyDescription")
def set_my_description(state: State, args: dict) -> bool:
    """What an empty chat with the bot shows: 0-512 characters."""
    return _describe(state, args, "description", limits.DESCRIPTION_UNITS)


@method("setMyShortDescription")
def set_my_short_description(state: State, args: dict) -> bool:
    """What the profile page shows: 0-120 characters."""
    return _describe(state, args, "short_description", limits.SHORT_DESCRIPTION_UNITS)


def _describe(state: State, args: dict, which: str, most: int) -> bool:
    text = str(args.get(which) or "")
    if units(text) > most:
        raise bad("DESCRIPTION_TOO_LONG" if which == "description" else "ABOUT_TOO_LONG")
    state.descriptions[(which, _language(args))] = text
    return True


def _language(args: dict) -> str:
    language = str(args.get("language_code") or "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("LANG_CODE_INVALID")
    return language


def _place(state: State, args: dict) -> tuple[str, str]:
    scope = args.get("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    for name in _SCOPES[kind]:
        if scope.get(name) in (None, ""):
            raise bad(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    if "chat_id" in _SCOPES[kind]:
        state.world.open_chat(scope["chat_id"])
    key = kind if not _SCOPES[kind] else json.dumps({k: scope[k] for k in ("type", *_SCOPES[kind])})
    return key, _language(args)
