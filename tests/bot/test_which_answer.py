"""Corrections in words: which of several answers in a thread they are about, on Slack and on Telegram."""

import json

import pytest

from bot.conversation import outlets
from tests.bot.happening import event, feed, plotted
from tests.workers.diagnosed import diagnosed
from tests.workers.state.conftest import Beginnings

WORDS = {"en": ("no, it was the valve", "it was the valve"), "zh": ("不对，是水口结瘤", "是水口结瘤")}


class Talk:
    """A thread on Slack, or a group on Telegram, in which people ask and Andon answers."""

    def __init__(self, office, platform):
        self.office, self.begin, self.platform = office, Beginnings(office.ledger), platform
        self.place = {"platform": platform, "workspace": "T" if platform == "slack" else "", "channel": "C1",
                      "thread": "1.0" if platform == "slack" else ""}  # fmt: skip
        self.conversation = self.begin.conversation(**self.place)

    def answer(self, user, text, document=None, verdict="fault", message="", **more):
        """An answer to `user`, and the message that shows it: a12 for #A12."""
        question = self.office.ledger.talk.ask(
            f"{self.platform}:q:{user}:{text}", [], conversation_id=self.conversation.id, user=user, text=text,
            lang="en", message=message,
        ).question  # fmt: skip
        made = self.begin.answer(self.begin.run(question), verdict=verdict, headline=f"About {text}", **more)
        document = document or diagnosed()
        said = document.model_copy(update={"question": {**document.question, "text": text, "file": ""}})
        data = json.dumps(said.model_dump(mode="json", by_alias=True), ensure_ascii=False)
        self.office.store.write_bytes(f"{made.prefix}/answer.json", data.encode())
        key = f"answer:{question.id}"
        self.office.ledger.answers.post(key, kind="answer", answer_id=made.id, question_id=question.id)
        self.office.ledger.answers.sent(key, "C1", f"a{made.id}")
        return made

    def say(self, user, text, **more):
        event_id, kind = f"{self.platform}:{user}:{text}", more.pop("kind", "message")
        feed(self.office, event(event_id, kind, text=text, user=user, **self.place, **more))

    def right(self, answer):
        return [said.right for said in self.office.ledger.answers.said_of([answer.id]) if said.verdict == "disagree"]


@pytest.fixture(params=["slack", "telegram"])
def talk(office, request):
    return Talk(office, request.param)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_correction_is_about_the_last_answer_to_whoever_says_it(talk, lang):
    words, right = WORDS[lang]
    older, mine, of_another = (
        talk.answer(user, text) for user, text in (("U1", "pump?"), ("U1", "level?"), ("U2", "oil?"))
    )
    talk.say("U1", words)
    assert (talk.right(older), talk.right(mine), talk.right(of_another)) == ([], [right], [])


def test_whoever_asked_on_about_an_answer_corrects_that_one(talk):
    first = talk.answer("U1", "level?")
    explained = diagnosed().model_copy(update={"receipt": {"follow_up": {"kind": "why", "about": f"#A{first.id}"}}})
    talk.answer("U2", "why?", explained, verdict="follow_up")
    talk.answer("U1", "pump?")
    talk.say("U2", "不对，是水口结瘤")
    assert talk.right(first) == ["是水口结瘤"]


def test_a_plot_in_between_is_not_what_was_wrong(talk):
    first = talk.answer("U1", "level?")
    drawn = talk.answer("U1", "plot it", plotted(), verdict="answered")
    talk.say("U1", "不对，是水口结瘤")
    assert (talk.right(first), talk.right(drawn)) == (["是水口结瘤"], [])


@pytest.mark.parametrize("how", ["reply", "number", "strand", "question"])
def test_the_answer_that_is_replied_to_or_named_comes_before_ones_own(office, how):
    talk = Talk(office, "telegram" if how in ("reply", "question") else "slack")
    theirs = talk.answer("U2", "2号流液位为什么波动？", message="m7")
    mine = talk.answer("U1", "3号流液位为什么波动？", message="m8")
    text = {"number": f"#A{theirs.id} 不对，是水口结瘤", "strand": "2号流不对，是水口结瘤"}.get(how, "不对，是水口结瘤")
    replied = {"reply": {"reply_to": f"a{theirs.id}"}, "question": {"reply_to": "m7"}}.get(how, {})
    talk.say("U1", text, **replied)
    assert (talk.right(theirs), talk.right(mine)) == (["是水口结瘤"], [])


def test_a_headline_quoted_by_hand_names_its_answer(office):
    talk = Talk(office, "slack")
    clogging, other = talk.answer("U2", "level?"), talk.answer("U2", "pump?", diagnosed("unknown"))
    headline = diagnosed().text.splitlines()[0]
    talk.say("U3", f"> {headline}\nno, it was the valve")
    assert (talk.right(clogging), talk.right(other)) == (["it was the valve"], [])


