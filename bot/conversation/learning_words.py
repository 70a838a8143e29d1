"""How people ask for a file to be learnt: a verb beside the file, in either order in Chinese, with a remark behind it.

What is a question stays one: "what did you learn from this file?" does not begin with the verb, and a question mark in
the remark makes a question of the whole.
"""

from __future__ import annotations

import re

LONGEST = 400  # characters; a longer message says more than that
POLITE = (
    r"^\W*(?:(?:hi|hello|andon)\W+)*(?:(?:please|pls|plz|kindly|also|(?:can|could|would|will)\s+you|you\s+should"
    r"|i(?:'d|\s+would)?\s+(?:like|want|need)\s+you\s+to)\s+)*"
)
LEARN = r"(?:learn|remember|study|memori[sz]e)"
WHICH = r"(?:from\s+)?(?:this|these|it|them|that|those|the)"
NOUN = (
    r"(?:(?:pdf|word|excel|attached|new|whole|vendor|operating|operation|maintenance|service|user|work)\s+)*"
    r"(?:files?|documents?|docs?|manuals?|handbooks?|guides?|tables?|lists?|sheets?|logs?|pdfs?|papers?|reports?"
    r"|procedures?|instructions?|standards?|notes?|notices?|memos?|bulletins?|circulars?|stuff|sops?|checklists?)"
)
INTO = (
    rf"(?:add|take|put|save|store)\s+(?:{WHICH}\s+{NOUN}|{WHICH}|{NOUN})\s+(?:(?:in)?to|in)\s+(?:the\s+|your\s+)?"
    r"(?:knowledge(?:\s+base)?|kb)"
)
ASSET = r"(?:\s+(?:for|about|on)\s+(?:the\s+)?(?P<asset>[^,.;!?\n]{2,40}?))?"
END = r"\W*(?:please|pls|plz|thanks?(?:\s+you)?)?\W*$"
ASIDE = (
    r"\s*(?:(?:please|pls|plz)\b)?\s*(?:[,.;!–—\n]|\s-\s)[^?？]{0,200}$"
    r"|\s+(?:(?:please|pls|plz)\s+)?(?:it'?s|its|it is|this is|that is)\s+(?:our|the|my|an?|from)\b[^?？]{0,80}$"
)

ZH_POLITE = r"^\W*(?:请|麻烦|劳驾|帮我|帮忙|给我|你|您|可以|能不能|能否|能|再)*"
ZH_WHICH = r"(?:这个|这份|这些|这本|这篇|这张|上面的?|附件里?的?|这|该|本|它|此)"
ZH_NOUN = (
    r"[^，,。；;！!？?：:\s哪什几多怎没不了过]{0,8}?"  # what kind of file; no word of a question
    r"(?:文件|文档|资料|手册|说明书?|规程|规范|标准|指导书|通知|通告|公告|备忘录?|简报|纪要|表格?|清单|日志|报告|材料|东西|PDF)"
)
ZH_LEARN = (
    r"(?:学习学习|学习?一下|学习?下|学一学|学学|学会|学习|记住|记一下|记下来?|背下来"
    r"|(?:加入|收入|存入|录入|加到|存到|收进|放进|放到|添加到)(?:你的)?知识库里?)"
)
ZH_ASSET = r"(?:\s*(?:用于|关于|属于)\s*(?P<asset>[^，,。；;！!？?\n]{2,40}?))?"
ZH_END = r"\W*(?:吧|好吗|好不好|可以吗|行吗|吗|谢谢|多谢)*\W*$"
ZH_ASIDE = r"\s*[，,。；;！!\n][^?？]{0,200}$"

FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        # a file is named: a remark may follow
        rf"{POLITE}(?:{LEARN}\s+(?:{WHICH}\s+)?{NOUN}|(?:learn|study)\s+{WHICH}|{INTO}){ASSET}(?:{END}|{ASIDE})",
        # "remember it" and "记住这个" may begin a sentence that is to be remembered: nothing follows
        rf"{POLITE}{LEARN}(?:\s+{WHICH})?{ASSET}{END}",
        rf"{ZH_POLITE}(?:{ZH_LEARN}\s*{ZH_WHICH}?{ZH_NOUN}|把\s*{ZH_WHICH}?(?:{ZH_NOUN})?\s*(?:请|给我|帮我)?{ZH_LEARN}"
        rf"|{ZH_WHICH}{ZH_NOUN}\W*(?:请|麻烦|帮我|你)*{ZH_LEARN}){ZH_ASSET}(?:{ZH_END}|{ZH_ASIDE})",
        rf"{ZH_POLITE}(?:{ZH_LEARN}\s*{ZH_WHICH}?|入库){ZH_ASSET}{ZH_END}",
    )
]


def asked(text: str) -> re.Match[str] | None:
    """The words that ask for a file to be learnt, with the group "asset" where one is named; None: they do not."""
    line = text.strip()
    if len(line) > LONGEST:
        return None
    return next((found for form in FORMS if (found := form.match(line))), None)
