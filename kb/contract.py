"""What a knowledge base can do, whatever stores it. One suite of tests runs on every store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kb.embedders import Embedder
from kb.passage import Frozen, Hit, Kind, Lang, Passage, Status

Hits = list[Hit]
Passages = list[Passage]
Counts = Mapping[tuple[Status, Kind], int]

ANY: tuple[Status, ...] = ("candidate", "verified", "retired")


class Filters(Frozen):
    """Which passages count. Empty `kinds`, `assets` or `documents`: all; a passage without asset speaks of every asset.

    `documents` are names of the files that passages were taken from (for lists, not for searches). `also` are ids that
    count whatever their status: what would be found if these were verified?
    """

    statuses: tuple[Status, ...] = ("verified",)
    kinds: tuple[Kind, ...] = ()
    assets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def of_verified(self) -> bool:
        """True when verified passages can be among them."""
        return "verified" in self.statuses or bool(self.also)

    @property
    def of_others(self) -> bool:
        """True when candidates or retired passages can be among them."""
        return any(status != "verified" for status in self.statuses) or bool(self.also)

    def admits(self, passage: Passage) -> bool:
        """True when `passage` passes."""
        return (
            (passage.status in self.statuses or passage.id in self.also)
            and (not self.kinds or passage.kind in self.kinds)
            and (not self.assets or not passage.asset or passage.asset in self.assets)
            and (not self.documents or passage.document in self.documents)
        )


class Change(Frozen):
    """One change of one passage. Changes are only ever added; `undoes` names the change that it takes back."""

    number: int
    id: str
    action: (
        str  # add, approve, confirm, reject, retire, withdraw, reopen, amend, dispute, merge, undo, pack, migrate ...
    )
    before: Passage | None
    after: Passage
    by: str = ""
    at: str = ""  # ISO 8601, UTC
    note: str = ""
    undoes: int | None = None


def taken_back(passage: Passage, change: Change) -> Passage:
    """`passage` without `change`: the fields that it changed have their former values again."""
    if change.before is None:
        return passage.model_copy(update={"status": "retired"})
    old, new = change.before, change.after
    fields = (f for f in Passage.model_fields if getattr(old, f) != getattr(new, f))
    return passage.model_copy(update={f: getattr(old, f) for f in fields})


def last_standing(changes: Sequence[Change]) -> Change | None:
    """The last change by a person that is not taken back yet."""
    taken_back = {change.undoes for change in changes}
    by_people = (c for c in reversed(changes) if c.action not in ("undo", "pack"))
    return next((c for c in by_people if c.number not in taken_back), None)


class Added(Frozen):
    """What became of the passages given to add(): stored now, or known before (same content), in their order."""

    stored: list[Passage]
    known: list[Passage]


class Edit(Frozen):
    """A passage to write over `before`, what the writer saw (None: there was none)."""

    before: Passage | None
    after: Passage


class Vote(Frozen):
    """What `by` says of a passage that an answer used: it was right, or wrong. One for each (passage, by, about)."""

    passage: str
    right: bool
    by: str
    about: str  # the answer, question or repair that it was about
    at: str = ""  # ISO 8601, UTC


class Record(Frozen):
    """A passage's track record: how often it was right and wrong."""

    right: int = 0
    wrong: int = 0


class Dump(Frozen):
    """Everything that a store holds, to be moved to another one."""

    passages: list[Passage]
    changes: list[Change]
    votes: list[Vote]
    memos: dict[str, str]


class KnowledgeBase(Protocol):
    """A store of passages. Errors are KnowledgeError with the code of a sentence."""

    embedder: Embedder

    def add(self, passages: Sequence[Passage], *, by: str = "", note: str = "") -> Added:
        """Store passages whose content is new, all or none; returned means stored. An empty id is numbered."""
        ...

    def get(self, id: str) -> Passage | None:
        """The passage with this id, of any status."""
        ...

    def list(self, where: Filters | None = None, *, last: int | None = None) -> Passages:
        """Passages in the order of their addition; without `where` all, of every status. `last`: only so many, the
        newest."""
        ...

    def counts(self) -> Counts:
        """How many passages there are of each status and kind; those of which there are none are left out."""
        ...

    def search(
        self, text: str, *, lang: Lang | None = None, limit: int = 5, statuses: Sequence[Status] = ("verified",),
        kinds: Sequence[Kind] = (), assets: Sequence[str] | None = None, also: Sequence[str] = (),
    ) -> Hits:  # fmt: skip
        """The passages nearest to `text`, best first. `lang` is the language of `text` (None: told from it).

        Of twins in several languages the one in the language of `text` is returned. `also` are ids that are searched
        whatever their status. What is rare, and so tells much, is told from verified passages alone. A verified rule is
        found as long as a passage that it was taken from is searched, too.
        """
        ...

    def set_status(
        self, id: str, status: Status, *, by: str = "", action: str = "", note: str = "",
        expected: Sequence[Status] = ANY,
    ) -> Passage:  # fmt: skip
        """Change the status and record who did it; refused when it is not one of `expected` at that moment."""
        ...

    def undo(self, id: str, *, by: str = "", note: str = "") -> Passage:
        """Take back the last change that is not yet taken back: what it changed is as before, what came later stays.

        The addition itself is taken back by retiring.
        """
        ...

    def revise(
        self, edits: Sequence[Edit], *, action: str, by: str = "", note: str = "", memo: tuple[str, str] | None = None
    ) -> Passages:
        """Write passages over what they were, each change under `action` in the history; all or none.

        What somebody else changed since `before` was read is not overwritten: KnowledgeError failure_kb_changed. An
        id stays; new content gets new vectors. `memo` (key, value) is noted with the edits.
        """
        ...

    def memo(self, key: str) -> str | None:
        """A note that was written with revise(), such as the content hash of a loaded pack."""
        ...

    def vote(self, ids: Sequence[str], right: bool | None, *, by: str, about: str) -> None:
        """Note whether these passages were right; a second vote on the same changes the first, None takes it back."""
        ...

    def records(self, ids: Sequence[str]) -> Mapping[str, Record]:
        """The track record of each passage; one without votes has an empty one."""
        ...

    def votes(self, ids: Sequence[str]) -> Sequence[Vote]:
        """Every vote on these passages as it stands now, oldest first."""
        ...

    def dump(self) -> Dump:
        """Everything, for a move to another store."""
        ...

    def restore(self, dump: Dump) -> int:
        """Take in everything of another store, with its history; the number of passages that were new or differed.

        A passage that is here with another content or standing is written over, as a change "migrate"; doing it again
        changes nothing. Vectors are made anew.
        """
        ...

    def history(self, id: str) -> Sequence[Change]:
        """Every change of the passage, oldest first."""
        ...

    def close(self) -> None:
        """Let go of files and connections. Closing twice is fine."""
        ...
