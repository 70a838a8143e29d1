"""Form and Sheet -> Slack's modals. Pure functions.

Limits: title, submit and close 24 characters, 100 blocks, private_metadata 3000 and callback_id 255
(docs.slack.dev/reference/views/modal-views), label and hint 2000 (.../input-block), 10 radio buttons, 100 options of
75 + 75 characters (.../option-object), 250 kB a view.
"""

from __future__ import annotations

from collections import Counter

from bot.outlet import Place
from bot.reply import Choice, Field_, Form, Sheet
from bot.slack.fitting import cost, cut, shortened
from bot.slack.interactions import Origin
from bot.slack.markup import escape
from bot.slack.render import Native, buttons, plain_text, texts
from bot.slack.wording import say

TITLE = 24
BLOCKS = 100
OPTION = 75
LABEL = 2000
RADIOS = 10
OPTIONS = 100
TOGETHER = 40_000  # characters of a sheet: below 250 kB also when JSON writes every one as \uXXXX


def form_view(form: Form, place: Place) -> Native:
    """The modal of a form; its callback_id is the form's action, block_id and action_id are the fields' keys."""
    return {
        "type": "modal",
        "callback_id": form.action,
        "private_metadata": _origin(place, form.value),
        "title": _label(form.title, TITLE),
        "submit": _label(form.submit, TITLE),
        "close": _label(form.cancel, TITLE),
        "blocks": [_input(field) for field in form.fields],
    }


def sheet_view(sheet: Sheet, place: Place) -> Native:
    """The modal of a sheet; what doesn't fit is said in words at its end."""
    blocks: list[Native] = []
    left, used = TOGETHER, Counter[str]()
    for section in sheet.sections:
        made: list[Native] = [{"type": "section", "text": plain_text(escape(text))} for text in texts(section.text)]
        actions = buttons(section.buttons, used)
        if len(made) == 1 and len(section.buttons) == 1:  # one line, one button: side by side
            made[0]["accessory"] = actions.pop()["elements"][0]
        if len(blocks) + len(made) + len(actions) > BLOCKS - 1 or cost(section.text) > left:
            blocks.append({"type": "section", "text": plain_text(escape(say("sheet_rest", sheet.lang)))})
            break
        blocks += made + actions
        left -= cost(section.text)
    return {
        "type": "modal",
        "callback_id": "sheet",
        "private_metadata": _origin(place, ""),
        "title": _label(sheet.title, TITLE),
        "close": _label(sheet.close, TITLE),
        "blocks": blocks or [{"type": "section", "text": plain_text("…")}],
    }


def _label(text: str, room: int) -> Native:
    return plain_text(shortened(text, room) or "…")


def _origin(place: Place, value: str) -> str:
    origin = Origin(
        channel=place.channel, thread=place.thread, message=place.reply_to, value=value, private=place.private
    )
    return origin.model_dump_json()


def _input(field: Field_) -> Native:
    native: Native = {
        "type": "input",
        "block_id": field.key,
        "label": _label(field.label, LABEL),
        "optional": field.optional,
        "element": _choices(field) if field.choices else _free(field),
    }
    if field.hint:
        native["hint"] = _label(field.hint, LABEL)
    return native


def _free(field: Field_) -> Native:
    return {"type": "plain_text_input", "action_id": field.key, "multiline": field.long, "max_length": 3000}


def _choices(field: Field_) -> Native:
    kind = "radio_buttons" if len(field.choices) <= RADIOS else "static_select"
    return {"type": kind, "action_id": field.key, "options": [_option(one) for one in field.choices[:OPTIONS]]}


def _option(choice: Choice) -> Native:
    """A choice; a label that is too long for the option goes on in its description."""
    if cost(choice.label) <= OPTION:
        return {"text": _label(choice.label, OPTION), "value": choice.value}
    head, rest = cut(choice.label, OPTION)
    return {
        "text": plain_text(escape(head)),
        "description": _label(rest, OPTION),
        "value": choice.value,
    }
