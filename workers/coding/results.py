"""What good code left becomes part of the answer: findings whose numbers stand as numbers, pictures, processed.csv."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from PIL import Image

from roles.types import FactValue, Finding
from workers.coding.entries import Value, numbers
from workers.coding.table import Table
from workers.contracts import Picture
from workers.prose.numbers import figure


def findings(answer: Mapping[str, Value], table: Table) -> list[Finding]:
    """One finding for each entry of an answer; every number of its text stands in `values`."""
    return [_finding(label, value, table, number) for number, (label, value) in enumerate(answer.items(), start=1)]


def _finding(label: str, value: Value, table: Table, number: int) -> Finding:
    said = table.shown(label)
    values: dict[str, FactValue] = {}
    if isinstance(value, int | float):
        values["value"] = value
        text = f"{said}: {figure(value)}"
    else:
        text = f"{said}: {table.shown(value)}" if value else (said if value == "" else f"{said}: -")
        values |= {"text": value} if value else {}
    values |= {f"in_text_{i}": n for i, n in enumerate(numbers(text if not values else said), start=1)}
    if isinstance(value, str) and value:
        values |= {f"in_value_{i}": n for i, n in enumerate(numbers(value), start=1)}
    about = [column for key, column in table.column_of.items() if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", label)]
    return Finding(
        id=f"F{number}", kind="statistics", text=text, sensor=about[0] if len(about) == 1 else None, values=values
    )


def pictures(paths: tuple[Path, ...], out: Path, caption: str) -> list[Picture]:
    """The code's pictures drawn anew as code1.png, code2.png, ...: of what came out only the pixels are kept."""
    shown = []
    for number, path in enumerate(paths, start=1):
        target = out / f"code{number}.png"
        with Image.open(path, formats=["PNG"]) as image:
            whole = Image.new("RGB", image.size, "white")
            whole.paste(image.convert("RGBA"), mask=image.convert("RGBA").getchannel("A"))
            whole.save(target, format="PNG")
            width, height = image.size
        shown.append(Picture(file=target.name, kind="plot", caption=caption, width=width, height=height))
    return shown


def renamed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The code's table with the file's column names."""
    names: dict[str, str] = {}
    for column in map(str, frame.columns):
        name, number = table.restored(column), 2
        while name in names.values():
            name, number = f"{table.restored(column)}_{number}", number + 1
        names[column] = name
    return frame.rename(columns=names)
