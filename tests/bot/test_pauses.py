"""What a platform's "too many requests" holds up: on Slack edits alone when it was said to an edit."""

from types import SimpleNamespace

import pytest

from bot.conversation import downloads
from bot.conversation.posting import careful, edit, turn
from bot.outlet import Place, Sent, Wait
from bot.reply import Reply
from workers.client import Again
from workers.queues.gate import MemoryGate


class Limited:
    """Answers edits with 429."""

    def __init__(self):
        self.edits = 0

    def edit(self, _sent, _reply):
        self.edits += 1
        raise Wait(30.0)


def place(platform):
    return Place(platform=platform, workspace="T", channel="C1")


REPLY, SENT = Reply(kind="progress", lang="en"), Sent(channel="C1", message="1")


def test_slack_holds_edits_when_it_has_enough_of_them_and_lets_posts_go_on():
    office, outlet = SimpleNamespace(gate=MemoryGate()), Limited()
    for _ in range(3):
        with pytest.raises(Again) as later:
            edit(office, outlet, place("slack"), SENT, REPLY)
    assert later.value.seconds > 25
    assert outlet.edits == 1  # the others were not even tried
    assert turn(office, place("slack"))
    assert careful(office, place("slack"), lambda: "posted") == "posted"


def test_slack_holds_posts_when_it_has_enough_of_those():
    office = SimpleNamespace(gate=MemoryGate())

    def post():
        raise Wait(30.0)

    with pytest.raises(Again):
        careful(office, place("slack"), post)
    with pytest.raises(Again):
        turn(office, place("slack"))


def test_telegram_counts_both_together():
    office = SimpleNamespace(gate=MemoryGate())
    with pytest.raises(Again):
        edit(office, Limited(), place("telegram"), SENT, REPLY)
    with pytest.raises(Again):
        turn(office, place("telegram"))


def test_downloads_leave_threads_to_everything_else():
    taken = [downloads.place() for _ in range(downloads.AT_ONCE)]
    for each in taken:
        each.__enter__()
    with pytest.raises(Again), downloads.place():
        pass
    for each in taken:
        each.__exit__(None, None, None)
    with downloads.place():
        pass


def test_a_file_that_finds_no_place_waits_without_a_thread_and_is_not_given_up():
    from bot.conversation import gathering

    taken = [downloads.place() for _ in range(downloads.AT_ONCE)]
    for each in taken:
        each.__enter__()
    try:
        with pytest.raises(Again):
            gathering.fetch(None, None, None, None)  # it does not come so far as to look at them
    finally:
        for each in taken:
            each.__exit__(None, None, None)
