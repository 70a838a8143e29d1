"""reply_markup: what an inline keyboard may hold.

Source: Bot API, InlineKeyboardMarkup, InlineKeyboardButton, CopyTextButton; the numbers are in limits.py.
"""

import json
from urllib.parse import urlsplit

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.entities import units
from tests.e2e.strict_telegram.errors import bad

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = ("icon_custom_emoji_id", "style")


def checked(markup: object) -> dict | None:
    """The markup as it is kept with the message, None for no markup; refuses what Telegram refuses."""
    if markup in (None, ""):
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not any(key in markup for key in ("keyboard", "remove_keyboard", "force_reply")):
            return None
        return markup
    rows = _rows(markup["inline_keyboard"])
    if not rows:
        return None
    kept = {"inline_keyboard": rows}
    size = len(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))
    if sum(map(len, rows)) > limits.KEYBOARD_BUTTONS or size > limits.KEYBOARD_BYTES:
        raise bad("reply markup is too long")
    return kept


def _rows(given: object) -> list[list[dict]]:
    if not isinstance(given, list):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    rows = []
    for row in given:
        if not isinstance(row, list):
            raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        if len(row) > limits.KEYBOARD_ROW:
            raise bad("BUTTON_ROW_TOO_LONG")  # apps show no more than 8; real servers may cut the row silently
        rows.append([_button(button) for button in row])
    return [row for row in rows if row]


def _button(button: object) -> dict:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad("BUTTON_TEXT_INVALID")
    used = [key for key in button if key not in ("text", *_STYLES)]
    if not used:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(used) > 1 or used[0] not in _ACTIONS:
        raise bad("BUTTON_TYPE_INVALID")
    check = {"callback_data": _data, "copy_text": _copy, "url": _url}.get(used[0])
    if check:
        check(button[used[0]])
    return dict(button)


def _data(value: object) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode("utf-8")) <= limits.CALLBACK_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")


def _copy(value: object) -> None:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= units(text) <= limits.COPY_TEXT_UNITS:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _url(value: object) -> None:
    try:
        parts = urlsplit(str(value))
    except ValueError:
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL") from None
    if parts.scheme not in ("http", "https", "tg", "ton", ""):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Unsupported URL protocol")
    host = parts.netloc or parts.path
    if parts.scheme != "tg" and ("." not in host or any(c.isspace() for c in str(value))):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
