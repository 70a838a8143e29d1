"""What was taken from documents into the knowledge base, and what was left out, in words."""

from __future__ import annotations

from collections.abc import Iterator

from kb.ingest import Note, Report, Taken
from workers.wording import say

MOST_NAMED = 8  # codes and ids that are named; the rest is counted


def lines_of(report: Report, lang: str) -> list[str]:
    """What was taken and what was left out, one line for each thing; refused files are the caller's to tell."""
    lines = [line for taken in report.taken for line in _lines(taken, lang)]
    return lines + [note_line(note, lang) for note in report.notes]


def note_line(note: Note, lang: str) -> str:
    """One thing that was not taken."""
    line = say(f"kb_note_{note.kind}", lang, count=note.count, which=note.which)
    return line.replace(" ()", "").replace("（）", "").replace("（第  页）", "")


def _lines(taken: Taken, lang: str) -> Iterator[str]:
    key = "kb_unchanged" if taken.unchanged else "kb_added" if taken.stored else "kb_nothing_new"
    yield say(key, lang, file=taken.file, stored=len(taken.stored), known=taken.known)
    if len(taken.languages) > 1:
        yield say("kb_add_languages", lang, en=taken.languages["en"], zh=taken.languages["zh"])
    if taken.codes:
        yield say("kb_add_codes", lang, codes=_some(taken.codes), count=len(taken.codes))
    counts = {"rules": len(taken.rules), "waiting": taken.waiting, "resting": taken.resting}
    yield from (say(f"kb_add_{what}", lang, count=count) for what, count in counts.items() if count)
    yield from (note_line(note, lang) for note in taken.notes)
    if taken.retired:
        yield say("kb_add_retired", lang, count=len(taken.retired), ids=_some(taken.retired))
    elif taken.gone:
        yield say("kb_add_gone", lang, count=len(taken.gone))


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
