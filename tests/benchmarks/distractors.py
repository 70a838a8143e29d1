"""Passages about other machines, to make a knowledge base large: what a plant's library holds beside the caster.

Written for this project and put together from phrases (data/distractors.en.toml and .zh.toml): machine x fault x
signs, causes, checks and actions x wording x numbers. They share the general words of maintenance with the shipped pack
(bearing, current, temperature, flow, hydraulics, sensor drift), which is what makes them hard, but no passage speaks
of continuous casting. Nor do they answer the question sets' off-topic questions about other machines (short shots,
a lift that stops between floors, a yaw motor, a press felt, a rotary kiln): those faults were left out on purpose.
"""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kb.passage import Lang, Passage

DATA = Path(__file__).parent / "data"
WORDS = (40, 150)  # length of an English text
CHARACTERS = (60, 250)  # of a Chinese one
ORDERS = (  # what a page holds after its first sentence, and in which order
    ("signs", "causes", "checks", "actions"), ("reading", "causes", "checks", "actions", "closing"),
    ("signs", "checks", "reading", "actions", "safety"), ("checks", "causes", "actions", "closing"),
    ("causes", "signs", "checks", "safety", "actions"), ("signs", "reading", "actions", "closing", "safety"),
    ("reading", "signs", "checks", "causes", "actions", "closing"),
    ("safety", "checks", "actions", "reading", "closing"),
)  # fmt: skip
DRAWN = {"signs", "causes", "checks", "actions"}  # from the fault; the others are for every machine
_RANGE = re.compile(r"\{(\d+(?:\.\d+)?)~(\d+(?:\.\d+)?)\}")
_SLOT = re.compile(r"\{([a-z123])\}")


@cache
def grammar(lang: Lang) -> dict[str, Any]:
    """The phrases of one language; under "pairs" every machine with each fault that it can have."""
    table = tomllib.loads((DATA / f"distractors.{lang}.toml").read_text(encoding="utf-8"))
    table["pairs"] = [(asset, fault) for fault in table["fault"] for asset in fault["on"].split()]
    return table


def distractors(n: int, seed: int = 0) -> list[Passage]:
    """`n` passages, distinct in text, English and Chinese in turn; the first ones are the same for every `n`."""
    draw = random.Random(seed)
    texts: set[str] = set()
    passages: list[Passage] = []
    while len(passages) < n:
        passage = _passage(draw, "zh" if len(passages) % 2 else "en", len(passages) + 1)
        if _fits(passage) and passage.text not in texts:
            texts.add(passage.text)
            passages.append(passage)
    return passages


def _fits(passage: Passage) -> bool:
    if passage.lang == "zh":
        return CHARACTERS[0] <= len(passage.text) <= CHARACTERS[1]
    return WORDS[0] <= len(passage.text.split()) <= WORDS[1]


def _passage(draw: random.Random, lang: Lang, number: int) -> Passage:
    words = grammar(lang)
    asset, fault = draw.choice(words["pairs"])
    page = _Page(draw, lang, asset, fault)
    title = page.sentence("title", "signs")
    text = ["open", *draw.choice(ORDERS)]
    sentences = [page.sentence(kind, "signs" if kind == "open" else kind) for kind in text]
    return Passage(
        id=f"X-{number:06d}", title=title, text=("" if lang == "zh" else " ").join(sentences), lang=lang, asset=asset,
        source=f"plant library, {asset}, sheet {number}", document=f"library-{asset}.md",
    )  # fmt: skip


class _Page:
    """One machine with one fault: keeps its name and tag through the text and says no phrase twice."""

    def __init__(self, draw: random.Random, lang: Lang, asset: str, fault: dict[str, Any]) -> None:
        self.draw, self.lang, self.words, self.fault = draw, lang, grammar(lang), fault
        self.machine = self.words["assets"][asset]
        name, tag = draw.choice(self.machine["names"]), f"{self.machine['tag']}-{draw.randint(100, 999)}"
        self.slots = {
            "m": name, "t": tag, "a": f"{name} {tag}" if lang == "en" else f"{name}{tag}",
            "f": draw.choice(fault["name"]), "p": draw.choice(self.words["places"]),
            "w": draw.choice(self.words["people"]),
        }  # fmt: skip
        self.left = {kind: draw.sample(fault[kind], len(fault[kind])) for kind in sorted(DRAWN)}

    def sentence(self, frame: str, kind: str) -> str:
        """One sentence of the frame's wordings, its phrases of `kind`."""
        wording = self.draw.choice([w for w in self.words["say"][frame] if self._enough(w, kind)])
        slots = dict(self.slots)
        if kind == "reading":
            name, usual = self.draw.choice(self.machine["readings"]).split("|")
            slots |= {"r": name, "u": self._numbers(usual), "v": self._numbers(usual)}
        for slot in sorted(set(re.findall(r"\{([123])\}", wording))):
            phrase = self.left[kind].pop() if kind in DRAWN else self.draw.choice(self.words[kind])
            slots[slot] = self._numbers(phrase)
        said = _SLOT.sub(lambda match: slots[match[1]], wording)
        said = said.replace("{m}", self.slots["m"])  # inside a phrase
        return said if self.lang == "zh" else re.sub(r"(?:^|[.!?] )[a-z]", lambda match: match[0].upper(), said)

    def _enough(self, wording: str, kind: str) -> bool:
        return kind not in DRAWN or len(set(re.findall(r"\{[123]\}", wording))) <= len(self.left[kind])

    def _numbers(self, phrase: str) -> str:
        return _RANGE.sub(self._number, phrase)

    def _number(self, match: re.Match[str]) -> str:
        low, high = match[1], match[2]
        digits = max(len(x.partition(".")[2]) for x in (low, high))
        return f"{self.draw.uniform(float(low), float(high)):.{digits}f}"


def spread(n: int = 2000) -> dict[str, float]:
    """How varied `n` passages are: distinct words, and by the default embedder the mean cosine of two of a language
    and of each with its nearest."""
    import numpy as np

    from kb.embedders import default_embedder
    from kb.text import tokens

    figures: dict[str, float] = {}
    for lang in ("en", "zh"):
        passages = [p for p in distractors(n) if p.lang == lang]
        rows = default_embedder().encode([f"{p.title}. {p.text}" for p in passages])
        cosines = rows @ rows.T
        others = ~np.eye(len(rows), dtype=bool)
        figures[f"{lang} words"] = len({token for p in passages for token in tokens(f"{p.title} {p.text}")})
        figures[f"{lang} mean cosine"] = float(cosines[others].mean())
        figures[f"{lang} nearest cosine"] = float(np.where(others, cosines, -1).max(axis=1).mean())
    return figures


if __name__ == "__main__":
    print(spread())
