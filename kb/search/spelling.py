"""Misspelt words of a question, read as what was probably meant: gloves and phones make typing errors.

Only a word that neither the glossary nor an English word list knows is read as another one, and only as a word of the
glossary that begins alike and is close by (Ratcliff & Obershelp's similarity, difflib). Names stay: what is written
with a capital inside the sentence, with a digit or in short is left as it is.

In Chinese the wrong character of the same sound is typed ("跑骗" for "跑偏"): spelling.toml has characters that hardly
occur in talk about machines, and what they stand for where that makes a word of the glossary. In a code a letter is
typed for the digit that looks like it ("G2l06"), or its digits apart ("GF 3 10").
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path

from kb.search.glossary import Glossary
from kb.search.named import parted
from kb.search.variants import levelled
from kb.text import STOP_WORDS, stem

SHORTEST = 5  # letters of a word without its ending: shorter ones are near to too many others
CLOSE = 0.8  # similarity from which a word is taken for a misspelling
FILE = Path(__file__).with_name("spelling.toml")
LONGEST = 6  # characters of a Chinese word that is looked for
_CODE = re.compile(r"(?<![\w-])[A-Za-z]{1,5}[-_.]?\d(?=[\dlIoO]*\d)[\dlIoO]*[lIoO][\dlIoO]*(?![\w-])")
_DIGITS = str.maketrans("lIoO", "1100")
LEAST_DIGITS = 3  # that are typed as such: P2O5 is no code
_MADE = re.compile("e?rs?|ors?|ions?|ive|able|ment|ness")
_WORD = re.compile(r"(?<![\w-])[A-Za-z]{5,}(?![\w-])")


def misread(text: str, words: Glossary, known: Set[str] = frozenset()) -> dict[str, str]:
    """The misspelt words of `text`, as they stand there, each with the word that is read instead. What a document has
    is no misspelling: `known` are stems of its words."""
    found = {}
    for match in _WORD.finditer(text):
        word = match[0]
        if word.islower() or not text[: match.start()].strip():
            meant = _meant(word.lower(), words)
            if meant and stem(word.lower()) not in known:
                found[word] = meant
    return found | parted(text) | _codes(text) | _characters(text, words)


def _codes(text: str) -> dict[str, str]:
    """Codes with a letter for the digit that looks like it."""
    found = (match[0] for match in _CODE.finditer(text))
    read = {code: _level(code) for code in found if sum(map(str.isdigit, code)) >= LEAST_DIGITS}
    return {code: meant for code, meant in read.items() if meant != code}


def _level(code: str) -> str:
    letters = re.match(r"[A-Za-z]+[-_.]?(?=\d)", code)
    first = letters.end() if letters else 0
    return code[:first] + code[first:].translate(_DIGITS)


def _characters(text: str, words: Glossary) -> dict[str, str]:
    """Chinese words with a wrong character of the same sound: the longest word of the glossary that the right one
    makes."""
    found = {}
    for place, char in enumerate(text):
        if (right := _alike().get(char)) is None:
            continue
        mended = f"{text[:place]}{right}{text[place + 1 :]}"
        spans = (
            (first, last) for length in range(LONGEST, 1, -1)
            for first in range(max(place - length + 1, 0), place + 1)
            if (last := first + length) <= len(text) and mended[first:last] in words.chinese
        )  # fmt: skip
        if (span := next(spans, None)) is not None:
            found[text[slice(*span)]] = mended[slice(*span)]
    return found


@cache
def _alike() -> dict[str, str]:
    """Wrong character -> right one."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))["sound"]
    return {wrong: right for right, all_wrong in table.items() for wrong in all_wrong}


def mended(text: str, words: Glossary, known: Set[str] = frozenset()) -> str:
    """`text` with its misspelt words replaced, but for those that are `known`."""
    for word, meant in misread(text, words, known).items():
        text = re.sub(rf"(?<![\w-]){word}(?![\w-])", meant, text) if word.isascii() else text.replace(word, meant)
    return text


@lru_cache(4096)
def _meant(word: str, words: Glossary) -> str:
    """What a word is a misspelling of, "" when of nothing."""
    root = stem(word)
    if len(root) < SHORTEST or root in words.forms or word in STOP_WORDS:
        return ""
    if word in _english() or levelled(word) in _english():  # the list is American: "centimetre" is not in it
        return ""
    alike = [form for form in words.forms if form[0] == root[0] and len(form) >= SHORTEST - 1]
    near = difflib.get_close_matches(root, alike, 1, CLOSE)
    return words.forms[near[0]] if near and not _derived(root, near[0]) else ""


def _derived(root: str, form: str) -> bool:
    """Is one a word made of the other: who regenerates has a regenerator?"""
    return any(_MADE.fullmatch(one.removeprefix(other)) for one, other in ((root, form), (form, root))
               if one.startswith(other))  # fmt: skip


@cache
def _english() -> frozenset[str]:
    """Words of general English; read when the first unknown word comes up."""
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)
