"""Fetching a question's files and handing it to the workers who compute."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from bot.conversation import downloads, followups, learning, levels, models_asked, recalling, simulating
from bot.conversation.posting import Silent, careful
from bot.conversation.scene import Spot, spot_of
from bot.conversation.troubles import UNREADABLE, trouble_text
from bot.incoming import FileRef
from bot.outlet import FileTrouble
from bot.wording import say
from workers import client
from workers.client import Again
from workers.contracts import Question, Source

if TYPE_CHECKING:
    from workers.client import Office, rows

log = logging.getLogger(__name__)

ENDING = re.compile(r"(?:\.[a-z0-9]{1,10}){1,2}$", re.IGNORECASE | re.ASCII)  # .csv, .csv.gz
TOGETHER = re.compile(  # files of earlier messages are meant, too
    r"\b(?:both|all|two|three)\b.{0,20}\b(?:files?|logs?|shifts?|tables?|lists?)\b|\btogether\b|\bcombined\b"
    r"|(?:两个?|两份|三份|全部|所有|几份)(?:文件|日志|班次?|表|记录)|合在一起|加在一起|合起来|合并(?:统计|计算)?"
    r"|一起(?:算|统计|看|分析)",
    re.IGNORECASE,
)
AGAINST = re.compile(  # the file before is meant, too: "compare with yesterday's file"
    r"\bcompare[ds]?\b.{0,60}\b(?:files?|exports?|yesterday|last (?:week|month|time)|previous)\b"
    r"|(?:对比|比较|相比).{0,16}(?:文件|昨天|上次|另一[个份])|(?:文件|昨天|上次|另一[个份])的?.{0,8}(?:对比|比较|相比)"
    r"|(?:和|跟|与|同|拿)(?:昨[天日晚]|前[天日]|上次|上周|上个?班|之前|前面|另一[个份]).{0,8}?比",
    re.IGNORECASE,
)
A_FILE = re.compile(r"\b(?:files?|data|exports?|recordings?)\b|文件|数据|那[份个]", re.IGNORECASE)
YESTERDAY = re.compile(r"\byesterday\b|昨[天日晚]", re.IGNORECASE)
BEFORE = 3  # questions before this one, of which one that goes on ("and the nozzle?") may be completed
EARLIER = timedelta(hours=12)  # how long a file of the conversation is still meant
AGAINST_EARLIER = timedelta(days=3)  # and one that another is compared with: yesterday's
PATIENCE = timedelta(minutes=15)  # how long a platform that does not give a file is asked again


def gather(office: Office, question_id: int, insider: bool = False) -> None:
    """Fetch what is not fetched yet, then begin the run. A question that is over is left alone."""
    ledger = office.ledger
    question = ledger.talk.question(question_id)
    if question.state not in ("gathering", "running"):
        return
    spot = spot_of(office, question)
    for file in ledger.talk.files(question_id):
        if file.artifact is None and file.trouble is None:
            fetch(office, spot, file, question.created)
    files = ledger.talk.files(question_id)
    usable = [file for file in files if file.artifact is not None]
    unreadable = all(file.trouble in UNREADABLE for file in files)
    if files and not usable and not (unreadable and question.text.strip()):
        refuse_files(office, question, files, spot)
        return
    question = ledger.talk.question(question_id)
    asked = request_of(office, question, usable, spot)
    if learning.wanted(question.text) or learning.told(question.text):
        missing = learning.begin(office, question, asked)
        if missing:
            fail(office, question, missing)
        return
    if not files and followups.begin(office, question, asked):
        return
    if not files and recalling.begin(office, question, asked, insider=insider):
        return
    if not files and (beside(office, question, asked) or followups.begin_freely(office, question, asked)):
        return
    documents = [file.name for file in usable if file.name.lower().endswith(learning.DOCUMENTS)]
    if documents and len(documents) == len(usable):
        fail(office, question, say("file_document", spot.lang, name=", ".join(documents)), asked)
        return
    request = asked.model_dump(mode="json")
    run = ledger.runs.begin(question_id, request)
    outdated = run.state in ("queued", "running") and run.request != request  # begun before the last word or file came
    if outdated and ledger.runs.restart(question_id):
        run = ledger.runs.begin(question_id, request)
    if run.state in ("queued", "running"):
        office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})


def beside(office: Office, question: rows.Question, asked: Question) -> bool:
    """A simulation that was agreed to, or a question about the models: begun without the pipeline."""
    missing = simulating.begin(office, question, asked)
    if missing:
        fail(office, question, missing, asked)
    return missing is not None or models_asked.begin(office, question, asked)


@downloads.place()
def fetch(office: Office, spot: Spot, file: rows.File, since: datetime) -> None:
    """Stream one file into the artifact store; what can't be had, or not within PATIENCE, is noted with the reason."""
    ref = FileRef.model_validate(file.ref)
    limit = office.settings.max_file_bytes
    key = f"{file.prefix}/file{ending(ref.name)}"
    try:
        if ref.kind in ("external", "foreign", *UNREADABLE):
            raise FileTrouble(ref.kind)
        if ref.size is not None and ref.size > limit:
            raise FileTrouble("too_large")

        def stream() -> None:
            with office.store.open_write(key) as sink:
                kept = Kept(sink)
                try:
                    spot.outlet.fetch(ref, cast(BinaryIO, kept), limit)
                except Exception:  # raised again, as what it was before the platform's client took it for its own
                    if kept.error is not None:
                        raise kept.error from None
                    raise

        careful(office, spot.place, stream)
    except FileTrouble as trouble:
        log.warning("file %d can't be fetched: %s", file.id, trouble.code)
        office.ledger.talk.fetched(file.id, None, trouble.code)
        return
    except (Again, Silent):
        if datetime.now(UTC) - since < PATIENCE:
            raise
        log.warning("file %d could not be fetched for %s: given up", file.id, PATIENCE)
        office.ledger.talk.fetched(file.id, None, "unreachable")
        return
    office.ledger.talk.fetched(file.id, key)


