"""Which documents are known? Asked about itself, the knowledge base tells what is in it; nothing is searched.

`andon ask` and the chats tell the same."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing

from kb.contract import Filters, KnowledgeBase
from kb.passage import Lang, Passage
from workers.contracts import Answer, Question
from workers.knowledge.opening import open_knowledge
from workers.prose.plain import plain_answer
from workers.settings import Settings
from workers.wording import say

MOST_LISTED = 30  # documents; the rest is counted
PACK = "pack:"  # how the origin of shipped passages begins
_WHAT = r"(?:documents?|manuals?|files?|books?|sources?|papers|machines?|equipment)"
_ASKED = re.compile(
    rf"^\W*(?:(?:(?:what|which)(?: are the| other)?|how many) {_WHAT}"
    r"(?: (?:do|did) you (?:know|have|use|read|learn)(?: about| access to)?"
    r"| are (?:there|loaded|known|stored|in (?:the |your )?knowledge base)"
    r"| have you (?:read|learnt|learned|got))(?: so far| by now| now| yet)?"
    rf"|(?:list|show)(?: me)?(?: all)?(?: the| your| known)* {_WHAT}(?: (?:that )?you (?:know|have))?"
    r"|what(?: is|'s) in (?:the|your) knowledge base)\W*$"
    r"|^\W*(?:你|知识库|库里|里面|这里|现在|目前|都|一共|总共)*(?:有|知道|学了?|学过|收录了?|懂|认识|看过|读过|了解)"
    r"(?:哪些|什么|啥|多少份?|几份)(?:资料|文件|文档|手册|规程|说明书|设备|机器)(?:了|呢|吗)?\W*$"
    r"|^\W*知识库(?:里|中|里面)?(?:都)?有(?:什么|哪些(?:内容|东西)?|啥)\W*$|^\W*(?:列出|显示)(?:所有|全部)?(?:的)?(?:资料|文件|文档|手册)\W*$",
    re.IGNORECASE,
)


def answer_inventory(question: Question, settings: Settings, lang: Lang) -> Answer | None:
    """The documents that are known, whether or not a file is at hand; None for every other question."""
    if not _ASKED.search(question.text):
        return None
    with closing(open_knowledge(settings)) as store:
        lines = told(question.text, store, lang) or []
    return plain_answer(question, lines, lang)


def told(question: str, store: KnowledgeBase, lang: Lang) -> list[str] | None:
    """The documents that are known with how many passages of each; None for every other question."""
    if not _ASKED.search(question):
        return None
    known = [p for p in store.list(Filters(statuses=("verified",))) if not p.answered_by]
    counts = Counter(_title(passage, lang) for passage in known)
    lines = [say("inventory_head", lang, count=len(counts), passages=len(known))]
    lines += [say("inventory_line", lang, title=title, count=count) for title, count in counts.most_common(MOST_LISTED)]
    rest = len(counts) - MOST_LISTED
    return [*lines, say("inventory_more", lang, count=rest)] if rest > 0 else lines


def _title(passage: Passage, lang: Lang) -> str:
    """What people know the source of a passage by."""
    if passage.origin.startswith(PACK):
        return say("inventory_pack", lang, name=passage.origin.removeprefix(PACK).replace("_", " "))
    return passage.document or say("inventory_crew", lang)
