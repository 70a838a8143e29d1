"""What is told of earlier times: when, what was found, what the crew said of it and whether the repair helped; or that
nothing is known. What waits for a keeper is counted and quoted nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from kb.contract import KnowledgeBase
from kb.passage import Passage
from roles.deciding.figures import figure
from roles.types import Lang
from workers import receipt as receipts
from workers.contracts import Answer, Block, Diagnosis, Evidence
from workers.followups.past import Past, began, cases, fits
from workers.followups.recalled import Recall
from workers.followups.retelling import retold
from workers.knowledge.repeats import observed
from workers.knowledge.websearch import numbers
from workers.prose import story
from workers.prose.levels import ordinary_of, verdict_first
from workers.wording import say

MOST, MOST_CASES, MOST_SENSORS, MOST_ACTIONS = 4, 3, 4, 2
QUOTE = 240  # characters of a case
KIND = "earlier"  # in the receipt's follow_up


def find(
    recall: Recall, base: Answer | None, pasts: Iterable[Past], may_read: Callable[[Past], bool]
) -> tuple[list[Past], list[Past]]:
    """The earlier answers that are meant and those of the same machine with other signs, newest first. `may_read` is
    asked of those alone that fit."""
    same: list[Past] = []
    machine: list[Past] = []
    for past in pasts:
        fit = fits(recall, base, past)
        if fit and may_read(past):
            (same if fit == "same" else machine).append(past)
        if len(same) >= MOST:
            break
    return same, machine[:MOST]


def tell(
    recall: Recall, question: dict[str, str], base: Answer | None, found: tuple[list[Past], list[Past]],
    store: KnowledgeBase, lang: Lang, zone: tzinfo,
) -> Answer:  # fmt: skip
    """The answer to a question about earlier times, in `lang`. Its receipt names the first answer that it tells of, as
    that of a follow-up does: "why?" below it, and words on it, are about that one."""
    same, machine = ([heard(past, store) for past in pasts] for pasts in found)
    lessons = {id for past in same for id in past.lessons}
    known = [passage for passage in cases(store, recall, base) if passage.id not in lessons][:MOST_CASES]
    teller = Teller(recall, base, lang, zone)
    shown = same or machine
    blocks = [teller.head(same, machine, known), *(b for past in shown for b in teller.past(past, bool(same)))]
    blocks += [teller.case(passage) for passage in known]
    blocks += teller.close(shown, known)
    text = story.plain(blocks)
    about = next((past.ref for past in shown if past.ref), "")
    return Answer(
        schema="andon.answer/1", question={**question, "lang": lang}, diagnosis=Diagnosis(verdict="answered"),
        evidence=[_evidence(passage) for passage in known], blocks=blocks, text=text,
        receipt={
            "made": datetime.now(UTC).isoformat(timespec="seconds"), "code": receipts.code_version(),
            "follow_up": {"kind": KIND, "about": about}, "recalled": [past.ref for past in shown],
            "numbers": numbers(text),
        },
    )  # fmt: skip


def heard(past: Past, store: KnowledgeBase) -> Past:
    """With what became of the corrections of it: approved ones with their words, of the others how many wait."""
    said, right, waits = past.said, [], 0
    for id_ in past.corrections:
        passage = store.get(id_) if id_ else None
        if passage is not None and passage.status == "verified":
            right.append((passage.id, passage.text))
        waits += passage is None or passage.status == "candidate"
    return past.model_copy(update={"said": said.model_copy(update={"right": right, "waits": waits})})


class Teller:
    """Sentences about earlier answers in one language."""

    def __init__(self, recall: Recall, base: Answer | None, lang: Lang, zone: tzinfo) -> None:
        self.recall, self.base, self.lang, self.zone = recall, base, lang, zone

    def say(self, key: str, **values: object) -> str:
        """A sentence of this room."""
        return say(f"earlier_{key}", self.lang, **values)

    def head(self, same: Sequence[Past], machine: Sequence[Past], known: Sequence[Passage]) -> Block:
        """The first line: yes and when, or not that is known."""
        if same:
            key = "last" if self.recall.kind == "last" else "yes" if len(same) == 1 else "times"
            if key == "yes" and self.recall.thing and not self.stands(same[0]):
                key = "said"
            values = {"date": self.date(same[0]), "what": self.what(same[0]), "count": len(same)}
            return _head(self.say(key, **values))
        if known:
            return _head(self.say("case_head", date=self.day(known[0]), id=known[0].id))
        if machine and self.base is None:
            return _head(self.say("last", date=self.date(machine[0]), what=self.what(machine[0])))
        if machine:
            return _head(self.say("other_signs"))
        if self.base is None and not self.recall.thing and self.recall.kind == "same":
            return _head(self.say("which"))
        thing = self.say("thing", thing=self.recall.thing) if self.recall.thing else ""
        return _head(self.say("none", thing=thing))

    def stands(self, past: Past) -> bool:
        """Does the cause that we gave then still stand?"""
        said, verdict = past.said, past.document.diagnosis.verdict
        return verdict == "fault" and not said.right and said.disagree + said.not_fixed <= said.agree + said.fixed

    def what(self, past: Past) -> str:
        """What it was, as far as it is known: the crew's approved word before ours, ours with its confidence."""
        document, said = retold(past.document, self.lang), past.said
        ref = f" ({past.ref})" if past.ref else ""
        if said.right:
            id_, text = said.right[0]
            return self.say("right", text=_line(text), id=id_) + ref
        if document.diagnosis.verdict != "fault" or not document.diagnosis.causes:
            return self.say("unsure") + ref
        first = document.diagnosis.causes[0]
        key = "cause" if self.stands(past) else "denied"
        return self.say(key, cause=first.text, confidence=figure(first.confidence, 2)) + ref

    def past(self, past: Past, same: bool) -> list[Block]:
        """One earlier answer: its headline, what it shares with the data of now, what the crew said of it."""
        document = retold(verdict_first(past.document), self.lang)
        headline = next((block.text for block in ordinary_of(document)), "").rstrip(".。")
        ref = f" [{past.ref}]" if past.ref else ""
        blocks = [Block(kind="plain", text=self.say("line", date=self.date(past), headline=headline) + ref)]
        shared = self.shared(past) if same and not self.recall.thing else []
        if shared:
            blocks.append(Block(kind="note", text=self.say("shared", sensors=", ".join(shared))))
        blocks.append(Block(kind="note", text=self.crew(past)))
        actions = [action.text.rstrip(".。") for action in document.diagnosis.actions[:MOST_ACTIONS]]
        if actions and self.recall.kind == "last":
            joined = {"en": "; ", "zh": "；"}[self.lang].join(actions)
            blocks.append(Block(kind="note", text=self.say("advised", actions=joined)))
        return blocks

    def shared(self, past: Past) -> list[str]:
        """The sensors that did the same then and now, strongest first."""
        then, now = observed(past.document), observed(self.base)
        if then is None or now is None:
            return []
        mine = {(s.sensor, s.kind) for s in now.shown}
        return list(dict.fromkeys(s.sensor for s in then.shown if (s.sensor, s.kind) in mine))[:MOST_SENSORS]

    def crew(self, past: Past) -> str:
        """What people said of it and of the repair, in one line."""
        said = past.said
        counts = {"agreed": said.agree, "disagreed": said.disagree, "fixed": said.fixed, "not_fixed": said.not_fixed,
                  "waits": said.waits}  # fmt: skip
        parts = [self.say(f"crew_{what}", count=count) for what, count in counts.items() if count]
        parts += [self.say("crew_right", text=_line(text), id=id_) for id_, text in said.right[1:]]
        joined = {"en": "; ", "zh": "；"}[self.lang].join(parts)
        return self.say("crew", said=joined) if parts else self.say("crew_nothing")

    def case(self, passage: Passage) -> Block:
        """A verified case or correction, quoted."""
        kind = say(f"kb_kind_{passage.kind}", self.lang)
        values = {"kind": kind, "date": self.day(passage), "text": _line(passage.text), "id": passage.id}
        return Block(kind="plain", text=self.say("case", **values), refs=[passage.id])

    def close(self, shown: Sequence[Past], known: Sequence[Passage]) -> list[Block]:
        """The last line: how to open the newest one shown, or what to ask instead where nothing is known."""
        ref = next((past.ref for past in shown if past.ref), "")
        if ref:
            return [Block(kind="note", text=self.say("open", ref=ref))]
        if known or shown:
            return []
        key = "next" if self.base is not None or self.recall.thing else "next_about"
        return [Block(kind="ask", text=self.say(key))]

    def date(self, past: Past) -> str:
        """When it happened, else when it was asked, by the plant's clock."""
        return f"{(began(past.document) or past.made).astimezone(self.zone):%Y-%m-%d %H:%M}"

    def day(self, passage: Passage) -> str:
        """The day on which a case was taught."""
        return f"{datetime.fromisoformat(passage.created).astimezone(self.zone):%Y-%m-%d}"


def _head(text: str) -> Block:
    return Block(kind="headline", text=text)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE else line[: QUOTE - 1] + "…"


def _evidence(passage: Passage) -> Evidence:
    return Evidence(id=passage.id, source=passage.source, title=passage.title, quote=_line(passage.text),
                    lang=passage.lang, kind=passage.kind, status=passage.status)  # fmt: skip
