"""Earlier times: "did we have this before?", "what was it last time on strand 2?", 上次怎么处理的. Told from the
answers of before that may be read where it is asked, with what the crew said of them, and from verified cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.conversation import followups
from bot.conversation.asking import open_to
from bot.conversation.delivery import document_of
from bot.conversation.following import ASPECT
from bot.conversation.scene import Spot, spot_of
from workers import client
from workers.contracts import Answer, Question

if TYPE_CHECKING:
    from workers.client import Office, Past, rows

VERDICT = "recalled"  # of the ledger: no diagnosis, nothing to learn from
MEANT = ("fault", "unsure")  # verdicts of the answers that earlier times are told from


def begin(office: Office, question: rows.Question, asked: Question, *, insider: bool) -> bool:
    """Take up a question about earlier times; False when it is none, or one that a log of this conversation answers."""
    recall = client.recalled(question.text)
    if recall is None:
        return False
    base = base_of(office, question)
    if base is not None and any(step.kind == "log" for step in base[1].plan):
        return False
    if base is not None and base[1].data is None:  # what was said without data is nothing that happened
        base = None
    run = office.ledger.runs.begin(question.id, asked.model_dump(mode="json"))
    if run.state in ("queued", "running"):
        args = {"run_id": run.id, "about_id": base[0].id if base is not None else None, "insider": insider}
        office.add(f"run:{run.id}:recall", "chat.recall", "chat", args)
    return True


def base_of(office: Office, question: rows.Question) -> tuple[rows.Answer, Answer] | None:
    """The answer that "this" is about, as for every follow-up."""
    about = followups.base_of(office, question, "why")
    if about is None:
        return None
    try:
        if "recalled" in document_of(office, about).receipt:  # one question of the kind after the other
            about = followups.suited(office, about, "why")
        return followups.original(office, about)
    except FileNotFoundError:
        return None


def recall(office: Office, run_id: int, about_id: int | None, insider: bool) -> None:
    """Tell of earlier times and have it shown. Doing it again changes nothing."""
    run = office.ledger.runs.get(run_id)
    if run is None or run.state not in ("queued", "running"):
        return
    question = office.ledger.talk.question(run.question_id)
    asked, spot = client.recalled(question.text), spot_of(office, question)
    if asked is None:  # edited meanwhile: gathered anew
        return
    answer = office.ledger.answers.get(about_id) if about_id is not None else None
    said = {"id": str(question.id), "text": question.text}
    try:
        base = document_of(office, answer) if answer is not None else None
        told = client.recall(
            asked, said, base, pasts(office, question, answer, bool(asked.thing or base)),
            readable(office, question, spot, insider), office.settings, lang=spot.lang,
        )  # fmt: skip
    except client.MENDABLE as error:
        followups.fail(office, run_id, client.crew_sentence(error, spot.lang))
        return
    followups.keep(office, run, told, {}, verdict=VERDICT)


def pasts(office: Office, question: rows.Question, base: rows.Answer | None, wide: bool) -> Iterator[Past]:
    """The earlier diagnoses, newest first, their details read one after the other; of this channel alone where nothing
    is named that another channel could know of (not `wide`)."""
    ledger = office.ledger
    earlier = [
        answer
        for answer in ledger.answers.diagnosed(question, MEANT, own=not wide)
        if base is None or answer.id != base.id
    ]
    heard: dict[int, list[rows.Feedback]] = {}
    for each in ledger.answers.said_of([answer.id for answer in earlier]):
        heard.setdefault(each.answer_id, []).append(each)
    for answer in earlier:
        try:
            document = document_of(office, answer)
        except FileNotFoundError:  # its details were deleted: no telling what it was about
            continue
        said = heard.get(answer.id, [])
        whole = [each.verdict for each in said if each.aspect in ("answer", ASPECT)]
        counts = {verdict: whole.count(verdict) for verdict in ("agree", "disagree", "fixed", "not_fixed")}
        yield client.past_of(
            f"#A{answer.id}", document, answer.created, answer.conversation_id, counts,
            [each.candidate for each in said if each.candidate],
            [each.candidate for each in said if each.right and each.verdict == "disagree"],
        )  # fmt: skip


def readable(office: Office, question: rows.Question, spot: Spot, insider: bool) -> Callable[[Past], bool]:
    """May an earlier answer be spoken of here? Each channel is asked about once."""
    known: dict[str, bool] = {}
    places: dict[int, str] = {}  # the channel of each conversation
    talk = office.ledger.talk
    here = talk.get_conversation(question.conversation_id)

    def may(past: Past) -> bool:
        if past.place not in places:
            there = talk.get_conversation(past.place)
            places[past.place] = there.channel
            if there.channel not in known:
                known[there.channel] = open_to(office, spot.outlet, here, there, insider=insider)
        return known[places[past.place]]

    return may
