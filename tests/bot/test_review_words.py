"""A keeper asks in words for what waits: the same list as `kb review`."""

import pytest

from bot.conversation import outlets
from bot.conversation.wishes import wish
from bot.wording import say
from tests.bot.happening import event, feed

WORDS = ["待审核的知识", "有哪些没审的", "还有几条没审核？", "打开审核列表", "what is waiting for review",
         "anything waiting for approval?", "show the review queue", "what do I have to review?"]  # fmt: skip


@pytest.fixture
def reviewed(office, monkeypatch):
    """Who may review, and what was opened."""
    monkeypatch.setattr(office, "settings", office.settings.model_copy(update={"keepers": "U1"}))
    shown = []
    monkeypatch.setattr("bot.conversation.review.show", lambda scene: shown.append(scene.event.user))
    return shown


@pytest.mark.parametrize("words", WORDS)
def test_words_for_what_waits_open_the_review_list(office, reviewed, words):
    feed(office, event("slack:T:C1:2.0", text=words))
    assert reviewed == ["U1"]
    assert office.ledger.talk.find_question("slack:T:C1:2.0") is None


def test_who_is_no_keeper_is_told_so_and_sees_nothing(office, reviewed):
    feed(office, event("slack:T:C1:2.0", text="有哪些没审的", user="U2"))
    ((user, said),) = outlets.outlet_for("slack", office.settings).whispers
    assert (reviewed, user) == ([], "U2")
    assert said == say("not_allowed", "zh")


@pytest.mark.parametrize("text", [
    "待审核的工单有哪些", "3号流还没审批为什么停", "哪些阀没关", "the pump is waiting for approval, why?",
    "what is pending?", "review the pump data", "what is the reset time",
])  # fmt: skip
def test_what_waits_elsewhere_is_no_review(text):
    assert wish(text) is None
