"""What only a keeper sees, and where: candidates may come from private talks, so nobody else reads along."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.access import Role
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import quietly, whisper
from bot.reply import Button, Reply
from bot.wording import say
from workers import client
from workers.contracts import Block

T = TypeVar("T")
LONGEST = 60  # bytes that a button's action and value may have together


def may_review(scene: Scene) -> bool:
    """Keepers see candidates where nobody else does: quietly on Slack, in private on Telegram."""
    return scene.role >= Role.KEEPER and (scene.conversation.private or scene.event.platform == "slack")


def let_in(scene: Scene) -> bool:
    """May what a keeper's press asks for be shown here? Else the person is told where it may."""
    if not may_review(scene):
        whisper(scene, "command_private")
        return False
    scene.toast()
    return True


def give(scene: Scene, reply: Reply, what: str) -> None:
    """To the keeper: quietly in a channel, as a message in private."""
    if not scene.conversation.private:
        quietly(scene, reply)
        return
    key = f"review:{scene.event.event_id}:{what}"[:255]
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice")


def give_text(scene: Scene, text: str, what: str, rows: list[list[Button]] | None = None) -> None:
    """A few words to the keeper."""
    blocks = [Block(kind="plain", text=line) for line in text.splitlines()]
    give(scene, Reply(kind="notice", lang=scene.lang, blocks=blocks, rows=rows or []), what)


def carded(lines: list[str], rows: list[list[Button]], scene: Scene) -> Reply:
    """A card: its first line as the headline, its buttons below."""
    first, *rest = lines
    blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest)]
    return Reply(kind="notice", lang=scene.lang, blocks=blocks, rows=rows)


def attempt(scene: Scene, act: Callable[[], T]) -> tuple[T | None, str]:
    """What an act came to; None with the sentence that says why it was refused."""
    try:
        return act(), ""
    except client.MENDABLE as error:
        return None, client.crew_sentence(error, scene.lang)


def button(key: str, action: str, value: str, lang: str, **values: object) -> list[Button]:
    """A row of one button; none where its value would be too long for a platform."""
    if len(f"{action}:{value}".encode()) > LONGEST:
        return []
    return [Button(label=say(key, lang, **values), action=action, value=value)]
