"""One message, edited while work goes on: what is being done and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.buttons import stop_rows
from bot.conversation.posting import Mute, edit, turn
from bot.conversation.scene import spot_of
from bot.outlet import Sent
from bot.reply import Reply
from bot.wording import say
from workers.client import Again
from workers.contracts import Block, Lang

if TYPE_CHECKING:
    from workers.client import Office, rows

BAR = 10


def show(office: Office, run_id: int) -> None:
    """Show where a run stands, if it is our turn; the next change brings another chance."""
    run = office.ledger.runs.get(run_id)
    if run is None or run.state not in ("queued", "running") or run.share <= run.shown or not run.doing:
        return  # over, shown, or waiting for its turn as the message says already
    post = office.ledger.answers.find_post(f"progress:{run.question_id}")
    if post is None or post.state != "sent":
        return
    question = office.ledger.talk.question(run.question_id)
    spot = spot_of(office, question)
    if not turn(office, spot.place, wait=False):
        return
    with office.ledger.jobs.alone(f"message:{question.id}") as ours:
        if not ours or office.ledger.runs.stopped(run_id):  # an answer or a stop must not be painted over
            return
        office.ledger.runs.showed(run_id, run.share)
        reply = standing(office, run, question, spot.lang)
        try:
            edit(office, spot.outlet, spot.place, Sent(channel=post.channel, message=post.message), reply)
        except (Again, Mute):
            return


def standing(office: Office, run: rows.Run, question: rows.Question, lang: Lang) -> Reply:
    """Files, what is being done, a bar and the percentage."""
    done = round(run.share * BAR)
    bar = "▓" * done + "░" * (BAR - done)
    lines = [", ".join(file.name for file in office.ledger.talk.files(question.id))]
    lines.append(say("progress", lang, doing=run.doing, bar=bar, percent=round(run.share * 100)))
    blocks = [Block(kind="plain", text=line) for line in lines if line]
    return Reply(kind="progress", lang=lang, blocks=blocks, rows=stop_rows(question.id, lang))
