"""What a sentence about a cause says beside movements and numbers: states of parts, judgements, other machines, what
became of the signs. It has to stand in what is given of the cause, and a state that nobody measured is told as a sign
or as possible, never as seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from roles.deciding.mentions import words
from roles.deciding.types import Case
from roles.types import Lang, Sign

HAN = re.compile(r"[\u4e00-\u9fff]+")
STEM, STATE, LONG = 5, 4, 7  # letters by which a word, and a state ("leak", "leaking"), is the same; of a telling word
SHARED = 0.5  # of the words of a sentence that tells nothing measured stand in what is given, more than that


@dataclass(frozen=True)
class Known:
    """What is given of a cause: `text` in lower case, its `names`, whether every sign of it is seen, other faults."""

    text: str
    names: tuple[str, ...] = ()
    complete: bool = False
    unseen: tuple[str, ...] = ()  # names of faults of which not one sign is seen


def known_of(case: Case, fault: str | None = None, evidence: Sequence[str] = (), name: str = "") -> Known:
    """What is given of the cause `fault` (or of the one called `name`) that rests on `evidence`; of all faults where
    neither is said. Of every fault the name is known: a sentence may compare."""
    own = [f for f in case.faults if f.id == fault] if fault or evidence or name else list(case.faults)
    ids = {id_ for f in own for id_ in f.passages} | set(evidence)
    cited = [p for p in case.passages if p.id in ids or not (fault or evidence or name)]
    texts = [t for f in case.faults for t in (f.name, *f.names)] + [name, case.question]
    texts += [sign.text for f in own for sign in (*f.signs, *f.against)]
    texts += [t for p in cited for t in (p.title, p.text)] + [f.text for f in case.findings] + list(case.signals)
    texts += [t for s in case.sensors for t in (s.name.replace("_", " "), s.label, *s.aliases)]
    texts += [e.reason for e in case.events] + [t for f in own for t in f.asks_for]

    def seen(sign: Sign) -> bool:
        return any(f.kind in sign.symptoms and sign.fits(f.tag) for f in case.findings)

    signs = [sign for f in own for sign in f.signs]
    unseen = [f for f in case.faults if f.signs and not any(map(seen, f.signs))]
    names = tuple(n.lower() for f in own for n in (f.name, *f.names)) if fault else ()
    others = tuple(n.lower() for f in unseen for n in (f.name, *f.names))
    return Known("\n".join(t for t in texts if t).lower(), names, bool(signs) and all(map(seen, signs)), others)


def unsupported(text: str, clauses: Sequence[str], case: Case, known: Known, *, grounded: bool) -> Iterator[str]:
    """Complaints about a sentence in lower case, and in clauses without its sensors' names. `grounded`: it tells
    something that was measured."""
    whole = ", ".join(clauses)
    if found := _word("judged").search(whole):
        yield f"{found[0]!r} is nobody's to say"
    for found in re.finditer(words()["strand"], text):
        if found[0] not in case.question.lower() and found[0] not in known.text:
            yield f"{found[0]!r} is not in the file"
    measured = "\n".join(f.text for f in case.findings).lower()
    for clause in clauses:
        yield from _states(clause, known.text, measured)
        yield from denied(clause, known)
    yield from _signs(whole, case.lang, known)
    unsure = any(
        _word(kind).search(whole) for kind in ("supposed", "possible", "not")
    )  # what would be, what is missing
    if not grounded and not unsure and not _word("inferred").search(whole):
        yield "nothing of it was measured, and it is told as seen"
    if not unsure and (name := next((n for n in known.unseen if n in whole), "")):
        yield f"not one sign of {name!r} is seen"
    if not grounded and not unsure and _shared(text, known.text, case.lang) <= SHARED:
        yield "it says what nothing given says"


def _states(clause: str, given: str, measured: str) -> Iterator[str]:
    if _word("possible").search(clause):  # one of several that the sentence weighs
        return
    inferred = _word("inferred").search(clause) or _word("not").search(clause)
    for found in re.finditer(rf"{words()['state_en']}|\b(?:{words()['quality_en']})\b|{words()['state_zh']}", clause):
        state = found[0] if " " in found[0] or not found[0].isascii() else found[0][:STATE]
        if state in measured:
            continue
        if state not in given:
            yield f"{found[0]!r} stands nowhere in what is given of it"
        elif not inferred:
            yield f"{found[0]!r} was not measured and is told as seen"


def denied(clause: str, known: Known) -> Iterator[str]:
    """The cause itself, denied: "clogging cannot explain it", 没有结瘤."""
    unsure = re.search(
        r"explained by|certain|sure|confirm|prove|measur|missing|sign|alone|确定|确认|证实|征兆|未测|单独", clause
    )
    for name in known.names if unsure is None else ():
        said = [w for w in name.split() if len(w) >= LONG and w in clause] if name.isascii() else [name[-2:]]
        if name in clause:
            said = [name]
        if not said or said[0] not in clause:
            continue
        short, at = said[0], clause.find(said[0])
        no = rf"\b(?:no|not|without|never)\b(?: \w+){{0,2}} {re.escape(short)}"
        no += rf"|(?:没有|未|并非|不是|无)[一-鿿]{{0,3}}{re.escape(short)}"
        if re.search(words()["explains_not"], clause[at:]) or re.search(no, clause):
            yield "the cause is denied that it is to explain"
            return


def _signs(text: str, lang: Lang, known: Known) -> Iterator[str]:
    """What became of all its signs, where that is not so."""
    if known.names and not known.complete:
        for claim in ("all_seen", "none_missing"):
            if found := re.search(words()[f"{claim}_{lang}"], text):
                yield f"{found[0]!r} is not so"


def _shared(text: str, given: str, lang: Lang) -> float:
    """The share of the sentence's words that stand in `given`; Chinese is counted by pairs of signs."""
    bare = re.sub(
        rf"\b(?:{words()['fits_en']})\b|{words()['fits_zh']}", " ", re.sub(words()[f"plain_{lang}"], " ", text)
    )
    own = _parts(bare)
    return len(own & _parts(given)) / len(own) if own else 1.0


def _parts(text: str) -> set[str]:
    latin = {word[:STEM] for word in re.findall(r"[a-z]{4,}", text)}
    return latin | {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}


@cache
def _word(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words()[f'{kind}_en']})\b|{words()[f'{kind}_zh']}")
