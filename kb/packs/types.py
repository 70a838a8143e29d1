"""What a pack says beside its passages: causal relations and fault modes. The vocabulary is in kb/vocabulary.py.

Texts stand in English and Chinese; `.in_lang(lang)` picks one. Which tags, symptoms and passages exist is checked
when a pack is loaded.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kb.passage import Frozen, Lang

Symptom = Literal[
    "rise", "fall", "drift_up", "drift_down", "swing", "oscillation", "calm", "stuck", "moved", "dropout", "rounding",
    "decoupled",
]  # fmt: skip


def pick(en: str, zh: str, lang: Lang) -> str:
    """The text in `lang`, in the other language when that is missing."""
    return (zh or en) if lang == "zh" else (en or zh)


class RelationRow(Frozen):
    """A causal statement about two quantities (tags). `passage` is the pair id of the passage that says so.

    `same_instance`: it holds within one roll or face, not between different ones.
    """

    id: str
    relation: Literal["required", "forbidden", "reversed"]
    cause: str
    effect: str
    same_instance: bool = False
    reason_en: str
    reason_zh: str
    passage: str

    def reason(self, lang: Lang) -> str:
        """Why, in one sentence."""
        return pick(self.reason_en, self.reason_zh, lang)


class SignRow(Frozen):
    """One sign of a fault: a quantity that shows one of the symptoms.

    `tag` may end in a star ("roll_current_*"); `leading` where the heaviest signs are not the ones that come first.
    `response`: of the process to a frozen reading (roles.types.Sign).
    """

    tag: str
    symptoms: list[Symptom] = Field(min_length=1)
    weight: float = Field(1.0, gt=0)
    text_en: str = ""
    text_zh: str = ""
    leading: bool = False
    response: Literal["", "answered", "unanswered", "answer"] = ""

    def text(self, lang: Lang) -> str:
        """What the sign means."""
        return pick(self.text_en, self.text_zh, lang)


class ActionRow(Frozen):
    """What to do; `passage` is the pair id of the passage that advises it."""

    text_en: str
    text_zh: str
    passage: str = ""
    when: Literal["now", "next", "later"] = "now"
    safety: bool = False

    def text(self, lang: Lang) -> str:
        """What to do, in one sentence."""
        return pick(self.text_en, self.text_zh, lang)


class FaultRow(Frozen):
    """A fault mode: signs for and against it, what to do, what would make the diagnosis surer."""

    id: str
    name_en: str
    name_zh: str
    asset: str = ""
    same_instance: bool = False
    passages: list[str] = Field(default_factory=list)
    sign: list[SignRow] = Field(min_length=1)
    against: list[SignRow] = Field(default_factory=list)
    action: list[ActionRow] = Field(default_factory=list)
    asks_for_en: list[str] = Field(default_factory=list)
    asks_for_zh: list[str] = Field(default_factory=list)

    def name(self, lang: Lang) -> str:
        """The fault as people call it."""
        return pick(self.name_en, self.name_zh, lang)

    def asks_for(self, lang: Lang) -> list[str]:
        """What to ask for."""
        return self.asks_for_zh if lang == "zh" else self.asks_for_en
