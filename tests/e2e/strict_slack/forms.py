"""What a person's choice becomes in a payload: actions of clicks, state.values of modals."""

from __future__ import annotations

from collections.abc import Iterator

SELECTED = {"users_select": "selected_user", "channels_select": "selected_channel", "datepicker": "selected_date",
            "conversations_select": "selected_conversation", "timepicker": "selected_time"}  # fmt: skip
SEVERAL = ("checkboxes", "multi_static_select")
SINGLE = ("static_select", "radio_buttons", "overflow")


def elements(blocks: list[dict]) -> Iterator[tuple[dict, dict]]:
    """(block, element) of everything in blocks that someone can use."""
    for block in blocks:
        candidates = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in candidates:
            if isinstance(element, dict) and element.get("type") not in ("image", "mrkdwn", "plain_text", None):
                yield block, element


def options(element: dict) -> list[dict]:
    """All options of an element, groups opened."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


def pick(element: dict, value: object) -> dict:
    """The option by its value or its text; ValueError when it is not offered."""
    for option in options(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise ValueError(f"{element.get('action_id')}: no option {value!r}")


def find(blocks: list[dict], action_id: str, value: object = None) -> tuple[dict, dict]:
    """The element that a person uses, by action_id, and by a button's value when several bear the id."""
    there = list(elements(blocks))
    for block, element in there:
        if element.get("action_id") != action_id:
            continue
        if element["type"] == "button" and value is not None and element.get("value") != value:
            continue
        return block, element
    offered = [(e.get("action_id"), e.get("value")) for _, e in there]
    raise AssertionError(f"nothing to click with action_id {action_id!r} value {value!r}; there is {offered}")


def action(block: dict, element: dict, value: object, ts: str) -> dict:
    """The entry of `actions` for a used element."""
    kind = element["type"]
    entry = {"type": kind, "action_id": element.get("action_id", ""), "block_id": block["block_id"], "action_ts": ts}
    if kind == "button":
        entry |= {"text": element["text"]} | ({"value": element["value"]} if "value" in element else {})
        return entry | ({"style": element["style"]} if "style" in element else {})
    return entry | {k: v for k, v in chosen(element, value).items() if k != "type"}


def chosen(element: dict, value: object) -> dict:
    """An element's state with a value; None means left as it was first shown."""
    kind = element["type"]
    if kind in SINGLE:
        option = element.get("initial_option") if value is None else pick(element, value)
        return {"type": kind, "selected_option": option}
    if kind in SEVERAL:
        given = element.get("initial_options", []) if value is None else [pick(element, v) for v in value]
        return {"type": kind, "selected_options": given}
    if kind in SELECTED:
        return {
            "type": kind,
            SELECTED[kind]: value or element.get(f"initial_{SELECTED[kind].removeprefix('selected_')}"),
        }
    return {"type": kind, "value": element.get("initial_value") if value is None else value}


def state(view: dict, values: dict) -> dict:
    """state.values of a modal from values by block_id or action_id; refuses what Slack's client would not submit."""
    result: dict[str, dict] = {}
    unused = set(values)
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        keys = [k for k in (block["block_id"], element["action_id"]) if k in values]
        unused -= set(keys)
        entry = chosen(element, values[keys[0]] if keys else None)
        content = next((v for k, v in entry.items() if k != "type"), None)
        if not content and not block.get("optional"):
            raise ValueError(f"{block['block_id']}: a required input is empty")
        if isinstance(content, str) and content:
            low, high = element.get("min_length", 0), element.get("max_length", 3000)
            if not low <= len(content) <= high:
                raise ValueError(f"{block['block_id']}: {len(content)} characters, {low} to {high} are allowed")
        result.setdefault(block["block_id"], {})[element["action_id"]] = entry
    if unused:
        raise ValueError(f"no input block or element {', '.join(sorted(unused))} in the view")
    return result
