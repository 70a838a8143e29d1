"""A simulation asked for in chat: its parameters as a card, Run or Cancel; then its files come back as an answer."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from bot.conversation import asking
from bot.conversation.posting import edit, post_once
from bot.conversation.scene import Scene
from bot.outlet import Sent
from bot.reply import Button, Reply
from bot.wording import say
from workers import client
from workers.contracts import Block, Question

if TYPE_CHECKING:
    from workers.client import Office, rows

POLITE = r"^\W*(?:please\s+|can you\s+|could you\s+|请|麻烦|帮我|给我)*"
WANTED = re.compile(
    POLITE + r"(?:simulate\b|run a simulation\b|make (?:a |some )?simulated\b|simulation of\b"
    r"|(?:做|来|跑)?(?:一个|一次|一下)?(?:模拟|仿真)(?!的?(?:数据|文件)?(?:在哪|是什么|里)))",
    re.IGNORECASE,
)
KEY = "simulate:"


def wanted(text: str) -> bool:
    """Is Andon asked to simulate something?"""
    return WANTED.match(text.strip()) is not None


def offer(scene: Scene) -> None:
    """Show what would be run, with Run and Cancel; or say in one sentence what cannot be."""
    event, lang = scene.event, scene.lang
    order, lines, problem, _ = client.desk(scene.office.settings).simulation(event.text, lang)
    if problem:
        blocks, rows_ = [Block(kind="plain", text=problem)], []
    else:
        first, *rest = lines
        blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest),
                  Block(kind="note", text=say("simulate_card", lang))]  # fmt: skip
        rows_ = [[
            Button(label=say("button_simulate_run", lang), action="simulate_run", style="primary"),
            Button(label=say("button_simulate_cancel", lang), action="simulate_off"),
        ]]  # fmt: skip
    reply = Reply(kind="notice", lang=lang, blocks=blocks, rows=rows_)
    about = {"order": order, "text": event.text, "lang": lang, "conversation": scene.conversation.id,
             "message": event.message, "lines": lines}  # fmt: skip
    key = f"{KEY}{event.event_id}"[:255]
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice", about=about)


def pressed(scene: Scene, go: bool) -> None:
    """Run or Cancel was pressed on a card: the first press counts."""
    office, event = scene.office, scene.event
    scene.toast()
    post = office.ledger.answers.post_at(event.channel, event.message)
    if post is None or not post.key.startswith(KEY):
        return
    about, lang = post.about, "zh" if post.about.get("lang") == "zh" else "en"
    known = office.ledger.talk.find_question(post.key)
    if go and known is None:
        asked = office.ledger.talk.ask(
            post.key, [], conversation_id=int(about["conversation"]), user=event.user, user_name=event.user_name,
            text=str(about["text"]), lang=lang, message=str(about["message"]), about_id=None,
        )  # fmt: skip
        asking.show_heard(office, asked.question)
        asking.gather(office, asked.question.id, wait=False)
    done = say("simulate_begun" if go or known is not None else "simulate_cancelled", lang)
    first, *rest = about["lines"]
    blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest),
              Block(kind="note", text=done)]  # fmt: skip
    reply = Reply(kind="notice", lang=lang, blocks=blocks)
    edit(office, scene.outlet, scene.place, Sent(channel=event.channel, message=event.message), reply)


def folder_of(question: rows.Question) -> str:
    """Where its table lies: the same whenever it is asked for, and no other database's question of that number has
    it."""
    own = hashlib.sha256(f"{question.key} {question.created.isoformat()}".encode()).hexdigest()[:16]
    return f"simulated/{question.id}-{own}"


def begin(office: Office, question: rows.Question, request: Question) -> str | None:
    """Hand an agreed run to a computing worker; "" when it is begun, a sentence when it cannot be, None when the
    question asks for no simulation."""
    if not wanted(question.text):
        return None
    desk, lang = client.desk(office.settings), request.lang or office.settings.lang
    post = office.ledger.answers.find_post(question.key)
    if post is not None and "order" in post.about:
        order: dict[str, Any] = post.about["order"]
        name = desk.simulated_name(order)
    else:  # asked again: read anew, it was agreed to once
        order, _, problem, name = desk.simulation(question.text, lang)
        if problem:
            return problem
    folder = folder_of(question)
    request = request.model_copy(
        update={"artifact": office.store.url(f"{folder}/{name}"), "file_name": name, "more": [], "train_rows": None}
    )  # what is asked next in this conversation is about this table
    run = office.ledger.runs.begin(question.id, request.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "kind": "simulate", "folder": folder, "order": order}
        office.add(f"run:{run.id}:aside", "runs.aside", "cpu", args)
    return ""
