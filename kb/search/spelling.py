"""Misspelt English words of a question, read as what was probably meant: gloves and phones make typing errors.

Only a word that neither the glossary nor an English word list knows is read as another one, and only as a word of the
glossary that begins alike and is close by (Ratcliff & Obershelp's similarity, difflib). Names stay: what is written
with a capital inside the sentence, with a digit or in short is left as it is. Chinese has no spelling to mend.
"""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache

from kb.search.glossary import Glossary
from kb.search.variants import levelled
from kb.text import STOP_WORDS, stem

SHORTEST = 5  # letters of a word without its ending: shorter ones are near to too many others
CLOSE = 0.8  # similarity from which a word is taken for a misspelling
_WORD = re.compile(r"(?<![\w-])[A-Za-z]{5,}(?![\w-])")


def misread(text: str, words: Glossary) -> dict[str, str]:
    """The misspelt words of `text`, as they stand there, each with the word that is read instead."""
    found = {}
    for match in _WORD.finditer(text):
        word = match[0]
        if word.islower() or not text[: match.start()].strip():
            meant = _meant(word.lower(), words)
            if meant:
                found[word] = meant
    return found


def mended(text: str, words: Glossary) -> str:
    """`text` with its misspelt words replaced."""
    for word, meant in misread(text, words).items():
        text = re.sub(rf"(?<![\w-]){word}(?![\w-])", meant, text)
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
    return words.forms[near[0]] if near else ""


@cache
def _english() -> frozenset[str]:
    """Words of general English; read when the first unknown word comes up."""
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)
