"""Conversations, people, questions and the files that came with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workers.state.base import now, own_folder
from workers.state.models import Answer, Conversation, Dataset, File, Person, Question, Subscription
from workers.state.places import Channel, Where, within
from workers.state.runs import give_up_run
from workers.state.table import Subject

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What noting a message gave: the question, whether it is new, and whether files came that it lacked."""

    question: Question
    new: bool
    more_files: bool


class Talk(Subject):
    """Who asked what, where."""

    def conversation(
        self, platform: str, workspace: str, channel: str, thread: str, *, private: bool, make: bool = True
    ) -> Conversation | None:
        """The conversation at this place; made when it is not known, unless `make` is False."""
        place = {"platform": platform, "workspace": workspace, "channel": channel, "thread": thread}
        with self.reading() as session:
            known = session.scalar(select(Conversation).filter_by(**place))
        if known is not None or not make:
            return known
        with self.writing() as session:
            self.insert_once(session, Conversation, **place, private=private, created=now())
            return session.scalar(select(Conversation).filter_by(**place))

    def get_conversation(self, id: int) -> Conversation:
        """One conversation; KeyError when there is none."""
        with self.reading() as session:
            return _there(session.get(Conversation, id), id)

    def speak(self, conversation_id: int, lang: str) -> None:
        """Remember the language that was asked for in a conversation."""
        with self.writing() as session:
            session.execute(update(Conversation).where(Conversation.id == conversation_id).values(lang=lang))

    def spoken(self, conversation: Conversation) -> str | None:
        """The language asked for in a conversation, else in its channel as a whole."""
        place = {"platform": conversation.platform, "workspace": conversation.workspace,
                 "channel": conversation.channel}  # fmt: skip
        with self.reading() as session:
            here = session.scalar(select(Conversation.lang).where(Conversation.id == conversation.id))
            return here or session.scalar(select(Conversation.lang).filter_by(**place, thread=""))

    def person(self, platform: str, workspace: str, user: str, name: str = "") -> Person:
        """Someone, made on first sight, with the newest name."""
        who = {"platform": platform, "workspace": workspace, "user": user}
        with self.reading() as session:
            known = session.scalar(select(Person).filter_by(**who))
        if known is not None and (not name or known.name == name):
            return known
        with self.writing() as session:
            self.insert_once(session, Person, **who, name=name)
            person = session.scalar(select(Person).filter_by(**who))
            assert person is not None
            person.name = name or person.name
            return person

    def read_as(self, person_id: int, level: str | None) -> None:
        """Remember for whom answers to somebody are worded; None: for everybody."""
        with self.writing() as session:
            session.execute(update(Person).where(Person.id == person_id).values(level=level))

    def refuse(self, person_id: int) -> bool:
        """Note that somebody was turned away; True the first time, when they should be told."""
        with self.writing() as session:
            person = session.get(Person, person_id, with_for_update=True)
            if person is None or person.refused is not None:
                return False
            person.refused = now()
            return True

    def ask(self, key: str, files: Sequence[dict[str, Any]], **values: Any) -> Asked:
        """Note a question under its key with its files (bot.incoming.FileRef as JSON).

        The same message again changes nothing; a further part of it (an album's next file, its caption) is added.
        """
        with self.writing() as session:
            new = self.insert_once(session, Question, key=key, created=now(), state="gathering", **values)
            question = session.scalar(select(Question).where(Question.key == key).with_for_update())
            assert question is not None
            if not question.text and values.get("text"):
                question.text, question.lang = values["text"], values["lang"]
            added = [self._file(session, question.id, ref) for ref in files]
            return Asked(question, new, any(added) and not new)

    def _file(self, session: Session, question_id: int, ref: dict[str, Any]) -> bool:
        return self.insert_once(
            session,
            File,
            question_id=question_id,
            platform_id=ref["id"],
            name=ref["name"],
            ref=ref,
            folder=own_folder("files"),
        )

    def question(self, id: int) -> Question:
        """One question; KeyError when there is none."""
        with self.reading() as session:
            return _there(session.get(Question, id), id)

    def get_question(self, id: int) -> Question | None:
        """One question; None when there is none."""
        with self.reading() as session:
            return session.get(Question, id)

    def find_question(self, key: str) -> Question | None:
        """The question of a message."""
        with self.reading() as session:
            return session.scalar(select(Question).where(Question.key == key))

    def question_at(self, conversation_id: int, message: str) -> Question | None:
        """The question that this message of a conversation asked."""
        with self.reading() as session:
            return session.scalar(select(Question).filter_by(conversation_id=conversation_id, message=message))

    def edit_question(
        self, id: int, text: str, lang: str, at: datetime, anew: Callable[[Session], object] | None = None
    ) -> bool:
        """The person corrected the words `at` that time of the platform; False when newer words are kept already.

        What is worked on begins anew: its run is given up, and `anew(session)` notes in the same transaction what
        gathers the question again.
        """
        with self.writing() as session:
            question = session.get(Question, id, with_for_update=True)
            if question is None or (question.worded is not None and at < question.worded):
                return False
            question.text, question.lang, question.worded = text, lang, at
            if anew is not None and give_up_run(session, question):
                anew(session)
            return True

    def settle(self, id: int, state: str, *, unless: Sequence[str] = ()) -> bool:
        """Move a question to `state`; False when it is in one of `unless` (then nothing changes)."""
        with self.writing() as session:
            question = session.get(Question, id, with_for_update=True)
            if question is None or question.state in unless:
                return False
            question.state = state
            return True

    def files(self, question_id: int) -> list[File]:
        """The files of a question in the order in which they came."""
        with self.reading() as session:
            return list(session.scalars(select(File).where(File.question_id == question_id).order_by(File.id)))

    def fetched(self, file_id: int, artifact: str | None, trouble: str | None = None) -> None:
        """A file is in the artifact store, or cannot be."""
        with self.writing() as session:
            session.execute(update(File).where(File.id == file_id).values(artifact=artifact, trouble=trouble))

    def ahead(self, question_id: int) -> int:
        """How many questions are being worked on that came before this one."""
        with self.reading() as session:
            open_ = select(Question.id).where(Question.state.in_(("gathering", "running")), Question.id < question_id)
            return len(session.scalars(open_).all())

    def open_questions(self, where: Where) -> list[Question]:
        """Questions there that are being worked on."""
        with self.reading() as session:
            wanted = select(Question).where(within(Question.conversation_id, where))
            return list(session.scalars(wanted.where(Question.state.in_(("gathering", "running")))))

    def move(self, platform: str, channel: str, to: str) -> None:
        """A channel got another id (Telegram: a group became a supergroup). It may have been spoken in under both.

        Our messages of before keep their place: message numbers start anew in a supergroup.
        """
        with self.writing() as session:
            for place in session.scalars(select(Conversation).filter_by(platform=platform, channel=channel)).all():
                there = {"platform": platform, "workspace": place.workspace, "channel": to, "thread": place.thread}
                known = session.scalar(select(Conversation.id).filter_by(**there))
                if known is None:
                    place.channel = to
                else:
                    _merge(session, place, known)

    def asked_since(self, where: Where, since: datetime) -> list[Question]:
        """Questions there since then."""
        with self.reading() as session:
            rows = select(Question).where(within(Question.conversation_id, where), Question.created >= since)
            return list(session.scalars(rows.order_by(Question.id)))

    def files_since(self, where: Where, since: datetime) -> bool:
        """Did a file come there since then?"""
        with self.reading() as session:
            sent = select(File.id).join(Question, Question.id == File.question_id)
            sent = sent.where(within(Question.conversation_id, where), Question.created >= since)
            return session.scalar(sent.limit(1)) is not None

    @staticmethod
    def threads_of(platform: str, workspace: str, channel: str) -> Channel:
        """All conversations in a channel, as a place to look in."""
        return Channel(platform, workspace, channel)


def _merge(session: Session, old: Conversation, into: int) -> None:
    """All that belongs to a conversation goes over to another."""
    for table in (Question, Answer, Dataset):
        session.execute(update(table).where(table.conversation_id == old.id).values(conversation_id=into))
    wanted = select(Subscription.clock).where(Subscription.conversation_id == into)
    mine = Subscription.conversation_id == old.id
    session.execute(delete(Subscription).where(mine, Subscription.clock.in_(session.scalars(wanted).all())))
    session.execute(update(Subscription).where(mine).values(conversation_id=into))
    session.delete(old)


def _there(row: T | None, id: object) -> T:
    if row is None:
        raise KeyError(id)
    return row
