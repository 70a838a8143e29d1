"""Why a file cannot be had, in a sentence with a next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.scene import Spot
from bot.wording import say

if TYPE_CHECKING:
    from workers.client import rows

MEGA = 2**20
UNREADABLE = ("picture", "sound")  # what no reader of ours can be taught by sending it again


def trouble_text(file: rows.File, spot: Spot, limit: int) -> str:
    """One sentence with a next step for a file that can't be had."""
    code = file.trouble or "gone"
    if spot.place.platform == "telegram" and code == "too_large":
        return say("file_too_large_telegram", spot.lang, name=file.name)
    known = {"too_large", "no_permission", "external", "foreign", "gone", "unreachable", *UNREADABLE}
    key = f"file_{code}" if code in known else "file_gone"
    return say(key, spot.lang, name=file.name, limit=f"{limit // MEGA}")
