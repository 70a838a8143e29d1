"""A stored answer in the other language, so that a follow-up is told wholly in the language that it was asked in.

Facts, causes and advice have a twin; passages of the pack do by their pair. What exists in one language only is quoted,
and labelled as quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kb import packs
from kb.passage import Passage
from roles.deciding.figures import number_of, written
from roles.decision import Decision
from roles.sentences import first_sentences
from roles.types import Cause, Considered, Graph, Lang
from workers.contracts import Answer, Block, Diagnosis, Evidence
from workers.followups.turning import Turner, names_of
from workers.prose import story
from workers.prose.levels import lang_of, ordinary_of
from workers.wording import say

PACK = "continuous_casting"
MEANING, QUOTE = 2, 320  # sentences of a meaning, characters of a quote: as in the answer
CITED = re.compile(r"(?P<text>.+) (?P<refs>\[!?[A-Z][\w\- !]*\])$", re.DOTALL)


def retold(base: Answer, lang: Lang) -> Answer:
    """The answer in `lang`; itself when that is its language."""
    return base if lang_of(base) == lang else Retelling(base, lang).answer()


class Retelling:
    """One answer on its way into the other language."""

    def __init__(self, base: Answer, lang: Lang) -> None:
        self.base, self.lang, pack = base, lang, packs.load(PACK)
        by_pair = {p.pair: p for p in pack.passages if p.pair and p.lang == lang}
        self.twins: dict[str, Passage] = {p.id: by_pair[p.pair] for p in pack.passages if p.pair in by_pair}
        names = names_of(_columns(base), pack, lang_of(base), lang)
        self.turner = Turner(pack, lang_of(base), lang, names)

    def answer(self) -> Answer:
        """The stored answer, every text of it in the other language."""
        base, said = self.base, self.base.diagnosis
        diagnosis = Diagnosis(
            verdict=said.verdict,
            causes=[self.cause(cause) for cause in said.causes],
            actions=[a.model_copy(update={"text": self.say(a.text), "source": self.id(a.source)})
                     for a in said.actions],
            asks_for=self.all(said.asks_for),
        )  # fmt: skip
        blocks = self.blocks(diagnosis)
        return base.model_copy(update={
            "question": {**base.question, "lang": self.lang},
            "findings": [f.model_copy(update={"text": self.say(f.text)}) for f in base.findings],
            "events": [e.model_copy(update={"reason": self.say(e.reason)}) for e in base.events],
            "graph": self.graph(base.graph), "diagnosis": diagnosis,
            "considered": [self.considered(each) for each in base.considered],
            "evidence": [self.evidence(each) for each in base.evidence],
            "blocks": blocks, "text": story.plain(blocks),
            "receipt": {key: value for key, value in base.receipt.items() if key not in ("ordinary", "level")},
        })  # fmt: skip

    def say(self, text: str) -> str:
        """A text in the other language, or quoted as it is."""
        turned = self.turner.turn(text)
        return turned if turned is not None else say("told_quoted", self.lang, text=text)

    def all(self, texts: Iterable[str]) -> list[str]:
        """Texts in the other language, each as `say` gives it."""
        return [self.say(text) for text in texts]

    def id(self, passage: str) -> str:
        """The id of a passage's twin."""
        return self.twins[passage].id if passage in self.twins else passage

    def ids(self, evidence: Sequence[str]) -> list[str]:
        """Findings keep their ids."""
        return [self.id(each) for each in evidence]

    def cause(self, cause: Cause) -> Cause:
        """A ranked cause. One that is a passage is quoted from its twin."""
        return cause.model_copy(update={
            "text": self.named(cause.text, cause.evidence), "why": self.say(cause.why),
            "evidence": self.ids(cause.evidence), "against": self.ids(cause.against),
        })  # fmt: skip

    def named(self, text: str, evidence: Sequence[str]) -> str:
        """What a cause is called: a fault, or what a passage says first."""
        turned = self.turner.turn(text)
        known = [self.twins[id_] for id_ in evidence if id_ in self.twins and self.twins[id_].title]
        told = {self.id(old.id) for old in self.base.evidence if text.startswith(old.title)}
        mine = next((passage for passage in known if passage.id in told), None)
        if turned is None and mine is not None:
            return f"{mine.title}{': ' if self.lang == 'en' else '：'}{first_sentences(mine.text, 1)}"
        return turned if turned is not None else say("told_quoted", self.lang, text=text)

    def considered(self, one: Considered) -> Considered:
        """A cause that was weighed, with its signs."""
        meaning = one.meaning
        if one.source in self.twins:
            meaning = first_sentences(self.twins[one.source].text, MEANING)
        checks = self.all(one.checks)
        return one.model_copy(update={
            "text": self.named(one.text, one.evidence), "evidence": self.ids(one.evidence),
            "signs": [s.model_copy(update={"text": self.say(s.text)}) for s in one.signs],
            "doubts": self.all(one.doubts), "checks": checks, "meaning": meaning, "source": self.id(one.source),
            "numbers": [number_of(n) for text in (meaning, *checks) for n in written(text)],
        })  # fmt: skip

    def graph(self, graph: Graph) -> Graph:
        """Edges with their reasons, root causes with theirs."""
        edges = {
            kind: [e.model_copy(update={"reason": self.say(e.reason), "source": self.id(e.source)})
                   for e in getattr(graph, kind)]
            for kind in ("discovered", "corrected", "removed")
        }  # fmt: skip
        roots = [root.model_copy(update={"reason": self.say(root.reason)}) for root in graph.root_causes]
        return graph.model_copy(update={**edges, "root_causes": roots})

    def evidence(self, passage: Evidence) -> Evidence:
        """A passage of the pack as its twin; any other one stays as it is."""
        twin = self.twins.get(passage.id)
        if twin is None:
            return passage
        quote = twin.text if len(twin.text) <= QUOTE else twin.text[: QUOTE - 1] + "…"
        return passage.model_copy(update={"id": twin.id, "title": twin.title, "source": twin.source, "quote": quote,
                                          "lang": twin.lang})  # fmt: skip

    def blocks(self, diagnosis: Diagnosis) -> list[Block]:
        """The ordinary text: headline, causes and actions made anew, every other line turned."""
        head, *rest = ordinary_of(self.base) or [Block(kind="headline", text="-")]
        decision = Decision(verdict=diagnosis.verdict, headline=self.headline(head.text), causes=diagnosis.causes,
                            actions=diagnosis.actions, asks_for=diagnosis.asks_for)  # fmt: skip
        others = [block for block in rest if block.kind in ("note", "data", "plain")]
        return [*story.diagnosis(decision, self.lang), *(self.block(block) for block in others)]

    def headline(self, text: str) -> str:
        """The first line; of an answer from knowledge it is a passage."""
        ids = [id_ for cause in self.base.diagnosis.causes[:1] for id_ in cause.evidence]
        twin = next((self.twins[id_] for id_ in ids if id_ in self.twins), None)
        if twin is not None and self.base.diagnosis.verdict == "answered":
            return first_sentences(twin.text, 2)
        return self.say(text)

    def block(self, block: Block) -> Block:
        """A line below the first: told anew from the data, turned, or quoted."""
        base = self.base
        if base.data is not None and block.text == story.data_line(base.data, lang_of(base)).text:
            return story.data_line(base.data, self.lang)
        cited = CITED.fullmatch(block.text)
        turned = self.turner.turn(block.text)
        if turned is None and cited is not None:
            turned = f"{self.say(cited['text'])} {cited['refs']}"
        return block.model_copy(update={"text": turned if turned is not None else self.say(block.text),
                                        "refs": self.ids(block.refs)})  # fmt: skip


def _columns(base: Answer) -> list[str]:
    """Every column that the answer speaks of."""
    found = [finding.sensor for finding in base.findings]
    found += [str(f.values["column"]) for f in base.findings if f.values.get("column")]
    found += [*(cause.sensor for cause in base.diagnosis.causes), *(each.sensor for each in base.considered)]
    found += [name for e in [*base.graph.discovered, *base.graph.corrected] for name in (e.cause, e.effect)]
    found += [root.sensor for root in base.graph.root_causes]
    found += [str(share["name"]) for event in base.events for share in event.sensors]
    if base.data is not None:
        found += [*base.data.units, *(quality.sensor for quality in base.data.quality)]
    return list(dict.fromkeys(name for name in found if name))