def test_somebody_who_asked_nothing_is_asked_which_of_several_is_meant(talk, outlet):
    first, second = talk.answer("U1", "level?"), talk.answer("U2", "pump?")
    talk.say("U3", "不对，是水口结瘤")
    said = outlets.outlet_for(talk.platform, talk.office.settings).posts[-1]
    assert "哪个答案" in said
    assert f"#A{first.id} About level?" in said
    assert (talk.right(first), talk.right(second)) == ([], [])
    press = {"kind": "press", "action": "right_of", "value": str(first.id), "message": "m1", **talk.place}
    feed(talk.office, event("p1", **press, user="U9"))
    assert talk.right(first) == []
    feed(talk.office, event("p2", **press, user="U3"))
    assert (talk.right(first), talk.right(second)) == (["是水口结瘤"], [])


def test_a_colleague_corrects_the_only_answer_there_is(talk):
    only = talk.answer("U1", "level?")
    talk.say("U3", "不对，是水口结瘤")
    assert talk.right(only) == ["是水口结瘤"]


def test_words_in_the_quote_form_are_a_correction_of_the_quoted_answer(office):
    talk = Talk(office, "slack")
    quoted, newer = talk.answer("U1", "level?"), talk.answer("U1", "pump?")
    feed(office, event("f", "form", action="quote", value=str(quoted.id), form={"text": "不对，是水口结瘤"},
                       message=f"a{quoted.id}", workspace="T"))  # fmt: skip
    assert (talk.right(quoted), talk.right(newer)) == (["是水口结瘤"], [])


def test_a_reply_to_the_prompt_of_quote_is_a_correction_of_the_quoted_answer(office):
    talk = Talk(office, "telegram")
    quoted, newer = talk.answer("U1", "level?"), talk.answer("U1", "pump?")
    office.ledger.answers.post("quote:1", kind="ask", about={"what": "quote", "answer_id": quoted.id})
    office.ledger.answers.sent("quote:1", "C1", "m1")
    talk.say("U1", "不对，是水口结瘤", reply_to="m1")
    assert (talk.right(quoted), talk.right(newer)) == (["是水口结瘤"], [])


def test_a_correction_below_ones_own_file_does_not_ask_about_the_file_again(office):
    talk = Talk(office, "telegram")
    first = talk.answer("U1", "level?", message="m7")
    talk.answer("U1", "pump?", message="m8")
    talk.say("U1", "不对，是水口结瘤", reply_to="m7", files=[{"id": "F1", "name": "a.csv"}])
    assert talk.right(first) == ["是水口结瘤"]


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("第二条不对", ""),
        ("the second point is wrong", ""),
        ("第2条肯定不对，是水口偏了", "是水口偏了"),
        ("cause 2 is not it", ""),
    ],
)
def test_one_point_is_denied_and_the_rest_stands(talk, words, right):
    made = talk.answer("U1", "level?", causes=["Stopper clogging", "SEN misaligned"])
    talk.say("U1", words)
    (said,) = talk.office.ledger.answers.said_of([made.id])
    assert (said.aspect, said.verdict, said.right) == ("cause:SEN misaligned", "disagree", right)
    assert talk.office.ledger.answers.tally(made.id) == {}
    noted = outlets.outlet_for(talk.platform, talk.office.settings).posts[-1]
    assert "SEN misaligned" in noted
    assert f"#A{made.id}" in noted
    talk.say("U1", "undo", kind="press", action="undo", value=str(said.id), message="m1")
    assert [each.verdict for each in talk.office.ledger.answers.said_of([made.id])] == ["withdrawn"]


def test_a_point_that_an_answer_does_not_have_is_kept_nowhere(talk):
    made = talk.answer("U1", "level?", causes=["Stopper clogging"])
    talk.say("U1", "第二条不对")
    assert talk.office.ledger.answers.said_of([made.id]) == []
    ((_user, said),) = outlets.outlet_for(talk.platform, talk.office.settings).whispers
    assert "只列了1条原因" in said


def test_of_several_answers_the_point_is_that_of_the_one_that_is_pressed(talk):
    first, second = (talk.answer(user, f"{user}?", causes=["A", f"B of {user}"]) for user in ("U1", "U2"))
    talk.say("U3", "第二条不对")
    feed(
        talk.office, event("p", "press", action="right_of", value=str(first.id), message="m1", user="U3", **talk.place)
    )
    assert [said.aspect for said in talk.office.ledger.answers.said_of([first.id, second.id])] == ["cause:B of U1"]
