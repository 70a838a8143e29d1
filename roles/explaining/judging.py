"""Words by which a sentence judges more than the answer does: the cause told as known, a cause excluded or put first,
how bad it is, that nothing is wrong. A confidence is said as it was weighed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roles.deciding.figures import is_given
from roles.deciding.supporting import Known, denied
from roles.explaining.relating import shape, words
from roles.explaining.sources import Sources
from roles.explaining.types import FollowUp, Weighed

STEM = 4  # letters by which a state is the same ("leak", "leaking")
SURE = r"0?\.\d+|[01](?:\.0+)?(?![\d.])|\d{1,3}(?:\.\d+)?\s?%"  # how a confidence is written
NAMED = re.compile(r"\s*[（(][^）)]*[）)]\s*$")  # "Roll bearing seizing (S9)"


def beyond(says: str, cited: Sources) -> Iterator[str]:
    """Complaints about a sentence that judges."""
    given, lang = cited.given, cited.given.lang
    source = "\n".join(cited.texts).lower()
    if shape("flat", lang).search(says) and not shape("hedge", lang).search(says):
        yield "the cause is told as certain, and it is not: say how sure it is"
    for found in shape("excluded", lang).finditer(says):
        if not shape("undone", lang).search(says[max(0, found.start() - 8) : found.start()]):
            yield f"{found[0]!r}: no cause was excluded"
    top = given.weighed[0] if given.weighed else None
    if top is not None:
        yield from denied(says.lower(), Known("", (cause_name(top).lower(),)))
    if shape("first", lang).search(says):
        others = [w for w in named(says, given) if top is None or w.id != top.id]
        if top is None or (others and top not in named(says, given)):
            yield "another cause than the answer's is put first"
    for found in shape("grave", lang).finditer(says):
        if found[0].lower() not in source:
            yield f"{found[0]!r}: how bad it is stands nowhere in what is cited"
    names = " ".join(cause_name(w) for w in given.weighed if w in cited.weighed).lower()
    for found in shape("state", lang).finditer(without_causes(says, given)):
        state = found[0].lower() if " " in found[0] else found[0].lower()[:STEM]
        if state not in source and state not in names:
            yield f"{found[0]!r} stands nowhere in what is cited"
    yield from _signs(says, cited)
    if given.verdict != "normal" and (healthy := shape("healthy", lang).search(says)):
        yield f"{healthy[0]!r} does not fit the verdict ({given.verdict})"


def _signs(says: str, cited: Sources) -> Iterator[str]:
    """Complaints about what became of the signs: all seen, none missing, nothing against."""
    about = [w for w in named(says, cited.given) if w in cited.weighed] or cited.weighed
    for claim, states in (("all_seen", ("missing", "unmeasured")), ("none_missing", ("missing",)),
                          ("none_against", ("against",))):  # fmt: skip
        said = shape(claim, cited.given.lang).search(says)
        if said is None:
            continue
        if not about:
            yield f"{said[0]!r}: no cause is cited whose signs that would be"
        for each in about:
            against = claim == "none_against" and bool(each.doubts)
            if against or any(each.signs.get(state) for state in states):
                yield f"{said[0]!r} is not so of {each.text!r}"


def named(says: str, given: FollowUp) -> list[Weighed]:
    """The weighed causes that a sentence names."""
    plain = says.lower()
    return [w for w in given.weighed if (name := cause_name(w).lower()) and name in plain]


def without_causes(says: str, given: FollowUp) -> str:
    """The sentence with marks for the causes that it names: "unsteady bulging" is no movement, and no order."""
    for name in sorted({cause_name(w) for w in given.weighed}, key=len, reverse=True):
        says = re.sub(re.escape(name), lambda m: "#" * len(m[0]), says, flags=re.IGNORECASE) if name else says
    return says


def cause_name(weighed: Weighed) -> str:
    """What a cause is called, without its place."""
    return NAMED.sub("", weighed.text).strip()


def unsupported(says: str, cited: Sources) -> Iterator[str]:
    """Causes that a sentence names and that nothing cited speaks of."""
    for weighed in named(says, cited.given):
        if weighed.id not in cited.ids and not set(weighed.evidence) & set(cited.ids):
            yield f"{weighed.text!r} is named, and neither {weighed.id} nor its evidence is cited"
    given, causes = cited.given, cited.weighed
    own = {id_ for w in causes for id_ in w.evidence}
    strange = [f.id for f in given.findings if f.id in cited.ids and f.id not in own]
    if causes and strange and not shape("undone", given.lang).search(says):
        yield f"{strange[0]} is no sign of {causes[0].text!r}"


def without_confidences(says: str, cited: Sources) -> tuple[str, list[str]]:
    """The sentence without the numbers that say how sure a cause is (blanks in their place), and complaints about
    those that say something else than was weighed."""
    sure = rf"(?:{words()[f'sure_{cited.given.lang}']})[^.,;，。；\d]{{0,30}}?({SURE})|[（(]({SURE})[）)]"
    allowed = [n for w in cited.weighed for n in (round(w.confidence, 2), round(100 * w.confidence))]
    wrong, text = [], says
    for found in re.finditer(sure, says, re.IGNORECASE):
        number = found[1] or found[2]
        if not is_given(number.rstrip(" %"), allowed):
            wrong.append(f"the number {number} is no confidence of what is cited")
        at = found.start(1) if found[1] else found.start(2)
        text = text[:at] + " " * len(number) + text[at + len(number) :]
    return text, wrong
