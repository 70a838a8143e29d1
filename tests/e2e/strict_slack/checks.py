"""The small checks that Block Kit rules are built from; each adds what it finds to a Report.

Wording and JSON pointers follow what Slack puts in response_metadata.messages, for example
`[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Check = Callable[["Report", object, str], None]


@dataclass
class Report:
    """What one look at a message or a view has found.

    surface: "message" or "modal". image: None when a slack_file may be shown, else the reason. Lengths are counted
    in characters.
    """

    surface: str = "message"
    image: Callable[[dict], str | None] = lambda reference: None
    ids_per_message: bool = True
    problems: list[str] = field(default_factory=list)
    texts: int = 0
    markdown: int = 0
    tables: int = 0
    block_ids: set[str] = field(default_factory=set)
    action_ids: set[str] = field(default_factory=set)
    has_input: bool = False

    def add(self, path: str, words: str) -> None:
        """Note one problem at a JSON pointer."""
        self.problems.append(f"[ERROR] {words} [json-pointer:{path}]")


@dataclass(frozen=True)
class Need:
    """A field that must be there."""

    check: Check


def fields(report: Report, value: object, path: str, rules: dict[str, Check | Need]) -> bool:
    """Check an object against its rules: unknown keys, missing keys, every value. False when it is no object."""
    if not isinstance(value, dict):
        report.add(path, "must provide an object")
        return False
    for key in value:
        if key != "type" and key not in rules:
            report.add(path, f"invalid additional property: {key}")
    for key, rule in rules.items():
        check = rule.check if isinstance(rule, Need) else rule
        if value.get(key) is not None:
            check(report, value[key], f"{path}/{key}")
        elif isinstance(rule, Need) or key in value:
            report.add(path, f"missing required field: {key}")
    return True


def string(high: int, low: int = 0) -> Check:
    """A string of low..high characters."""

    def check(report: Report, value: object, path: str) -> None:
        if not isinstance(value, str):
            report.add(path, "must provide a string")
        elif len(value) > high:
            report.add(path, f"must be less than {high + 1} characters")
        elif len(value) < low:
            report.add(path, f"must be more than {low - 1} characters")

    return check


def number(low: int, high: int) -> Check:
    """A whole number of low..high."""

    def check(report: Report, value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            report.add(path, f"must be a number from {low} to {high}")

    return check


def one_of(*allowed: str) -> Check:
    """One of the named values."""

    def check(report: Report, value: object, path: str) -> None:
        if value not in allowed:
            report.add(path, f"value must be one of {', '.join(allowed)}")

    return check


def boolean(report: Report, value: object, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add(path, "must provide a boolean")


def anything(report: Report, value: object, path: str) -> None:
    """Not looked into."""


def url(report: Report, value: object, path: str) -> None:
    """An http(s) address of at most 3000 characters (button element, image block)."""
    string(3000, 1)(report, value, path)
    if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:", "slack://", "tel:")):
        report.add(path, "must be a valid URI")


def items(check: Check, low: int, high: int) -> Check:
    """A list of low..high items that all pass the check."""

    def check_all(report: Report, value: object, path: str) -> None:
        if not isinstance(value, list):
            report.add(path, "must provide an array")
            return
        if len(value) > high:
            report.add(path, f"no more than {high} items allowed")
        if len(value) < low:
            report.add(path, f"no fewer than {low} items allowed")
        for number_, item in enumerate(value[: high + 1]):
            check(report, item, f"{path}/{number_}")

    return check_all


def text(high: int, *kinds: str) -> Check:
    """A text object (docs: Composition objects, Text object) of the given kinds, 1..high characters."""
    kinds = kinds or ("plain_text", "mrkdwn")

    def check(report: Report, value: object, path: str) -> None:
        if not isinstance(value, dict):
            report.add(path, "must provide an object")
            return
        kind = value.get("type")
        if kind not in kinds:
            report.add(path, f"unsupported type: {kind}, expected {' or '.join(kinds)}")
            return
        extra = {"emoji": boolean} if kind == "plain_text" else {"verbatim": boolean}
        fields(report, value, path, {"text": Need(string(high, 1)), **extra})
        report.texts += len(value["text"]) if isinstance(value.get("text"), str) else 0

    return check


def plain(high: int) -> Check:
    """A text object that must be plain_text."""
    return text(high, "plain_text")
