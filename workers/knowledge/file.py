"""`--knowledge FILE`: causal facts as JSON lines.

One fact a line: {"relation": "required" | "forbidden" | "reversed", "cause", "effect", "reason", "source"}. A fact
without a source is read and never applied (the supervisor refuses edits that nobody stands behind). Other keys are
ignored, empty lines skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from roles.types import Fact, Lang
from workers.errors import AndonError
from workers.wording import say

MOST_NAMED = 5  # unknown sensors that a note lists
RELATIONS = get_args(Fact.model_fields["relation"].annotation)
_UNIT = re.compile(r"\s*[\[(（【][^\])）】]*[\])）】]\s*$")  # "mould_level [mm]", "液位（mm）"


def read_facts(path: Path, columns: Sequence[str] = (), headers: Mapping[str, str] | None = None) -> list[Fact]:
    """The facts of `path`, in order. With `columns`, names are matched to them without unit and case, and to the
    `headers` of the file (column -> header).

    Raises AndonError that names the file, or the line and what is wrong with it.
    """
    facts = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if line.strip():
            facts.append(_fact(line, number, path.name))
    own = {column: headers[column] for column in columns if column in headers} if headers else {}
    known = {plain(header): column for column, header in own.items()}
    known |= {plain(column): column for column in reversed(columns)}
    known |= {header.strip(): column for column, header in own.items()} | {column: column for column in columns}
    return [_matched(fact, known) for fact in facts] if columns else facts


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise AndonError("failure_knowledge_file", file=str(path)) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise AndonError("failure_knowledge_file", file=str(path))


def _fact(line: str, number: int, file: str) -> Fact:
    try:
        data: Any = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise AndonError("failure_knowledge_line", line=number, file=file)
    relation = data.get("relation")
    if not isinstance(relation, str) or relation not in RELATIONS:
        shown = json.dumps(relation, ensure_ascii=False)[:60]
        raise AndonError("failure_knowledge_relation", line=number, file=file, relation=shown)
    cause, effect = _name(data.get("cause")), _name(data.get("effect"))
    if not cause or not effect:
        raise AndonError("failure_knowledge_names", line=number, file=file)
    return Fact(
        relation=relation,
        cause=cause,
        effect=effect,
        reason=_name(data.get("reason")),
        source=_name(data.get("source")),
    )


def _name(value: object) -> str:
    """A name as text; numbers are taken as they are written, anything else counts as missing."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _matched(fact: Fact, known: Mapping[str, str]) -> Fact:
    """`fact` with its sensors called as the columns are; a name that fits none stays as it is."""
    cause, effect = (known.get(name, known.get(plain(name), name)) for name in (fact.cause, fact.effect))
    return fact.model_copy(update={"cause": cause, "effect": effect})


def _unusable(facts: Sequence[Fact], columns: Sequence[str]) -> tuple[list[Fact], list[Fact]]:
    """The facts that nobody stands behind, and those about sensors that are none of `columns`."""
    known = set(columns)
    return (
        [fact for fact in facts if not fact.source.strip()],
        [fact for fact in facts if not {fact.cause, fact.effect} <= known],
    )


def unused(facts: Sequence[Fact], columns: Sequence[str], lang: Lang) -> dict[str, int]:
    """What could not be used of a file of facts: a sentence for each kind, with the number of facts."""
    bare, strange = _unusable(facts, columns)
    notes = {}
    if bare:
        key = "causes_note_no_source_one" if len(bare) == 1 else "causes_note_no_source"
        notes[say(key, lang, count=len(bare))] = len(bare)
    if strange:
        ends = dict.fromkeys(end for fact in strange for end in (fact.cause, fact.effect) if end not in columns)
        names = ", ".join(list(ends)[:MOST_NAMED]) + (", ..." if len(ends) > MOST_NAMED else "")
        key = "causes_note_unknown_one" if len(strange) == 1 else "causes_note_unknown"
        notes[say(key, lang, count=len(strange), names=names)] = len(strange)
    return notes


def plain(name: str) -> str:
    """A column name without its unit and case."""
    return _UNIT.sub("", name).strip().casefold() or name
