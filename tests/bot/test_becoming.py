"""A progress message that can't become the answer is replaced by one that can, although turns are few."""

from contextlib import suppress

import pytest

from bot.conversation import delivery, posting
from bot.conversation.scene import spot_of
from bot.outlet import Gone, Reply
from tests.bot.recording import RecordingOutlet
from workers.client import Again
from workers.contracts import Block


class Moved(RecordingOutlet):
    """A group that became a supergroup: what was said in it before is beyond reach."""

    def edit(self, sent, reply, pictures=()):
        if sent.message == "m1":
            self.posts.append("refused")
            raise Gone("migrated:C1")
        super().edit(sent, reply)


@pytest.fixture
def speaks_through():
    return f"{__name__}:Moved"


def test_each_try_has_one_turn_and_the_answer_arrives(office, outlet, begin, monkeypatch):
    question = begin.question(conversation=begin.conversation(thread="1.0", workspace="T"))
    answer, spot = begin.answer(begin.run(question)), spot_of(office, question)
    left = []

    def turn(*_given, **_more):
        if not left:
            raise Again(3.0)
        left.pop()

    for module in (delivery, posting):
        monkeypatch.setattr(module, "turn", turn)
    said = Reply(kind="answer", lang="en", blocks=[Block(kind="plain", text="the answer")])
    sent, tries = None, 0
    while sent is None and tries < 8:
        left[:], tries = [1], tries + 1
        with suppress(Again):
            sent = delivery.become(office, question, answer, said, spot)
    assert sent is not None
    assert sent.message == "m3"  # m1 was progress, "refused" counts as the second thing said
    assert outlet.posts[-1] == "edit of m3: the answer"
    assert outlet.posts.count("refused") == 1
