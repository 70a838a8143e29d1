"""The reader's level: set by a person for good ("I am an engineer", `level engineer`), or asked for once ("explain it
to a newcomer"). What is said at which level is decided in roles/deciding/levels.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from workers.contracts import Level

if TYPE_CHECKING:
    from workers.client import Office, rows

LASTING: tuple[Level, ...] = ("crew", "engineer", "manager")
PEOPLE: dict[str, str] = {
    "crew": r"operator|crew(?: member)?|fitter|mechanic|electrician|caster(?: operator)?|technician"
    r"|操作工|班组(?:长|成员)?|操作员|维修工|钳工|电工|工人",
    "engineer": r"(?:process |maintenance |automation |reliability |plant )?engineer"
    r"|(?:工艺|设备|自动化|维修|电气)?工程师",
    "manager": r"(?:shift |plant |production |maintenance )?manager|supervisor|boss|foreman"
    r"|(?:生产|设备|车间|值班)?(?:经理|主管|主任|领导|厂长)",
    "newcomer": r"newcomer|beginner|trainee|apprentice|new (?:colleague|hire|starter)|novice"
    r"|新人|新手|新来的(?:人|同事|员工)?|新员工|学徒|实习生|外行",
}
SELF = {
    level: re.compile(
        rf"^\W*(?:i am|i'm|i work as|my role is)\s+(?:an?\s+|the\s+|in the\s+)?(?:{PEOPLE[level]})\W*$"
        rf"|^\W*我是(?:一名|一个|个|名)?(?:{PEOPLE[level]})\W*$",
        re.IGNORECASE,
    )
    for level in LASTING
}
FOR_EN = r"(?:for|to|as for|like (?:for|to)?|in the words of)\s+(?:an?\s+|the\s+|my\s+|our\s+|some\s+)?"
ASK_EN = (
    r"(?:please\s+)?(?:can you\s+)?"
    r"(?:(?:explain|say|tell|put|write|summari[sz]e|describe)\s*(?:it|this|that)?\s+)?"
)
ASK_ZH = r"(?:请|帮我|能不能)?(?:把它|把这个)?"
PLAIN = (
    r"(?:in )?(?:plain|simple) (?:words|english|terms)|(?:more )?simply"
    r"|(?:i |we )?(?:do not|don't|dont|did not|didn't|didnt|can't|cannot)"
    r" (?:understand|get|follow)(?: (?:it|this|that))?"
    r"|(?:too complicated|what does (?:that|this|it) mean)"
    r"|(?:说|讲)?(?:得|的)?通俗(?:一?点|地|易懂)?(?:讲|说|解释)?(?:一下)?|用?大白话(?:说|讲)?(?:一下)?"
    r"|(?:说|讲)(?:点|个)?人话"
    r"|(?:说|讲|解释)(?:得|的)?(?:简单|明白|清楚|直白)(?:一?[点些]儿?)|简单(?:一?[点些]儿?)(?:说|讲)?"
    r"|(?:我)?(?:还是)?没(?:太|大)?(?:看|听)?(?:懂|明白)|(?:我)?(?:看|听)不(?:太|大)?(?:懂|明白)|(?:这|那)?(?:是|都是)?什么意思"
)
ONCE = {
    level: re.compile(
        rf"^\W*(?:{ASK_EN}|{ASK_ZH})"
        rf"(?:{FOR_EN}(?:{words})s?{f'|{PLAIN}' if level == 'newcomer' else ''})\W*(?:please)?\W*$"
        rf"|^\W*{ASK_ZH}(?:给|向|对|跟|(?:讲|说|解释)给)(?:{words})(?:看|听)?(?:的)?(?:解释|讲|说|汇报|总结|介绍)?(?:一?下|版本|版)?\W*$"
        rf"|^\W*(?:{words})(?:版|版本)\W*$|^\W*(?:{words})(?:也|都)?(?:看|听)不(?:太|大)?(?:懂|明白)\W*$",
        re.IGNORECASE,
    )
    for level, words in PEOPLE.items()
}
WITHIN = {  # in the words of a longer question
    level: re.compile(
        rf"\b(?:explain|say|tell|put|write|worded)\b[^.?!]*\b(?:for|to)\s+(?:an?\s+|the\s+|my\s+)?(?:{words})\b"
        rf"|(?:给|向|讲给)(?:{words})(?:看|听|解释|讲|说|汇报|总结)",
        re.IGNORECASE,
    )
    for level, words in PEOPLE.items()
}
WHO = re.compile(r"^\W*(?:who\s?am\s?i|我是谁)\W*$", re.IGNORECASE)
NAMES = {
    **dict.fromkeys(("crew", "operator", "班组", "操作工"), "crew"),
    **dict.fromkeys(("engineer", "工程师"), "engineer"),
    **dict.fromkeys(("manager", "经理", "主管", "领导"), "manager"),
    **dict.fromkeys(("off", "none", "default", "everybody", "all", "关", "关闭", "默认"), ""),
}


def declared(text: str) -> Level | None:
    """The level that somebody says they are of ("I am an engineer", 我是工程师)."""
    return next((level for level in LASTING if SELF[level].match(text)), None)


def asks_who(text: str) -> bool:
    """ "who am I", 我是谁."""
    return WHO.match(text) is not None


def once(text: str) -> Level | None:
    """The level that a longer question asks for in passing ("why ...? Explain it to a newcomer")."""
    return cast("Level | None", next((level for level, pattern in WITHIN.items() if pattern.search(text)), None))


def of_question(office: Office, question: rows.Question) -> Level | None:
    """For whom a question's answer is worded: what its words ask for, else what the person has set."""
    asked = once(question.text)
    if asked is not None:
        return asked
    place = office.ledger.talk.get_conversation(question.conversation_id)
    person = office.ledger.talk.person(place.platform, place.workspace, question.user)
    return cast(Level, person.level) if person.level in LASTING else None
