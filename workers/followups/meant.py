"""Which follow-up a message means: "why?", "what else could it be?", "checklist", "should we stop?", "work order".

Asked of a file that nobody has looked at yet, some of them are answered in the same way once it has been
(workers/telling/first.py).
"""

from __future__ import annotations

import re

POLITE = (
    r"^\W*(?:(?:and|so|ok|okay|but|please|andon|thanks?(?: you)?|thx|cheers|(?:can|could) (?:you|we))\b[\s,;.!-]*"
    r"|谢谢你?[，,。\s]*|多谢[，,。\s]*|可以|能不能|能否|能|请你?|麻烦|帮我|给我|那么?|那|好|你|还是|无论如何|仍然)*\W*"
)
THANKS = (
    r"(?:\W*(?:please|then|now|anyway|all the same|regardless|thanks?(?: you)?|for (?:this|it)"
    r"|吧|呢|一下|吗|谢谢))*\W*$"
)
MEANT = {
    "why": r"why(?: so| that| this| is (?:that|it|this)|(?: do| would)? you (?:think|say) (?:so|that|it)"
    r"| (?:this|that) (?:cause|one))?|how do you know(?: that| this)?|how come|what(?:'s| is) the evidence"
    r"|explain why|show me why|what makes you (?:think|say) (?:so|that)"
    r"|为什么(?:这么说|这样说|这么认为|是这个(?:原因)?|是它|会这样)?|为何|依据(?:是什么|呢)?|有什么依据|理由(?:是什么)?"
    r"|(?:你)?怎么(?:知道|判断|得出)(?:的|来的)?",
    "else": r"what else(?: (?:could|can|might|may) (?:it|this|that) be| is possible)?"
    r"|(?:could|can|might) (?:it|this) be (?:something|anything) else|(?:any )?other (?:possible )?causes?"
    r"|(?:what|which) other causes?(?: are (?:there|possible))?|(?:any )?alternatives?|what if (?:it|that) is wrong"
    r"|还(?:有|可能)(?:是|有)?(?:什么|哪些|别的|其他)?(?:可能|原因)?(?:的?原因|性)?|(?:有没有)?(?:其他|别的)(?:可能的?)?原因"
    r"|会不会是(?:别的|其他)(?:原因|问题)?|除此之外(?:呢|还可能是什么)?",
    "checklist": r"(?:(?:make|give|write|show|create)(?: me| us)? )?(?:a |the )?check ?list"
    r"|(?:列(?:出|一个|个)?|生成|做(?:一个|个)?|写(?:一个|个)?)?(?:一份|一个|个)?检查(?:清单|表|单)",
    "first": r"(?:and )?what (?:should|do|must|shall) (?:we|i|they|one) (?:check|do|look at|inspect|start with)"
    r"(?: first)?|what (?:to|first to) (?:check|do)(?: first)?|where (?:should|do|shall) (?:we|i) (?:start|begin)"
    r"|what first|(?:我们|我)?(?:应该|该|要)?(?:首先|先)(?:应该|该|要)?(?:检查|查|看|做)(?:什么|哪里|哪些)"
    r"|从(?:哪里|哪儿)(?:开始)?(?:查|检查)|(?:so )?(?:now what|what now)"
    r"|what (?:can|could) (?:we|i|they) do(?: about (?:it|this|that))?"
    r"|what do (?:we|i) do (?:about (?:it|this|that)|now)"
    r"|what(?:'s| is) to be done|how (?:do|can|should) (?:we|i) (?:fix|solve|repair) (?:it|this|that)"
    r"|(?:这|现在|那|我们?|我)?(?:应该|该|要)?(?:怎么办|怎么处理|咋办|如何处理|怎么解决|怎么修)",
    "serious": r"(?:is|was) (?:it|this|that) (?:(?:very|really|that|something|anything) )?"
    r"(?:serious|bad|dangerous|critical|urgent|severe)"
    r"|how (?:serious|bad|dangerous|critical|urgent|severe)(?: (?:is|was) (?:it|this|that))?"
    r"|(?:这|问题|情况)?(?:有多|多|很)?(?:严重|要紧|紧急|危险|急)(?:吗|么|不(?:严重|要紧|急)?|程度(?:如何|怎么样)?)?",
    "stop": r"(?:should|shall|must|can|may|do) (?:i|we) (?:have to |need to )?"
    r"(?:stop|shut|trip|switch off|keep|continue|go on|run)"
    r"(?: .{0,40})?|is (?:it|this) safe to (?:keep|continue|run|go on|stop).{0,40}"
    r"|what (?:happens|will happen|if) .{0,12}(?:keep|continue)s? (?:on )?(?:running|going).{0,30}"
    r"|(?:我们?)?(?:现在)?(?:要不要|该不该|应不应该|是否(?:应该|需要|要)?|需不需要|应该|需要|还能|还可以|可以|能)(?:把\S{1,8})?"
    r"(?:继续|先|马上|立即|一直)*(?:停机|停泵|停车|停掉|停下来?|停|运行|开|跑|用)(?:到)?\S{0,8}",
    "order": r"(?:(?:make|create|open|write|raise|draft|issue|file)(?: me| us)? )?(?:a |the )?"
    r"(?:work|job|repair)[ -]?order|(?:开|生成|创建|做|写|下|派)(?:一)?(?:个|张|份)?(?:维修|检修)?工单"
    r"|(?:维修|检修)?工单",
}  # fmt: skip
FOLLOWS = {kind: re.compile(f"{POLITE}(?:{words}){THANKS}", re.IGNORECASE) for kind, words in MEANT.items()}

AT_ONCE = (
    "first",
    "serious",
    "stop",
    "else",
    "checklist",
)  # of a file nobody has looked at yet: looked at, then told so


def meant(text: str) -> str | None:
    """The kind of follow-up that a message of one line is and nothing else; None for an ordinary question."""
    return next((kind for kind, pattern in FOLLOWS.items() if pattern.match(text)), None)
