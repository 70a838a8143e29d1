"""A request in clauses: cut, told by intent, read for sensors, times and limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from roles.planning.columns import sensors, unmatched
from roles.planning.columns.lexicon import Lexicon
from roles.planning.limits import bands, meant, numbers
from roles.planning.types import Request, TaskKind
from roles.planning.wants import beyond, ownmodels, weak, wishes
from roles.planning.wants.asked import MOVED, PASSED, YES_NO
from roles.planning.when import times, windows
from roles.planning.words import blank, either, pattern, words

LONGEST = 300  # characters of a clause that is read again with each fragment that belongs to it
SENTENCE = re.compile(r"[;；。!！?？\n]+|\.(?=\s|$)")
COMMA = re.compile(r"[,，](?!\d)")
ALL = either(
    ["(?:all|every|each) (?:the )?(?:sensors?|columns?|signals?|data|rolls)", "everything"],
    ["所有", "全部", "各个?传感器"],
)
STRONG_PLOT = either(["plot(?:s|ted|ting)?", "draw", "chart", "visuali[sz]e"], ["画", "绘", "作图", "出图", "曲线"])
STRONG_STATISTICS = either(["statistics?", "stats", "summar(?:y|ise|ize)", "describe"], ["统计", "汇总", "概况"])
WEAK_DIAGNOSE = either(
    ["analy[sz](?:e|is)", "explain", "problems?", "faults?", "fail(?:ure|ures|ed|ing)?", "jump(?:s|ing|ed|y)?",
     "swing(?:s|ing)?", "fluctuat(?:e|es|ing|ion|ions)", "unstable", "drift(?:s|ing|ed)?", "oscillat(?:es|ing)",
     "strange(?:ly)?", "odd(?:ly)?", "investigat(?:e|ion)", "broken", "check (?:the |this |my |our )?\\w+"],
    ["分析", "解释", "故障", "毛病", "检查(?!一下)", "排查", "跳动", "波动", "不稳", "查一下",
     "有(?:没有|无|什么)?问题", "健康"],
)  # fmt: skip
PICTURE = re.compile(r"plot|map|gram|图")
OVER = re.compile(r"\bover\b")
GROUPS_DIFFER = re.compile(r"\b(?:differ\w*|compare\w*|higher|lower|hotter|more|less|worse|better)\b|差|相比|比较|对比")
WHY = either(["why", "caused?"], ["为什么", "为何", "原因", "导致"])
NOT_NEEDED = re.compile(
    r"s?(?: \w+)?(?: is| are|'s)?(?: not|n't) (?:needed|necessary|required|wanted|asked for)"
    r"|[就都也]?(?:不用|不要|不必|不需要|免)[了做]"
)
PLAIN_TASKS: set[TaskKind] = {"statistics", "plot", "forecast", "causes", "resample", "label", "model"}
TIMED: set[TaskKind] = {"label", "statistics", "plot", "code"}  # operations for which a window holds
KINDS: tuple[TaskKind, ...] = (
    "resample", "label", "statistics", "plot", "detect", "causes", "forecast", "diagnose", "model", "ask",
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A part of the request: what it wants, and of which columns, when, against which limits."""

    text: str
    intents: frozenset[TaskKind] = frozenset()
    columns: tuple[str, ...] = ()
    period: times.Period = field(default_factory=times.Period)
    limits: tuple[numbers.Limit, ...] = ()
    mentions: sensors.Mentions = field(default_factory=lambda: sensors.Mentions((), (), ()))
    together: str | None = None  # "all" or "any" of the limits make one label
    model: str | None = None  # one that was trained in the plant, asked for by name
    sentence: int = 0


def read(text: str, request: Request) -> list[Clause]:
    """The clauses of normalised `text` that want something; one without intent when none does."""
    text = beyond.bound(text, numbers.limits(blank(text, times.named(text))))
    lexicon = Lexicon(request.sensors)
    merged: list[Clause] = []
    pieces = _cut(text)
    once = {piece: _read(piece, request, lexicon) for piece in dict.fromkeys(piece for _, piece in pieces)}
    for part in (replace(once[piece], sentence=number) for number, piece in pieces):
        # A fragment belongs to the clause before it, the first ones to the clause after them.
        if merged and (
            not part.intents or not merged[-1].intents or _says_how(part, merged[-1]) or _draws(part, merged[-1])
        ):
            merged[-1] = replace(_with(merged[-1], part, request, lexicon), sentence=part.sentence)
        else:
            merged.append(part)
    return _inherit(merged, request)


