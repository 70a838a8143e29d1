"""Does a passage hold the kind of thing that a question asks for: a person, a date, a part, a pressure, a torque?

A page on the topic is no answer to "motor power of P-202" when it has no kilowatts. Kinds and quantities are data
(wants.toml); the forms in which people ask for the value of a quantity are here, one for each language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from kb.passage import Frozen

FILE = Path(__file__).parent / "wants.toml"
# words with which a question is about what happens to a quantity, not about its value
_HAPPENS = (
    r"why|causes?|caused|reasons?|means?|meaning|signs?|symptoms?|effects?|happens?|wrong|rises?|rising|rose|falls?|"
    r"falling|fell|drops?|dropped|dropping|drifts?|drifting|fluctuat\w+|swings?|unstable|unsteady|jumps?|climbs?|"
    r"too (?:high|low|much|fast|slow|hot|cold)|(?:is|are|gets?|getting|goes|going|stays?) (?:high|low|hot|up|down)|"
    r"oscillat\w+|varies|vary|although|surg(?:es?|ing)|hunt(?:s|ing)|wander\w*|noisy|"
    r"lost|loss|alarm (?:comes|came|is)|trips|tripped|stuck|affects?|influences?|depends?|"
    r"(?:what|which) (?:sets|makes|determines|controls|drives|decides)|what to do|how (?:do|to|can|should)|"
    r"(?:low|high) \w+\W*$|noise (?:on|from|in|at|when)"
)
# behind it the quantity is only part of a thing's name: "vacuum pump", "pressure switch"
_THING = (
    r"(?! (?:pumps?|valves?|switch\w*|sensors?|gauges?|transmitters?|transducers?|regulators?|reducers?|vessels?|"
    r"lines?|drops?|filters?|cups?|units?|meters?|monitors?|detectors?|probes?|controllers?|converters?|drives?|"
    r"encoders?|supply|supplies|relays?|compensation|curves?|profiles?)\b)"
)
_EN = (
    r"^(?!.*\b(?:{happens})\b)(?:"
    r".*\b(?:what|which)(?:'s| is| are| was| should be)?(?: [\w./-]+){{0,6}} (?:{en})\b{thing}"
    r"|(?!(?:is|are|does|do|did|can|could|should|must|may|will|has|have|who|where|when)\b)"
    r"(?:[\w./,'-]+ ){{0,7}}(?:{en}){thing}(?: [\w./³°%-]+){{0,7}}\W*$"
    r")"
)
_ZH_HAPPENS = "原因|怎么|咋|为什么|为啥|反应|影响|没有?压|过高|过低|偏高|偏低|升高|降低|下降|上升|波动|不稳|突然|报警了"
_ZH = (
    r"^(?!.*(?:{happens})).*(?:{zh})(?:值|限值|上限|下限|范围|设定值?)?(?:是|为|要|应该?|该|应为)?"
    r"(?:多少|多大|多高|几|\s*[?？]?\s*$)|^.*多[少大高](?:的)?(?:{zh})"
)
_HOW = r"\bhow (?:{how})\b"
# "precharge in bar, please"; a unit of one letter may be a word
_IN_UNIT = r"\bin (?=[^\W\d]{{2}}|[°℃℉%])(?:{units})(?=\W*$|[,;?]| (?:for|of|at|on|please|pls|thanks)\b)"


class Want(Frozen):
    """A kind of question, told by `asked`; a passage can answer it when `met` is found in it."""

    name: str
    asked: str
    met: str
    names: str = ""  # words of the question that a passage need not say: "how much", "torque" beside "35 Nm"
    hard: bool = False  # such a thing is in hardly any manual
    value: bool = False  # of a physical quantity, with its unit
    bars: bool = False  # leave to do something unsafe: what does not speak of that is no answer, however near
    implies: bool = False  # its unit stands for no other quantity: who says "75 °C" speaks of a temperature
    dimensions: tuple[tuple[str, str], ...] = ()  # how one is asked for, and what speaks of it: mm may be any of them
    spoken: tuple[str, ...] = ()  # of the dimensions that a question asks for what must stand in the passage

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """`asked` and `met`, ready."""
        return re.compile(self.asked, re.IGNORECASE), re.compile(self.met, re.IGNORECASE)

    def of(self, question: str) -> Want:
        """This want with the dimensions that `question` asks for: a width is not answered by 25 mm of anything."""
        spoken = tuple(said for asked, said in self.dimensions if re.search(asked, question, re.IGNORECASE))
        return self.model_copy(update={"spoken": spoken}) if spoken else self

    def taken_from(self, question: str) -> str:
        """The question without the words that only say what is wanted."""
        return re.sub(self.names, " ", question, flags=re.IGNORECASE) if self.names else question


class Quantity(Frozen):
    """A physical quantity: its names in English and Chinese, adjectives after "how", another way to ask for it, its
    units, and what else tells it."""

    name: str
    en: str
    zh: str
    units: str
    how: str = ""
    asked: str = ""
    also: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()

    def want(self) -> Want:
        """The question for its value, and a number with one of its units, or a column with the unit in its head, or a
        row with the unit in a column of its own."""
        asked = [_EN.format(happens=_HAPPENS, en=self.en, thing=_THING), _ZH.format(happens=_ZH_HAPPENS, zh=self.zh)]
        asked += [_IN_UNIT.format(units=self.units)]
        asked += [_HOW.format(how=self.how)] if self.how else []
        asked += [self.asked] if self.asked else []
        names = [rf"\b(?:{self.en})\b", self.zh, "多少|多大|多高", *asked[2:]]
        met = [rf"\d\s*(?:{self.units})(?![a-z/²³])", rf"[(（\[]\s*(?:{self.units})\s*[)）\]]"]
        unit = rf"(?:\bunits?|单位)\s*[:：]\s*(?:{self.units})(?![a-z/²³])"
        met += [rf"\d[^\n]*[;；]\s*{unit}", rf"{unit}[^\n]*\d"]
        met += [self.also] if self.also else []
        return Want(
            name=self.name, asked="|".join(asked), met="|".join(met), names="|".join(names), value=True,
            implies=not self.dimensions, dimensions=self.dimensions,
        )  # fmt: skip


@cache
def _wants() -> tuple[Want, ...]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    quantities = [Quantity.model_validate(entry).want() for entry in table["quantity"]]
    return (*(Want.model_validate(entry) for entry in table["want"]), *quantities)


def wants_of(question: str) -> list[Want]:
    """Every kind of thing that the question asks for."""
    return [want.of(question) for want in _wants() if want.patterns[0].search(question)]


def implied() -> list[Want]:
    """The questions for the value of each physical quantity that a unit stands for by itself."""
    return [want for want in _wants() if want.implies]


def safe(text: str) -> bool:
    """Does `text` say what must be made safe first, or what must never be done?"""
    return not unmet([want for want in _wants() if want.bars], text)


def subject(question: str, wants: Sequence[Want]) -> str:
    """What is left of the question when what it wants is taken away: the thing, and which of it."""
    for want in sorted(wants, key=lambda want: not want.value):  # "how many" is a part of "how many bar"
        question = want.taken_from(question)
    return question


def unmet(wants: Sequence[Want], text: str) -> list[Want]:
    """Those of `wants` that `text` holds nothing for."""
    return [want for want in wants if not want.patterns[1].search(text)]


def unspoken(wants: Sequence[Want], text: str) -> list[Want]:
    """Those of `wants` that ask for a dimension (width, depth) of which the whole passage `text` says nothing."""
    return [want for want in wants if not all(re.search(said, text, re.IGNORECASE) for said in want.spoken)]
