"""Answers, the messages that show them, what people did with them and said of them, and digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from workers.state.base import now
from workers.state.judgements import Judgements
from workers.state.models import Answer, Click, Conversation, Dataset, Post, Question, Run, Subscription
from workers.state.places import Where, within

MOST_COUNTED = 20  # presses of one reaction that are remembered by name, for those that are tried again
FOLLOW_UP = "follow_up"  # the verdict of an answer that explains another one
RECALLED = "recalled"  # of one that tells of earlier answers


class Answers(Judgements):
    """What was answered."""

    def record(
        self, run_id: int, then: Callable[[Session, Answer], object] | None = None, **values: Any
    ) -> Answer | None:
        """The answer of a run, made once; the run is then done. None when the run was stopped meanwhile.

        `then(session, answer)` notes what follows from it in the same transaction: nobody can die in between.
        """
        with self.writing() as session:
            question_id = session.scalar(select(Run.question_id).where(Run.id == run_id))
            question = session.get(Question, question_id, with_for_update=True)  # before the run, as stop() does
            run = session.get(Run, run_id, with_for_update=True)
            assert run is not None
            assert question is not None
            known = session.scalar(select(Answer).where(Answer.run_id == run_id))
            if known is not None or run.state == "stopped":
                return known
            answer = Answer(run_id=run_id, question_id=question.id, conversation_id=question.conversation_id,
                            created=now(), **values)  # fmt: skip
            session.add(answer)
            if run.state != "failed":
                run.state = "done"
            run.share, run.finished = 1.0, now()
            session.flush()  # gives it its number
            if then is not None:
                then(session, answer)
            return answer

    def get(self, id: int) -> Answer | None:
        """The answer of this id; None where there is none."""
        with self.reading() as session:
            return session.get(Answer, id)

    def of_question(self, question_id: int) -> Answer | None:
        """The newest answer of a question."""
        with self.reading() as session:
            return session.scalar(
                select(Answer).where(Answer.question_id == question_id).order_by(Answer.id.desc()).limit(1)
            )

    def latest(
        self, where: Where, since: datetime | None = None, limit: int = 20, without: Sequence[str] = ()
    ) -> list[Answer]:
        """The newest answers there, newest first, but those with a verdict of `without`."""
        wanted = select(Answer).where(within(Answer.conversation_id, where), Answer.verdict.not_in(without))
        if since is not None:
            wanted = wanted.where(Answer.created >= since)
        with self.reading() as session:
            return list(session.scalars(wanted.order_by(Answer.id.desc()).limit(limit)))

    def about_content(self, run: Run, where: Where, sha256: str, without: Sequence[str] = ()) -> Answer | None:
        """The newest answer there, of a run before `run`, about a file of this content whose details are still kept,
        but those with a verdict of `without`."""
        with self.reading() as session:
            return session.scalar(
                select(Answer)
                .join(Dataset, Dataset.run_id == Answer.run_id)
                .join(Run, Run.id == Answer.run_id)
                .where(Dataset.sha256 == sha256, Answer.run_id < run.id, Run.deleted.is_(None))
                .where(within(Answer.conversation_id, where), Answer.verdict.not_in(without))
                .order_by(Answer.id.desc())
                .limit(1)
            )

    def diagnosed(
        self, question: Question, verdicts: Sequence[str], limit: int = 150, *, own: bool = False
    ) -> list[Answer]:
        """The answers with these verdicts before a question that may be about earlier times: of its own channel, and
        but for `own` of the open ones of its workspace; newest first. Whether each may be spoken of is the caller's to
        find out."""
        with self.reading() as session:
            place = session.get(Conversation, question.conversation_id)
            assert place is not None
            near = select(Conversation.id).filter_by(platform=place.platform, workspace=place.workspace)
            here = Conversation.channel == place.channel
            near = near.where(here if own else or_(here, Conversation.private.is_(False)))
            return list(session.scalars(
                select(Answer)
                .where(Answer.conversation_id.in_(near), Answer.question_id < question.id)
                .where(Answer.verdict.in_(verdicts))
                .order_by(Answer.id.desc())
                .limit(limit)
            ))  # fmt: skip

    def newest_before(self, question: Question, since: datetime) -> Answer | None:
        """The newest answer where a question was asked, as a follow-up means it; in private all threads of the chat
        are one talk, because there each message may begin its own."""
        with self.reading() as session:
            place = session.get(Conversation, question.conversation_id)
            assert place is not None
            here = select(Conversation.id).where(Conversation.id == place.id)
            if place.private:
                here = select(Conversation.id).filter_by(
                    platform=place.platform, workspace=place.workspace, channel=place.channel
                )
            return session.scalar(
                select(Answer)
                .where(Answer.conversation_id.in_(here), Answer.question_id < question.id, Answer.created >= since)
                .order_by(Answer.id.desc())
                .limit(1)
            )

    def asked(self, limit: int = 200) -> list[str]:
        """What people asked in the open and had answered, newest first, each once. Private talks stay private, and a
        follow-up ("why?") asks nothing by itself."""
        with self.reading() as session:
            texts = session.scalars(
                select(Question.text)
                .join(Answer, Answer.question_id == Question.id)
                .join(Conversation, Conversation.id == Question.conversation_id)
                .where(
                    Conversation.private.is_(False), Question.text != "", Answer.verdict.not_in((FOLLOW_UP, RECALLED))
                )
                .order_by(Answer.id.desc())
                .limit(limit)
            )
            return list(dict.fromkeys(texts))

    # Posts

    def post(self, key: str, **values: Any) -> tuple[Post, bool]:
        """The post of this key, made before the platform is asked. True: an earlier try may have got through."""
        with self.writing() as session:
            new = self.insert_once(
                session, Post, key=key, state="trying", channel="", message="", shown=[], at=now(),
                about=values.pop("about", {}), **values,
            )  # fmt: skip
            post = session.scalar(select(Post).where(Post.key == key))
            assert post is not None
            return post, not new

    def find_post(self, key: str) -> Post | None:
        """The post of this key."""
        with self.reading() as session:
            return session.scalar(select(Post).where(Post.key == key))

    def sent(self, key: str, channel: str, message: str) -> None:
        """The platform took it."""
        self._post(key, state="sent", channel=channel, message=message)

    def unsent(self, key: str) -> None:
        """Surely nothing was posted: the next try need not look for it."""
        with self.writing() as session:
            post = session.scalar(select(Post).where(Post.key == key, Post.state == "trying"))
            if post is not None:
                session.delete(post)

    def lost(self, key: str) -> None:
        """It can never be posted."""
        self._post(key, state="gone")

    def unsaid(self, session: Session, key: str) -> None:
        """Note in a transaction of the caller's that a post is never to be made."""
        self.insert_once(
            session, Post, key=key, kind="notice", state="gone", channel="", message="", shown=[], about={}, at=now()
        )

    def shown(self, key: str, pictures: Sequence[str]) -> None:
        """These pictures are inside the message."""
        self._post(key, shown=list(pictures))

    def _post(self, key: str, **values: Any) -> None:
        with self.writing() as session:
            session.execute(update(Post).where(Post.key == key).values(at=now(), **values))

    def post_at(self, channel: str, message: str) -> Post | None:
        """Our post that is this message of the platform; the answer rather than the progress that it was."""
        with self.reading() as session:
            found = session.scalars(select(Post).where(Post.channel == channel, Post.message == message)).all()
            return next((p for p in found if p.answer_id is not None), found[0] if found else None)

    def post_showing(self, channel: str, message: str) -> Post | None:
        """The answer below which this message shows a picture."""
        with self.reading() as session:
            wanted = select(Post).where(Post.channel == channel, Post.kind == "answer").order_by(Post.id.desc())
            return next((post for post in session.scalars(wanted.limit(200)) if message in post.shown), None)

    def asking(self, since: datetime) -> bool:
        """Is a question of ours on its way to somebody?"""
        with self.reading() as session:
            on_its_way = select(Post.id).where(Post.kind == "ask", Post.state == "trying", Post.at >= since)
            return session.scalar(on_its_way.limit(1)) is not None

    def open_ask(self, conversation_id: int, user: str, since: datetime) -> Post | None:
        """The newest question of ours to `user` in a conversation that waits for a plain reply."""
        with self.reading() as session:
            posts = session.scalars(
                select(Post)
                .join(Answer, Answer.id == Post.answer_id)
                .where(Post.kind == "ask", Post.state == "sent", Post.at >= since)
                .where(Answer.conversation_id == conversation_id)
                .order_by(Post.id.desc())
                .limit(20)
            )
            return next((p for p in posts if p.about.get("open") and p.about.get("user") == user), None)

    def close_ask(self, key: str) -> None:
        """It was replied to."""
        with self.writing() as session:
            post = session.scalar(select(Post).where(Post.key == key))
            if post is not None:
                post.about = {**post.about, "open": False}

    # What people did

    def click(self, answer_id: int, user: str, action: str, occasion: str = "") -> int:
        """Note that `user` used a reaction; gives how often by now. `occasion` names the press: one is counted once."""
        with self.writing() as session:
            who = {"answer_id": answer_id, "user": user, "action": action}
            counted = [occasion] if occasion else []
            if self.insert_once(session, Click, **who, times=1, at=now(), counted=counted):
                return 1
            click = session.scalar(select(Click).filter_by(**who).with_for_update())
            assert click is not None
            before = click.counted or []
            if not occasion or occasion not in before:
                click.times, click.at, click.counted = click.times + 1, now(), [*before, *counted][-MOST_COUNTED:]
            return click.times

    # Digests

    def subscribe(self, conversation_id: int, clock: str, lang: str, by: str, last: datetime | None = None) -> bool:
        """A channel wants a digest every day at `clock`, from `last` on; False when it had it already."""
        with self.writing() as session:
            return self.insert_once(
                session, Subscription, conversation_id=conversation_id, clock=clock, lang=lang, by=by, last=last
            )

    def unsubscribe(self, conversation_id: int) -> int:
        """No more digests there; gives how many there were."""
        with self.writing() as session:
            found = session.scalars(select(Subscription).filter_by(conversation_id=conversation_id)).all()
            for each in found:
                session.delete(each)
            return len(found)

    def subscriptions(self) -> list[Subscription]:
        """All digests that are wanted."""
        with self.reading() as session:
            return list(session.scalars(select(Subscription).order_by(Subscription.id)))

    def digested(self, id: int, at: datetime) -> None:
        """The digest of that moment is under way."""
        with self.writing() as session:
            session.execute(update(Subscription).where(Subscription.id == id).values(last=at))
