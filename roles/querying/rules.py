"""The rules for a question about models: words of both languages choose a canned SELECT, or one about a model by name.

What the rules write goes through the same check as what a language model writes.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from roles.numerals import IN_CHINESE, IN_ENGLISH, number_of
from roles.querying.types import CatalogueQuery, CatalogueQuestion

ABOUT = ("name", "title", "method", "best_for", "avoid_when", "min_rows", "status", "caster_f1")
SHOWN_BESIDE_BEST = 3  # the best one, and the next ones to compare it with
SHARES = ("caster_f1", "caster_recall", "caster_precision", "plant_f1")
NUMBER = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>[%％])?"
IN_TWO_LANGUAGES = ("title", "best_for", "avoid_when")


def ask(given: CatalogueQuestion) -> CatalogueQuery:
    """The SELECT that answers the question; a list of the models when its words are not known."""
    text = given.question.casefold()
    entry = next((e for e in _words()["ask"] if _said(e["words"], text)), None)
    about = _named(given, text)
    if about and (entry is None or entry["name"] in ("list", "default")):
        return CatalogueQuery(sql=_select(given, ABOUT, where=f"name IN ({', '.join(map(_quoted, about))})"))
    if entry is None:
        return CatalogueQuery(sql=_select(given, ("name", "title", "status")), understood=False)
    where = [entry["where"]] if "where" in entry else []
    where += [f"name IN ({', '.join(map(_quoted, about))})"] if about else []
    order = entry.get("order", "")
    where += _bounds(text, order.partition(" ")[0])
    if order and _turned(entry, text):
        first, comma, rest = order.partition(",")
        column, _, way = first.partition(" ")
        order = f"{column} {'ASC' if way == 'DESC' else 'DESC'}{comma}{rest}"
    limit = _count(text, bool(order)) if not about else None
    return CatalogueQuery(sql=_select(given, entry["columns"], " AND ".join(where), order, limit))


def _select(
    given: CatalogueQuestion, columns: tuple[str, ...] | list[str], where: str = "", order: str = "",
    limit: int | None = None,
) -> str:  # fmt: skip
    shown = [f"{c}_{given.lang} AS {c}" if c in IN_TWO_LANGUAGES else c for c in columns]
    parts = [f"SELECT {', '.join(shown)} FROM {given.view}"]
    parts += [f"WHERE {where}"] if where else []
    if not any("(" in column for column in columns):
        parts += [f"ORDER BY {order}, name" if order else "ORDER BY is_default DESC, name"]
    parts += [f"LIMIT {limit}"] if limit else []
    return " ".join(parts)


def _count(text: str, ordered: bool) -> int | None:
    """How many rows are wanted: "top 5" says it; "which model is best" wants the best with its next rivals."""
    turned = _words()["turned"]
    top = re.search(rf"{turned['top']}(\d{{1,2}}|(?:{IN_ENGLISH})(?![a-z])|{IN_CHINESE})", text)
    if top is not None:
        return number_of(top[1])
    return SHOWN_BESIDE_BEST if ordered and _said(turned["one"], text) else None


def _bounds(text: str, column: str) -> list[str]:
    """Conditions on the column that the question is about: "recall above 0.9", 召回率高于90%. A score in percent is
    taken as the share that it is."""
    bounds = []
    for side, sign in (("least", ">="), ("most", "<="), ("above", ">"), ("below", "<")):
        for match in (
            re.finditer(rf"(?:{'|'.join(_words()['bounds'][side])})\s*(?:of )?{NUMBER}", text) if column else ()
        ):
            value = float(match["number"])
            share = column in SHARES and (match["percent"] or value > 1)
            bounds.append(f"{column} {sign} {value / 100 if share else value:g}")
        text = re.sub("|".join(_words()["bounds"][side]), " ", text)  # "no more than" is no "more than"
    return bounds


def _turned(entry: dict[str, Any], text: str) -> bool:
    return _said(entry.get("worst", []), text) and not _said(entry.get("best", []), text)


def _named(given: CatalogueQuestion, text: str) -> list[str]:
    """Models that the question names: by name or title, spelt with spaces or underscores."""
    spoken = re.sub(r"[_\-\s]+", " ", text)
    found = []
    for model in given.models:
        words = [re.sub(r"[_\-\s]+", " ", word.casefold()) for word in (model.name, *model.titles) if word]
        if any(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", spoken) for word in words):
            found.append(model.name)
    longest = {n for n in found if not any(n != other and n in other.split("_") for other in found)}
    return [name for name in found if name in longest]


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _said(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
