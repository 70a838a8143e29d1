"""The few words that rendering itself needs, in every language: the sentences of bot/slack/messages.toml."""

from __future__ import annotations

from pathlib import Path

from workers.client import Phrasebook

BOOK = Phrasebook(Path(__file__).with_name("messages.toml"))
say = BOOK.say
