"""One document into the store: batch by batch, beside its causal statements, compared with its earlier version."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from kb.contract import Edit, Filters, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.ingest.formats import format_of, read
from kb.ingest.passages import ID_DIGITS, bind, drafts
from kb.ingest.report import Taken
from kb.ingest.rules import Quantities, Statement, statements
from kb.ingest.values import Draft, Note, Opened
from kb.passage import Passage, Status
from kb.text import clean, content_hash

BATCH = 200  # passages that are stored together; what is stored stays, whatever comes after
READING = "5"  # the way of reading: another number makes every file new, so that better readers are used
READ = frozenset({"add", "reread", "replace", "restore"})  # what documents do to passages; all else is a person's word


class _Tally:
    """What has been done with the passages of a document so far."""

    def __init__(self) -> None:
        self.stored: dict[str, None] = {}
        self.known: dict[str, Passage] = {}
        self.restored: dict[str, None] = {}
        self.renewed: dict[str, None] = {}
        self.titled: set[str] = set()  # the first heading of words that a file says twice is theirs
        self.rules: dict[str, None] = {}
        self.all_rules: set[str] = set()
        self.codes: dict[str, None] = {}
        self.languages: Counter[str] = Counter()

    def ids(self) -> set[str]:
        """Everything that the file says now."""
        return {*self.stored, *self.known, *self.all_rules}

    def taken(self, opened: Opened, gone: Sequence[str] = (), retired: Sequence[str] = ()) -> Taken:
        """The tally as a value."""
        standing = Counter(passage.status for passage in self.known.values())
        return Taken.model_validate({
            "file": opened.name, "stored": [*self.stored], "known": len(self.known), "waiting": standing["candidate"],
            "resting": standing["retired"], "rules": [*self.rules], "codes": [*self.codes],
            "languages": dict(self.languages), "notes": opened.notes.all(), "gone": [*gone], "retired": [*retired],
            "restored": [*self.restored], "renewed": [*self.renewed],
        })  # fmt: skip


class Intake:
    """Takes documents into a store on behalf of one person.

    `broken_off` is what was stored of the last one that failed, None when nothing was.
    """

    def __init__(
        self, store: KnowledgeBase, *, asset: str, by: str, status: Status, replace: bool, quantities: Quantities
    ) -> None:
        self.store, self.asset, self.by, self.status = store, asset, by, status
        self.replace, self.quantities = replace, quantities
        self.broken_off: Taken | None = None
        self._seen: set[str] = set()

    def take(self, opened: Opened) -> Taken:
        """Store what `opened` says. KnowledgeError with the file's name: it cannot be read (to its end)."""
        self.broken_off = None
        if not opened.path.is_file() or format_of(opened.name) is None:
            next(read(opened), None)  # says what is wrong
        digest = self.digest(opened.path)
        if (known := self.unchanged(opened.name, digest)) is not None:
            return known
        anew = self._was_read_otherwise(opened.name, digest)
        tally = _Tally()
        try:
            for batch in _batches(drafts(read(opened), opened.notes)):
                self._add([bind(draft, opened.name, self.asset, self.status) for draft in batch], opened.name, tally)
            if not tally.ids():
                raise _nothing(opened)
        except KnowledgeError:
            self.broken_off = tally.taken(opened) if tally.stored else None
            raise
        self._seen |= tally.ids()
        gone = [p for p in self._earlier(opened.name) if p.id not in self._seen]
        if anew and not self.replace:  # the file says what it said: only the cutting is another one
            gone = [p for p in gone if self._is_as_read(p)]
        retired = self._retire(gone, opened.name) if self.replace or anew else []
        taken = tally.taken(opened, [p.id for p in gone], retired)
        self.remember(opened.name, digest, len(taken.stored) + taken.known, taken.notes)
        return taken

    @staticmethod
    def digest(path: Path) -> str:
        """SHA-256 of a file. KnowledgeError: it cannot be read."""
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise KnowledgeError("failure_kb_unreadable", file=path.name) from error

    def unchanged(self, name: str, digest: str) -> Taken | None:
        """What to say of a file that was added last as it is now, None for any other."""
        noted = json.loads(self.store.memo(f"document {name}") or "{}")
        if self.replace or noted.get("mark") != self._mark(digest):
            return None
        notes = [Note.model_validate(note) for note in noted.get("notes", [])]
        return Taken(file=name, stored=[], known=noted["passages"], unchanged=True, notes=notes)

    def remember(self, name: str, digest: str, passages: int, notes: Sequence[Note]) -> None:
        """Note that the file `name` is in the store to its end."""
        noted: dict[str, object] = {"mark": self._mark(digest), "passages": passages}
        if notes:
            noted["notes"] = [note.model_dump() for note in notes]
        memo = (f"document {name}", json.dumps(noted, ensure_ascii=False))
        self.store.revise([], action="document", by=self.by, memo=memo)

    def _mark(self, digest: str) -> str:
        """What must be the same for a file to be left unread; short, because a store may keep all memos together."""
        return f"{READING} {self.status} {digest[:32]}"

    def _was_read_otherwise(self, name: str, digest: str) -> bool:
        """True for a file that is as it was when an older reader took it."""
        reading, *rest = (json.loads(self.store.memo(f"document {name}") or "{}").get("mark") or "-").split(" ")
        return self.status == "verified" and reading != READING and rest == self._mark(digest).split(" ")[1:]

    def _is_as_read(self, passage: Passage) -> bool:
        """True when no person has decided on the passage."""
        return all(change.action in READ for change in self.store.history(passage.id))

    def _add(self, passages: list[Passage], name: str, tally: _Tally) -> None:
        added = self.store.add(passages, by=self.by, note=name)
        known_before = self._retitle(self._bring_back(added.known, name, tally), passages, name, tally)
        tally.titled |= {p.id for p in (*added.stored, *known_before)}
        tally.stored |= dict.fromkeys(p.id for p in added.stored)
        tally.known |= {p.id: p for p in known_before if p.id not in tally.stored}
        tally.codes |= dict.fromkeys(code for p in passages for code in p.codes)
        tally.languages.update(p.lang for p in passages)
        present = {(p.text, p.lang): p for p in [*known_before, *added.stored]}
        asserted = [
            self._rule(statement, source)
            for p in passages
            if p.kind == "manual" and (source := present.get((clean(p.text), p.lang))) and source.status != "retired"
            for statement in statements(p.text, p.lang, self.quantities)
        ]
        self._add_rules(asserted, name, tally)

    def _rule(self, statement: Statement, source: Passage) -> Passage:
        """The statement as a passage of its own, which stands as its source does."""
        rule = statement.rule
        none = ("无影响：" if source.lang == "zh" else "no effect: ") if rule.relation == "forbidden" else ""
        title = f"{none}{rule.cause} → {rule.effect}"
        return Passage(
            id=f"R-{content_hash(title, statement.sentence)[:ID_DIGITS]}", title=title, text=statement.sentence,
            source=source.source, asset=source.asset, lang=source.lang, kind="rule", status=source.status, rule=rule,
            document=source.document, based_on=[source.id],
            tags=[tag for tag in dict.fromkeys((rule.cause_tag, rule.effect_tag)) if tag],
        )  # fmt: skip

    def _add_rules(self, rules: list[Passage], name: str, tally: _Tally) -> None:
        """Store rules. A sentence that is a passage by itself is told from it by naming cause and effect once more."""
        if not rules:
            return
        added = self.store.add(rules, by=self.by, note=name)
        taken = {(p.text, p.lang) for p in added.known if p.kind != "rule"}
        again = [r.model_copy(update={"text": f"{r.text}\n{r.title}"}) for r in rules if (r.text, r.lang) in taken]
        more = self.store.add(again, by=self.by, note=name) if again else None
        stored = [*added.stored, *(more.stored if more else [])]
        known = [p for p in [*added.known, *(more.known if more else [])] if p.kind == "rule"]
        known = self._bring_back(known, name, tally)
        tally.rules |= dict.fromkeys(p.id for p in stored)
        tally.all_rules |= {p.id for p in [*stored, *known]}
        self._tie({p.id: p for p in [*known, *stored]}, rules, name)

    def _tie(self, present: dict[str, Passage], rules: Sequence[Passage], name: str) -> None:
        """A sentence that several passages say holds as long as one of them does."""
        edits = []
        for rule in present.values():
            said = [id for r in rules if rule.text.split("\n")[0] == r.text for id in r.based_on]
            new = [id for id in dict.fromkeys(said) if id not in rule.based_on]
            if new and rule.status != "retired":
                after = rule.model_copy(update={"based_on": [*rule.based_on, *new]})
                edits.append(Edit(before=rule, after=after))
        if edits:
            self.store.revise(edits, action="amend", by=self.by, note=name)

    def _bring_back(self, known: Sequence[Passage], name: str, tally: _Tally) -> list[Passage]:
        """With `replace`, what a replacement retired and this file says stands again; what a person retired rests."""
        edits = []
        for passage in known if self.replace else ():
            change = last_standing(self.store.history(passage.id)) if passage.status == "retired" else None
            if change is not None and change.action == "replace" and change.before is not None:
                status = change.before.status if self.status == "verified" else "candidate"
                edits.append(Edit(before=passage, after=passage.model_copy(update={"status": status})))
        again = {p.id: p for p in self.store.revise(edits, action="restore", by=self.by, note=name)} if edits else {}
        tally.restored |= dict.fromkeys(again)
        return [again.get(p.id, p) for p in known]

    def _retitle(self, known: Sequence[Passage], read_: Sequence[Passage], name: str, tally: _Tally) -> list[Passage]:
        """Known passages of this document under the headings that it has now, where no person gave them others."""
        now: dict[tuple[str, str], Passage] = {}
        for passage in read_:
            now.setdefault((clean(passage.text), passage.lang), passage)
        edits = []
        for passage in {p.id: p for p in known if p.id not in tally.titled}.values():
            found = now.get((passage.text, passage.lang))
            mine = passage.document == name and passage.kind == "manual"
            mine = mine and passage.status in ("candidate", self.status)
            if mine and found and clean(found.title) != passage.title and self._is_as_read(passage):
                better = {"title": found.title, "source": found.source, "codes": found.codes}
                edits.append(Edit(before=passage, after=passage.model_copy(update=better)))
        again = {p.id: p for p in self.store.revise(edits, action="reread", by=self.by, note=name)} if edits else {}
        tally.renewed |= dict.fromkeys(again)
        return [again.get(p.id, p) for p in known]

    def _earlier(self, name: str) -> list[Passage]:
        """What earlier versions of this document left in the store, retired passages not counted."""
        return self.store.list(Filters(documents=(name,), statuses=("candidate", "verified")))

    def _retire(self, gone: Sequence[Passage], name: str) -> list[str]:
        """Retire what is no longer in the file; each change stands in the history and can be undone."""
        edits = [Edit(before=p, after=p.model_copy(update={"status": "retired"})) for p in gone]
        for start in range(0, len(edits), BATCH):
            self.store.revise(edits[start : start + BATCH], action="replace", by=self.by, note=name)
        return [p.id for p in gone]


def _nothing(opened: Opened) -> KnowledgeError:
    """Why a document gave no passage."""
    notes = {note.kind: note for note in opened.notes.all()}
    if pages := notes.get("scanned_pages"):
        return KnowledgeError("failure_kb_scanned", file=opened.name, pages=pages.which)
    if "measured" in notes:
        return KnowledgeError("failure_kb_measured", file=opened.name)
    return KnowledgeError("failure_kb_empty_file", file=opened.name)


def _batches(items: Iterable[Draft]) -> Iterator[list[Draft]]:
    running = iter(items)
    while batch := list(islice(running, BATCH)):
        yield batch
