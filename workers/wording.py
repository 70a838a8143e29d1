"""What workers say to people: the sentences of workers/messages/*.toml."""

from __future__ import annotations

from pathlib import Path

from roles.phrasebook import Phrasebook

BOOK = Phrasebook(Path(__file__).parent / "messages")
say = BOOK.say
