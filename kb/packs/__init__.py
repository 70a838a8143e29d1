"""Packs: knowledge that ships with the product, as TOML files in a folder of their own.

    NAME/passages/*.toml   [[passage]]: id, title, text, asset, tags, lang, kind, source, pair
    NAME/asked/*.toml      [asked]: id of a passage = questions that it answers, in its language
    NAME/vocabulary.toml   [[term]]: what columns mean (kb/vocabulary.py)
    NAME/relations.toml    [[relation]]: causal statements (kb/packs/types.py)
    NAME/faults.toml       [[fault]]: fault modes with their signs (kb/packs/types.py)

A file or entry that does not hold together raises KnowledgeError failure_kb_pack with its file and id. A pack of one's
own may do without some of these files; the shipped one that lacks any raises failure_kb_pack_part when it is opened.
"""

from __future__ import annotations

import fnmatch
import hashlib
import tomllib
from collections.abc import Iterable, Set
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from kb.errors import KnowledgeError
from kb.packs.types import ActionRow, FaultRow, RelationRow, SignRow
from kb.passage import Frozen, Passage
from kb.vocabulary import Quantity, Vocabulary

__all__ = ["ActionRow", "FaultRow", "General", "Pack", "RelationRow", "SignRow", "load"]

ROOT = Path(__file__).parent
PARTS = ("passages", "asked", "vocabulary.toml", "relations.toml", "faults.toml", "glossary.toml")
Entry = TypeVar("Entry", bound=Frozen)


@cache
def load(name: str | Path) -> Pack:
    """The shipped pack `name`, or the pack in a folder given by path. Each part is read on use, once."""
    folder = ROOT / name if isinstance(name, str) else name
    if not folder.is_dir():
        raise KnowledgeError("failure_kb_pack", file=str(name), id="-", detail="there is no such pack")
    missing = [part for part in PARTS if isinstance(name, str) and not (folder / part).exists()]
    if missing:
        raise KnowledgeError("failure_kb_pack_part", file=f"{name}/{missing[0]}")
    return Pack(folder)


class Pack:
    """vocabulary, passages, relations and faults of one folder; frozen values."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage; `origin` names the pack."""
        files = sorted(self.folder.glob("passages/*.toml"))
        found = [p for file in files for p in _entries(file, "passage", Passage, origin=f"pack:{self.name}")]
        _distinct(self.folder / "passages", (p.id for p in found))
        for passage in found:
            if not passage.text.strip() or not passage.title.strip() or not passage.source.strip():
                _fail(self.folder / "passages", passage.id, "title, text and source must not be empty")
        asked = self._asked({p.id for p in found if p.pair})
        return tuple(p.model_copy(update={"asked": asked[p.id]}) if p.id in asked else p for p in found)

    def _asked(self, ids: Set[str]) -> dict[str, list[str]]:
        """Questions by the passage that answers them; `ids` are the passages that may have some."""
        asked: dict[str, list[str]] = {}
        for file in sorted(self.folder.glob("asked/*.toml")):
            for id, questions in _document(file, "asked").get("asked", {}).items():
                if id not in ids:
                    _fail(file, id, "is no passage with a pair")
                if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
                    _fail(file, id, "is not a list of questions")
                asked.setdefault(id, []).extend(questions)
        return asked

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What columns mean."""
        file = self.folder / "vocabulary.toml"
        quantities = _entries(file, "term", Quantity, key="tag")
        _distinct(file, (q.tag for q in quantities))
        return Vocabulary(quantities=quantities)

    @cached_property
    def relations(self) -> tuple[RelationRow, ...]:
        """Causal statements, their tags and passages checked."""
        file = self.folder / "relations.toml"
        found = _entries(file, "relation", RelationRow)
        _distinct(file, (r.id for r in found))
        for relation in found:
            self._known(file, relation.id, [relation.cause, relation.effect], [relation.passage])
        return tuple(found)

    @cached_property
    def faults(self) -> tuple[FaultRow, ...]:
        """FaultRow modes, their tags and passages checked."""
        file = self.folder / "faults.toml"
        found = _entries(file, "fault", FaultRow)
        _distinct(file, (f.id for f in found))
        for fault in found:
            cited = [*fault.passages, *(a.passage for a in fault.action if a.passage)]
            self._known(file, fault.id, [s.tag for s in [*fault.sign, *fault.against]], cited)
        return tuple(found)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Ids by which relations and faults cite passages: pair ids, and ids of passages without a pair."""
        return frozenset(p.pair or p.id for p in self.passages)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the files of passages: changes when a passage does. Reads bytes, parses nothing."""
        digest = hashlib.sha256()
        for file in [*sorted(self.folder.glob("passages/*.toml")), *sorted(self.folder.glob("asked/*.toml"))]:
            digest.update(file.name.encode() + b"\x00" + file.read_bytes())
        return digest.hexdigest()

    def _known(self, file: Path, id: str, tags: Iterable[str], passages: Iterable[str]) -> None:
        for tag in tags:
            if not fnmatch.filter(self.vocabulary.by_tag, tag):  # a sign may say "roll_current_*", or "*" for any
                _fail(file, id, f"tag {tag!r} is not in vocabulary.toml")
        for passage in passages:
            if passage not in self.pairs:
                _fail(file, id, f"passage {passage!r} does not exist")


class General(Pack):
    """What of a pack holds for any plant: names of quantities, and all that is about instruments. Synced instead of the
    whole pack it retires the rest, which returns with the whole pack (kb/packs/sync.py)."""

    ASSET = "instrumentation"

    def __init__(self, whole: Pack) -> None:
        super().__init__(whole.folder)
        self._whole = whole

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Those about instruments."""
        return tuple(p for p in self._whole.passages if p.asset == self.ASSET)

    @cached_property
    def relations(self) -> tuple[RelationRow, ...]:
        """None: they are between parts of the pack's machine."""
        return ()

    @cached_property
    def faults(self) -> tuple[FaultRow, ...]:
        """Those of instruments."""
        return tuple(fault for fault in self._whole.faults if fault.asset == self.ASSET)

    @cached_property
    def content_hash(self) -> str:
        """Another one than the whole pack's."""
        return f"{self.ASSET} of {self._whole.content_hash}"


def _entries(file: Path, table: str, kind: type[Entry], key: str = "id", **more: Any) -> list[Entry]:
    """The tables [[table]] of `file` as values of `kind`; a missing file has none."""
    if not file.is_file():
        return []
    found = []
    for number, entry in enumerate(_document(file, table).get(table, []), 1):
        try:
            found.append(kind.model_validate({**entry, **more}))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            _fail(file, str(entry.get(key, f"entry {number}")), f"{where}: {first['msg']}")
    return found


def _document(file: Path, table: str) -> dict[str, Any]:
    """The file, which holds nothing but `table`."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        _fail(file, "-", str(error))
    if unknown := set(document) - {table}:
        _fail(file, "-", f"unknown table {sorted(unknown)[0]!r}, expected [[{table}]]")
    return document


def _distinct(file: Path, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            _fail(file, id, "stands twice")
        seen.add(id)


def _fail(file: Path, id: str, detail: str) -> NoReturn:
    name = f"{file.parent.name}/{file.name}"
    raise KnowledgeError("failure_kb_pack", file=name, id=id, detail=detail)
