"""Wishes in words that are no question about data: a summary every morning, a reminder, what happened last night, what
waits for a keeper. Done, or plainly said that they are not, with what is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from bot.conversation import commands, digest
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene, here_of
from bot.reply import Reply
from bot.wording import say
from workers.client import chinese_clock, hour_of
from workers.contracts import Block

Wish = Literal["daily", "remind", "lookback", "review"]
REPORT = r"(?:summary|summaries|report|digest|overview|recap|round-?up)"
EACH = r"(?:every|each|daily)"
LIST_WORDS = (  # around "waiting for review", and nothing else: "the pump waiting for review" is no knowledge
    r"(?:hi|hello|andon|please|so|and|ok|now|can|could|you|show|list|open|see|give|let|tell|me|i|we|do|have|want|to|what|what's"
    r"|which|is|are|there|anything|something|everything|all|any|else|how|many|much|the|my|our|still|left|new|of|for"
    r"|in|knowledge|base|kb|candidates?|items?|passages?|documents?|docs|entries|things|stuff|that|needs?|by|a|keeper|today)"
)
WAITS = r"(?:(?:wait(?:s|ing)?|pending|queued?|due|left|open|need(?:s|ing)?|be)\b)"
ZH_LIST_WORDS = (  # a word is taken whole (?>), the longer one first: else "看一下看一下..." never ends, as in POLITE
    r"(?>请|麻烦|帮我|给我|我|要|想|看一?看?下?|查一?查?下?|打开|列表|列出|列|显示|调出|把|还|现在|目前|今天|一共|总共|知识库?|里面?|的|了|有|没有"
    r"|哪些|哪几|什么|啥|多少|几|条目|条|个|份|是|吗|呢|一下|出来|内容|东西|文件|文档|资料|清单|队列|候选|[\s，,。！!？?：:])"
)
ZH_WAITS = (
    r"(?:(?:待|等|等着|没|未|没有|需要?|该)(?:我|我们|人)?(?:来|去)?(?:审核|审批|审定|复核|批准|审|批)(?:过|完)?"
    r"|审核(?:列表|清单|队列)|要审核?的)"
)
WISHES: dict[Wish, re.Pattern[str]] = {
    "daily": re.compile(
        rf"\b(?:post|send|give|put|share|write|drop|publish|want|like|get|have)\b.{{0,40}}\b{REPORT}\b.{{0,60}}\b{EACH}\b"
        rf"|\b{EACH}\b.{{0,40}}\b(?:post|send|give|put|share|write|publish)\b.{{0,40}}\b{REPORT}\b"
        r"|每(?:天|日|早|晚|个?班).{0,24}(?:日报|班报|摘要|总结|汇总|简报|报告)|(?:日报|班报|摘要|总结|汇总|简报).{0,12}每(?:天|日|早|晚)",
        re.IGNORECASE,
    ),
    "remind": re.compile(
        r"\bremind (?:me|us|him|her|them)\b|\bset (?:up )?(?:a |an )?(?:reminder|alarm clock|timer)\b"
        r"|\b(?:ping|wake|nudge) (?:me|us)\b.{0,30}\b(?:at|in|tomorrow|when|later)\b"
        r"|提醒(?:一下)?(?:我|我们|大家|他)|(?:定|设)(?:个|一个)?(?:闹钟|提醒)",
        re.IGNORECASE,
    ),
    "lookback": re.compile(
        r"^\W*(?:(?:so|hi|andon|and)\W+)*(?:what|anything)\b.{0,12}\b(?:happen\w*|chang\w+|new|broke\w*|went wrong"
        r"|go(?:ing|es) on)\b.{0,40}\b(?:last (?:night|shift|evening)|overnight|yesterday|previous shift|night shift)\b"
        r"|(?:昨晚|昨夜|昨天|上个?班|上一班|夜班|夜里).{0,14}(?:发生|出|有)了?(?:什么|啥|哪些)|(?:和|跟|比)?上(?:个|一)班.{0,8}(?:变化|不同)",
        re.IGNORECASE,
    ),
    "review": re.compile(
        rf"^\W*(?:{LIST_WORDS}\W+)*(?:{WAITS}\W+(?:{LIST_WORDS}\W+)*(?:my\W+)?(?:review(?:ed)?|approv(?:al|ed?))"
        r"|not (?:yet )?(?:reviewed|approved)(?: yet)?|review (?:list|queue)|unreviewed|to (?:review|approve))"
        rf"(?:\W+{LIST_WORDS})*\W*$"
        rf"|^{ZH_LIST_WORDS}*{ZH_WAITS}{ZH_LIST_WORDS}*$",
        re.IGNORECASE,
    ),
}
CLOCK = re.compile(
    r"\b(?:at |by )?(?<![\d:.])(?P<hour>[01]?\d|2[0-3])(?:[:：.](?P<minute>[0-5]\d))?(?![\d:])\s*"
    r"(?P<half>[ap]\.?m\b|o'?clock\b)?",
    re.IGNORECASE | re.ASCII,
)
PART = re.compile(r"\b(?:every|each|in the|at)\s+(?P<part>morning|afternoon|evening|night)\b", re.IGNORECASE)
BACK = timedelta(hours=24)


def wish(text: str) -> Wish | None:
    """Which wish a message is."""
    return next((name for name, pattern in WISHES.items() if pattern.search(text)), None)


def clock(text: str) -> str:
    """The time of day that is named, as HH:MM; "" where none is."""
    named = chinese_clock(text)
    if named is not None:
        return f"{named:%H:%M}"
    found = next(
        (f for f in CLOCK.finditer(text) if f["minute"] or f["half"] or f[0].lower().startswith(("at", "by"))), None
    )
    if found is None:
        return ""
    half, part = found["half"] or "", PART.search(text)
    said = half if half[-1:] in ("m", "M") else part["part"] if part is not None else ""
    return f"{hour_of(int(found['hour']), said):02d}:{found['minute'] or '00'}"


def taken(scene: Scene) -> bool:
    """Do what is wished for, or say that it is not done; False for everything else."""
    text = scene.event.text
    wished = wish(text)
    if wished == "daily" and (at := clock(text)):
        commands.run(scene, "digest", at)
        return True
    if wished == "review":
        commands.run(scene, "kb", "review")
        return True
    if wished in ("daily", "remind"):
        _say(scene, [say(f"wish_{wished}", scene.lang)])
        return True
    if wished == "lookback" and not _has_file(scene):
        told = digest.lines(scene.office, scene.conversation, scene.lang, back=BACK)
        _say(scene, [*told, say("wish_lookback", scene.lang)])
        return True
    return False


def _has_file(scene: Scene) -> bool:
    """Is there a file here that the question is about?"""
    talk, event = scene.office.ledger.talk, scene.event
    return bool(event.reply_to) or talk.files_since(here_of(scene), event.at - BACK)


def _say(scene: Scene, lines: list[str]) -> None:
    reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=line) for line in lines])
    post_once(scene.office, scene.outlet, scene.place, reply, f"wish:{scene.event.event_id}"[:255], kind="notice")
