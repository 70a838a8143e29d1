"""Conversations, people, questions and files: told twice they are one, also when told at the same time."""

from datetime import timedelta

import pytest

from tests.workers.together import together
from workers.state.models import now

FILE = {"id": "F1", "name": "level.csv", "kind": "file"}


def test_a_place_is_one_conversation(ledger, begin):
    first, again = begin.conversation(thread="1.1"), begin.conversation(thread="1.1")
    others = [
        begin.conversation(thread="1.2"),
        begin.conversation("C2", "1.1"),
        begin.conversation(thread="1.1", workspace="T2"),
        begin.conversation(thread="1.1", platform="telegram"),
    ]
    assert first.id == again.id
    assert len({first.id, *(other.id for other in others)}) == 5


def test_a_place_that_is_only_looked_for_is_not_made(ledger):
    assert ledger.talk.conversation("slack", "T", "C", "", private=False, make=False) is None


@pytest.mark.timeout(30)
def test_a_place_first_seen_by_many_at_once_is_one_conversation(begin):
    assert len({place.id for place in together(6, lambda _i: begin.conversation())}) == 1


def test_the_language_of_a_conversation_is_remembered(ledger, begin):
    place, other = begin.conversation(), begin.conversation("C2")
    ledger.talk.speak(place.id, "zh")
    assert [ledger.talk.get_conversation(each.id).lang for each in (place, other)] == ["zh", None]


def test_what_is_not_there_is_an_error_not_nothing(ledger):
    with pytest.raises(KeyError):
        ledger.talk.get_conversation(99)
    with pytest.raises(KeyError):
        ledger.talk.question(99)
    assert ledger.talk.find_question("nobody's") is None


def test_a_person_is_one_with_the_newest_name(ledger):
    first = ledger.talk.person("slack", "T", "U1", "Anna")
    assert ledger.talk.person("slack", "T", "U1").name == "Anna"
    assert ledger.talk.person("slack", "T", "U1", "Anna B.").name == "Anna B."
    assert ledger.talk.person("slack", "T", "U1").id == first.id
    assert ledger.talk.person("telegram", "T", "U1", "Anna").id != first.id


@pytest.mark.timeout(30)
def test_somebody_is_told_once_that_they_are_not_admitted(ledger):
    person = ledger.talk.person("slack", "T", "U1")
    assert sorted(together(5, lambda _i: ledger.talk.refuse(person.id))) == [False, False, False, False, True]


def test_a_message_told_twice_is_one_question(ledger, begin):
    place = begin.conversation()
    ask = {"conversation_id": place.id, "user": "U1", "lang": "en"}
    first = ledger.talk.ask("m1", [FILE], text="why?", **ask)
    again = ledger.talk.ask("m1", [FILE], text="something else", **ask)
    assert (first.new, first.more_files, again.new, again.more_files) == (True, False, False, False)
    assert again.question.id == first.question.id
    assert again.question.text == "why?"
    assert len(ledger.talk.files(first.question.id)) == 1


def test_the_parts_of_an_album_are_one_question_in_the_order_in_which_they_came(ledger, begin):
    place = begin.conversation()
    ask = {"conversation_id": place.id, "user": "U1"}
    first = ledger.talk.ask("album", [FILE], text="", lang="en", **ask)
    second = ledger.talk.ask("album", [FILE | {"id": "F2", "name": "speed.csv"}], text="为什么", lang="zh", **ask)
    third = ledger.talk.ask("album", [FILE | {"id": "F0", "name": "flow.csv"}], text="", lang="en", **ask)
    assert [asked.new for asked in (first, second, third)] == [True, False, False]
    assert [asked.more_files for asked in (first, second, third)] == [False, True, True]
    question = ledger.talk.question(first.question.id)
    assert (question.text, question.lang) == ("为什么", "zh")
    assert [file.name for file in ledger.talk.files(question.id)] == ["level.csv", "speed.csv", "flow.csv"]


@pytest.mark.timeout(30)
def test_the_parts_of_an_album_that_come_at_once_are_all_kept(ledger, begin):
    place = begin.conversation()

    def part(i):
        files = [FILE | {"id": f"F{i}"}]
        return ledger.talk.ask("album", files, conversation_id=place.id, user="U", text=f"{i}" * (i == 3), lang="en")

    asked = together(6, part)
    assert len({each.question.id for each in asked}) == 1
    assert [each.new for each in asked].count(True) == 1
    assert sum(each.more_files for each in asked) == 5
    assert len(ledger.talk.files(asked[0].question.id)) == 6
    assert ledger.talk.question(asked[0].question.id).text == "3"


def test_a_long_file_name_and_a_long_name_are_no_failure(ledger, begin):
    name = "Stranggießanlage 2 " * 30 + ".csv"
    question = begin.question(files=[FILE | {"name": name}])
    (file,) = ledger.talk.files(question.id)
    assert file.name.startswith("Stranggießanlage 2")
    assert file.ref["name"] == name
    assert ledger.talk.person("slack", "T", "U1", "Anna " * 100).name.startswith("Anna")


def test_a_file_is_fetched_or_has_a_reason(ledger, begin):
    question = begin.question(files=[FILE, FILE | {"id": "F2"}])
    first, second = ledger.talk.files(question.id)
    ledger.talk.fetched(first.id, "files/1/level.csv")
    ledger.talk.fetched(second.id, None, "too_large")
    first, second = ledger.talk.files(question.id)
    assert [(f.artifact, f.trouble) for f in (first, second)] == [("files/1/level.csv", None), (None, "too_large")]


