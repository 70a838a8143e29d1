"""Causal statements in Chinese sentences."""

from __future__ import annotations

import re

from kb.passage import Rule

MOST = 20  # characters of a cause or effect
_UNSURE = re.compile(
    r"[?？]|可能|也许|或许|大概|疑似|怀疑|不一定|未必|是否|能否|可否|[吗呢]$|容易|[易可](?=导致|引起|造成|引发|影响|使)|有时|往往|常常|经常"
    r"|通常|一般|多数|只有|除非|避免|防止|以免|以防|免得|否则|并非|不是|尚|如何|什么|哪|为何|谁|严禁|禁止|切勿|请|应当?|必须|需要?|认为"
    r"|据说|推测|估计|假设|检查|确认|判断|指令|还是|不会因|不必|不要|不得|忽略|几乎|部分|某些|似乎|风险|例如|比如"
)
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_PREFIX = re.compile(r"^(?:注意|警告|提示|说明|重要|备注)\s*[:：!！]\s*|^[(（]?\d+[.)、）]\s*")
_SURE = r"(?>(?:就|也)?会|将会?|必然|必将|直接|从而|进而)*"
_MAKES = r"(?:导致|引起|造成|引发|致使|使得|(?<![即假促行])使(?![用命得]))"
_PART = r"[^，,；;：:。]{2,24}?"
_FORMS = [
    (
        re.compile(rf"^(?P<cause>{_PART})(?:并)?不(?:会)?(?:直接)?(?:影响|引起|导致|造成|改变)(?P<effect>.+)$"),
        "forbidden",
    ),
    (re.compile(rf"^(?P<cause>{_PART})对(?P<effect>{_PART})(?:没有|并无|无|不产生)(?:直接)?影响$"), "forbidden"),
    (
        re.compile(rf"^(?P<effect>{_PART})(?:都)?(?:是)?由于?(?P<cause>{_PART})(?:所)?(?:引起|导致|造成|引发)的?$"),
        "required",
    ),
    (re.compile(rf"^(?P<cause>{_PART})是(?:造成|导致|引起)?(?P<effect>{_PART})的(?:主要|直接)?原因$"), "required"),
    (re.compile(rf"^(?P<effect>{_PART})的(?:主要|直接)?原因是(?P<cause>{_PART})$"), "required"),
    (re.compile(rf"^(?:由于|因为?)?(?P<cause>{_PART})[，,]?{_SURE}{_MAKES}(?P<effect>.+)$"), "required"),
    (re.compile(rf"^(?P<cause>{_PART}){_SURE}影响(?P<effect>.+)$"), "required"),
]
_IF = re.compile(
    r"^(?:如果|若|当|一旦|假如|假若)(?P<cause>[^，,]{2,24}?)(?:时|的话|后|之后)?[，,](?:则|那么|那)?(?P<effect>[^，,]{2,24})$"
)
_CHANGES = re.compile(
    r"会|将|就|升高|上升|下降|降低|增大|增加|减小|减少|波动|停机|停止|跳闸|打开|张开|关闭|变[薄厚大小高低长短慢快]|堵塞|过热|卡[死住阻]"
    r"|振动|泄漏|断裂|失效|漂移|报警"
)
_ADVICE = re.compile(
    r"导致|引起|造成|引发|使|只是|说明|表示|表明|意味|属于|不|勿|可以?|已|要|该|先|再|立即|及时|能|宜|把|将(?=[^会]{1,8}(?:调|关|开|停|换|降|升))|通知|记录|更换|调整"
)
_NO_PHRASE = re.compile(
    r"^(?:这|此|该|其|它|那|上述|以上|从而|进而|因此|所以|并|而|则|但|且|又|同时|如果|若|当|为|在|对|将|把|被|受|由|会|都|的|了|也|还|或)"
    r"|[的是由所而并且或也不未没无被受因]$|如果|时(?!间|序|效|长)|[是就会]|按|先|看|，|,|的话|：|:"
)
_NO_EFFECT = re.compile(r"^(?:因素|范围|较|很|更|不|程度|最|大|小|的|了|后果|原因)|^.?$")
_NEGATED = re.compile(r"不(?!足|良|均|稳|当|够|正|准|畅|平|对中|同步|匹配)|没有|未|并无|非")  # "润滑不足" is a state
_FILL = re.compile(r"^(?:了|着)|(?:了|等)$")


def rule_of(sentence: str) -> Rule | None:
    """See kb.ingest.rules.rule_of."""
    text = _BRACKETS.sub("", _PREFIX.sub("", sentence.strip())).strip().rstrip("。.！!；; ").replace(" ", "")
    if not text or len(text) > 80 or _UNSURE.search(text):
        return None
    if match := _IF.match(text):
        cause, effect = match["cause"], match["effect"]
        fits = _CHANGES.search(cause) and _CHANGES.search(effect) and not _ADVICE.search(effect)
        return Rule(cause=cause, effect=effect) if fits and not _NEGATED.search(cause) else None
    for form, relation in _FORMS:
        if match := form.match(text):
            if match["effect"].startswith("了"):  # "先看影响了几个面": what happened once
                return None
            cause, effect = _phrase(match["cause"]), _phrase(re.split(r"[，,；;。]", match["effect"])[0])
            if not cause or not effect or _NO_EFFECT.match(effect) or _NEGATED.search(cause + effect):
                return None
            return Rule.model_validate({"relation": relation, "cause": cause, "effect": effect})
    return None


def _phrase(text: str) -> str:
    """What happens, "" when the words lean on something that stands elsewhere."""
    text = _FILL.sub("", text.strip())
    return text if 1 < len(text) <= MOST and not _NO_PHRASE.search(text) else ""
