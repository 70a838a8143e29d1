"""The code behind an answer, shown to whoever asks for it: a button behind More, or "show the code"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.conversation import asking
from bot.conversation.delivery import document_of
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene, here_of
from bot.conversation.speaking import clicked, whisper
from bot.reply import Reply
from bot.wording import say
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import rows

WANTED = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+)?(?:show|give|see|print)(?:\s+me)?(?:\s+the|\s+your)?"
    r"(?:\s+(?:generated|python))?\s+code\W*(?:please)?\W*$"
    r"|^\W*(?:请)?(?:给我)?(?:显示|查看|看看?|展示)(?:一下)?(?:生成的|这段)?代码\W*$",
    re.IGNORECASE,
)
MOST_BACK = 10  # answers of a conversation that are looked through


def wanted(text: str) -> bool:
    """Does a message ask for the code and nothing else?"""
    return WANTED.match(text) is not None


def said(scene: Scene) -> None:
    """Someone asked in words: the code of the answer replied to, else of the latest answer here that has any."""
    event, ledger = scene.event, scene.office.ledger
    about = asking.answer_at(scene.office, event.channel, event.reply_to) if event.reply_to else None
    for answer in [about] if about is not None else ledger.answers.latest(here_of(scene), limit=MOST_BACK):
        if asking.readable(scene, answer.conversation_id) and show(scene, answer):
            return
    post_once(scene.office, scene.outlet, scene.place, _notice(scene, say("code_none", scene.lang)),
              f"code:none:{event.event_id}"[:255], kind="notice")  # fmt: skip


def pressed(scene: Scene, answer: rows.Answer | None) -> None:
    """The button behind More."""
    if answer is None:
        return
    scene.toast()
    clicked(scene, answer, "code")
    if not show(scene, answer):
        whisper(scene, "code_none")


def show(scene: Scene, answer: rows.Answer) -> bool:
    """Post the code of an answer, with what it works out and how often it was tried; False when it has none."""
    made = document_of(scene.office, answer).generated
    if made is None or not made.code:
        return False
    head = say("code_head", scene.lang, id=answer.id, explanation=made.explanation, tries=made.tries, level=made.level)
    reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=head)], code=made.code)
    key = f"code:{answer.id}:{scene.event.event_id}"[:255]
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice", answer_id=answer.id)
    return True


def _notice(scene: Scene, text: str) -> Reply:
    return Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)])