def test_a_question_that_is_over_is_not_moved_back(ledger, begin):
    question = begin.question()
    assert ledger.talk.settle(question.id, "stopped")
    assert not ledger.talk.settle(question.id, "answered", unless=("stopped",))
    assert ledger.talk.question(question.id).state == "stopped"
    assert not ledger.talk.settle(12345, "answered")


def test_corrected_words_replace_the_old_ones(ledger, begin):
    question, other = begin.question("wy?"), begin.question("wy?")
    assert ledger.talk.edit_question(question.id, "为什么？", "zh", now())
    assert [ledger.talk.question(q.id).text for q in (question, other)] == ["为什么？", "wy?"]


def test_words_that_are_corrected_while_they_are_worked_on_begin_anew_both_or_neither(ledger, begin):
    run = begin.run(begin.question("wy?"))
    with pytest.raises(ZeroDivisionError):
        ledger.talk.edit_question(run.question_id, "why?", "en", now(), anew=lambda _session: 1 / 0)
    assert (ledger.talk.question(run.question_id).text, ledger.runs.get(run.id).state) == ("wy?", "queued")
    noted = []
    assert ledger.talk.edit_question(run.question_id, "why?", "en", now(), anew=noted.append)
    question = ledger.talk.question(run.question_id)
    assert (question.text, question.state, ledger.runs.get(run.id).state) == ("why?", "gathering", "stopped")
    ledger.talk.settle(run.question_id, "answered")
    assert ledger.talk.edit_question(run.question_id, "why not?", "en", now(), anew=noted.append)
    assert len(noted) == 1  # what is answered is not begun anew


def test_words_are_not_replaced_by_older_ones(ledger, begin):
    question, moment = begin.question("first"), now()
    assert ledger.talk.edit_question(question.id, "third", "en", moment)
    assert not ledger.talk.edit_question(question.id, "second", "en", moment - timedelta(seconds=1))
    assert ledger.talk.question(question.id).text == "third"
    assert ledger.talk.edit_question(question.id, "in the same second", "en", moment)
    assert not ledger.talk.edit_question(12345, "nobody's", "en", moment)


def test_how_many_are_ahead_counts_open_questions_that_came_before(ledger, begin):
    first, second, third = (begin.question() for _ in range(3))
    ledger.talk.settle(first.id, "answered")
    assert [ledger.talk.ahead(q.id) for q in (first, second, third)] == [0, 0, 1]


def test_questions_are_found_by_conversation_state_and_time(ledger, begin):
    here, there = begin.conversation(), begin.conversation("C2")
    first, second = begin.question(conversation=here), begin.question(conversation=here)
    begin.question(conversation=there)
    ledger.talk.settle(first.id, "answered")
    assert [q.id for q in ledger.talk.open_questions([here.id])] == [second.id]
    hour = timedelta(hours=1)
    assert [q.id for q in ledger.talk.asked_since([here.id], now() - hour)] == [first.id, second.id]
    assert ledger.talk.asked_since([here.id], now() + hour) == []
    assert ledger.talk.open_questions([]) == []


def test_a_channel_that_got_another_id_keeps_its_conversations_and_messages(ledger, begin):
    place = begin.conversation("-1", platform="telegram", workspace="")
    question = begin.question(conversation=place)
    ledger.answers.post("answer:1", kind="answer", question_id=question.id)
    ledger.answers.sent("answer:1", "-1", "7")
    for _ in range(2):  # the platform may say it twice
        ledger.talk.move("telegram", "-1", "-100")
    assert begin.conversation("-100", platform="telegram", workspace="").id == place.id
    assert ledger.answers.post_at("-1", "7").key == "answer:1"
    assert ledger.answers.post_at("-100", "7") is None


def test_a_channel_that_was_spoken_in_under_both_ids_becomes_one(ledger, begin):
    old = begin.conversation("-1", platform="telegram", workspace="")
    run = begin.run(begin.question(conversation=old))
    answer = begin.answer(run)
    ledger.runs.remember_dataset(run.id, old.id, file_name="a.csv", artifact="a", columns={"x": ""})
    ledger.answers.subscribe(old.id, "06:00", "en", "U1")
    ledger.answers.subscribe(old.id, "14:00", "en", "U1")
    new = begin.conversation("-100", platform="telegram", workspace="")
    ledger.answers.subscribe(new.id, "06:00", "en", "U1")
    begin.conversation("-1", "9", platform="telegram", workspace="")
    ledger.talk.move("telegram", "-1", "-100")
    before = now() - timedelta(hours=1)
    found = [ledger.talk.asked_since(ledger.talk.threads_of("telegram", "", it), before) for it in ("-1", "-100")]
    assert [[question.id for question in each] for each in found] == [[], [run.question_id]]
    assert [found.id for found in ledger.answers.latest([new.id])] == [answer.id]
    assert ledger.talk.question(run.question_id).conversation_id == new.id
    assert sorted((s.conversation_id, s.clock) for s in ledger.answers.subscriptions()) == [
        (new.id, "06:00"), (new.id, "14:00")]  # fmt: skip
    assert ledger.talk.conversation("telegram", "", "-100", "9", private=False, make=False) is not None


def test_another_platforms_channel_of_the_same_id_is_left_alone(ledger, begin):
    slack = begin.conversation("-1", workspace="")
    ledger.talk.move("telegram", "-1", "-100")
    assert ledger.talk.get_conversation(slack.id).channel == "-1"
