"""The words by which one file's columns can be named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from roles.planning.columns import partnames
from roles.planning.wants import followed
from roles.planning.words import normal, words
from roles.types import Sensor

PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[一-鿿]+")
SUFFIXES = {"rms", "pv", "value", "val", "avg", "actual", "act"}
Hit = tuple[str, frozenset[str]]  # kind of mention, columns


def singular(word: str) -> str:
    """A word without its plural s: currents -> current, pressures -> pressure, "gas" stays."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "gas")) else word


def joined(tokens: Iterable[str]) -> str:
    """Words as one key, so that "mould level", "mould_level" and "MouldLevel" are the same."""
    return singular("".join(singular(token) for token in tokens))


def pieces(name: str) -> list[str]:
    """The words in a column's name: "Volume Flow RateRMS" -> volume, flow, rate, rms; "S8_upper" -> s8, upper."""
    found: list[str] = []
    for word in re.split(r"[\s_\-./:()\[\]]+", name):
        parts = [p.lower() for p in PIECE.findall(word)]
        while len(parts) > 1 and parts[1].isdigit():  # letters and their number belong together
            parts[:2] = [parts[0] + parts[1]]
        found += parts
    return found


def is_setpoint(sensor: Sensor) -> bool:
    """Does a column hold what a controller is to reach, by its role or its name?"""
    return sensor.role == "setpoint" or followed.base(sensor.name)[1] == "wanted"


class Lexicon:
    """Keys are joined lower-case words without plural s; values are the columns that they mean."""

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self.sensors = sensors
        self.keys: dict[str, Hit] = {}
        self.chinese: dict[str, Hit] = {}
        self._parts = {s.name: _parts(s) for s in sensors}
        self._setpoints = {s.name for s in sensors if is_setpoint(s)}
        table = words()["quantities"]
        self.quantities = {w: q["parts"] for q in table.values() for w in q["words"] if w.isascii()}
        self.chinese_quantities = {w: q["parts"] for q in table.values() for w in q["words"] if not w.isascii()}
        for sensor in sensors:
            self._add_quantity(sensor)
        for sensor in sensors:
            self._add_instance(sensor)
        for sensor in sensors:
            self._add_name(sensor)
        self._add_parts()
        for word, parts in self.chinese_quantities.items():
            if word not in self.chinese and (names := self.having(parts, [])):
                self.chinese[word] = ("quantity", names)

    def having(self, parts: Iterable[str], more: Iterable[str], *, setpoints: bool = False) -> frozenset[str]:
        """Columns with one of `parts` and all of `more` in their names; setpoints only where nothing else has them."""
        parts, more = {singular(p) for p in parts}, set(more)
        names = [name for name, has in self._parts.items() if parts & has and more <= has]
        plain = [name for name in names if name not in self._setpoints]
        return frozenset(names if setpoints else plain or names)

    def like(self, names: frozenset[str]) -> frozenset[str]:
        """Columns of the same quantity as one of `names`, those included."""
        tags = {s.tag for s in self.sensors if s.name in names and s.tag}
        return names | frozenset(s.name for s in self.sensors if s.tag in tags)

    def _add_quantity(self, sensor: Sensor) -> None:
        for word in [*([sensor.tag.replace("_", " ")] if sensor.tag else []), *sensor.aliases]:
            self._put(word, "quantity", sensor.name)

    def _add_instance(self, sensor: Sensor) -> None:
        if sensor.instance:
            self._put(sensor.instance, "instance", sensor.name)
            for entry in words()["instances"].get(sensor.instance.lower(), []):
                for word in _spelt(entry):
                    self._put(word, "instance", sensor.name)

    def _add_name(self, sensor: Sensor) -> None:
        for word in (sensor.name, sensor.label):
            self._put(word, "name", sensor.name, alone=True)
        parts = pieces(sensor.name)
        while len(parts) > 1 and parts[-1] in SUFFIXES:
            parts.pop()
        key = joined(parts)
        if key and key not in self.keys:
            self.keys[key] = ("name", frozenset({sensor.name}))

    def _add_parts(self) -> None:
        """Tags and Chinese names within a column's name, where no whole name is called so."""
        tables: tuple[tuple[dict[str, Hit], dict[str, set[str]]], ...] = ((self.keys, {}), (self.chinese, {}))
        for sensor in self.sensors:
            for tag in partnames.tags(sensor.name):
                tables[0][1].setdefault(tag, set()).add(sensor.name)
            if name := partnames.chinese_of(sensor.name):
                tables[1][1].setdefault(name, set()).add(sensor.name)
        for (table, found), kind in zip(tables, ("instance", "quantity"), strict=True):
            for word, names in found.items():
                table.setdefault(word, (kind if len(names) > 1 or table is self.keys else "name", frozenset(names)))

    def _put(self, word: str, kind: str, name: str, *, alone: bool = False) -> None:
        """`alone`: a full name means its column only, whatever else the word may mean."""
        word = normal(word).strip()
        if not word:
            return
        table, key = (self.keys, joined(pieces(word))) if word.isascii() else (self.chinese, word)
        if not key:
            return
        known = table.get(key)
        if known is not None and known[0] == kind:
            table[key] = (kind, known[1] | {name})
        elif known is None or (alone and known[0] != "instance" and len(known[1]) <= 1):
            table[key] = (kind, frozenset({name}))


def _spelt(entry: str) -> list[str]:
    """The spellings of a small pattern: optional parts with and without."""
    without = re.sub(r"\(\?:[^)]*\)\?|[^)]\?", "", entry)
    with_all = re.sub(r"\(\?:([^)]*)\)\?", r"\1", entry).replace("?", "")
    return list(dict.fromkeys([with_all, without]))


def _says_pressure(parts: Sequence[str]) -> bool:
    """Is "press" short for a pressure in a column's name ("oil press"), no machine ("Press 2 vibration")?"""
    at = parts.index("press")
    others = {part for name, entry in words()["quantities"].items() if name != "pressure" for part in entry["parts"]}
    return not others & set(parts) and (at > 0 or len(parts) == 1 or all(p.isdigit() for p in parts[1:]))


def _parts(sensor: Sensor) -> set[str]:
    found = {singular(p) for p in pieces(sensor.name)}
    if "press" in found and not _says_pressure(pieces(sensor.name)):
        found.discard("press")
    for word in [sensor.tag or "", sensor.instance or "", *(a for a in sensor.aliases if a.isascii())]:
        found |= {singular(p) for p in pieces(word)}
    return found | (partnames.quantities_of(sensor.name) if partnames.HAN.search(sensor.name) else set())