def _says_how(part: Clause, before: Clause) -> bool:
    """Is a clause only the label of the limit before it ("above 45 A is an alarm, label it"), or only what the
    resampling before it keeps ("to 2 s, take the maximum")?"""
    if part.columns or part.limits or part.mentions.unknown:
        return False
    if "resample" in before.intents and part.intents == {"statistics"}:
        return pattern("sub", "taking").match(part.text) is not None
    if not before.limits or not _said("intents", "label", part.text):
        return False
    rest = blank(part.text, [m.span() for m in pattern("sub", "abnormal").finditer(part.text)])
    return part.intents <= {"label", "detect"} and not _said("intents", "detect", rest)


def _draws(part: Clause, before: Clause) -> bool:
    """Is one the limit alone of the plot or forecast that the other is: "S8上限50A，画图", "plot S8, limit 50 A"?"""
    for limit, drawn in ((before, part), (part, before)):
        bare = limit.intents == {"label"} and not _said("intents", "label", limit.text)
        bare = bare and numbers.by_name(limit.text) and not YES_NO.search(limit.text)
        if bare and drawn.intents and drawn.intents <= {"plot", "forecast"}:
            return not drawn.limits and not part.columns
        if bare and drawn.intents == {"statistics"} and _said("sub", "now", drawn.text):
            return not drawn.limits and not part.columns
    return False


def _with(clause: Clause, part: Clause, request: Request, lexicon: Lexicon) -> Clause:
    """A clause and its fragment read as one; side by side where they are longer than LONGEST, as a pasted list is:
    to read that again for every one of its fragments takes minutes."""
    text = f"{clause.text}, {part.text}"
    if len(text) <= LONGEST:
        return _read(text, request, lexicon)
    by = len(text) - len(part.text)
    named = {*clause.columns, *part.columns}
    return replace(
        clause,
        text=text,
        intents=clause.intents | part.intents,
        columns=tuple(sensor.name for sensor in request.sensors if sensor.name in named),
        period=clause.period or replace(part.period, spans=()),
        limits=(*clause.limits, *(replace(x, span=(x.span[0] + by, x.span[1] + by)) for x in part.limits)),
        mentions=clause.mentions.followed(part.mentions, by),
        together=clause.together or part.together,
        model=clause.model or part.model,
    )


def _cut(text: str) -> list[tuple[int, str]]:
    """Cut at the ends of sentences, at commas, and before a joined verb ("and plot", "并画出"); each piece with the
    number of its sentence."""
    parts = [(number, part) for number, said in enumerate(SENTENCE.split(text)) for part in COMMA.split(said)]
    return [(number, piece.strip()) for number, part in parts for piece in _joins().split(part) if piece.strip()]


@cache
def _joins() -> re.Pattern[str]:
    verbs = words()["sub"]["verbs"]
    english = rf"\s(?:and|then|but|or)(?: then| also| please)*\s+(?=(?:{'|'.join(verbs['en'])})\b)"
    # "A的直方图和B的散点图" are two plots.
    chinese = "|".join(rf"(?<={form})(?:和|与|及|以及|、)" for form in ("直方图", "分布图", "散点图"))
    return re.compile(rf"{english}|{chinese}|(?:{'|'.join(verbs['zh'])})")


