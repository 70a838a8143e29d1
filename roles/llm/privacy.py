"""Placeholders for what must not leave the plant: names of sensors, files and people, codes of assets, values.

Put in before a prompt is sent and taken out of what comes back, the same placeholder for the same thing throughout:
sensor_3 (the file's third column), code_1, name_1, value_7. Left as they are: ids of findings, passages and faults,
times and durations, numbers of our own (scores, lags), and the fixed words of the protocol (headings, property names).

A column's name goes wherever it stands, also where it is an ordinary word of the prompt or of a passage: "level" in
"the level swings" becomes a placeholder when a column is called level. What the vocabulary calls a column ("mould
level" for LT4711) may stay: it is public and lets the model know what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from roles import prompts
from roles.llm.condensing import NUMBER
from roles.numerals import IN_CHINESE, IN_ENGLISH, number_of
from roles.planning.limits.numbers import UNITS as MEASURES

PLACEHOLDERS = {  # kind -> words for it; the first that no name holds is taken
    "sensor": ("sensor", "channel", "signal", "qs"),
    "name": ("name", "label", "qn"),
    "code": ("code", "part", "qc"),
    "value": ("value", "figure", "qv"),
}
SHORT = 4  # a name of fewer letters is looked for as it is, a longer one with an ending too
HAN = re.compile(r"[\u4e00-\u9fff]")
CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?"
TIMES = rf"\d{{4}}-\d\d-\d\d(?:[T ]{CLOCK}(?:Z|[+-]\d\d:?\d\d)?)?|\d\d-\d\d {CLOCK}|{CLOCK}"
UNITS = r"ms|s|secs?|seconds?|min|mins|minutes?|h|hours?|d|days?|weeks?|rows?"
SPANS = rf"{NUMBER}(?=\s?(?:(?:{UNITS})(?![A-Za-z])|秒|分钟|分|小时|天|周|行))"
WORD = r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*"
CODE = rf"(?<![A-Za-z0-9])(?=[A-Za-z0-9\-_./]*\d)(?=[A-Za-z0-9\-_./]*[A-Za-z]){WORD}(?![A-Za-z0-9])"
VALUE = r"(?:(?<!\d)[-+−])?" + NUMBER.removeprefix("[-+−]?")  # "43-45" has no negative number
MEASURE = "|".join(
    re.escape(unit) for unit in sorted((*MEASURES, "mm/s", "kg", "t", "kv", "mw"), key=len, reverse=True)
)
# "45A" and both ends of "43-45A" are values, not codes.
# "forty-five A", 八百零三毫米; a time is none ("five minutes"), nor is a word alone (一度, "百度").
DURATIONS = re.compile(rf"{UNITS}|hrs?|毫?秒钟?|个?小时|分钟")
LONG_UNITS = "|".join(
    re.escape(unit) for unit in sorted(MEASURES, key=len, reverse=True)
    if (len(unit) > 1 or not unit.isascii()) and not DURATIONS.fullmatch(unit)
)  # fmt: skip
SPELT = (
    rf"(?:(?<![A-Za-z])(?i:{IN_ENGLISH})|(?!百|一(?![十百])){IN_CHINESE})"
    rf"(?=\s?-?(?:(?i:{LONG_UNITS})|[AVWKC])(?![A-Za-z]))"
)
MEASURED = rf"(?<![A-Za-z0-9_.]){VALUE}(?=(?:\s?[-–~]\s?\d+(?:[.,]\d+)?)?(?i:{MEASURE})(?![A-Za-z0-9]))"
CODES_OF_OURS = re.compile(r"(?:m[23]|H2O|CO2|O2|N2)(?:/\w+)?")
PLAIN_ID = re.compile(r"[A-Za-z]{1,4}-?\d{1,6}(?:-(?:en|zh))?|[a-z]+(?:_[a-z]+)*")
OWN_NUMBERS = ("_s", "share", "confidence", "score", "similarity")
JOINER = "\u2060"  # between a placeholder and a digit that follows it
KEY = r'"[a-z_]+":'  # a property's name in JSON


class Pseudonyms:
    """Placeholders for one request. `columns` in the file's order, `names` of files, `ids` that stay, further `words`
    that must not leave (people, customers)."""

    def __init__(
        self, columns: Sequence[str], names: Iterable[str] = (), ids: Iterable[str] = (), words: Iterable[str] = ()
    ) -> None:
        words = list(words)
        self._words = _words([*columns, *names, *words])
        self._known: dict[str, str] = {}  # lower case -> placeholder
        self._meant: dict[str, str] = {}  # placeholder -> what it stands for
        self._given: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}
        for column in columns:
            self._name("sensor", column, column.replace("_", " "))
        for name in names:
            self._name("name", name, name.rsplit(".", 1)[0] if "." in name[1:] else name)
            for part in _parts_of(name):
                self._name("name", part)
        spaced = {" ".join(word.lower().split()) for word in words}
        for word in words:
            self._name("name", " ".join(word.split()))
        plain = {id_ for id_ in ids if PLAIN_ID.fullmatch(id_)}
        for id_ in sorted(set(ids) - plain - set(columns)):
            self._name("name", id_)
        mine = "|".join(map(re.escape, self._words.values()))
        literal = rf"(?<![A-Za-z0-9])(?:{mine})[ _]?\d+(?!\d)"  # a word that only looks like one of ours
        kept = "|".join(_edged(id_) for id_ in sorted(plain, key=len, reverse=True)) or r"(?!)"
        longest_first = sorted(self._known, key=len, reverse=True)
        named = "|".join(_pattern(name, spaced=name in spaced) for name in longest_first) or r"(?!)"
        self._names = re.compile(rf"(?P<key>{KEY})|(?P<name>{named})", re.IGNORECASE)
        self._all = re.compile(
            rf"(?P<name>(?i:{named}))|(?P<kept>{kept}|{TIMES}|{SPANS})|(?P<measured>{MEASURED}|{SPELT})"
            rf"|(?P<word>{literal}|{CODE})|(?P<value>{VALUE})"
        )
        self._ours = re.compile(rf"(?P<kind>{mine})[ _]?(?P<number>\d+)", re.IGNORECASE)

    def mask(self, text: str) -> str:
        """`text` with a placeholder for each name, code and value."""

        def put(found: re.Match[str]) -> str:
            whole = found[0]
            if found["kept"] is not None or (found["word"] is not None and CODES_OF_OURS.fullmatch(whole)):
                return whole
            kind = "code" if found["word"] is not None else "value"
            if kind == "value" and (spelt := number_of(whole)) is not None:
                whole = str(spelt)  # a limit has to be a number when it comes back
            instead = self._named(whole) if found["name"] is not None else self._placeholder(kind, whole)
            return instead + (JOINER if text[found.end() : found.end() + 1].isdigit() else "")

        return self._all.sub(put, text)

    def masked(self, value: Any, *, numbers: bool = False) -> Any:
        """JSON data with every text masked; property names stay. `numbers`: fractions too, which may be readings, but
        for durations and shares (by the property's name)."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, dict):
            return {k: self.masked(v, numbers=numbers and not k.endswith(OWN_NUMBERS)) for k, v in value.items()}
        if isinstance(value, list):
            return [self.masked(each, numbers=numbers) for each in value]
        return self._placeholder("value", f"{value:g}") if numbers and isinstance(value, float) else value

    def mask_prose(self, text: str, kept: Iterable[str] = ()) -> str:
        """A prompt with its names masked, but for the lines `kept` and the names of properties."""
        stay = set(kept)

        def put(found: re.Match[str]) -> str:
            return found[0] if found["key"] is not None else self._named(found[0])

        return "\n".join(line if line.strip() in stay else self._names.sub(put, line) for line in text.split("\n"))

    def restored(self, value: Any) -> Any:
        """JSON data with every placeholder replaced by what it stands for."""
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, dict):
            return {key: self.restored(each) for key, each in value.items()}
        return [self.restored(each) for each in value] if isinstance(value, list) else value

    def restore(self, text: str) -> str:
        """What a person reads: names and values instead of placeholders."""
        return self._ours.sub(lambda f: self._meant.get(f"{f['kind'].lower()}_{f['number']}", f[0]), text).replace(
            JOINER, ""
        )

    def _named(self, found: str) -> str:
        """The placeholder of a name as it stands in a text, whatever the space between its words."""
        known = self._known.get(found.lower())
        return known if known is not None else self._known[" ".join(found.lower().split())]

    def _name(self, kind: str, name: str, *also: str) -> None:
        if not name.strip():
            return
        placeholder = self._placeholder(kind, name)
        for each in also:
            if each.strip():
                self._known.setdefault(each.lower(), placeholder)

    def _placeholder(self, kind: str, meant: str) -> str:
        named = kind in ("sensor", "name")
        if named and meant.lower() in self._known:
            return self._known[meant.lower()]
        known = self._given.get((kind, meant))
        if known is not None:
            return known
        self._count[kind] = self._count.get(kind, 0) + 1
        placeholder = f"{self._words[kind]}_{self._count[kind]}"
        self._meant[placeholder] = meant
        self._given[kind, meant] = placeholder
        if named:
            self._known[meant.lower()] = placeholder
        return placeholder


