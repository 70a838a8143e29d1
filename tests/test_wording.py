"""Every sentence stands in both languages with the same placeholders."""

import string
from pathlib import Path

import pytest

from roles.phrasebook import Phrasebook
from workers.settings import LANGUAGES

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "workers/messages", ROOT / "roles/phrases", ROOT / "bot"]
ENTRIES = [(f.parent.name, key, s) for f in FOLDERS for key, s in Phrasebook(f).entries.items()]


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("room", "key", "sentences"), ENTRIES, ids=[f"{r}-{k}" for r, k, _ in ENTRIES])
def test_sentence_is_whole_in_both_languages(room, key, sentences):
    assert set(sentences) == set(LANGUAGES)
    assert all(s.strip() for s in sentences.values())
    assert placeholders(sentences["en"]) == placeholders(sentences["zh"])


def test_missing_placeholder_is_named():
    book = Phrasebook(ROOT / "workers/messages")
    with pytest.raises(KeyError, match="ref"):
        book.say("failure_internal", "en")
