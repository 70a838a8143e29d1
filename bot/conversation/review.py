"""Review in chat: each candidate as a card with what it resembles and would change, and the buttons that decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.conversation.buttons import one
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import quietly
from bot.reply import Button, Reply
from bot.wording import say
from workers import client
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import Candidate

MOST_CARDS = 5
LONGEST = 60  # bytes that a button's action and value may have together


def show(scene: Scene) -> None:
    """`kb review`: the oldest candidates, a message each. In a channel only the keeper sees them."""
    desk, asked = client.desk(scene.office.settings), scene.office.ledger.answers.asked()
    found, count = desk.review_cards(asked, scene.lang, MOST_CARDS), desk.waiting()
    key = "kb_review_none" if not found else "kb_review" if count <= MOST_CARDS else "kb_review_first"
    lead = say(key, scene.lang, count=count, shown=len(found))
    give(scene, Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=lead)]), "lead")
    for candidate in found:
        give(scene, card(scene, candidate), candidate.id)


def card(scene: Scene, candidate: Candidate) -> Reply:
    """One candidate with its buttons."""
    lang = scene.lang
    first, *rest = candidate.lines
    blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest)]
    rows = [[
        Button(label=say("button_kb_approve", lang), action="kb_approve", value=candidate.id),
        Button(label=say("button_kb_reject", lang), action="kb_reject", value=candidate.id),
    ]]  # fmt: skip
    if candidate.changes:
        rows[0].append(Button(label=say("button_kb_show", lang), action="kb_show", value=candidate.id))
    for into in candidate.duplicates[:2]:
        value = f"{candidate.id}>{into}"
        if len(f"kb_merge:{value}".encode()) <= LONGEST:
            rows.append([Button(label=say("button_kb_merge", lang, id=into), action="kb_merge", value=value)])
    return Reply(kind="notice", lang=lang, blocks=blocks, rows=rows)


def give(scene: Scene, reply: Reply, what: str) -> None:
    """To the keeper: quietly in a channel (candidates may come from private talks), as a message in private."""
    if not scene.conversation.private:
        quietly(scene, reply)
        return
    key = f"review:{scene.event.event_id}:{what}"[:255]
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice")


def decide(scene: Scene, action: str) -> None:
    """A decision was pressed: done, said, and one press away from undone."""
    id_, _, into = scene.event.value.partition(">")
    scene.outlet.toast(scene.event.ticket)
    text, done = told(scene, lambda: decision(scene, action, id_, into))
    rows = one("button_undo", "kb_undo", id_, scene.lang) if done and action != "undo" else []
    reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)], rows=rows)
    give(scene, reply, f"{action}:{id_}")


def decision(scene: Scene, action: str, id_: str, into: str = "") -> str:
    """Carry out a decision as the person who made it and say what it came to."""
    desk, by = client.desk(scene.office.settings), scene.event.user
    if action == "merge":
        desk.merge(id_, into, by)
        return say("kb_merged", scene.lang, id=id_, into=into)
    state = desk.decide(action, id_, by)
    return say("kb_decided", scene.lang, id=id_, state=say(f"kb_state_{state}", scene.lang))


def told(scene: Scene, act: Callable[[], str]) -> tuple[str, bool]:
    """What an act came to, in a sentence; False with the reason when it was refused."""
    try:
        return act(), True
    except Exception as error:
        sentence = client.crew_sentence(error, scene.lang)
        if sentence is None:
            raise
        return sentence, False


def turned(scene: Scene) -> None:
    """Which questions would be answered otherwise, each before and after."""
    scene.outlet.toast(scene.event.ticket)
    asked, desk, id_ = scene.office.ledger.answers.asked(), client.desk(scene.office.settings), scene.event.value
    text, _ = told(scene, lambda: "\n".join(desk.review_card(id_, asked, scene.lang).lines))
    blocks = [Block(kind="plain", text=line) for line in text.splitlines()]
    give(scene, Reply(kind="notice", lang=scene.lang, blocks=blocks), f"show:{id_}")
