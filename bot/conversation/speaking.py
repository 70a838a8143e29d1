"""Speaking to one person about one answer: in a whisper, by a form; and which answer a press is about."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from bot.conversation import asking
from bot.conversation.posting import silence
from bot.conversation.scene import Scene
from bot.outlet import Gone, Trouble, Unreachable, Unsure, Wait
from bot.reply import Form, Reply
from bot.wording import say
from workers.client import Again
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import rows

log = logging.getLogger(__name__)

NUMBER = re.compile(r"[0-9]{1,9}")


def number_of(value: str) -> int | None:
    """The number of a row that a button carries; None for what is none, or has more digits than a database takes."""
    return int(value) if NUMBER.fullmatch(value) else None


def answer_of(scene: Scene) -> rows.Answer | None:
    """The answer that a press is about, if it may be spoken of here."""
    number = number_of(scene.event.value.partition(".")[0])
    answer = scene.office.ledger.answers.get(number) if number is not None else None
    if answer is None or not asking.readable(scene, answer.conversation_id):
        whisper(scene, "answer_unknown")
        return None
    return answer


def clicked(scene: Scene, answer: rows.Answer, action: str) -> None:
    """Note that somebody used a reaction: once for a press, however often it is tried."""
    event = scene.event
    scene.office.ledger.answers.click(answer.id, event.user, action, event.event_id)


def whisper(scene: Scene, key: str, **values: object) -> None:
    """One sentence to the person alone: as the answer to the press where that shows, else where only they see it."""
    text = say(key, scene.lang, **values)
    if scene.event.platform == "telegram" and scene.event.ticket and len(text) <= 200:
        scene.toast(text)
        return
    scene.toast()
    quietly(scene, Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)]))


def quietly(scene: Scene, reply: Reply) -> None:
    """Show something to the person alone, soon if not now; where it can never be shown nothing else is lost."""
    try:
        scene.outlet.whisper(scene.place, reply, scene.event.ticket)
    except Wait as wait:
        raise Again(wait.seconds) from wait
    except (Unreachable, Unsure) as trouble:  # twice is better than never: only one person sees it
        raise silence(scene.office, trouble) from trouble
    except Trouble as trouble:
        log.warning("nothing could be shown to one person: %s", trouble.code)


def opened(scene: Scene, form: Form) -> bool:
    """Open a form; False where the platform has none. One that came too late is explained."""
    try:
        if not scene.outlet.open_form(scene.place, form, scene.event.ticket):
            scene.toast()
            return False
    except Gone:
        whisper(scene, "press_again")
    return True
