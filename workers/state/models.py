"""The tables. Times are UTC; JSON columns hold what crossed the queue as it was.

A change here needs a migration (workers/state/migrations/versions); a test holds the two against each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workers.state.base import SHORT, Base, Line, now


class Conversation(Base):
    """A Slack thread or DM, a Telegram chat or topic: where questions and answers follow each other."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("platform", "workspace", "channel", "thread"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(SHORT), default="")
    channel: Mapped[str] = mapped_column(String(SHORT))
    thread: Mapped[str] = mapped_column(String(SHORT), default="")
    private: Mapped[bool] = mapped_column(default=False)
    lang: Mapped[str | None] = mapped_column(String(2))
    created: Mapped[datetime] = mapped_column(default=now)


class Person(Base):
    """Someone who spoke to Andon. `refused`: when they were told that they are not admitted. `level`: for whom answers
    to them are worded (crew, engineer, manager); None: for everybody."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("platform", "workspace", "user"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(SHORT), default="")
    user: Mapped[str] = mapped_column(String(SHORT))
    name: Mapped[str] = mapped_column(Line, default="")
    lang: Mapped[str | None] = mapped_column(String(2))
    level: Mapped[str | None] = mapped_column(String(16))
    refused: Mapped[datetime | None]


class Question(Base):
    """What somebody asked. `key` names the message (or album), so that it is one question however often told.

    `state`: gathering (parts may still come), running, answered, stopped, failed.
    """

    __tablename__ = "questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    user: Mapped[str] = mapped_column(String(SHORT))
    user_name: Mapped[str] = mapped_column(Line, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(2))
    message: Mapped[str] = mapped_column(String(SHORT), default="")
    about_id: Mapped[int | None]  # the answer that it quotes
    worded: Mapped[datetime | None]  # when the words were written or last corrected, by the platform's clock
    state: Mapped[str] = mapped_column(String(16), default="gathering", index=True)
    created: Mapped[datetime] = mapped_column(default=now)


class File(Base):
    """A file that came with a question. `artifact` once it is fetched, `trouble` when it can't be."""

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("question_id", "platform_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    platform_id: Mapped[str]
    name: Mapped[str] = mapped_column(Line)
    ref: Mapped[dict[str, Any]]  # bot.incoming.FileRef
    artifact: Mapped[str | None] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(String(SHORT))
    folder: Mapped[str | None]

    @property
    def prefix(self) -> str:
        """Where it lies in the artifact store; files of before have no name of their own."""
        return self.folder or f"files/{self.id}"


class Run(Base):
    """One attempt at a question. `request` is the Question (workers.contracts) as given: what a rerun takes.

    `state`: queued, running, done, stopped, failed. `share` 0..1 of the work; `shown` is what the crew sees of it.
    """

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    request: Mapped[dict[str, Any]]
    doing: Mapped[str] = mapped_column(Text, default="")
    share: Mapped[float] = mapped_column(default=0.0)
    shown: Mapped[float] = mapped_column(default=-1.0)
    ref: Mapped[str] = mapped_column(String(16), default="")
    stopped_by: Mapped[str] = mapped_column(String(SHORT), default="")
    created: Mapped[datetime] = mapped_column(default=now)
    finished: Mapped[datetime | None]
    folder: Mapped[str | None]
    deleted: Mapped[datetime | None]  # when its folder was, by `andon purge`

    @property
    def prefix(self) -> str:
        """Its folder in the artifact store; runs of before have no name of their own."""
        return self.folder or f"runs/{self.id}"


class Stage(Base):
    """A finished stage of a run, and what it reported."""

    __tablename__ = "stages"
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    result: Mapped[dict[str, Any]]
    finished: Mapped[datetime] = mapped_column(default=now)


class Answer(Base):
    """What a run came to. The whole of it is answer.json below `prefix` in the artifact store."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    prefix: Mapped[str]
    headline: Mapped[str] = mapped_column(Text, default="")
    verdict: Mapped[str] = mapped_column(String(16), default="answered")
    confidence: Mapped[float] = mapped_column(default=0.0)
    causes: Mapped[list[str]] = mapped_column(default=list)
    created: Mapped[datetime] = mapped_column(default=now, index=True)


class Post(Base):
    """A message of ours. `state`: trying (it may have got through), sent, gone (it never can).

    `key` names it for good: the same post is never made twice.
    """

    __tablename__ = "posts"
    __table_args__ = (Index("posts_message", "channel", "message"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # progress, answer, pictures, files, notice, ask
    channel: Mapped[str] = mapped_column(String(SHORT), default="")
    message: Mapped[str] = mapped_column(String(SHORT), default="")
    state: Mapped[str] = mapped_column(String(16), default="trying")
    shown: Mapped[list[str]] = mapped_column(default=list)  # platform ids of pictures inside the message
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)  # kind "ask": what a reply to it answers
    at: Mapped[datetime] = mapped_column(default=now)


class Feedback(Base):
    """What one person says of one answer, or of one edge of its graph. Saying it again changes it.

    `aspect`: "answer", or an edge (contracts.EdgeSaid). `candidate` is the passage that it became. `said_at` is when it
    was said, by the platform's clock where that tells; `said_in` the message (its event's id) whose words `right` are.
    """

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("answer_id", "user", "aspect"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)
    user: Mapped[str] = mapped_column(String(SHORT))
    aspect: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    right: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    candidate: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    said_at: Mapped[datetime | None]
    said_in: Mapped[str | None] = mapped_column(Line, index=True)


class Click(Base):
    """Who used which reaction on which answer, how often and when last. `counted`: the presses that it counts, the last
    of them by their events' ids."""

    __tablename__ = "clicks"
    __table_args__ = (UniqueConstraint("answer_id", "user", "action"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)
    user: Mapped[str] = mapped_column(String(SHORT))
    action: Mapped[str] = mapped_column(String(32))
    times: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(default=now)
    counted: Mapped[list[str] | None]


class Dataset(Base):
    """A file that was read, with its columns. `name` without digits and case ties a plant's exports together."""

    __tablename__ = "datasets"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    name: Mapped[str] = mapped_column(Line, index=True)
    file_name: Mapped[str] = mapped_column(Line)
    artifact: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(SHORT), default="", index=True)
    columns: Mapped[dict[str, Any]]  # column -> unit
    added: Mapped[list[str]] = mapped_column(default=list)  # against the dataset of the same name before
    removed: Mapped[list[str]] = mapped_column(default=list)
    at: Mapped[datetime] = mapped_column(default=now)


