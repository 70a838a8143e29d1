"""What roles say to people: the sentences of roles/phrases/*.toml."""

from __future__ import annotations

from pathlib import Path

from roles.phrasebook import Phrasebook

BOOK = Phrasebook(Path(__file__).parent / "phrases")
say = BOOK.say
