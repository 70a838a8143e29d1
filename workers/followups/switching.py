"""An order to the plant ("turn off the pump", 关掉1号喷枪): Andon reads and advises, and switches nothing.

It is said in one sentence with whom to ask, and nothing else, so that nobody waits for a valve to move. Light: the chat
side reads it, too.
"""

from __future__ import annotations

import re

from workers.contracts import Answer, Lang, Question
from workers.prose.plain import plain_answer
from workers.wording import say

LONGEST = 100  # characters; a longer message tells more than an order
_MACHINES = (
    "pumps?|valves?|fans?|motors?|blowers?|compressors?|burners?|heaters?|lances?|torch(?:es)?|guns?|furnaces?|kilns?|"
    "mills?|boilers?|chillers?|coolers?|mixers?|agitators?|conveyors?|belts?|feeders?|crushers?|drives?|breakers?|"
    "dampers?|gates?|cylinders?|press(?:es)?|turbines?|generators?|machines?|lines?|strands?|casters?|water|gas|steam|air|"
    "argon|nitrogen|hydraulics|lights?|sprays?|sprayers?|separators?|centrifuges?|cranes?|doors?|interlocks?|equipment"
)
_LEVELS = "speed|pressure|temperature|flow|level|load|set ?points?|power|voltage|frequency|feed ?rate|rate"
_TAG = r"[a-z]{1,5}[-_ ]?\d{2,5}[a-z]?"
_NOT = "of|with|in|to|from|at|for|by|between|and|or|is|was|were|are|when|file|files|times?|procedure|signs?|plot|trend"
_WORDS = rf"(?:(?!(?:{_NOT})\b)[\w#/.-]+ ){{0,5}}?"
_ASKED = (
    r"^\W*(?:(?:andon|please|pls|now|ok|okay|then|quick(?:ly)?)\b\W*)*"
    r"(?:(?:can|could|will|would) you (?:please |pls )?)?(?:please )?(?:go ahead and )?"
)
_SMALL = r"(?: (?:off|on|up|down|now|at once|immediately|right away|please|pls|for me|for us|again|a bit|a little))*"
_VALUE = r"(?: (?:to|by|at) [\d.,]+ ?[\w/%°²³]{0,8}(?:/\w+)?)"
_DO = (
    r"(?:(?:turn|switch|power|shut)(?: (?:on|off|up|down))?|open|close|start(?: up)?|stop|trip|isolate|disconnect"
    r"|disable|enable|bypass) (?:up |off )?"
)
_SET = r"(?:increase|raise|lower|reduce|decrease|slow down|speed up|set(?=.* (?:to|at) \d)|turn (?:up|down)) "
_MACHINE = rf"(?:{_WORDS}(?:{_MACHINES})(?: (?:no\.? ?)?#?\d{{1,3}})?|{_WORDS}{_TAG})"
_LEVEL = rf"{_WORDS}(?:{_LEVELS})(?: of (?:the )?{_MACHINE})?"
_THE = r"(?:(?:the|our|this|that) )?"
ORDER = re.compile(rf"{_ASKED}(?:{_DO}{_THE}{_MACHINE}|{_SET}{_THE}{_LEVEL}{_VALUE}?){_SMALL}\W*$", re.IGNORECASE)
_ZH_MACHINE = (
    r"(?:泵|阀门?|风机|电机|马达|喷枪|枪|烧嘴|燃烧器|加热器|压缩机|空压机|皮带机?|输送机|给料机|破碎机|搅拌机|冷却器|"
    r"冷却水|窑|炉子?|磨机?|锅炉|机组|设备|主机|生产线|产线|\d号机|\d号?流|断路器|开关|挡板|风门|闸门?|油缸|行车|喷嘴|蒸汽|"
    r"氩气|氮气|煤气|天然气|水|灯|联锁|[a-zA-Z]{1,5}[-_]?\d{2,5}[a-zA-Z]?|\d号机器)"
)
_ZH_LEVEL = r"(?:拉速|转速|速度|压力|温度|流量|液位|负荷|设定值|功率|频率|喂料量|给料量)"
_ZH_DO = (
    r"(?:关掉|关闭|关上|关了|关停|关|打开|开启|启动|开动|停掉|停止|停下|停(?![机车产])|合上|合闸|断开|切断|切换|投用|屏蔽|解除"
    r"|旁路)"
)
_ZH_SET = (
    r"(?:调高|调低|调大|调小|调到|调|提高|提升|提到|降低|降到|减小|减少|增大|增加|加大|加到|升高|设为|设成|设到"
    r"|改成|改为)"
)
_ZH_NAME = r"[^，。？?！、\s的是最哪谁多少几什图曲数据趋势文件日报提醒]{0,10}?"
_ZH_ASKED = r"^\W*(?:安灯|请你?|麻烦你?|帮我们?|帮忙|给我|马上|立即|立刻|现在|赶紧|快|先)*"
_ZH_END = r"(?:一下|吧|掉|了|起来|下来|一点|一些|[一点]|\s|到?\s*[\d.]+\s*\S{0,6})*[!！。]*\s*$"
ORDER_ZH = re.compile(
    rf"{_ZH_ASKED}(?:{_ZH_DO}{_ZH_NAME}{_ZH_MACHINE}|把{_ZH_NAME}{_ZH_MACHINE}(?:的)?{_ZH_DO}"
    rf"|{_ZH_SET}{_ZH_NAME}{_ZH_LEVEL}|把{_ZH_NAME}{_ZH_LEVEL}{_ZH_SET}){_ZH_END}"
)


def ordered(text: str) -> bool:
    """Is a message an order to switch, open or set something in the plant? A question ("stop the pump?") is none."""
    line = " ".join(text.split())
    if len(line) > LONGEST or (
        line.endswith(("?", "？")) and not re.match(r"\W*(?:can|could|will|would) you\b", line, re.I)
    ):
        return False
    return bool(ORDER.match(line) or ORDER_ZH.match(line))


def answer_order(question: Question, lang: Lang) -> Answer | None:
    """That nothing is switched from here, and whom to ask; None for every other message."""
    if not ordered(question.text):
        return None
    return plain_answer(question, [say("switches_nothing", lang)], lang)
