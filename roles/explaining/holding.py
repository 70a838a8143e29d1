"""Movements, numbers, times and their order, held against what is cited: what was measured has to be that finding's,
what is usual has to stand in a passage or a sign and be told as usual, what is denied must not have been measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roles.deciding import observing, quantities, ways
from roles.deciding.improper import improper
from roles.deciding.mentions import Mention, words
from roles.deciding.observing import Reading
from roles.explaining.judging import without_causes
from roles.explaining.relating import shape
from roles.explaining.relating import words as own
from roles.explaining.sources import Sources, bare
from roles.unfit import foreign

DENIED = ("measured, and denied", "it did change", "it is told in another order than it came")
HAN = re.compile(r"[\u4e00-\u9fff]")
EXACT = re.compile(r"\s?[（(](?:give or take |前后)[^()（）]*[)）]")
UNGROUNDED = ("nothing was measured of it", "nothing of it was measured")
Move = tuple[Mention, str, bool]  # the sensor, which way, told as what is usual


def held(says: str, cited: Sources) -> Iterator[str]:
    """Complaints about one sentence whose confidences are blank already."""
    lang = cited.given.lang
    says, quotes = _without_quotes(says, cited)
    says, wrong = _without_signs(_apart(without_causes(says, cited.given), lang), cited)
    yield from wrong
    reading = Reading(says, cited.case(everything=False))
    usual = bool(cited.knowledge) and re.search(_supposed(), reading.masked, re.IGNORECASE) is not None
    masked = re.sub(own()["purpose"], " for ", reading.masked) if usual else reading.masked
    yield from improper(masked, lang)
    if foreign(_without_names(masked, cited), lang) or (lang == "zh" and not HAN.search(says)):
        yield f"it is not in the reader's language ({lang})"
    if any(m.exact and shape("unmeasured", lang).match(says[m.end :].lstrip()) for m in reading.found):
        yield "a sensor of the file is told as not measured"
    moves = list(_moves(reading))
    plain = _without_known(says, reading, cited, moves)
    found = [c for c in Reading(plain, cited.case(everything=False)).untrue()
             if c not in UNGROUNDED or (cited.measured_alone and not quotes)]  # fmt: skip
    found += [c for c in Reading(plain, cited.case(everything=True)).untrue() if c.endswith(DENIED)]
    yield from (c for c in dict.fromkeys(found) if not (usual and c == DENIED[1]))  # what is usual says nothing of now
    yield from _unusual(moves, cited)


def _without_quotes(says: str, cited: Sources) -> tuple[str, bool]:
    """The sentence without the cited findings that it repeats word by word, where nothing around them denies them, and
    without how exact a time is; and whether there were any."""
    lang, rest, quotes = cited.given.lang, says, False
    for finding in cited.findings:
        at = rest.lower().find(bare(finding.text).lower())
        if at >= 0:
            rest, quotes = rest[:at] + "#" + rest[at + len(bare(finding.text)) :], True
        for exact in EXACT.findall(finding.text):
            rest = rest.replace(exact, "")
    return (says, False) if quotes and shape("undone", lang).search(rest) else (rest, quotes)


def _apart(says: str, lang: str) -> str:
    """The sentence in clauses that each tell one thing."""
    text = re.sub(r"\btimes as wide\b", "times as much", says)
    usual = r"\btimes (?:the|its|what is) (?:normal|usual)(?: amplitude| spread| at that period)?\b"
    text = re.sub(usual, "times as much", text)
    text = re.sub(r"正常(?=幅度的|的\s?\d|的约)", "平时", text)  # "2.7 times the normal one" is not normal
    text = re.sub(r"\b(began|begins?|start(?:s|ed)|continue[sd]?) to (?=[a-z])", r"\1 the ", text)  # no order
    return re.sub(own()[f"apart_{lang}"], ", " if lang == "en" else "，", text)


def _without_signs(says: str, cited: Sources) -> tuple[str, list[str]]:
    """The sentence without the signs that are not there (they are no observation), and complaints where one is told as
    if it were."""
    wrong, lang = [], cited.given.lang
    for weighed in cited.weighed:
        for state in ("missing", "unmeasured", "against"):
            for sign in (bare(text) for text in weighed.signs.get(state, [])):
                at = says.lower().find(sign.lower()) if sign else -1
                if at < 0:
                    continue
                rest = says[:at] + " it " + says[at + len(sign) :]
                if not shape("absent", lang).search(rest):
                    wrong.append(f"{sign!r} is told as seen, and it is {state}")
                says = rest if lang == "en" else rest.replace(" it ", "其")
    return says, wrong


def _without_names(text: str, cited: Sources) -> str:
    given = cited.given
    names = {n for p in given.passages for n in (p.id, p.title)} | {s.name for s in given.sensors}
    for name in sorted((n for n in names if n), key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _moves(reading: Reading) -> Iterator[Move]:
    """Each movement of a sentence with its sensor, as the reading takes them; denied ones are left out."""
    last: Mention | None = None
    start = 0
    for end in [*(m.start() for m in observing.CLAUSE.finditer(reading.masked)), len(reading.text)]:
        bare, own = reading.masked[start:end].lower(), [m for m in reading.found if start <= m.at < end]
        denied = ways.said("not").search(bare) or ways.said("still").search(bare)
        usual = bool(ways.said("supposed").search(bare))
        for at, way in reading.ways(bare):
            mention = reading.meant(start + at, own, last)
            if mention is not None and not denied:
                yield mention, way, usual
        last, start = (own[-1] if own else last), end


def _unusual(moves: list[Move], cited: Sources) -> Iterator[str]:
    """Movements told as usual that neither a finding nor a cited passage or sign tells."""
    case = cited.case(everything=False)
    told = [move for text in cited.knowledge for move in _moves(Reading(_apart(text, case.lang), case))]
    for mention, way, usual in moves:
        measured = any(f.sensor in mention.columns and observing.goes(f, way) for f in cited.findings)
        if usual and not measured and not any(m.columns & mention.columns and w == way for m, w, _ in told):
            yield f"{way}: neither measured nor said by what is cited"


def _without_known(says: str, reading: Reading, cited: Sources, moves: list[Move]) -> str:
    """The sentence without the numbers that edges, lines on the data and passages give: what is left has to be
    measured. Beside a movement that is told as measured no number is taken for theirs."""
    if any(not usual for _, _, usual in moves):
        return says
    given: list[quantities.Given] = [(link.lag_s, quantities.UNITS["s"]) for link in cited.links]
    texts = [note.text for note in cited.notes]
    if not reading.found or re.search(_supposed(), says, re.IGNORECASE):
        texts += cited.knowledge
    given += [(n.value, n.unit) for text in texts for n in quantities.told(text)]
    plain = says
    for number in quantities.told(observing.CLOCK.sub(lambda m: " " * len(m[0]), reading.masked)):
        if number.is_one_of(given):
            plain = plain[: number.at] + " " * (number.end - number.at) + plain[number.end :]
    return plain


def _supposed() -> str:
    return rf"\b(?:{words()['supposed_en']})\b|{words()['supposed_zh']}"
