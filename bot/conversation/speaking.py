"""Speaking to one person about one answer: in a whisper, by a form; and which answer a press is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import asking
from bot.conversation.posting import PATIENCE_S
from bot.conversation.scene import Scene
from bot.outlet import Gone, Trouble
from bot.reply import Form, Reply
from bot.wording import say
from workers.client import Again
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import rows


def answer_of(scene: Scene) -> rows.Answer | None:
    """The answer that a press is about, if it may be spoken of here."""
    head = scene.event.value.partition(".")[0]
    answer = scene.office.ledger.answers.get(int(head)) if head.isdigit() else None
    if answer is None or not asking.readable(scene, answer.conversation_id):
        whisper(scene, "answer_unknown")
        return None
    return answer


def whisper(scene: Scene, key: str, **values: object) -> None:
    """One sentence to the person alone: as the answer to the press where that shows, else where only they see it."""
    text = say(key, scene.lang, **values)
    if scene.event.platform == "telegram" and scene.event.ticket and len(text) <= 200:
        scene.outlet.toast(scene.event.ticket, text)
        return
    scene.outlet.toast(scene.event.ticket)
    quietly(scene, Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)]))


def quietly(scene: Scene, reply: Reply) -> None:
    """Show something to the person alone; when that cannot be done nothing else is lost."""
    try:
        scene.outlet.whisper(scene.place, reply, scene.event.ticket)
    except Trouble as trouble:
        if getattr(trouble, "seconds", PATIENCE_S + 1) <= PATIENCE_S:
            raise Again(PATIENCE_S) from trouble


def opened(scene: Scene, form: Form) -> bool:
    """Open a form; False where the platform has none. One that came too late is explained."""
    try:
        scene.outlet.open_form(scene.place, form, scene.event.ticket)
    except NotImplementedError:
        scene.outlet.toast(scene.event.ticket)
        return False
    except Gone:
        whisper(scene, "press_again")
    return True