def _read(text: str, request: Request, lexicon: Lexicon) -> Clause:
    period = times.find(text, request.start, request.end)
    clocks = times.named(text)
    own = ownmodels.said(text, request.models)
    called = [own[1]] if own else []
    spoken = [*clocks, *called, *(m.span() for m in numbers.DURATION.finditer(text))]
    mentions = sensors.find(text, lexicon, spoken)
    plain = blank(text, [*mentions.spans, *clocks, *called])
    columns = tuple(mentions.columns(request.sensors))
    of_time = any(s.name in columns and (s.unit or "").strip().lower() in numbers.TIMES for s in request.sensors)
    of_time = of_time and not (OVER.search(text) and STRONG_PLOT.search(text))  # "plot the cycle time over 2 hours"
    timeless = blank(text, [*clocks, *called])
    limits = tuple(bands.of_label(numbers.limits(timeless, of_time=of_time), timeless))
    asked: frozenset[TaskKind] = frozenset({"model"}) if own else frozenset()
    intents = _intents(plain, bool(limits), bool(columns)) | asked
    if wishes.sensitivity(plain) and not intents - {"clean"}:
        intents |= {"detect"}  # "fewer false alarms, please"
    if "model" not in intents:  # "principal component analysis" is no diagnosis, a rolling correlation no causal graph
        intents = _intents(blank(plain, beyond.spans(plain)), bool(limits), bool(columns))
    if "forecast" in intents and not limits:
        limits = tuple(filter(None, [numbers.target(blank(text, spoken))]))
    if "forecast" in intents:
        limits = tuple(numbers.ahead(text, limit) for limit in limits)
    together = beyond.together(plain, limits) if "label" in intents else None
    if together == "any" and len(mentions.groups) < 2:
        together = None  # "above 110 or below 90" of one sensor: two labels tell more than one
    ordered = together is not None or _said("intents", "label", plain)
    limits = tuple(meant.kept(each, text, label="label" in intents, ordered=ordered) for each in limits)
    limits = tuple(meant.cased(each, request.text, [s.unit for s in request.sensors]) for each in limits)
    if request.codes and beyond.needs_code(plain, intents, columns=bool(columns), at_once=together is not None):
        intents = frozenset({"code", *(intents & {"clean", *beyond.OF_ITS_OWN} - {"ask"})})
    elif (words_ := beyond.operations(plain, "never")) and "model" not in intents and (
        columns or intents - {"ask"} or any(PICTURE.search(word) for word in words_)
    ):  # fmt: skip
        intents |= {"code"}  # cannot be done, and is said
    bare = blank(blank(text, [*spoken, *(limit.span for limit in limits)], " "), mentions.spans)
    mentions = mentions.missing(unmatched.names(bare, intents, lexicon))
    return Clause(text, intents, columns, period, limits, mentions, together, own[0] if own else None)


def _intents(text: str, has_limit: bool, has_columns: bool) -> frozenset[TaskKind]:
    """What a clause wants; weak words ("analysis", "trend", "what is") give way to plain ones."""
    found: set[TaskKind] = set()
    if _said("intents", "clean", text):
        found.add("clean")
        text = blank(text, [m.span() for m in pattern("intents", "clean").finditer(text)])
    found |= {kind for kind in KINDS if _said("intents", kind, text)}
    found |= {"model"} if _said("sub", "method", text) or _said("sub", "tune", text) else set()
    if has_limit:
        _settle_limit(found, text)
    elif "label" in found:
        found.discard("label")
        if _said("sub", "abnormal", text) or not found & PLAIN_TASKS:
            found.add("detect")
    if beyond.form(text):
        found.add("plot")
        drawn = blank(text, [m.span() for m in pattern("sub", "scatter").finditer(text)])
        found -= set() if _said("intents", "causes", drawn) else {"causes"}  # "关系图" is no causal graph
        found -= set() if STRONG_STATISTICS.search(text) else {"statistics"}
    others = found - {"ask", "clean"}
    handbook = _said("sub", "handbook", text)
    if "ask" in found and handbook and not others & (PLAIN_TASKS - {"causes"}) and not WHY.search(text):
        return frozenset({"ask"})
    if others:
        found.discard("ask")
    _settle_weak(found, text, has_columns)
    if has_columns and MOVED.search(text) and found <= {"ask"}:
        found = {"diagnose"}  # "how much did the flow drop?" is about the file
    if has_columns and found <= {"ask", "diagnose"} and beyond.by(text) and not WHY.search(text) and (
        not found or GROUPS_DIFFER.search(text) or numbers.how(text)
    ):  # fmt: skip
        found = {"statistics"}  # "NOx per shift", "the difference in temperature between day and night shift"
    if has_columns and not found and numbers.how(text):
        found = {"statistics"}  # "PT-101 min max"
    if "ask" in found and has_columns and not handbook and _is_bare(text):
        found = (found - {"ask"}) | {"statistics"}  # "what is the casting speed?" asks for its numbers
    if _said("intents", "show", text) and (not found or (found == {"resample"} and has_columns)):
        found.add("plot")
    if _said("sub", "much", text) and not found - {"clean"} and weak.counted(text, has_columns=has_columns):
        found.add("statistics")
    if _said("sub", "look", text) and (not found or (found == {"resample"} and has_columns)):
        found.add("plot" if weak.looked_at(text, has_columns=has_columns) else "diagnose")
    return frozenset(found)


