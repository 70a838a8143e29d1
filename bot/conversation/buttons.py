"""The buttons under Andon's messages. Values are short database ids, so they work after months and restarts."""

from __future__ import annotations

from bot.reply import Button
from bot.wording import say
from workers.contracts import Lang

CLIPBOARD = 256  # characters that Telegram's CopyTextButton takes


def answer_rows(
    answer_id: int, text: str, lang: Lang, *, teach: bool = False, judged: bool = True
) -> list[list[Button]]:
    """The four reactions, evaluate as two buttons, and the way to everything else; `teach` asks for what one knows.
    Not `judged`: there is nothing to agree with (a refusal, what was learnt)."""
    value = str(answer_id)
    short = text if len(text.encode("utf-16-le")) // 2 <= CLIPBOARD else ""
    first = [
        Button(label=say("button_copy", lang), action="copy", value=value, copy_text=short),
        Button(label=say("button_quote", lang), action="quote", value=value),
        Button(label=say("button_query", lang), action="query", value=value),
    ]
    second = [Button(label=say("button_more", lang), action="more", value=value)]
    if judged:
        second[:0] = [
            Button(label=say("button_agree", lang), action="agree", value=value),
            Button(label=say("button_disagree", lang), action="disagree", value=value),
        ]
    return [first, second, *(one("button_teach", "right", answer_id, lang) if teach else [])]


def stop_rows(question_id: int, lang: Lang) -> list[list[Button]]:
    """Stop, alone."""
    return [[Button(label=say("button_stop", lang), action="stop", value=str(question_id))]]


def one(key: str, action: str, value: object, lang: Lang) -> list[list[Button]]:
    """A single button."""
    return [[Button(label=say(key, lang), action=action, value=str(value))]]
