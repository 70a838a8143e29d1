"""The few words that Telegram itself needs: the command menu, and what rendering must say when a text is too long."""

from __future__ import annotations

from pathlib import Path

from workers.client import Phrasebook

BOOK = Phrasebook(Path(__file__).with_name("messages.toml"))
say = BOOK.say
