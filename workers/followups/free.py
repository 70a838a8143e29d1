"""A free question about an answer ("could the argon flow have something to do with it?"): told by a language model out
of what is stored of the answer, which may be that the data do not tell. Without a model nobody takes it for one.

Only words that are plainly about the answer count: whether a thing has to do with it, what something in it means, why
one of its causes does what it does. Whatever asks for a look at the data goes the ordinary way.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from workers.contracts import LOOKED, Answer, Lang
from workers.followups.meant import POLITE, THANKS
from workers.followups.spelling import spelt
from workers.followups.switching import ordered
from workers.settings import Settings

KIND, LONGEST = "free", 160
IT = r"(?:it|this|that|(?:this|that|the) (?:\w+ ){1,3}?\w+)"
X = r"(?:\w[\w/-]* ){0,5}?\w[\w/-]*"
ZH_IT = r"(?:这|那|它|此)(?:个|件事|次|种)?(?:情况|问题|现象|故障|事)?"
ZH_X = r"[一-鿿A-Za-z0-9/-]{2,14}?"
ABOUT = (  # plainly about the answer, whatever they name
    rf"(?:could|can|might|may|does|do|did|would|has|have) {X} (?:have |has |had |got )?(?:(?:any|some)thing )?"
    rf"to do with {IT}"
    rf"|(?:could|can|might|may) (?:it|this|that) (?:have (?:some|any)thing to do with|come from|be (?:related|connected"
    rf"|linked|due) to) {X}"
    rf"|what (?:does|has|do|have) {X} (?:have |got )?to do with {IT}"
    rf"|(?:is|are|was|were|could|can|might|may) {X} (?:be )?(?:involved|to blame|behind (?:it|this|that)"
    r"|(?:related|connected|linked) (?:to|with) (?:it|this|that))(?: here)?"
    rf"|(?:could|can|might|may) {X} (?:cause|explain|play a (?:role|part) in|be behind) (?:it|this|that)"
    r"|what does (?:that|this|it|(?:that|this) sentence) mean"
    rf"|(?:会不会|是不是|有没有可能|可不可能|可能|会)?(?:跟|和|与|同){ZH_X}(?:有关系?|有关联)(?:吗|么|呢)?"
    rf"|{ZH_X}(?:会不会|是不是)?(?:跟|和|与|同){ZH_IT}(?:有没有|有)(?:什么)?(?:关系?|关联|联系)(?:吗|么|呢)?"
    rf"|{ZH_X}(?:会不会|能不能|可不可能|有没有可能|会|可能)(?:引起|导致|造成){ZH_IT}(?:吗|么|呢)?"
    r"|(?:这|那)(?:句话?|个)?(?:是|到底是)?(?:什么|啥)意思"
)
NAMING = (  # about the answer where they name one of its causes or findings
    rf"why (?:does|do|did|would|should|is|are|was|were|can|could) {X}|how (?:does|do|can|could|would) {X}"
    rf"|explain (?:to me |me |us )?{X}|what (?:does|is meant by) {X}(?: mean)?|what exactly is {X}"
    rf"|(?:为什么|为何|怎么){ZH_X}(?:会|能|导致|引起|造成).{{1,16}}|{ZH_X}(?:为什么|为何|怎么)(?:会|能|导致|引起|造成).{{1,16}}"
    rf"|(?:解释|说明)(?:一下|下)?{ZH_X}|{ZH_X}(?:是|到底是)?(?:什么|啥)意思"
)
ASKS = {each: re.compile(rf"{POLITE}(?:{each}){THANKS}", re.IGNORECASE) for each in (ABOUT, NAMING)}
LOOKS = re.compile(  # asks for a look at the data: a time, a limit, a picture, a file
    r"\d{1,2}[:：]\d{2}|\d|\b(?:plot|show|draw|list|compare|since|between|from|until|forecast|predict|ignore|only|file"
    r"|yesterday|today|last|average|mean of|maximum|minimum|trend)\b"
    r"|[点时]到|画|列出|对比|预测|忽略|只看|文件|昨天|今天|平均|最大|最小",
    re.IGNORECASE,
)
NO_NAME = ("fault", "failure", "problem", "error", "故障", "异常", "问题")  # ends of names that tell nothing
FINDING = re.compile(r"(?<![A-Za-z0-9])F\d{1,2}(?![A-Za-z0-9])")


def asks_freely(text: str, base: Answer) -> bool:
    """Is a message a free question about `base`, an answer that looked at data?"""
    line = " ".join(text.split())
    if len(line) > LONGEST or "recalled" in base.receipt or base.diagnosis.verdict not in LOOKED or not base.findings:
        return False
    cited = {f.id for f in base.findings} & set(FINDING.findall(line))
    if LOOKS.search(FINDING.sub(" ", line)) or ordered(line):
        return False
    lines = (line, spelt(line))
    if any(ASKS[ABOUT].match(each) for each in lines):
        return True
    return (bool(cited) or _names(line, base)) and any(ASKS[NAMING].match(each) for each in lines)


def _names(line: str, base: Answer) -> bool:
    """Does it name a cause of the answer, in full or by the word that tells it ("clogging", 结瘤)?"""
    plain = line.lower()
    for name in {c.text for c in base.diagnosis.causes} | {c.text for c in base.considered}:
        bare = re.sub(r"\s*[（(][^）)]*[）)]\s*$", "", name).strip().lower()
        last = bare.split()[-1:] if bare.isascii() else [bare[-2:]]
        if bare and (bare in plain or any(len(w) >= (6 if w.isascii() else 2) and w not in NO_NAME and w in plain
                                          for w in last)):  # fmt: skip
            return True
    return False


def tell_freely(
    base: Answer, settings: Settings, *, lang: Lang, question: dict[str, str], about: str = "", run: str = ""
) -> Answer | None:
    """The answer to a free question about `base`; None where no model is configured, or what it says is not fit to be
    shown: then the question goes the ordinary way."""
    from workers import receipt as receipts
    from workers.followups.answering import OWN, quoted
    from workers.followups.explaining import freely
    from workers.followups.retelling import retold
    from workers.followups.speaking import voice
    from workers.prose import story
    from workers.prose.levels import verdict_first

    told = retold(verdict_first(base), lang)
    with voice(base, settings, run, wanted=True) as said:
        made = freely(told, lang, question.get("text", ""), said) if said is not None else None
    if made is None:
        return None
    blocks, played = made
    receipt = {key: value for key, value in told.receipt.items() if key not in OWN} | {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": receipts.code_version(),
        "follow_up": {"kind": KIND, "about": about},
        "numbers": quoted(told, blocks),
        "calls": played["calls"],
        "engines": {**told.receipt.get("engines", {}), **played["engines"]},
    }
    return told.model_copy(update={
        "question": {**told.question, **question, "lang": lang}, "blocks": blocks, "text": story.plain(blocks),
        "pictures": [], "processed": None, "receipt": receipt,
    })  # fmt: skip
