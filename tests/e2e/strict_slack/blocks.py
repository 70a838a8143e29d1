"""Block Kit validation of messages and modals.

Sources: docs.slack.dev/reference/block-kit/blocks/<name>-block (section, header, context, actions, divider, image,
input, rich text, table, markdown) and docs.slack.dev/reference/views/modal-views. Number of blocks: 50 in a message,
100 in a modal (reference/block-kit/blocks). Total text: docs name none; bolt-js issue 2509 measured
`msg_blocks_too_long` from about 13,200 characters, so TOTAL_TEXT is that.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.e2e.strict_slack.checks import (
    Check,
    Need,
    Report,
    anything,
    boolean,
    fields,
    items,
    one_of,
    plain,
    string,
    text,
    url,
)
from tests.e2e.strict_slack.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, element, image_source, slack_file

MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
TOTAL_TEXT = 13_200
TOTAL_MARKDOWN = 12_000
VIEW_BYTES = 250_000

Image = Callable[[dict], str | None]


def _context_item(report: Report, value: object, path: str) -> None:
    """Context holds images and text objects (docs give no length; 2000 is what Slack takes)."""
    if isinstance(value, dict) and value.get("type") == "image":
        element("image")(report, value, path)
    else:
        text(2000)(report, value, path)


def _markdown(report: Report, value: object, path: str) -> None:
    """Markdown blocks: 12,000 characters in all of them together."""
    string(TOTAL_MARKDOWN, 1)(report, value, path)
    if isinstance(value, str):
        report.markdown += len(value)
        report.texts += len(value)


def _cell(report: Report, value: object, path: str) -> None:
    """A table cell: raw_text, raw_number or rich_text."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("raw_text", "raw_number", "rich_text"):
        report.add(path, f"unsupported type: {kind}")
    elif kind == "raw_text":
        fields(report, value, path, {"text": Need(string(TOTAL_TEXT, 1))})
        report.texts += len(value.get("text") or "")


def _rich(report: Report, value: object, path: str) -> None:
    """Rich text is looked at loosely: a list of objects with a known type."""
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in kinds:
        report.add(path, f"unsupported type: {kind}")


BLOCKS: dict[str, dict[str, Check | Need]] = {
    "section": {
        "text": text(3000),
        "fields": items(text(2000), 1, 10),
        "accessory": element(*IN_SECTION),
        "expand": boolean,
    },
    "header": {"text": Need(plain(150)), "level": anything},
    "divider": {},
    "context": {"elements": Need(items(_context_item, 1, 10))},
    "actions": {"elements": Need(items(element(*IN_ACTIONS), 1, 25))},
    "image": {
        "alt_text": Need(string(2000, 1)),
        "title": plain(2000),
        "image_url": url,
        "slack_file": slack_file,
    },
    "input": {
        "label": Need(plain(2000)),
        "element": Need(element(*IN_INPUT)),
        "hint": plain(2000),
        "optional": boolean,
        "dispatch_action": boolean,
    },
    "rich_text": {"elements": Need(items(_rich, 0, 500))},
    "table": {"rows": Need(items(items(_cell, 1, 20), 1, 100)), "column_settings": items(anything, 0, 20)},
    "markdown": {"text": Need(_markdown)},
}
ONLY_MODAL = {"input"}
ONLY_MESSAGE = {"table", "markdown"}


def _block_id(report: Report, value: object, path: str) -> None:
    string(255, 1)(report, value, path)
    if isinstance(value, str):
        if value in report.block_ids:
            report.add(path, f"block_id {value!r} already exists")
        report.block_ids.add(value)


def _block(report: Report, value: object, path: str) -> None:
    """One block: known type, allowed here, its own rules, and the rules across its fields."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in BLOCKS:
        report.add(path, f"unsupported type: {kind}")
        return
    if kind in (ONLY_MODAL if report.surface == "message" else ONLY_MESSAGE):
        report.add(path, f"unsupported type: {kind} in a {report.surface}")
        return
    if not report.ids_per_message:
        report.action_ids = set()
    fields(report, value, path, {**BLOCKS[kind], "block_id": _block_id})
    if kind == "section" and not (value.get("text") or value.get("fields")):
        report.add(path, "missing required field: text or fields")
    if kind == "image":
        image_source(report, value, path)
    report.has_input |= kind == "input"
    report.tables += kind == "table"
    if report.tables > 1:
        report.add(path, "only_one_table_allowed")


def check_message(blocks: object, image: Image, ids_per_message: bool = True) -> tuple[str | None, list[str]]:
    """(Slack's error code or None, what response_metadata.messages says) for a message's blocks."""
    if not isinstance(blocks, list):
        return "invalid_blocks_format", ["[ERROR] must provide an array [json-pointer:/blocks]"]
    report = Report("message", image, ids_per_message)
    items(_block, 0, MESSAGE_BLOCKS)(report, blocks, "/blocks")
    if report.markdown > TOTAL_MARKDOWN:
        report.add("/blocks", f"markdown blocks hold more than {TOTAL_MARKDOWN} characters together")
    if report.problems:
        return "invalid_blocks", report.problems
    if report.texts > TOTAL_TEXT:
        return "msg_blocks_too_long", [f"[ERROR] {report.texts} characters in all blocks [json-pointer:/blocks]"]
    return None, []


VIEW = {
    "title": Need(plain(24)),
    "blocks": Need(items(_block, 1, MODAL_BLOCKS)),
    "submit": plain(24),
    "close": plain(24),
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
    "type": one_of("modal"),
}


def check_view(view: object, image: Image, ids_per_message: bool = True) -> tuple[str | None, list[str]]:
    """(Slack's error code or None, messages) for a modal. views.* answer `invalid_arguments` for a bad view."""
    report = Report("modal", image, ids_per_message)
    if not isinstance(view, dict):
        return "invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"]
    if view.get("type") != "modal":
        report.add("/view/type", f"unsupported type: {view.get('type')}")
    fields(report, view, "/view", VIEW)
    if report.has_input and not view.get("submit"):
        report.add("/view", "missing required field: submit, there is an input block")
    if report.problems:
        return "invalid_arguments", report.problems
    if len(json.dumps(view)) > VIEW_BYTES:
        return "view_too_large", ["[ERROR] view is larger than 250 kB [json-pointer:/view]"]
    return None, []
