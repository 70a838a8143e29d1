"""What no sentence of an engine may hold, whatever the role: an address or a mention, markup, hidden or disguised
letters, words of the prompt, dangerous advice, another language.

It could carry data out of the plant, call people, or hide an order from the reader. What the rules say of the same
input, and names that were given, may stand. What is looked for is shape, not meaning: meaning is each role's check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from roles import prompts
from roles.deciding.claiming import dangers

SHAPES = {
    "an address": (
        r"\b[a-z][a-z0-9+.-]{1,12}://\S*|\bwww\.\S+|\b(?:javascript|data|mailto|tg|file|vbscript):[^\s,，。]+"
        r"|\b(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|ru|xyz|top|app|dev|cn|cc|example|test|invalid)\b\S*"
        r"|\b(?:\d{1,3}\.){3}\d{1,3}\b\S*|[\w.+-]+@[\w-]+\.\w+"
    ),
    "a mention or markup": r"</?[a-z!@#][^<>]*>|(?<![\w.])@[a-z]\w{2,}|\]\([^)]*\)|!\[",
    "a secret or a path": (
        r"\b(?:sk|xox[a-z]|ghp)-[\w-]{6,}|(?<![\w/.])(?:~|\.\.)?/(?:[\w.-]+/)+[\w.-]*|\b[A-Za-z]:\\\S+|\$\{?[A-Z_]{3,}"
        r"|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|URL)\b|[A-Za-z0-9+/=]{40,}"
    ),
}
SHAPE = {what: re.compile(shape, re.ASCII if "secret" in what else re.ASCII | re.I) for what, shape in SHAPES.items()}
DISGUISED = re.compile(r"[Ａ-Ｚａ-ｚ\U0001d400-\U0001d7ff]")
KEPT = ("LATIN", "CJK", "GREEK", "MICRO", "DEGREE", "FEMININE", "MASCULINE", "KATAKANA-HIRAGANA")
SENTENCES = {"reason", "reasons", "explanation", "refused", "unknown"}  # of roles whose check reads none
QUOTED = "text"  # of a cause: put together from what was given, never said by a model
RUN_EN, RUN_ZH = 8, 16  # words or characters in a row that are the prompt's own
LETTERS, CHINESE = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff]")


def unfit(role: str, given: BaseModel, output: BaseModel, rules: Callable[[], BaseModel]) -> list[str]:
    """Complaints about the words of `output`, a sentence each. `rules()` is what the rules say of `given`: asked for
    only when something is amiss."""
    lang = getattr(given, "lang", "en")
    said = [(key, text) for key, text in texts(output) if key not in ("code", "lang")]
    complaints = [(key, what, token) for key, text in said for what, token in amiss(role, text)]
    complaints += [(key, what, text) for key, text in said if key in SENTENCES for what in _own(given, lang, text)]
    if not complaints:
        return []
    ruled = rules()
    known = {token for text in _allowed(given, output, ruled) for _, token in amiss(role, text)}
    known |= {text for _, text in texts(ruled)}
    return list(dict.fromkeys(f"`{key}` holds {what}" for key, what, token in complaints if token not in known))


def amiss(role: str, text: str) -> Iterator[tuple[str, str]]:
    """(what, the part of `text` that is it)."""
    plain = unicodedata.normalize("NFKC", text)
    for what, shape in SHAPE.items():
        yield from ((what, found[0]) for found in shape.finditer(plain))
    for letter in dict.fromkeys(text):
        kind = unicodedata.category(letter)
        if kind in ("Cf", "Co", "Cc") and letter not in "\n\t":
            yield "a character that nobody sees", letter
        elif kind in ("Lo", "Ll", "Lu") and not unicodedata.name(letter, "").startswith((*KEPT, "FULLWIDTH")):
            yield "a letter of another script", letter
    yield from (("letters in disguise", found[0]) for found in DISGUISED.finditer(text))
    own = _runs(plain) & _prompt(role)
    if own:
        yield "words of the prompt", min(own)


def redacted(text: str) -> str:
    """A complaint without the addresses and secrets that it quotes: it stands in the receipt."""
    for shape in SHAPE.values():
        text = shape.sub("[…]", text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Co", "Cc") or c in "\n\t")


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of every text in a value of a role."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), name)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from texts(each, str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each, key)
    elif isinstance(value, str):
        yield key, value


def _allowed(given: BaseModel, output: BaseModel, rules: BaseModel) -> Iterator[str]:
    """What the rules say, names of what was given, advice of the packs, and quotes of passages in causes."""
    yield from (text for _, text in texts(rules))
    names = {"name", "key", "label", "sensors", "sensor", "title", "id", "more", "focus", "wanted"}
    said = "\n".join(text for _, text in texts(output))
    yield from (text for key, text in texts(given) if key in names and text in said)  # whole, not a part of it
    yield from (text for _, text in texts(getattr(given, "faults", [])))
    passages = [text for _, text in texts(getattr(given, "passages", []))]
    quotes = [text for key, text in texts(output) if key == QUOTED]
    yield from (q for q in quotes if any(q.strip('"“”… .。') in p for p in passages))


def _own(given: BaseModel, lang: str, text: str) -> Iterator[str]:
    """Danger and language of a sentence that no other check reads."""
    yield from (f"dangerous advice ({danger})" for danger in dangers(text))
    plain = text
    for name in sorted({t for key, t in texts(given) if key in ("name", "label", "title", "key", "sensors")}, key=len)[
        ::-1
    ]:
        plain = plain.replace(name, " ") if name else plain
    if foreign(plain, lang):
        yield f"another language than the reader's ({lang})"


def foreign(text: str, lang: str) -> bool:
    """Is the text in another language than `lang`? A few foreign words do not make it so."""
    chinese, letters = len(CHINESE.findall(text)), len(LETTERS.findall(text))
    return (lang == "zh" and letters >= 3 and chinese < letters) or (lang == "en" and chinese > letters)


@cache
def _prompt(role: str) -> frozenset[str]:
    """Runs of words of the role's prompts, in both languages."""
    if role not in prompts.ROLES:
        return frozenset()
    parts = [part for lang in ("en", "zh") for part in prompts.read(role, "zh" if lang == "zh" else "en").values()]
    return frozenset(run for part in parts for run in _runs(part))


def _runs(text: str) -> frozenset[str]:
    """Runs of RUN_EN words, and of RUN_ZH characters where it is Chinese."""
    words = re.findall(r"[a-z]+", text.lower())
    signs = "".join(CHINESE.findall(text))
    runs = {" ".join(words[i : i + RUN_EN]) for i in range(len(words) - RUN_EN + 1)}
    return frozenset(runs | {signs[i : i + RUN_ZH] for i in range(len(signs) - RUN_ZH + 1)})
