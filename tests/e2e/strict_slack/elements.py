"""Rules for Block Kit elements and composition objects.

Sources, all at docs.slack.dev/reference/block-kit: block-elements/<name>-element (button, checkboxes, image, overflow
menu, plain-text input, radio button group, select menu, multi-select menu), composition-objects/option-object,
option-group-object, confirmation-dialog-object, slack-file-object.
"""

from __future__ import annotations

from tests.e2e.strict_slack.checks import (
    Check,
    Need,
    Report,
    anything,
    boolean,
    fields,
    items,
    number,
    one_of,
    plain,
    string,
    text,
    url,
)


def action_id(report: Report, value: object, path: str) -> None:
    """At most 255 characters, and not given twice (in the message, or in its block: Report.ids_per_message)."""
    string(255, 1)(report, value, path)
    if isinstance(value, str):
        if value in report.action_ids:
            report.add(path, f"action_id {value!r} already exists")
        report.action_ids.add(value)


def confirm(report: Report, value: object, path: str) -> None:
    """Confirmation dialog: title 100, text 300, confirm and deny 30."""
    rules = {"title": Need(plain(100)), "text": Need(text(300)), "confirm": Need(plain(30)), "deny": Need(plain(30))}
    fields(report, value, path, {**rules, "style": one_of("primary", "danger")})


def option(*kinds: str, with_url: bool = False) -> Check:
    """An option: text 75, value 150, description 75; url only in overflow menus."""

    def check(report: Report, value: object, path: str) -> None:
        rules: dict = {"text": Need(text(75, *kinds)), "value": Need(string(150)), "description": text(75, *kinds)}
        fields(report, value, path, {**rules, **({"url": url} if with_url else {})})

    return check


PLAIN_OPTION = option("plain_text")
ANY_OPTION = option("plain_text", "mrkdwn")


def option_group(report: Report, value: object, path: str) -> None:
    """An option group: label 75, at most 100 options."""
    fields(report, value, path, {"label": Need(plain(75)), "options": Need(items(PLAIN_OPTION, 1, 100))})


def slack_file(report: Report, value: object, path: str) -> None:
    """An image of this workspace by exactly one of id and url (docs: Slack file object)."""
    if not fields(report, value, path, {"id": string(255), "url": string(3000)}):
        return
    if ("id" in value) == ("url" in value):
        report.add(path, "provide exactly one of id, url")
        return
    wrong = report.image(value)
    if wrong:
        report.add(path, f"invalid slack file: {wrong}")


def image_source(report: Report, value: dict, path: str) -> None:
    """Exactly one of image_url and slack_file."""
    if ("image_url" in value) == ("slack_file" in value):
        report.add(path, "provide exactly one of image_url, slack_file")


COMMON = {"action_id": action_id, "focus_on_load": boolean, "confirm": confirm}
MENU = {**COMMON, "placeholder": plain(150)}
STATIC = {**MENU, "options": items(PLAIN_OPTION, 1, 100), "option_groups": items(option_group, 1, 100)}
INPUT = {"action_id": action_id, "focus_on_load": boolean, "placeholder": plain(150), "initial_value": string(3000),
         "dispatch_action_config": anything}  # fmt: skip

ELEMENTS: dict[str, dict] = {
    "button": {
        "action_id": action_id,
        "text": Need(plain(75)),
        "value": string(2000),
        "url": url,
        "style": one_of("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": string(75),
    },
    "image": {"alt_text": Need(string(2000, 1)), "image_url": url, "slack_file": slack_file},
    "static_select": {**STATIC, "initial_option": PLAIN_OPTION},
    "multi_static_select": {
        **STATIC,
        "initial_options": items(PLAIN_OPTION, 1, 100),
        "max_selected_items": number(1, 100),
    },
    "users_select": {**MENU, "initial_user": string(30)},
    "channels_select": {**MENU, "initial_channel": string(30), "response_url_enabled": boolean},
    "conversations_select": {
        **MENU,
        "initial_conversation": string(30),
        "default_to_current_conversation": boolean,
        "response_url_enabled": boolean,
        "filter": anything,
    },
    "overflow": {
        "action_id": action_id,
        "options": Need(items(option("plain_text", with_url=True), 2, 5)),
        "confirm": confirm,
    },
    "radio_buttons": {**COMMON, "options": Need(items(ANY_OPTION, 1, 10)), "initial_option": ANY_OPTION},
    "checkboxes": {**COMMON, "options": Need(items(ANY_OPTION, 1, 10)), "initial_options": items(ANY_OPTION, 1, 10)},
    "datepicker": {**MENU, "initial_date": string(10)},
    "timepicker": {**MENU, "initial_time": string(5), "timezone": string(100)},
    "plain_text_input": {
        **INPUT,
        "multiline": boolean,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
    },
    "email_text_input": INPUT,
    "url_text_input": INPUT,
    "number_input": {**INPUT, "is_decimal_allowed": Need(boolean), "min_value": string(30), "max_value": string(30)},
}

PICKERS = ("static_select", "users_select", "channels_select", "conversations_select", "datepicker", "timepicker")
CHOICES = ("radio_buttons", "checkboxes")
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
IN_ACTIONS = ("button", "overflow", *PICKERS, *CHOICES)
IN_SECTION = ("image", "multi_static_select", *IN_ACTIONS)
IN_INPUT = (*TYPED, "multi_static_select", *PICKERS, *CHOICES)


def element(*allowed: str) -> Check:
    """An element whose type is one of the allowed."""

    def check(report: Report, value: object, path: str) -> None:
        if not isinstance(value, dict):
            report.add(path, "must provide an object")
            return
        kind = value.get("type")
        if kind not in allowed:
            report.add(path, f"unsupported type: {kind}")
            return
        fields(report, value, path, ELEMENTS[kind])
        if kind == "image":
            image_source(report, value, path)
        if kind in ("static_select", "multi_static_select") and ("options" in value) == ("option_groups" in value):
            report.add(path, "provide exactly one of options, option_groups")
        _initial_is_an_option(report, value, path)

    return check


def _initial_is_an_option(report: Report, value: dict, path: str) -> None:
    """An initial option has to be one of the options."""
    offered = [o.get("value") for o in value.get("options") or [] if isinstance(o, dict)]
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options") or []
    for one in chosen if offered else []:
        if isinstance(one, dict) and one.get("value") not in offered:
            report.add(path, f"initial option {one.get('value')!r} not in options")
