"""Delivering an answer: the text first, then its pictures, then its files; each step once, each resumable.

On Slack the answer is a message of its own (an edit would notify nobody) and the progress message says that it is
done; on Telegram the progress message becomes the answer by a last edit, which can be repeated without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import documents
from bot.conversation.asking import heard
from bot.conversation.buttons import answer_rows
from bot.conversation.posting import edit, post_once, turn
from bot.conversation.scene import Spot, spot_of
from bot.conversation.troubles import UNREADABLE, trouble_text
from bot.outlet import Sent
from bot.reply import Reply
from bot.wording import say
from workers import client
from workers.client import Again
from workers.contracts import Answer, Block

if TYPE_CHECKING:
    from workers.client import Office, rows


REPLACES = {"telegram"}  # where the progress message becomes the answer


@dataclass(frozen=True)
class Remarks:
    """What the person should know of their files: before the answer, and behind it."""

    first: str = ""
    last: str = ""


class Deleted(FileNotFoundError):
    """The details of an answer are no more: somebody deleted its folder, `on` that day where it is known. The ledger
    still knows what it came to."""

    def __init__(self, prefix: str, on: str) -> None:
        super().__init__(prefix)
        self.on = on


def document_of(office: Office, answer: rows.Answer) -> Answer:
    """The whole answer, from the artifact store. Raises Deleted."""
    try:
        return Answer.model_validate_json(office.store.read_bytes(f"{answer.prefix}/answer.json"))
    except FileNotFoundError as error:
        raise Deleted(answer.prefix, deleted_on(office, answer)) from error


def deleted_on(office: Office, answer: rows.Answer) -> str:
    """The day on which `andon purge` deleted the details of an answer; "" when it was not that."""
    run = office.ledger.runs.get(answer.run_id)
    return "" if run is None or run.deleted is None else f"{run.deleted.astimezone(office.settings.zone):%Y-%m-%d}"


def deleted_text(office: Office, answer: rows.Answer, lang: str) -> str:
    """That the details of an answer are no more."""
    day = deleted_on(office, answer)
    return say("answer_deleted_on", lang, date=day) if day else say("answer_deleted", lang)


def reply_of(answer_id: int, document: Answer, spot: Spot, remarks: Remarks | None = None) -> Reply:
    """The answer as a message with its reactions; none below a courtesy, no judging of what claims nothing."""
    blocks, remarks = [*document.blocks], remarks or Remarks()
    if remarks.first:
        blocks.insert(0, Block(kind="plain", text=remarks.first))
    if remarks.last and remarks.last not in document.text:
        blocks.append(Block(kind="note", text=remarks.last))
    if document.receipt.get("courtesy"):
        return Reply(kind="answer", lang=spot.lang, blocks=blocks)
    claims = not (document.receipt.get("failed") or "learnt" in document.receipt)
    unsure = document.diagnosis.verdict == "unsure" and claims
    rows = answer_rows(answer_id, document.text, spot.lang, teach=unsure, judged=claims)
    rows += documents.rows_of(document, spot.lang)
    return Reply(kind="answer", lang=spot.lang, blocks=blocks, rows=rows)


def deliver(office: Office, run_id: int) -> None:
    """Show the answer of a run, unless the question was stopped."""
    ledger = office.ledger
    run = ledger.runs.get(run_id)
    assert run is not None
    question = ledger.talk.question(run.question_id)
    answer = ledger.answers.of_question(question.id)
    if answer is None or answer.run_id != run_id or question.state == "stopped":
        return
    spot = spot_of(office, question)
    try:
        document = document_of(office, answer)
    except Deleted:
        text = f"{answer.headline}\n{deleted_text(office, answer, spot.lang)}"
        show(
            office,
            question,
            answer,
            Reply(kind="notice", lang=spot.lang, blocks=[Block(kind="plain", text=text)]),
            spot,
        )
        ledger.talk.settle(question.id, "answered", unless=("stopped",))
        return
    reply = reply_of(answer.id, document, spot, note_of(office, question, run, spot, document))
    sent = show(office, question, answer, reply, spot)
    ledger.talk.settle(question.id, "answered", unless=("stopped",))
    if sent is None:
        return
    args = {"answer_id": answer.id}
    if document.pictures:
        office.add(f"pictures:{answer.id}", "chat.pictures", "chat", args)
    if document.processed and table_was_ordered(document):
        office.add(f"files:{answer.id}", "chat.files", "chat", args)


def table_was_ordered(document: Answer) -> bool:
    """Did someone ask for the table itself? Otherwise it is one tap away (More), not one more file in the thread."""
    kinds = {step.kind for step in document.plan}
    if document.receipt.get("follow_up"):  # its plan is that of the answer before: a work order comes as a table
        return "order" in document.receipt
    if "simulated" in document.receipt:
        return True
    if document.generated is not None and document.generated.table_rows is not None:
        return True
    return bool(kinds & {"resample", "label"}) or ("clean" in kinds and not kinds & {"diagnose", "detect", "causes"})


def note_of(
    office: Office, question: rows.Question, run: rows.Run, spot: Spot, document: Answer
) -> Remarks:  # fmt: skip
    """What else the person should know: files that were left out, or answered before, columns that changed since last
    time. Where nothing that was sent can be read, that comes first: the answer goes by the words alone."""
    files = office.ledger.talk.files(question.id)
    if files and question.text.strip() and all(f.trouble in UNREADABLE for f in files):
        names = ", ".join(f.name for f in files)
        return Remarks(first=say(f"file_{files[0].trouble}_asked", spot.lang, name=names))
    notes = [trouble_text(f, spot, office.settings.max_file_bytes) for f in files if f.trouble]
    if files and client.recalled(question.text):
        notes.append(say("recall_below", spot.lang))
    if files and (before := answered_before(office, run, document)):
        notes.append(say("file_again", spot.lang, id=before.id, headline=before.headline))
    if (read := str(run.request.get("text") or question.text)) != question.text:
        notes.append(say("read_as", spot.lang, text=read))
    dataset = office.ledger.runs.dataset_of(run.id)
    if dataset is not None and (dataset.added or dataset.removed):
        added, removed = ", ".join(dataset.added[:5]) or "-", ", ".join(dataset.removed[:5]) or "-"
        notes.append(say("columns_changed", spot.lang, added=added, removed=removed))
    return Remarks(last=" ".join(notes))


def answered_before(office: Office, run: rows.Run, document: Answer) -> rows.Answer | None:
    """The newest earlier answer in this channel about a file of the same content."""
    digest = document.data.sha256 if document.data is not None else ""
    if not digest:
        return None
    talk = office.ledger.talk
    here = talk.get_conversation(talk.question(run.question_id).conversation_id)
    channel = talk.threads_of(here.platform, here.workspace, here.channel)
    return office.ledger.answers.about_content(run, channel, digest, without=("failed", "follow_up", "recalled"))


def show(office: Office, question: rows.Question, answer: rows.Answer, reply: Reply, spot: Spot) -> Sent | None:
    """Post the answer, or let the progress message become it."""
    ledger, key, first = office.ledger.answers, f"answer:{question.id}", f"progress:{question.id}"
    with office.ledger.jobs.alone(f"message:{question.id}") as ours:
        if not ours:
            raise Again(0.3)
        if spot.place.platform in REPLACES:
            return become(office, question, answer, reply, spot)
        progress = ledger.find_post(first)
        if progress is not None and progress.state == "trying":  # its reply was lost: found now, or else posted late
            said = heard(office, question.id, spot.lang)
            post_once(office, spot.outlet, spot.place, said, first, kind="progress", question_id=question.id)
            progress = ledger.find_post(first)
        posted = post_once(
            office, spot.outlet, spot.place, reply, key, kind="answer", question_id=question.id, answer_id=answer.id
        )
        if progress is not None and progress.state == "sent":
            close_progress(office, progress, question, spot)
        return posted


def become(office: Office, question: rows.Question, answer: rows.Answer, reply: Reply, spot: Spot) -> Sent | None:
    """The progress message becomes the answer. One that is gone is replaced by another, which becomes it in turn:
    were the answer itself posted, a lost reply would leave two messages with the reactions."""
    ledger, key = office.ledger.answers, f"answer:{question.id}"
    place = Reply(kind="progress", lang=spot.lang, blocks=heard(office, question.id, spot.lang).blocks[:1])
    for name in (f"progress:{question.id}", f"progress:{question.id}:again"):
        sent = post_once(office, spot.outlet, spot.place, place, name, kind="progress", question_id=question.id)
        if sent is None:
            continue
        turn(office, spot.place)
        if edit(office, spot.outlet, spot.place, sent, reply):
            ledger.post(key, kind="answer", question_id=question.id, answer_id=answer.id)
            ledger.sent(key, sent.channel, sent.message)
            return sent
        ledger.lost(name)  # each further try would take a turn, and where turns are few the next step would get none
    return None


def close_progress(office: Office, progress: rows.Post, question: rows.Question, spot: Spot) -> None:
    """The progress message loses its Stop and says that the work is done. Best effort: the answer stands below."""
    files = ", ".join(file.name for file in office.ledger.talk.files(question.id))
    text = say("done_files", spot.lang, files=files) if files else say("done", spot.lang)
    reply = Reply(kind="notice", lang=spot.lang, blocks=[Block(kind="note", text=text)])
    edit(office, spot.outlet, spot.place, Sent(channel=progress.channel, message=progress.message), reply)