class Kept:
    """A file of the store that is written to. What the platform's client meets here (a full disk) is no trouble of the
    platform, which is what that client would take it for."""

    def __init__(self, sink: IO[bytes]) -> None:
        self.sink = sink
        self.error: OSError | None = None

    def write(self, piece: bytes) -> int:
        """Write a piece."""
        try:
            return self.sink.write(piece)
        except OSError as error:
            self.error = error
            raise


def ending(name: str) -> str:
    """The ending of a file's name, all of it that a key in the store holds: a name may be longer in bytes than a file
    system takes, and the row keeps it."""
    found = ENDING.search(name)
    return found[0].lower() if found is not None else ""


def refuse_files(office: Office, question: rows.Question, files: list[rows.File], spot: Spot) -> None:
    """None of the files can be had: that is the answer."""
    fail(office, question, " ".join(trouble_text(file, spot, office.settings.max_file_bytes) for file in files))


def fail(office: Office, question: rows.Question, text: str, asked: Question | None = None) -> None:
    """The question cannot be worked on; `text` says why and what to do. `asked` is kept for a follow-up."""
    request = asked or Question(id=str(question.id), text=question.text)
    run = office.ledger.runs.begin(question.id, request.model_dump(mode="json"))
    office.ledger.runs.fail(run.id, "")
    office.add(f"failed:{run.id}", "chat.failed", "chat", {"run_id": run.id, "text": text})


def request_of(office: Office, question: rows.Question, files: list[rows.File], spot: Spot) -> Question:
    """The question as the workers get it. A follow-up without a file is about the file of its conversation."""
    talk = office.ledger.talk
    urls = [(office.store.url(str(f.artifact)), f.name) for f in files]
    train, context = None, ""
    if question.about_id is not None:
        context = context_of(office, question.about_id)
    if len(urls) < 2 and question.about_id is None and AGAINST.search(question.text):
        urls = compared(office, question, urls)
    if not urls and not followups.asks_code(question.text):
        if question.about_id is None and TOGETHER.search(question.text):
            urls = files_before(office, question)
        elif (old := request_before(office, question)) is not None:
            urls = [(str(old.artifact), str(old.file_name)), *((s.artifact, s.file_name) for s in old.more)]
            train = old.train_rows
    conversation = talk.get_conversation(question.conversation_id)
    before = _asked_before(office, question)
    return Question(
        id=str(question.id),
        text=(client.other_part(question.text, before) if not files else "") or question.text,
        lang=spot.lang,
        artifact=urls[0][0] if urls else None,
        file_name=urls[0][1] if urls else None,
        more=[Source(artifact=url, file_name=name) for url, name in urls[1:]],
        context=context,
        before=before,
        user=question.user,
        conversation=str(conversation.id),
        train_rows=train,
        level=levels.of_question(office, question),
    )


