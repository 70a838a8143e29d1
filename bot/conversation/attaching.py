"""What follows an answer: its pictures and its files, each shown once and resumable; the answer stands without them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.conversation.delivery import deleted_text, document_of, note_of, reply_of
from bot.conversation.posting import careful, post_once, turn
from bot.conversation.scene import Spot, spot_of
from bot.outlet import Gone, Looking, Refused, Sent, Unsure
from bot.reply import Picture, Reply
from bot.wording import say
from workers.contracts import Answer, Block

if TYPE_CHECKING:
    from workers.client import Office, rows

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST_PICTURES = 5


def pictures(office: Office, answer_id: int) -> None:
    """Show the pictures with an answer. When that fails for good the answer stays as it is."""
    _follow(office, answer_id, "pictures")


def files(office: Office, answer_id: int) -> None:
    """Put the processed table below an answer."""
    _follow(office, answer_id, "files")


def _follow(office: Office, answer_id: int, kind: str) -> None:
    ledger, key = office.ledger.answers, f"{kind}:{answer_id}"
    answer, known = ledger.get(answer_id), ledger.find_post(key)
    assert answer is not None
    main = ledger.find_post(f"answer:{answer.question_id}")
    if main is None or main.state != "sent" or (known is not None and known.state != "trying"):
        return
    question = office.ledger.talk.question(answer.question_id)
    spot, sent = spot_of(office, question), Sent(channel=main.channel, message=main.message)
    try:
        document = document_of(office, answer)
        if kind == "pictures":
            _pictures(office, spot, sent, answer, document)
        else:
            _files(office, spot, sent, answer, document)
    except (Gone, Refused) as trouble:
        log.warning("%s of answer %d can't be shown: %s", kind, answer_id, trouble.code)
        _lost(office, question, key, kind)
        return
    except FileNotFoundError:
        log.warning("%s of answer %d were deleted", kind, answer_id)
        text = deleted_text(office, answer, spot.lang)
        said = Reply(kind="notice", lang=spot.lang, blocks=[Block(kind="plain", text=text)])
        post_once(office, spot.outlet, spot.place, said, f"deleted:{answer_id}", kind="notice", question_id=question.id)
        _lost(office, question, key, kind)
        return
    ledger.sent(key, main.channel, main.message)


def _lost(office: Office, question: rows.Question, key: str, kind: str) -> None:
    office.ledger.answers.post(key, kind=kind, question_id=question.id)
    office.ledger.answers.lost(key)


def _pictures(office: Office, spot: Spot, sent: Sent, answer: rows.Answer, document: Answer) -> None:
    """Put pictures into the answer, where a second time changes nothing, or below it, each as a photo and as a file."""
    ready = [_picture(office, answer, p.file, p.caption) for p in document.pictures[:MOST_PICTURES]]
    run, question = office.ledger.runs.get(answer.run_id), office.ledger.talk.question(answer.question_id)
    note = note_of(office, question, run, spot, document) if run is not None else None
    reply, own = reply_of(answer.id, document, spot, note), spot.outlet.own_pictures
    turn(office, spot.place, count=1 if own else 2 * len(ready))
    key, outlet = f"pictures:{answer.id}", spot.outlet
    shown = _once(
        office, spot, question, key, lambda: outlet.show_pictures(spot.place, sent, reply, ready), repeats=own
    )
    if shown is not None:
        office.ledger.answers.shown(f"answer:{question.id}", shown)


def _files(office: Office, spot: Spot, sent: Sent, answer: rows.Answer, document: Answer) -> None:
    """Put the table below the answer."""
    names = document.receipt.get("simulated", {}).get("files", [str(document.processed)])
    caption = say("simulated_file" if "simulated" in document.receipt else "processed", spot.lang)
    table = [_picture(office, answer, name, caption) for name in names]
    question = office.ledger.talk.question(answer.question_id)
    turn(office, spot.place)
    key, outlet = f"files:{answer.id}", spot.outlet
    there = (lambda: outlet.attached(spot.place, sent, table)) if isinstance(outlet, Looking) else None
    _once(office, spot, question, key, lambda: outlet.attach(spot.place, sent, table), there=there)


def _once(
    office: Office, spot: Spot, question: rows.Question, key: str, act: Callable[[], T], *, repeats: bool = False,
    there: Callable[[], bool] | None = None,
) -> T | None:  # fmt: skip
    """Send what belongs to an answer. What may have got through when a worker died is looked for (`there`), and where
    nobody can look it is not sent again, unless a second time changes nothing (`repeats`): better once than twice.
    None when it was left at that."""
    ledger = office.ledger.answers
    _, again = ledger.post(key, kind=key.partition(":")[0], question_id=question.id)
    if again and not repeats and (there is None or careful(office, spot.place, there)):
        log.info("%s got through, or may have, when a worker died; it is not sent again", key)
        return None
    try:
        return careful(office, spot.place, act)
    except Exception as error:  # whatever it was is raised, but for what may have got through
        unsure = isinstance(error.__cause__, Unsure)
        if not unsure and not again:
            ledger.unsent(key)
        if not unsure or there is not None:
            raise
        log.warning("%s may have got through; it is not sent again", key)
        return None


def _picture(office: Office, answer: rows.Answer, name: str, caption: str) -> Picture:
    path: Path = office.store.local(f"{answer.prefix}/{name}")
    return Picture(path=str(path), name=name, caption=caption)
