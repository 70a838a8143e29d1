"""States of a text column as people speak of them: "in the holding phase", "while heating", 保温阶段, and how long one
lasts at a time: "how long does heating take?", 加热一般多久.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from roles.planning.words import normal

NOUN = r"(?:phases?|stages?|steps?|states?|modes?|periods?)"
NOUN_ZH = r"(?:阶段|状态|工况|工序|期间|过程中?|的?时候|时段?|步骤)"
IN = r"\b(?:in|during|while|when|at|for|of)\s+(?:it (?:is|was) )?(?:the )?"
DURING = r"\b(?:during|while)\s+(?:it (?:is|was) )?(?:the )?"
LONG = r"\bhow (?:long|many (?:minutes|hours|seconds))\b"
ASKED = r"(?:\s+(?:do|does|did|is|are|was|were|has|have|been|it|take[sn]?|to|the|an?|each|every|usually|normally|in))*"
OF = r"\b(?:durations?|lengths?|times?|how long)\s+(?:of|for|in|spent in|spent)(?:\s+(?:the|each|every|all))*"
TAKES = r"(?:take|takes|took|taking|last|lasts|lasted|need|needs|go on|goes on)"
USUAL = r"(?:on average|usually|normally|at a time|each time|in all|in total|at most|at least)"
LONG_ZH = r"(?:多长时间|多久|多少(?:分钟|小时|秒)|时长|用时|耗时|持续时间)"
BEFORE_ZH = r"(?:的|要|需要?|用了?|花了?|持续了?|每次|平均|一般|通常|大概|一共|总共|各|为|是)*"
SAME = (  # of one state, in both languages
    ("heating", "heat up", "heating up", "加热", "升温"), ("cooling", "cool down", "cooling down", "冷却", "降温"),
    ("holding", "hold", "soaking", "保温", "保持", "恒温"), ("filling", "fill", "充液", "进料", "加料", "注水"),
    ("charging", "charge", "加料", "装料"), ("draining", "discharging", "discharge", "放料", "出料", "排空"),
    ("idle", "idling", "standby", "空闲", "待机"), ("running", "run", "production", "运行", "生产"),
    ("stopped", "stop", "standstill", "停机", "停止", "停"), ("cleaning", "cip", "washing", "清洗"),
    ("drying", "干燥", "烘干"), ("mixing", "stirring", "搅拌", "混合"), ("reaction", "reacting", "反应"),
    ("changeover", "换产", "换型"), ("setup", "调试", "调机"),
)  # fmt: skip


def spoken(value: str) -> str:
    """A pattern of what people call a state: as the file has it, and by the words of both languages for it."""
    own = normal(value).strip()
    if not re.search(r"[a-z]{2}|[一-鿿]", own):
        return ""
    words = dict.fromkeys([own, *(word for same in SAME if own in same for word in same)])
    return "|".join(rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else re.escape(w) for w in words if w)


def forms(name: str, value: str) -> list[str]:
    """Patterns by which a text narrows down to a state: `name` is what its column is called."""
    said = spoken(value)
    if not said:
        return []
    return [rf"{IN}(?:{said})\s*(?:{name}|{NOUN})\b", rf"{DURING}(?:{said})", rf"在?(?:{said})(?:的)?{NOUN_ZH}"]


def asks_how_long(text: str, texts: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """The column and its state of which `text` asks how long it lasts at a time; None for other questions."""
    for column, values in texts.items():
        for value in sorted(values, key=len, reverse=True):
            said = spoken(value)
            form = rf"{LONG}{ASKED}\s*(?:{said})(?:\s*{NOUN})?(?:\s+{TAKES})?(?:\s+{USUAL})?(?![a-z])"
            form += rf"|{OF}\s+(?:{said})(?:\s*{NOUN})?|(?:{said})(?:{NOUN_ZH})?{BEFORE_ZH}{LONG_ZH}"
            found = re.search(form, text) if said else None
            if found is not None and not re.search(r"[a-z]{4}|[一-鿿]{3}", text[found.end() :]):
                return column, value
    return None
