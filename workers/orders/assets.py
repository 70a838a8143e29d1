"""Which equipment an order is for: by the fault, by the passage that names the cause, or by its sensor."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase

from kb import packs
from roles.types import Cause, Considered, Lang
from workers.contracts import Answer
from workers.knowledge.repeats import named
from workers.wording import BOOK, say

PACK = "continuous_casting"
TAG = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,5}-?\d{2,5}(?![A-Za-z0-9])")


def asset_of(answer: Answer, top: Cause, weighed: Considered | None, lang: Lang) -> tuple[str, str]:
    """The asset in the reader's words, with the part that its sensor stands for and the column beside it, and its code
    ("" where nobody knows it)."""
    code = (weighed.asset if weighed else "") or _by_passage(top) or _by_sensor(answer, top)
    key = f"asset_{code}"
    name = say(key, lang) if code and key in BOOK.entries else code.replace("_", " ") or _named(answer, top, lang)
    if not top.sensor:
        return name or "-", code
    term = packs.load(PACK).vocabulary.match(top.sensor)
    part = term.name(lang) if term is not None else ""
    known = [each for each in (name, part) if each]
    if not known:
        return say("order_asset_unknown", lang, sensor=top.sensor), code
    both = {"en": ", ", "zh": "，"}[lang].join(known)
    return say("order_asset_at", lang, asset=both, sensor=top.sensor), code


def _named(answer: Answer, cause: Cause, lang: Lang) -> str:
    """The tag that the cause names, and the machine that the file or the question names: "ST-110, past 2"."""
    tags = TAG.findall(cause.text)[:1]
    asked = (str(answer.question.get(key) or "") for key in ("file", "text"))
    machines = [machine for text in asked for machine in named(text) if machine.upper() not in tags][:1]
    return {"en": ", ", "zh": "，"}[lang].join([*tags, *machines])


def _by_passage(cause: Cause) -> str:
    """The asset of the first cited passage of the pack."""
    assets = {passage.id: passage.asset for passage in packs.load(PACK).passages}
    return next((assets[id_] for id_ in cause.evidence if assets.get(id_)), "")


def _by_sensor(answer: Answer, cause: Cause) -> str:
    """The asset whose faults show most in this quantity."""
    term = packs.load(PACK).vocabulary.match(cause.sensor or "")
    tag = term.tag if term is not None else next((f.tag for f in answer.findings if f.sensor == cause.sensor), None)
    votes = Counter(fault.asset for fault in packs.load(PACK).faults for sign in fault.sign
                    if fault.asset and sign.tag != "*" and fnmatchcase(tag or "", sign.tag))  # fmt: skip
    return votes.most_common(1)[0][0] if votes else ""
