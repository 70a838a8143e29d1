"""What Andon says, in neutral words. A platform's render.py makes its native form of it by pure functions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workers.contracts import Block, Frozen, Lang


class Button(Frozen):
    """A button. `value` is short (a database id); `copy_text` is put on the clipboard where a platform can do that."""

    label: str
    action: str  # [a-z_]{1,20}
    value: str = ""  # with the action at most 60 bytes
    style: Literal["", "primary", "danger"] = ""
    copy_text: str = ""


class Reply(Frozen):
    """One message of Andon.

    `blocks` are in reading order, the headline first. `code` is a text to take away, shown as a code block.

    `rows` are the buttons, row by row. `asks` wants the person's written reply to this very message.
    """

    kind: Literal["progress", "answer", "notice"]
    lang: Lang = "en"
    blocks: list[Block] = Field(default_factory=list)
    code: str = ""
    rows: list[list[Button]] = Field(default_factory=list)
    asks: bool = False

    @property
    def plain(self) -> str:
        """The text without any dress: fallback, notification, clipboard."""
        lines = [block.text for block in self.blocks]
        return "\n".join([*lines, self.code] if self.code else lines)


class Choice(Frozen):
    """One option of a field."""

    value: str
    label: str


class Field_(Frozen):
    """One field of a form: choices when there are any, else free text."""

    key: str
    label: str
    hint: str = ""
    choices: list[Choice] = Field(default_factory=list)
    long: bool = False
    optional: bool = True


class Form(Frozen):
    """A form that a press opens. `action` and `value` come back with its fields."""

    title: str
    action: str
    value: str
    fields: list[Field_]
    submit: str
    cancel: str
    lang: Lang = "en"


class Sheet(Frozen):
    """Details to look through after a press ("More..."): sections, each with its own buttons."""

    title: str
    close: str
    sections: list[Section]
    lang: Lang = "en"


class Section(Frozen):
    """One section of a sheet."""

    text: str
    buttons: list[Button] = Field(default_factory=list)


class Picture(Frozen):
    """A picture or file ready to be sent: a path on this machine."""

    path: str
    name: str
    caption: str = ""


Sheet.model_rebuild()
