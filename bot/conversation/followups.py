"""A follow-up in the thread of an answer ("why?", "what else could it be?", "checklist", "make a work order"): told
from what is stored of the answer, as an answer of its own. What is not recognised goes the ordinary way."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.conversation import asking
from bot.conversation.delivery import Deleted, deleted_text, document_of
from bot.conversation.levels import ONCE
from bot.conversation.scene import Scene, spot_of
from bot.wording import say
from workers import client
from workers.contracts import LOOKED, Answer, Question

if TYPE_CHECKING:
    from workers.client import Office, rows

WITHIN = timedelta(hours=12)  # how long "why?" is about the answer before it; later it has to be quoted
CODE = r"(?:[A-Z]{1,5}[-_.]\d{2,6}|[A-Z]{1,4}\d{3,6})[A-Z]?"
ASKS_CODE = re.compile(
    rf"{client.POLITE}(?:what(?:'s| is| does| do)?|meaning of|tell me|the|about|alarm|fault|error|code"
    r"|报警|故障|错误|代码|代号|什么是|\s|:|：)*"
    rf"{CODE}(?:\s*(?:,|、|and|和)\s*{CODE})*"
    r"\s*(?:mean|means|stand for|(?:是|代表|表示)?(?:什么|啥)(?:意思|含义|故障|报警)?|的?含义|怎么(?:办|处理)|\s)*\W*$",
    re.IGNORECASE,
)
TOLD = {"diagnose", "causes", "ask", "log"}  # steps whose answer can be asked about; a plot says nothing to explain
MOST_BACK = 12  # answers that are gone back for one that can
VERDICT = "follow_up"  # of the ledger: no question of its own, and nothing to learn from
PARTS = re.compile(r"[,，。;；!！?？]+|(?<=[一-鿿])\s+")
LONGEST = 80  # characters; a longer message asks for more than that


def kind_of(text: str) -> str | None:
    """Which follow-up a message is, None when it is an ordinary question."""
    line = " ".join(asking.CODE.sub(" ", text).split())
    if not line or len(line) > LONGEST:
        return None
    return client.meant(line) or _level_of(client.spelt(line))


def _level_of(line: str) -> str | None:
    """The reader that a message asks the answer to be told for, in one part or in each ("讲简单点，新来的听不懂")."""
    for parts in ([line], PARTS.split(line)):
        levels = {next((k for k, form in ONCE.items() if form.match(part)), None) for part in parts if part.strip()}
        if len(levels) == 1 and None not in levels:
            return levels.pop()
    return None


def asks_code(text: str) -> bool:
    """Is a message about a fault code alone ("E-2041?")? Then it is not about the file that was sent before."""
    return len(text) <= LONGEST and ASKS_CODE.match(text.strip()) is not None


def suits(kind: str, answer: Answer) -> bool:
    """Can a follow-up of `kind` be about `answer`? A work order and the question whether to stop need a diagnosis, the
    others something that was explained or counted: a plot, a forecast, statistics and earlier times are passed over."""
    if "recalled" in answer.receipt:
        return False
    if answer.diagnosis.verdict in LOOKED:
        return True
    said = bool(answer.evidence or answer.diagnosis.causes) or bool(TOLD & {step.kind for step in answer.plan})
    return said and kind not in ("order", "stop", "serious", "repair", "output")


def suited(office: Office, newest: rows.Answer, kind: str) -> rows.Answer:
    """The newest answer before and with `newest` that a follow-up can be about; `newest` where there is none."""
    about: rows.Answer | None = newest
    for _ in range(MOST_BACK):
        if about is None:
            break
        try:
            if about.verdict != "failed" and suits(kind, document_of(office, about)):
                return about
        except FileNotFoundError:  # of the newest that is said; an older one is passed over
            if about is newest:
                return newest
        about = office.ledger.answers.newest_before(
            office.ledger.talk.question(about.question_id), datetime.now(UTC) - WITHIN
        )
    return newest


def base_of(office: Office, question: rows.Question, kind: str = "") -> rows.Answer | None:
    """The answer that a follow-up is about: the quoted one, else the newest of its conversation that a follow-up of
    `kind` can be about; None when that one told nothing to ask about."""
    ledger = office.ledger.answers
    if question.about_id is not None:
        about = ledger.get(question.about_id)
    else:
        about = ledger.newest_before(question, datetime.now(UTC) - WITHIN)
        if about is not None and about.verdict != "failed":
            about = suited(office, about, kind)
    return about if about is not None and about.verdict != "failed" else None


def begin(office: Office, question: rows.Question, asked: Question) -> bool:
    """Take up a follow-up; False when the question is none, or none that can be told from what is stored."""
    kind = kind_of(question.text)
    about = base_of(office, question, kind) if kind is not None else None
    if about is None:
        return False
    run = office.ledger.runs.begin(question.id, asked.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "kind": kind, "about_id": about.id}
        office.add(f"run:{run.id}:explain", "chat.explain", "chat", args)
    return True


def begin_freely(office: Office, question: rows.Question, asked: Question) -> bool:
    """Take up a free question about an answer where a language model is configured; False where it is none. What the
    model cannot answer goes the ordinary way (explain_freely)."""
    if not office.settings.has_language_model or asked.text != question.text:
        return False
    about = base_of(office, question, "why")
    try:
        if about is None or not client.asks_freely(question.text, original(office, about)[1]):
            return False
    except FileNotFoundError:
        return False
    run = office.ledger.runs.begin(question.id, asked.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "about_id": about.id}
        office.add(f"run:{run.id}:free", "chat.explain_freely", "chat", args)
    return True


def explain_freely(office: Office, run_id: int, about_id: int) -> None:
    """Tell a free question from what is stored of the answer, else let the run begin as without a model."""
    run, about = office.ledger.runs.get(run_id), office.ledger.answers.get(about_id)
    if run is None or run.state not in ("queued", "running"):
        return
    question = office.ledger.talk.question(run.question_id)
    told = None
    if about is not None:
        try:
            first, document = original(office, about)
            said = {"id": str(question.id), "text": question.text}
            told = client.tell_freely(
                document, office.settings, lang=spot_of(office, question).lang, question=said, about=f"#A{first.id}",
                run=run.prefix,
            )  # fmt: skip
        except FileNotFoundError:
            told = None
    if told is None:
        office.add(f"run:{run.id}:plan", "runs.stage", "cpu", {"run_id": run.id, "stage": "plan"})
        return
    keep(office, run, told, {})


def explain(office: Office, run_id: int, kind: str, about_id: int) -> None:
    """Tell the follow-up and have it shown. Doing it again changes nothing."""
    run, about = office.ledger.runs.get(run_id), office.ledger.answers.get(about_id)
    if run is None or about is None or run.state not in ("queued", "running"):
        return
    question = office.ledger.talk.question(run.question_id)
    spot = spot_of(office, question)
    who = question.user_name or spot.outlet.name_of(question.user)
    try:
        first, document = original(office, about)
    except Deleted:
        fail(office, run_id, deleted_text(office, about, spot.lang))
        return
    said = {"id": str(question.id), "text": question.text}
    try:
        told, files = client.follow_up(
            document, kind, office.settings, lang=spot.lang, question=said, about=f"#A{first.id}", by=who,
            run=run.prefix,
        )  # fmt: skip
    except client.MENDABLE as error:
        fail(office, run_id, client.crew_sentence(error, spot.lang))
        return
    keep(office, run, told, files)


def original(office: Office, answer: rows.Answer) -> tuple[rows.Answer, Answer]:
    """The answer that looked at the data: a follow-up of a follow-up is about it, too."""
    document = document_of(office, answer)
    named = str((document.receipt.get("follow_up") or {}).get("about") or "").removeprefix("#A")
    earlier = office.ledger.answers.get(int(named)) if named.isdigit() else None
    return (answer, document) if earlier is None else (earlier, document_of(office, earlier))


def keep(office: Office, run: rows.Run, told: Answer, files: dict[str, bytes], verdict: str = VERDICT) -> None:
    """Store the answer with its files, note it and let it be shown; a work order goes to the maintenance system."""
    prefix, run_id = run.prefix, run.id
    for name, data in files.items():
        office.store.write_bytes(f"{prefix}/{name}", data)
    document = json.dumps(told.model_dump(mode="json", by_alias=True), ensure_ascii=False)
    office.store.write_bytes(f"{prefix}/answer.json", document.encode())
    training = told.data is not None and told.data.simulated  # an order for the classroom
    ordered = "order.json" in files and not training and bool(office.settings.work_order_url)
    deliver, follow = (f"deliver:{run_id}", "chat.deliver", "chat", {"run_id": run_id}), office.following()
    office.ledger.answers.record(
        run_id, then=lambda session, answer: follow.note(session, deliver, *([order_of(answer)] if ordered else [])),
        prefix=prefix, headline=told.text.split("\n")[0], verdict=verdict, confidence=told.confidence,
        causes=[c.text for c in told.diagnosis.causes],
    )  # fmt: skip
    follow.tell()


def order_of(answer: rows.Answer) -> tuple[str, str, str, dict[str, Any]]:
    """The job that sends the work order of an answer."""
    return f"order:{answer.id}", "chat.order", "chat", {"answer_id": answer.id}


def fail(office: Office, run_id: int, text: str) -> None:
    """The sentence that says why there is nothing to tell is the answer."""
    args: dict[str, Any] = {"run_id": run_id, "text": text}
    told, jobs = (f"failed:{run_id}", "chat.failed", "chat", args), office.ledger.jobs
    if office.ledger.runs.fail(run_id, "", then=lambda session: jobs.note(session, *told)):
        office.queue.hint("chat.failed", "chat", told[0])


def pressed(scene: Scene, answer: rows.Answer | None) -> None:
    """Work order, behind More: the same as writing it in a reply to the answer."""
    if answer is None:
        return
    office, event = scene.office, scene.event
    scene.toast()
    office.ledger.answers.click(answer.id, event.user, "order", event.event_id)
    about = office.ledger.talk.question(answer.question_id)
    asked = office.ledger.talk.ask(
        f"order:{answer.id}:{event.event_id}"[:255], [], conversation_id=answer.conversation_id, user=event.user,
        user_name=event.user_name, text=say("order_words", scene.lang), lang=scene.lang, message=about.message,
        about_id=answer.id,
    )  # fmt: skip
    if asked.question.state in asking.OPEN:
        asking.show_heard(office, asked.question)
        asking.gather(office, asked.question.id, wait=False)
