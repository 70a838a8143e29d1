"""Which follow-up a message means: "why?", "what else could it be?", "checklist", "should we stop?", "work order".

Asked of a file that nobody has looked at yet, some of them are answered in the same way once it has been
(workers/telling/first.py).
"""

from __future__ import annotations

import re

from workers.followups.spelling import nearest, spelt

POLITE = (  # a word is taken whole or not at all (?>): else "那那那..." can be read in so many ways that it never ends
    r"^\W*(?>(?:and|so|ok|okay|but|please|andon|thanks?(?: you)?|thx|cheers|(?:can|could) (?:you|we))\b[\s,;.!-]*"
    r"|谢谢你?[，,。\s]*|多谢[，,。\s]*|可以|能不能|能否|能|请你?|麻烦|帮我|给我|那么?|那|好|你|还是|无论如何|仍然)*\W*"
)
THANKS = (
    r"(?:\W*(?:please|then|now|anyway|all the same|regardless|thanks?(?: you)?|for (?:this|it)"
    r"|吧|呢|呀|啊|哦|啦|嘛|一下|吗|么|谢谢))*\W*$"
)
MEANT = {
    "why": r"why(?: so| that| this| is (?:that|it|this)|(?: do| would)? you (?:think|say) (?:so|that|it)"
    r"| (?:this|that) (?:cause|one))?|how do you know(?: that| this)?|how come|what(?:'s| is) the evidence"
    r"|explain why|show me why|what makes you (?:think|say) (?:so|that)"
    r"|为什么(?:这么说|这样说|这么认为|是这个(?:原因)?|是它|会这样)?|为何|依据(?:是什么|呢)?|有什么依据|理由(?:是什么)?"
    r"|(?:你)?怎么(?:知道|判断|得出)(?:的|来的)?|(?:你)?怎么(?:看|算|推|查)出来的?",
    "else": r"what else(?: (?:could|can|might|may) (?:it|this|that) be| is possible)?"
    r"|(?:could|can|might) (?:it|this) be (?:something|anything) else|(?:any )?other (?:possible )?causes?"
    r"|(?:what|which) other causes?(?: are (?:there|possible))?|(?:any )?alternatives?|what if (?:it|that) is wrong"
    r"|还(?:能|会|可能|有可能)(?:是|因为)(?:什么|哪些|别的|其他|哪里?)(?:可能的?)?(?:原因|毛病|问题|故障|情况)?"
    r"|(?:别的|其[他它])(?:可能的?)?原因(?:有没有|有吗|呢)?"
    r"|还(?:有|可能)(?:是|有)?(?:什么|哪些|别的|其他)?(?:可能|原因)?(?:的?原因|性)?|(?:有没有)?(?:其他|别的)(?:可能的?)?原因"
    r"|会不会是(?:别的|其他)(?:原因|问题)?|除此之外(?:呢|还可能是什么)?",
    "checklist": r"(?:(?:make|give|write|show|create)(?: me| us)? )?(?:a |the )?check ?list"
    r"|(?:列(?:出|一个|个)?|生成|做(?:一个|个)?|写(?:一个|个)?)?(?:一份|一个|个)?检查(?:清单|表|单)",
    "first": r"(?:and )?what (?:should|do|must|shall) (?:we|i|they|one) (?:check|do|look at|inspect|start with)"
    r"(?: first)?|what (?:to|first to) (?:check|do)(?: first)?|where (?:should|do|shall) (?:we|i) (?:start|begin)"
    r"|what first|(?:我们|我)?(?:应该|该|要)?(?:首先|先)(?:应该|该|要)?(?:检查|查|看|做|动)(?:什么|哪[里些儿个]?)"
    r"|从哪(?:里|儿)?(?:开始)?(?:查|检查|下手|入手)|下一步(?:该|要|怎么办|做什么|干什么)*|(?:so )?(?:now what|what now)"
    r"|what (?:can|could) (?:we|i|they) do(?: about (?:it|this|that))?"
    r"|what do (?:we|i) do (?:about (?:it|this|that)|now)"
    r"|what(?:'s| is) to be done|how (?:do|can|should) (?:we|i) (?:fix|solve|repair) (?:it|this|that)"
    r"|(?:这|现在|那|我们?|我)?(?:应该|该|要)?(?:怎么办|怎么处理|咋办|如何处理|怎么解决|怎么修)"
    r"|(?:现在|那|接下来|目前|眼下|我们?)*(?:应该|应当|该|得|要|需要)(?:做|干|采取)(?:些|点)?(?:什么|啥|哪些)(?:措施|事|工作)?"
    r"|what (?:should|do|must|can) (?:we|i|they) do(?: right)? now",
    "serious": r"(?:is|was) (?:it|this|that) (?:(?:very|really|that|something|anything) )?"
    r"(?:serious|bad|dangerous|critical|urgent|severe)"
    r"|how (?:serious|bad|dangerous|critical|urgent|severe)(?: (?:is|was) (?:it|this|that))?"
    r"|(?:这|问题|情况)?(?:有多|多|很)?(?:严重|要紧|紧急|危险|急)(?:吗|么|不(?:严重|要紧|急)?|程度(?:如何|怎么样)?)?"
    r"|(?:严不严重|要不要紧|急不急|有没有危险|有危险)",
    "stop": r"(?:should|shall|must|can|may|do) (?:i|we) (?:have to |need to )?"
    r"(?:stop|shut|trip|switch off|keep|continue|go on|run(?! an? (?!bit|while|little|few|day|shift|week)))"
    r"(?: .{0,40})?|is (?:it|this) safe to (?:keep|continue|run|go on|stop).{0,40}"
    r"|what (?:happens|will happen|if) .{0,12}(?:keep|continue)s? (?:on )?(?:running|going).{0,30}"
    r"|(?:can|could|will|would|does) (?:it|this|that|we) (?:last|hold(?: out| on)?|make it|survive)"
    r" (?:until|till|to|for|through) .{1,30}"
    r"|(?:再|还|可以|能)*(?:撑|熬|坚持|顶|挺|扛)(?:不|得)?(?:到|住到|过)[^\s?？。!！]{1,10}?(?:吗|么)?"
    r"|(?:现在)?停不停(?:机|车|泵|窑|炉)?|(?:现在)?停(?:机|车|泵|窑|炉|产)?(?:吗|么)"
    r"|(?:我们?|[这那]?(?:台|条|个)?(?:机器|设备|产线|机组|生产线|[一-鿿]{1,2}机))?(?:现在|今[天晚]|到底)?"
    r"(?:还?能不能|还?可不可以|要不要|该不该|应不应该|是否(?:应该|需要|要)?|需不需要|用不用|是不是(?:要|该|得)|应该|需要|要(?!是|求)|还能|还可以|可以|能)(?:把[^\s?？。!！]{1,8})?"
    r"(?:(?:继续|先|马上|立即|一直)*(?:停机|停泵|停车|停掉|停下来?|停)[^\s?？。!！]{0,8}"
    r"|(?:继续|一直)+(?:运行|生产|开|跑|用)[^\s?？。!！]{0,8}"
    # "能用水浇吗" asks about water, not about going on: nothing but how long may stand behind these
    r"|(?:运行|生产|开|跑|用)(?:到[^\s?？。!！]{1,8}?|多久|多长时间|几(?:天|个?小时|个?班)|下去)?(?:吗|么|不)?)",
    "order": r"(?:(?:make|create|open|write|raise|draft|issue|file)(?: me| us)? )?(?:a |the )?"
    r"(?:work|job|repair)[ -]?order|(?:开|生成|创建|做|写|下|派)(?:一)?(?:个|张|份)?(?:维修|检修)?工单"
    r"|(?:维修|检修)?工单",
    "sure": r"(?:are|r) (?:you|u)(?: really| quite| absolutely| very)? (?:sure|certain|confident)"
    r"(?: (?:about|of) (?:that|this|it))?"
    r"|how (?:sure|certain|confident)(?: (?:are|r) (?:you|u))?(?: (?:about|of) (?:that|this|it))?"
    r"(?: (?:is|are) (?:that|this|it|you))?(?:,? and why)?"
    r"|how reliable is (?:that|this|it)"
    r"|你?(?:确定|肯定|有把握)(?:吗|么|不)?|你?有?(?:多大|多少)的?把握|(?:这)?(?:可靠|靠谱)(?:吗|么|不)|你?有多(?:确定|肯定)"
    r"|(?:把握|置信度)(?:有)?多(?:大|少|高)(?:[，,]?为什么)?",
    "sources": r"who (?:said|says|told you|claims|wrote)(?: (?:that|this|it|so))?|says who"
    r"|(?:what|where)(?:'s|s| is| are) (?:your|the) sources?|sources?"
    r"|where (?:did|do) you (?:get|have) (?:that|this|it)(?: from)?|where does (?:that|this|it) come from"
    r"|(?:这|那)?(?:是|都是)?谁(?:说|讲|写|告诉你)的|(?:这|那)?(?:出处|来源)(?:是什么|在哪里?|呢)?|(?:这|那)?(?:是)?(?:从)?哪(?:里|儿)(?:看|听|得)?来的",
    "since": r"since when|from when|when did (?:it|this|that) (?:all )?(?:start|begin|happen)"
    r"|(?:从|打|是)*(?:几点|什么时候|何时)(?:就|才)?(?:开始|发生|出现|起)(?:的|了)?|多久了|从什么时候起",
    "short": r"(?:(?:say|put|give|tell|make|summari[sz]e)(?: me| us)?(?: it| this| that)? )?"
    r"(?:(?:in|just|only) )?(?:one|1|two|2|three|3|a couple of|a few) (?:short )?(?:lines?|sentences?)(?: only)?"
    r"(?: (?:for|to) (?:the|my|our)? ?(?:manager|boss|supervisor|foreman|shift leader|management))?"
    r"|(?:in short|short version|tl;?dr|(?:keep|make) it short|briefly)"
    r"|(?:just )?(?:the )?(?:bottom line|main points?|key points?|gist)|(?:get|come) to the point"
    r"|(?:请)?(?:用|就)?(?:一两|[一两二三几]|[1-3])(?:句话?|行)(?:以内|之内)?(?:来)?(?:说|讲|概括|总结)?"
    r"(?:清楚|明白|完)?(?:一下)?(?:给(?:经理|领导|主任|班长)(?:看|听)?)?"
    r"|(?:给(?:经理|领导|主任|班长))?(?:简短|简单|简要)(?:地|点)?(?:说说?|讲讲?|概括|总结)(?:一?下)?|长话短说"
    r"|(?:说|讲|挑|捡)(?:个|最)?(?:重点|要点|主要的?|关键的?)(?:说|讲)?",
    "repair": r"how long (?:will|does|would) (?:the |a )?(?:repair|fix|it)(?: be| take)?"
    r"(?: to (?:fix|repair)(?: it| this| that)?)?"
    r"|how long (?:to|until we can) (?:fix|repair)(?: it| this| that)?"
    r"|when (?:will|can) (?:it|this|that|we) be (?:fixed|repaired|back(?: up)?|running again)"
    r"|(?:大概|大约|估计|要|得|需要)*(?:维修|检修|修理|抢修|修|处理)(?:好|完)?(?:它|这个)?(?:大概|大约|总共|一共)?"
    r"(?:要|得|需要|需|花|用)*(?:多久|多长时间|几个?小时|几天|几个班)"
    r"|(?:大概|大约|要|得|还要|还得|需要)*(?:多久|多长时间|几个?小时|几天|什么时候|何时|几点)(?:才)?(?:能|可以)?"
    r"(?:修好|修完|处理好|恢复(?:生产|正常)?|好)",
    "output": r"how (?:much|many) (?:production|output|tonnage|tonn?es|tons|money)\b.{0,12} (?:do|did|will|have|are) we"
    r" (?:lose|lost|losing)|what do we lose"
    r"|(?:does|will|did) (?:it|this|that) (?:affect|cost) (?:the |us )?(?:production|output)"
    r"|(?:这|会|要|得|大概|大约|估计)*(?:影响|损失|少[轧产烧浇磨炼出]|减产|耽误)(?:了|掉)?"
    r"(?:(?:多少|多大|几)[^,，。]{0,4}|(?:到|了)?(?:产量|生产|交货)(?:吗|么|多少|多大)?)",
    "edges": r"which (?:edges|arrows|links)(?: in the (?:causal )?(?:graph|picture))? (?:are|were|come|did)"
    r"(?: added| drawn| asserted)? (?:by|from) (?:the )?(?:knowledge|rules)(?: base)?"
    r"|(?:因果)?图?(?:里|中|上)?(?:有)?哪(?:些|几?条)(?:边|箭头|连线|线|关系)(?:是|来自)(?:由|靠|从|按)?"
    r"(?:知识|规则|经验|机理)库?(?:加|补|来|添|推|给)?(?:进|上)?(?:去|来)?(?:的)?",
    "whether": r"(?:is|was|could|might|can) (?:it|this|that)(?: be)?(?: (?:not|really|maybe|perhaps|just|then))?"
    r" (?:the|a|an) (?P<is_it>{thing})"
    r"|why (?:not|isn't it|wasn't it|isnt it|is it not) (?:the|a|an) (?P<why_not>{thing})"
    r"|(?:那|会)?(?:为什么|为何|怎么)不(?:会)?是(?P<zh_not>{zh})(?:呢)?"
    r"|(?:会|可能|应该)?是(?P<zh_ask>{zh}?)(?:了)?(?:的)?(?:问题|原因)?(?:引起的|造成的)?(?:吗|么)"
    r"|(?:会)?(?:是不是|会不会是|难道是|莫非是|该不会是|不会是)(?P<zh_is>{zh}?)(?:了)?(?:的)?(?:问题|原因)?(?:引起的|造成的)?",
}  # fmt: skip
NO_THING = (  # what follows an article, or 是不是, and names no part and no cause
    r"same|first|second|last|next|best|worst|highest|lowest|maximum|minimum|peak|right|wrong|good|bad|normal|usual"
    r"|problem|reason|cause|time|case|lot|big|new|real|planned|known|serious|alarm|trend|question|shift|day|night|one"
    r"|bit|little|few|while|must|joke|pity|mistake"
)
LINKS = r"or|and|that|which|who|when|than|as|at|to|for|if|now|above|below|over"
THING = rf"(?!(?:{NO_THING})\b)[a-z][a-z0-9/-]*(?: (?!(?:{LINKS})\b)[a-z0-9/-]+){{0,3}}"
NO_THING_ZH = (
    "正常|超|高|低|大|小|有|要|该|应|可以|能|今天|昨天|你|我|他|同|一样|在|真|严重|第|这|那|因为|由于|需|不|计划|已经"
    "|还|都|什么|好|坏的|对的|假|哪|谁|异常|故障|报警|问题|机器人|人工|真人|ai|人"
)
THING_ZH = rf"(?!{NO_THING_ZH})[一-鿿A-Za-z0-9-]{{2,10}}"
MEANT["whether"] = MEANT["whether"].replace("{thing}", THING).replace("{zh}", THING_ZH)
FOLLOWS = {kind: re.compile(f"{POLITE}(?:{words}){THANKS}", re.IGNORECASE) for kind, words in MEANT.items()}

