"""In which language a person is answered: one rule for chat and for every command."""

from __future__ import annotations

from kb.text import language_in
from workers.contracts import Lang


def spoken_in(text: str, default: Lang, asked_for: str | None = None, hint: str | None = None) -> Lang:
    """Chinese for a Chinese sentence; else the language that was asked for there, English for words of any other
    language, the `hint` (of the person's app), the `default` (ANDON_LANG). The words that make the sentence count, not
    the names in it ("why is 油温 rising?"); a bare code ("K1112") is in no language.
    """
    said = language_in(text)
    for lang in ("zh" if said == "zh" else None, asked_for, said, hint):
        if lang in ("en", "zh"):
            return "zh" if lang == "zh" else "en"
    return default