class Subscription(Base):
    """A digest that a channel wants: every day at `clock` (HH:MM) of the plant's time zone."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("conversation_id", "clock"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    clock: Mapped[str] = mapped_column(String(5))
    lang: Mapped[str] = mapped_column(String(2))
    by: Mapped[str] = mapped_column(String(SHORT))
    last: Mapped[datetime | None]


class Job(Base):
    """Work to be done, durable until it is: the queue only says that it is time to look (docs/decisions).

    `state`: waiting, done, dead. A worker holds `leased_until`; when that passes, another takes the job up. `owner` is
    the claim: a token of its own and the process. Jobs of one `lane` are done one after the other, by their `turn`.
    `overtime`: how often it ran out of time. `silent`: since when its platform does not answer."""

    __tablename__ = "jobs"
    __table_args__ = (Index("jobs_due", "state", "due"), Index("jobs_lane", "lane", "state"))
    key: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(16))
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    due: Mapped[datetime] = mapped_column(default=now)
    hinted: Mapped[datetime | None]
    owner: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[datetime | None]
    lane: Mapped[str | None]
    turn: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    overtime: Mapped[int | None]
    silent: Mapped[datetime | None]
    ref: Mapped[str] = mapped_column(String(16), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(default=now)
    finished: Mapped[datetime | None]


class Lease(Base):
    """Something that one process at a time may do, such as sweeping."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


class Worker(Base):
    """A process that serves queues and was `seen` a moment ago. `knowledge`: "server", or "file" where its knowledge
    base is a file of its own machine."""

    __tablename__ = "workers"
    name: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    queues: Mapped[str]
    knowledge: Mapped[str] = mapped_column(String(16))
    started: Mapped[datetime]
    seen: Mapped[datetime]