def _asked_before(office: Office, question: rows.Question) -> str:
    """What was asked before in this conversation, lately, oldest first, one a line; below a quoted answer its own
    question."""
    quoted = office.ledger.answers.get(question.about_id) if question.about_id is not None else None
    run = office.ledger.runs.get(quoted.run_id) if quoted is not None else None
    if run is not None:
        return " ".join(str(run.request.get("text") or "").split())
    asked = office.ledger.talk.asked_since([question.conversation_id], question.created - EARLIER)
    return "\n".join(" ".join(q.text.split()) for q in [q for q in asked if q.id < question.id][-BEFORE:])


def request_before(office: Office, question: rows.Question) -> Question | None:
    """The request whose file a question without one is about: that of the quoted answer, else the newest here with a
    file. None when there is none, or when that file was learnt: what it says is knowledge now, and asked for there."""
    ledger, to_learn = office.ledger, learning.wanted(question.text)
    quoted = ledger.answers.get(question.about_id) if question.about_id is not None else None
    run = ledger.runs.get(quoted.run_id) if quoted is not None else None
    # a manual is no table: it was refused, and learning it is the way out that was named
    runs = [run] if run is not None else ledger.runs.with_file(question.conversation_id, question.id, failed=to_learn)
    if not runs or not runs[0].request.get("artifact"):
        return None
    if not to_learn and learning.learnt(office, runs[0]):
        file = runs[0].request["artifact"]  # a table that was asked about before it was learnt is still asked about
        runs = [r for r in runs[1:] if r.request["artifact"] == file and not learning.learnt(office, r)]
    return Question.model_validate(runs[0].request) if runs else None


def compared(office: Office, question: rows.Question, urls: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The file of the question, else the newest one here, with the one before it; where yesterday's is spoken of, with
    the newest that was sent on the day before."""
    within = AGAINST_EARLIER if A_FILE.search(question.text) else EARLIER
    earlier = {url: day for url, day in _sent(office, question, within).items() if url not in urls}
    known = [*earlier, *urls]
    if len(known) < 2:
        return known
    zone = office.settings.zone
    day = question.created.astimezone(zone).date() - timedelta(days=1)
    others = known[:-1]
    sent_then = [url for url in others if url in earlier and earlier[url].astimezone(zone).date() == day]
    return [known[-1], (sent_then or others)[-1] if YESTERDAY.search(question.text) else others[-1]]


def files_before(office: Office, question: rows.Question) -> list[tuple[str, str]]:
    """URL and name of all files that came in this conversation lately, in their order: "both logs together"."""
    return list(_sent(office, question, EARLIER))


def _sent(office: Office, question: rows.Question, within: timedelta) -> dict[tuple[str, str], datetime]:
    """URL and name of the tables that came here before a question, in their order, and when. In private all threads of
    the chat are one talk."""
    talk = office.ledger.talk
    here = talk.get_conversation(question.conversation_id)
    there = talk.threads_of(here.platform, here.workspace, here.channel) if here.private else [here.id]
    asked = [each for each in talk.asked_since(there, question.created - within) if each.id < question.id]
    sent: dict[tuple[str, str], datetime] = {}
    for each in asked:
        for file in talk.files(each.id):
            if file.artifact is not None and not file.name.lower().endswith(learning.DOCUMENTS):
                sent.setdefault((office.store.url(str(file.artifact)), file.name), each.created)
    return sent


def context_of(office: Office, answer_id: int) -> str:
    """What a quoted answer said first."""
    answer = office.ledger.answers.get(answer_id)
    return "; ".join([answer.headline, *answer.causes[:2]]) if answer is not None else ""