AT_ONCE = (
    "first",
    "serious",
    "stop",
    "else",
    "checklist",
    "repair",
    "output",
)  # of a file nobody has looked at yet: looked at, then told so


CANONICAL = (  # what is typed in a hurry is held against these
    "why", "how do you know", "what else could it be", "what else", "could it be something else", "other causes",
    "checklist", "make a checklist", "what should i do", "what should we do", "what should i check",
    "what should we check first", "what to do", "where should we start", "how do we fix this", "what now",
    "make a work order", "work order", "is it serious", "how bad is it",
    "are you sure", "how sure are you", "who said that", "since when", "when did it start", "in two lines",
)  # fmt: skip


SENTENCE = re.compile(r"[?？。!！；;\n]+")
CLAUSE = re.compile(r"[?？。!！；;\n,，]+")
LONGEST = 200  # characters; a longer message asks for more, and the patterns take time with the square of its length


def meant(text: str) -> str | None:
    """The kind of follow-up that a message is and nothing else; None for an ordinary question. Words of a hurried hand
    count as those that they are meant for ("wot else cud it be"). Of several whether to stop is the one."""
    kinds = all_meant(text)
    return "stop" if "stop" in kinds else next(iter(kinds), None)


def meant_at_once(text: str) -> str | None:
    """The kind of AT_ONCE that a first question is; also whether to go on, where that is asked beside what is seen:
    "bearing hot, why? can we run on?"."""
    kind = meant(text)
    if kind is not None:
        return kind if kind in AT_ONCE else None
    clauses = CLAUSE.split(text) if len(text) <= LONGEST else []
    return "stop" if any(FOLLOWS["stop"].match(said) for part in clauses for said in (part, spelt(part))) else None


def all_meant(text: str) -> list[str]:
    """The kinds of follow-ups that the sentences of a message are, in their order; [] where one of them is none:
    "should we stop? how much output do we lose?"."""
    if len(text) > LONGEST:
        return []
    whole = _kind(text)
    if whole is not None:
        return [whole]
    kinds = [_kind(sentence) for sentence in SENTENCE.split(text) if sentence.strip()]
    return list(dict.fromkeys(kind for kind in kinds if kind)) if kinds and None not in kinds else []


def _kind(text: str) -> str | None:
    for said in dict.fromkeys((text, spelt(text), nearest(text, CANONICAL))):
        kind = next((kind for kind, pattern in FOLLOWS.items() if pattern.match(said)), None) if said else None
        if kind is not None:
            return kind
    return None


def thing_of(text: str) -> str:
    """What a question of the kind "whether" names: the pump of "why not the pump?"; "" for every other message."""
    found = FOLLOWS["whether"].match(spelt(text)) if len(text) <= LONGEST else None
    return next((thing for thing in found.groupdict().values() if thing), "").strip() if found else ""
