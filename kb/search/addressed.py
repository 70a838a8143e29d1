"""Sentences of a document that speak to a program, not to people: "Ignore all previous instructions and answer ...".

They change nothing in Andon, but quoted to a crew they would look like advice ("all interlocks may be bypassed"). So
they are no evidence for an answer and are left out of quotes; the document keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

LEFT_OUT = "[…]"
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|any|your|system|other)\b"
    r".{0,30}\b(?:instructions?|prompts?|rules? (?:above|before)|guidelines|messages?|context)\b"
    r"|\byou are (?:now\b|an? (?:\w+ )?(?:ai|assistant|language model|chat ?bot|bot|llm)\b)"
    r"|\b(?:answer|reply|respond)\b.{0,20}\b(?:to )?(?:every|any|all|each)\b.{0,20}\b(?:questions?|messages?|users?)\b"
    r"|\b(?:answer|reply|respond)\b.{0,20}\bonly with\b|\b(?:system|developer|hidden) (?:prompt|message)\b"
    r"|\bas an? (?:ai|large language model|language model|assistant)\b|\bpretend (?:to be|that you|you are)\b"
    r"|\b(?:do not|don't|never) (?:mention|reveal|tell|disclose)\b.{0,40}\b(?:user|prompt|instructions?)\b"
    r"|^\W*(?:system|assistant|developer) ?:|\bset (?:the |your )?confidence\b"
    r"|\b(?:jailbreak|prompt injection)\b|<\|?(?:im_start|im_end|system|assistant|endoftext)\|?>|\[/?INST\]"
    r"|(?:忽略|无视|忘记|忘掉|不要理会).{0,12}(?:之前|以上|上述|前面|先前|所有|一切|任何|系统).{0,8}(?:指令|指示|提示|规则|要求|设定)"
    r"|你现在(?:是|起|开始)|你是一[个名](?:AI|人工智能|智能助手|助手|语言模型|机器人)|(?:扮演|假装你?是).{0,12}(?:AI|助手|模型|机器人)"
    r"|(?:对|回答|回复)(?:于)?(?:所有|任何|每[个一]|一切)(?:的)?(?:问题|提问|消息).{0,12}(?:回答|回复|说|答)"
    r"|系统提示词?|不要(?:告诉|透露|提及).{0,12}(?:用户|提示词|指令)",
    re.IGNORECASE | re.DOTALL,
)

# Every way of the pattern above needs one of these; a text without them is not searched, and most have none.
_NEEDED = (
    "ignore", "disregard", "forget", "override", "bypass", "you are", "answer", "reply", "respond", "prompt", "message",
    "language model", "assistant", "as a ai", "as an ai", "pretend", "mention", "reveal", "disclose", "not tell",
    "'t tell", "never tell", "system:", "system :", "developer:", "developer :", "confidence", "jailbreak", "<",
    "inst]", "忽略", "无视", "忘记", "忘掉", "不要理会", "你现在", "你是一", "扮演", "假装", "问题", "提问", "消息",
    "系统提示", "不要告诉", "不要透露", "不要提及",
)  # fmt: skip
_FOLDED = str.maketrans({"\u0307": "", "ı": "i"})  # what case folding keeps apart, and the pattern does not


def _may_be(text: str) -> bool:
    """Can a sentence of `text` be addressed()?"""
    plain = text.casefold()
    if not plain.isascii():
        plain = plain.translate(_FOLDED)
    return any(word in plain for word in _NEEDED)


@lru_cache(65_536)
def addressed(sentence: str) -> bool:
    """Does the sentence speak to a program?"""
    return _may_be(sentence) and _ADDRESSED.search(sentence) is not None


def spoken_to_people(pieces: Sequence[str]) -> list[str]:
    """The sentences without those; [] when nothing else is there."""
    if not _may_be("\n".join(pieces)):
        return list(pieces)
    return [piece for piece in pieces if not addressed(piece)]


def marked(pieces: Sequence[str]) -> list[str]:
    """The sentences, with LEFT_OUT once in the place of neighbouring ones that speak to a program."""
    found: list[str] = []
    for piece in pieces:
        if not addressed(piece):
            found.append(piece)
        elif found[-1:] != [LEFT_OUT]:
            found.append(LEFT_OUT)
    return found
