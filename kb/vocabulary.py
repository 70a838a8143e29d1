"""The vocabulary: what a column's name means, and what a quantity is called in both languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import Literal

from pydantic import Field, field_validator

from kb.passage import Frozen, Lang

Role = Literal["measured", "actuator", "operating", "setpoint"]

_SEPARATORS = re.compile(r"[\s\-./·:]+")
_UNIT_NAMES = {"degc": "c", "celsius": "c", "kelvin": "k", "amp": "a", "amps": "a", "ampere": "a", "lpm": "l/min",
               "rpm": "1/min", "min-1": "1/min", "min^-1": "1/min", "cpm": "1/min", "percent": "%"}  # fmt: skip


def normalise(column: str) -> str:
    """A column's name as patterns see it: NFKC, lower case, separators as single "_"."""
    return re.sub("_+", "_", _SEPARATORS.sub("_", unicodedata.normalize("NFKC", column).casefold())).strip("_")


def normalise_unit(unit: str) -> str:
    """A unit for comparison: "°C", "℃" and "degC" are one."""
    plain = unicodedata.normalize("NFKC", unit).casefold().replace("°", "").replace(" ", "").replace("⁻¹", "-1")
    return _UNIT_NAMES.get(plain, plain)


class Named(Frozen):
    """A name in both languages."""

    en: str
    zh: str


class Term(Frozen):
    """What a column is: quantity, instance and role. `unit_agrees` False: the name fits, the unit does not.

    `aliases` are the words for it in every language, the best of each language first.
    """

    tag: str
    instance: str | None = None
    role: Role = "measured"
    en: str
    zh: str
    unit_agrees: bool = True
    aliases: list[str] = Field(default_factory=list)

    def name(self, lang: Lang) -> str:
        """The name for a reader of `lang`."""
        return self.zh if lang == "zh" else self.en


class Quantity(Frozen):
    """An entry of vocabulary.toml. `patterns` match the whole normalised column name; a group `instance` tells
    equal quantities apart; `instances` names them ("wide inner" -> wide face inner arc)."""

    tag: str
    en: str
    zh: str
    role: Role = "measured"
    units: list[str] = Field(default_factory=list)
    patterns: list[str] = Field(default_factory=list)
    aliases: list[str] = Field(default_factory=list)  # other words for it, any language
    instances: dict[str, Named] = Field(default_factory=dict)

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"pattern {pattern!r}: {error}") from error
        return patterns

    @cached_property
    def regexes(self) -> list[re.Pattern[str]]:
        """The patterns, ready."""
        return [re.compile(pattern, re.IGNORECASE) for pattern in self.patterns]

    @cached_property
    def unit_set(self) -> frozenset[str]:
        """Units for comparison."""
        return frozenset(normalise_unit(unit) for unit in self.units)

    def instance_of(self, raw: str) -> str:
        """The instance as the vocabulary writes it: a key of `instances`, "S8" for "s8", else the words."""
        for key in self.instances:
            if normalise(key) == normalise(raw):
                return key
        words = raw.strip("_ ").replace("_", " ")
        return words.upper() if re.fullmatch(r"[a-z]{1,2}\d+", words) else words

    def name(self, instance: str | None, lang: Lang) -> str:
        """ "S8 upper roll current", "宽面内弧结晶器冷却水流量"."""
        own = self.zh if lang == "zh" else self.en
        if not instance:
            return own
        named = self.instances.get(instance)
        which = (named.zh if lang == "zh" else named.en) if named else instance
        return f"{which}{own}" if lang == "zh" else f"{which} {own}"

    def term(self, instance: str | None, unit_agrees: bool) -> Term:
        """The quantity as the meaning of one column."""
        en, zh = self.name(instance, "en"), self.name(instance, "zh")
        words = dict.fromkeys([en, zh, self.en, self.zh, *self.aliases])
        return Term(
            tag=self.tag, instance=instance, role=self.role, en=en, zh=zh, unit_agrees=unit_agrees, aliases=[*words]
        )


class Vocabulary(Frozen):
    """All quantities of a pack, in the order of the file: the first that matches wins."""

    quantities: list[Quantity]

    @cached_property
    def by_tag(self) -> dict[str, Quantity]:
        """tag -> quantity."""
        return {quantity.tag: quantity for quantity in self.quantities}

    def match(self, column: str, unit: str | None = None) -> Term | None:
        """What `column` means, None when no pattern fits.

        A quantity whose units know `unit` goes before one that only has the name; so "level" in mm and "level" in %
        can be two quantities, and a wrong unit is still recognised, with `unit_agrees` False.
        """
        name = normalise(column)
        measured = normalise_unit(unit) if unit else None
        fallback: Term | None = None
        for quantity in self.quantities:
            found = next((m for regex in quantity.regexes if (m := regex.fullmatch(name))), None)
            if found is None:
                continue
            raw = found.groupdict().get("instance")
            instance = quantity.instance_of(raw) if raw else None
            agrees = measured is None or not quantity.unit_set or measured in quantity.unit_set
            term = quantity.term(instance, agrees)
            if agrees:
                return term
            fallback = fallback or term
        return fallback

    def name(self, tag: str, instance: str | None, lang: Lang) -> str:
        """What people call this quantity; an unknown tag is returned with spaces for underscores."""
        quantity = self.by_tag.get(tag)
        if quantity is None:
            words = tag.replace("_", " ")
            return f"{instance} {words}" if instance else words
        return quantity.name(instance, lang)
