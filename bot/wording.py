"""What the face says by itself: the sentences of bot/messages.toml, in every language."""

from __future__ import annotations

from pathlib import Path

from workers.client import Phrasebook

BOOK = Phrasebook(Path(__file__).with_name("messages.toml"))
say = BOOK.say