def names_in(given: Any) -> list[str]:
    """Column names in a role's input, in the file's order: `sensors` and `named`, texts or values with a name, and
    `columns` of a table with key and name (those of our own model catalogue have no key)."""
    found: dict[str, None] = {}
    if isinstance(given, dict):
        for key, value in given.items():
            if key in ("sensors", "named") and isinstance(value, list):
                found |= dict.fromkeys(e if isinstance(e, str) else str(e.get("name", "")) for e in value)
            elif key == "columns" and isinstance(value, list):
                keyed = [e for e in value if isinstance(e, dict) and "key" in e]
                found |= dict.fromkeys(str(e[part]) for e in keyed for part in ("key", "name"))
            else:
                found |= dict.fromkeys(names_in(value))
    elif isinstance(given, list):
        for each in given:
            found |= dict.fromkeys(names_in(each))
    return [name for name in found if name.strip()]


def loosened(schema: Any) -> Any:
    """A JSON schema in which a number may also be a text: the placeholder of one."""
    if isinstance(schema, list):
        return [loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind in ("number", "integer"):
        return {"anyOf": [schema, {"type": "string"}]}
    if isinstance(kind, list) and {"number", "integer"} & set(kind):
        return schema | {"type": [*kind, "string"]}
    return {key: loosened(value) for key, value in schema.items()}


def _parts_of(file: str) -> list[str]:
    """The words of a file's name that tell a plant: not those that our own prompts hold ("data"), no numbers, no code
    that any text may have ("S8": it leaves as one)."""
    stem = file.rsplit(".", 1)[0] if "." in file[1:] else file
    parts = [part for part in re.split(r"[\s_\-.()（）]+", stem) if part.lower() not in _prompt_words()]
    return [part for part in parts if len(re.findall(r"[A-Za-z]", part)) >= SHORT or len(HAN.findall(part)) > 1]


@cache
def _prompt_words() -> frozenset[str]:
    """The words of all prompts of ours, which everybody may read."""
    texts = [text for role in prompts.ROLES for lang in ("en", "zh")
             for text in prompts.read(role, "zh" if lang == "zh" else "en").values()]  # fmt: skip
    return frozenset(word for text in texts for word in re.findall(r"[a-z]+", text.lower()))


def _words(names: Iterable[str]) -> dict[str, str]:
    """The word of each kind of placeholder: one that is part of no name."""
    taken = " ".join(names).lower()
    return {kind: next((w for w in words if w not in taken), words[-1]) for kind, words in PLACEHOLDERS.items()}


def _pattern(name: str, *, spaced: bool = False) -> str:
    """How a name is found: in Chinese anywhere, else as a word, a longer one with an ending too ("levels"); `spaced`
    with any space between its words."""
    escaped = r"\s+".join(map(re.escape, name.split())) if spaced else re.escape(name)
    if not name.isascii():
        return escaped
    ending = "" if len(name) < SHORT or not name[-1].isalpha() else r"(?:s|es|ed|ing)?"
    return rf"(?<![A-Za-z0-9]){escaped}(?={ending}(?![A-Za-z0-9]))"


def _edged(name: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
