"""What was taken from documents into the knowledge base, and what was left out, in words."""

from __future__ import annotations

from collections.abc import Iterator

from kb.contract import KnowledgeBase
from kb.growth import Conflicts, conflicts
from kb.ingest import Note, Report, Taken
from workers.knowledge.reviewing import reason
from workers.wording import say

MOST_NAMED = 8  # codes and ids that are named; the rest is counted


def lines_of(report: Report, lang: str) -> list[str]:
    """What was taken and what was left out, one line for each thing; refused files are the caller's to tell."""
    lines = [line for taken in report.taken for line in _lines(taken, lang)]
    return lines + [note_line(note, lang) for note in report.notes]


def contradictions(store: KnowledgeBase, report: Report) -> Conflicts:
    """What the passages that count since now contradict of those that counted before; it may take some seconds."""
    return conflicts(store, [id for taken in report.taken for id in (*taken.stored, *taken.restored)])


def conflict_lines(found: Conflicts, lang: str) -> list[str]:
    """The contradictions, one line for each of the first, and how many passages were compared where not all were."""
    lines = []
    if found.found:
        lines.append(say("kb_add_contradicts", lang, count=len(found.found)))
    for each in found.found[:MOST_NAMED]:
        other = {"other": each.other.id, "title": each.other.title, "reason": reason(each.other, lang)}
        lines.append(say("kb_add_contradiction", lang, id=each.id, **other))
    if found.looked_at < found.new:
        lines.append(say("kb_add_compared", lang, compared=found.looked_at, count=found.new))
    return lines


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
        yield say("kb_add_codes", lang, codes=some(taken.codes), count=len(taken.codes))
    counts = {"rules": len(taken.rules), "waiting": taken.waiting, "resting": taken.resting}
    yield from (say(f"kb_add_{what}", lang, count=count) for what, count in counts.items() if count)
    yield from (note_line(note, lang) for note in taken.notes)
    if taken.renewed:
        yield say("kb_add_renewed", lang, count=len(taken.renewed))
    if taken.restored:
        yield say("kb_add_restored", lang, count=len(taken.restored), ids=some(taken.restored))
    if taken.retired:
        yield say("kb_add_retired", lang, count=len(taken.retired), ids=some(taken.retired))
    elif taken.gone:
        yield say("kb_add_gone", lang, count=len(taken.gone), new=len(taken.stored))


def some(names: list[str]) -> str:
    """The first names of a long list."""
    return ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