def _settle_limit(found: set[TaskKind], text: str) -> None:
    """A limit with "label" or "abnormal" is a label; beside a forecast or a plot it is their limit."""
    why = WHY.search(text) is not None
    if "forecast" not in found and not why and PASSED.search(text):
        found -= {"diagnose", "detect", "statistics", "ask"}
        found.add("label")
        return
    if found <= {"ask", "statistics"} and found and _said("sub", "now", text) and numbers.by_name(text):
        found -= {"ask"}
        found |= {"statistics", "label"}  # "what is the flow now, min is 2.5"
        return
    if ("label" in found and not why) or not found & {"forecast", "plot", "diagnose"}:
        found -= {"detect", "statistics", "ask"} | (set() if why else {"diagnose"})
        found.add("label")
    else:
        found.discard("label")


def _settle_weak(found: set[TaskKind], text: str, has_columns: bool) -> None:
    strong_plot = STRONG_PLOT.search(text) is not None
    if "plot" in found and not strong_plot and found & {"forecast", "diagnose", "causes", "statistics", "detect"}:
        found.discard("plot")
    if {"plot", "causes"} <= found:
        found.discard("plot")  # the causal graph is drawn anyway
    if {"resample", "statistics"} <= found and not STRONG_STATISTICS.search(text):
        found.discard("statistics")
    if "diagnose" in found and found & PLAIN_TASKS:
        rest = blank(text, [m.span() for m in WEAK_DIAGNOSE.finditer(text)])
        if not _said("intents", "diagnose", rest):
            found.discard("diagnose")
    if {"detect", "statistics"} <= found and not has_columns:
        found.discard("statistics")  # "how many anomalies" counts events
    if {"diagnose", "statistics"} <= found and not STRONG_STATISTICS.search(text):
        found.discard("statistics")


def _is_bare(text: str) -> bool:
    """Is nothing left of an English question but its sensors and small words? "What is stopper clogging?" is more."""
    stop = words()["grammar"]["stop"]
    return not re.search("[一-鿿]", text) and all(word in stop for word in re.findall(r"[a-z']+", text))


def _said(table: str, key: str, text: str) -> bool:
    """Is one of the words there without a "no", "do not need a" or "不要" before it, or "is not needed" behind?"""
    return any(
        not _negated().search(text[max(0, m.start() - 30) : m.start()]) and not NOT_NEEDED.match(text, m.end())
        for m in pattern(table, key).finditer(text)
    )


@cache
def _negated() -> re.Pattern[str]:
    negation = pattern("sub", "negation").pattern
    return re.compile(rf"(?:{negation})(?:\s+(?:\w+ing|the|any|a|an|do|to|need|want|require)){{0,3}}\s*\W?$")


def _inherit(clauses: list[Clause], request: Request) -> list[Clause]:
    """ "Plot S8 since 02:00 and show its statistics": the second clause means the same sensor and time."""
    spoken = [windows.Spoken(c.text, c.period, c.sentence, bool(c.intents & TIMED)) for c in clauses]
    periods = windows.shared(spoken, request.start, request.end)
    full: list[Clause] = []
    for clause, period in zip(clauses, periods, strict=True):
        follows = full and clause.intents & (TIMED | {"forecast"})
        nameless = not clause.columns and not clause.mentions.unknown and not ALL.search(clause.text)
        columns = full[-1].columns if follows and nameless else clause.columns
        full.append(replace(clause, columns=columns, period=period))
    return full
