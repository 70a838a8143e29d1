"""Cells of the CSV files that we write: a spreadsheet must take none of them for a formula (OWASP, CSV injection).

Sensor names, alarm texts and people's words come from files and chats that anybody may have written.
"""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # full width too: Chinese spreadsheets take them alike
CONTROL = ("\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?(?:\d[\d.,:]*(?:[eE][+-]?\d+)?|inf|nan)?", re.IGNORECASE)  # or a time, or a sign
BLANK = " \t\r\n\u00a0\u3000\ufeff\u200b"  # what a spreadsheet may overlook before the sign


def safe(cell: str) -> str:
    """A cell as text: one that looks like a formula gets an apostrophe before it; numbers stay numbers."""
    bare = cell.strip(BLANK)
    risky = cell.startswith(CONTROL) or (bare.startswith(FORMULA) and NUMBER.fullmatch(bare) is None)
    return f"'{cell}" if risky else cell
