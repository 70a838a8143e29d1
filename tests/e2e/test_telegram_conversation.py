"""A crew on Telegram: the real bot process, worker and Redis against the strict Telegram, by polling.

Each test talks in a chat of its own; one plant serves them all. The two last tests look back at the whole.
"""

import csv
import io
import re
import time

import pytest

from tests.e2e.phone import Phone, telegram_plant
from tests.e2e.plant import REACTIONS, big_csv, small_csv
from workers.simulator import simulate, write

pytestmark = pytest.mark.timeout(180)
QUESTION = "level is jumping on strand 2, why?"
FILLER = "# Filler F-12\n\n## Valve body\n\nThe valve body nut of filler F-12 takes 44 Nm with the blue key.\n"
STAGES = re.compile(r"[▓░]{10} \d+ %")


@pytest.fixture(scope="module")
def telegram():
    with Phone() as server:
        yield server


@pytest.fixture(scope="module")
def plant(telegram, tmp_path_factory):
    with telegram_plant(telegram, tmp_path_factory.mktemp("telegram")) as plant:
        yield plant


@pytest.fixture(scope="module")
def clogging(tmp_path_factory):
    path = tmp_path_factory.mktemp("simulated") / "strand2_0400.csv"
    write(simulate("stopper_clogging", rows=7200, seed=7), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def asked(telegram, plant, clogging):
    """Anna's question in private with a file, answered with everything that belongs to it: (question, answer)."""
    question = telegram.send_file(telegram.anna, telegram.anna, "strand2_0400.csv", clogging, QUESTION)
    answer = telegram.answered(telegram.anna)
    telegram.wait_for(lambda: len([m for m in telegram.bot_messages(telegram.anna) if m.file]) == 4, 30, "its files")
    return question, answer


@pytest.fixture(scope="module")
def pumped(telegram, plant):
    """A small answer in somebody's private chat that several tests go on from: (person, answer)."""
    person = telegram.add_user("Petra", "en")
    return person, ask(telegram, person, person)[1]


@pytest.fixture(scope="module")
def public(telegram, plant):
    """A small answer in a group of Olga and Li: (group, Olga, answer)."""
    olga = telegram.add_user("Olga", "en")
    group = telegram.add_group("Day shift", [olga, telegram.li])
    return group, olga, ask(telegram, group, olga, "@andon_bot pump pressure jumped, why?")[1]


@pytest.fixture
def mate(telegram, plant):
    """Somebody new, with an empty private chat."""
    return telegram.add_user("Mate", "en")


@pytest.fixture
def crew(telegram, mate):
    """A new group of Mate and Li with the bot in it, privacy mode on."""
    return telegram.add_group("Night shift", [mate, telegram.li])


def ask(telegram, chat, user, text="pump pressure jumped, why?", name="pumps.csv", data=None, **more):
    """A question with a small file, answered: (question, answer)."""
    before = len(telegram.answers(chat, more.get("topic")))
    question = telegram.send_file(chat, user, name, data or small_csv(), text, **more)
    return question, telegram.answered(chat, before + 1, more.get("topic"))


def settled(telegram, ledger):
    """Wait until nobody has anything left to do."""
    telegram.wait_for(lambda: not ledger.jobs.counts().get("waiting"), 60, "the end of all jobs")


def answer_row(ledger, message):
    """The ledger's answer that a message shows."""
    number = next(b["callback_data"] for row in message.keyboard for b in row if b["text"] in ("More", "更多"))
    return ledger.answers.get(int(number.partition(":")[2]))


def request_of(ledger, message):
    """What the computing workers were asked for a message's answer."""
    return ledger.runs.get(answer_row(ledger, message).run_id).request


def candidates(plant):
    """What `andon kb review` shows."""
    return plant.command("kb", "review").stdout


# The answer


def test_a_sign_of_life_comes_at_once_and_becomes_the_answer(telegram, asked):
    question, answer = asked
    versions = telegram.edits(telegram.anna, answer)
    assert versions[0].time - question.date < 1.5
    assert "strand2_0400.csv" in versions[0].text
    assert any(STAGES.search(version.text) for version in versions[1:])
    for version in versions[:-1]:
        assert [b["text"] for row in version.keyboard["inline_keyboard"] for b in row] == ["Stop"]
    assert [text for text in answer.buttons if text in REACTIONS["en"]] == list(REACTIONS["en"])
    assert "Stop" not in answer.buttons
    assert answer.reply_to_id == question.id
    assert telegram.answers(telegram.anna)[0].id == answer.id


def test_the_headline_says_what_since_when_why_and_how_sure(telegram, asked):
    first = asked[1].text.splitlines()[0]
    assert re.search(r"\d\d:\d\d", first)
    assert "clogging" in first
    assert re.search(r"\(0\.\d+\)", first)
    bold = [e for e in asked[1].entities if e["type"] == "bold"]
    assert bold[0]["offset"] == 0
    assert "<b>" not in asked[1].text


def test_charts_come_as_photos_and_in_full_as_documents_below_the_answer(telegram, asked):
    _, answer = asked
    below = [m for m in telegram.bot_messages(telegram.anna) if m.reply_to_id == answer.id and m.file]
    photos, pictures = [m for m in below if m.photo], [m for m in below if m.document and m.file.name.endswith(".png")]
    assert len(photos) >= 1
    assert all(m.text for m in photos)
    assert [m.file.data for m in photos] == [m.file.data for m in pictures]
    assert answer.id < min(m.id for m in below)


def test_the_processed_table_can_be_taken_away_once(telegram, asked, ledger):
    anna = telegram.anna
    before = telegram.last(anna)
    telegram.press(anna, anna, asked[1], "More")
    more = telegram.said(anna, "Behind this answer", before)
    for _ in range(2):
        telegram.press(anna, anna, more, "Data as CSV")
    table = telegram.said(anna, "Processed data", before)
    settled(telegram, ledger)
    assert [m for m in telegram.bot_messages(anna) if m.document and m.file.name.endswith(".csv")] == [table]
    rows = list(csv.reader(io.StringIO(table.file.data.decode("utf-8-sig"))))
    assert len(rows) == 7201
    assert table.reply_to_id == asked[1].id


def test_a_chinese_question_is_answered_in_chinese_whatever_the_files_name(telegram, plant):
    li = telegram.li
    question, answer = ask(telegram, li, li, "泵压力为什么突变？", "2号流 压力①.csv")
    assert [text for text in answer.buttons if text in REACTIONS["zh"]] == list(REACTIONS["zh"])
    first = telegram.edits(li, answer)[0]
    assert "2号流 压力①.csv" in first.text
    assert first.keyboard["inline_keyboard"][0][0]["text"] == "停止"
    assert re.search(r"[一-鿿]", answer.text.splitlines()[0])
    assert answer.reply_to_id == question.id


def test_an_album_is_one_question_with_one_answer(telegram, plant, ledger, mate):
    files = [("a.csv", small_csv()), ("b.csv", small_csv(name="fan", seed=4))]
    telegram.album(mate, mate, files, "what happened here?")
    answer = telegram.answered(mate)
    request = request_of(ledger, answer)
    assert {request["file_name"], *(m["file_name"] for m in request["more"])} == {"a.csv", "b.csv"}
    assert request["text"] == "what happened here?"
    settled(telegram, ledger)
    assert len(telegram.answers(mate)) == 1
    assert [m for m in telegram.bot_messages(mate) if m.buttons == ["Stop"]] == []


def test_a_file_alone_is_a_question_too(telegram, plant, mate):
    _, answer = ask(telegram, mate, mate, None)
    assert "pump0" in answer.text


def test_a_question_in_words_is_answered_from_knowledge(telegram, plant, mate):
    telegram.say(mate, mate, "what are the signs of stopper clogging?")
    assert "stopper" in telegram.answered(mate).text.lower()


def test_names_with_markup_emoji_and_chinese_survive(telegram, plant, mate):
    names = ["<b>p&q</b> \"x\" 'y' [bar]", "温度🔥<S1> [°C]", "a&lt;b", "🔥🔥"]
    lines = small_csv().decode().splitlines()
    out = io.StringIO()
    csv.writer(out).writerow(["time", *names])
    data = (out.getvalue() + "\n".join(lines[1:]) + "\n").encode()
    _, answer = ask(telegram, mate, mate, name="<i>&.csv", data=data)
    assert "<b>p&q</b>" in answer.text
    assert "<i>&.csv" in telegram.edits(mate, answer)[0].text


# Groups and topics


def test_in_a_group_only_what_is_meant_for_andon_is_answered_in_reply_to_the_question(telegram, plant, mate, crew):
    unseen = telegram.say(crew, mate, "who took my gloves?")
    assert unseen.update_id is None
    question, answer = ask(telegram, crew, mate, "@andon_bot pump pressure jumped, why?")
    assert answer.reply_to_id == question.id
    assert all(m.reply_to_id for m in telegram.bot_messages(crew))
    more = telegram.say(crew, mate, "plot pump0 please", reply_to=answer)
    assert telegram.answered(crew, 2).reply_to_id == more.id
    assert "gloves" not in (plant.folder / "data/andon.sqlite").read_bytes().decode("latin-1")


def test_a_mention_in_reply_to_somebodys_file_is_about_that_file(telegram, plant, ledger, mate, crew):
    file = telegram.send_file(crew, telegram.li, "li.csv", small_csv())
    assert file.update_id is None
    telegram.say(crew, mate, "@andon_bot why?", reply_to=file)
    assert request_of(ledger, telegram.answered(crew))["file_name"] == "li.csv"


def test_in_a_forum_the_answer_comes_in_the_topic_of_the_question(telegram, plant, ledger):
    topic = telegram.topics["Strand 2"]
    question, answer = ask(telegram, telegram.forum, telegram.anna, "@andon_bot why did it jump?", topic=topic)
    assert (answer.topic, answer.reply_to_id) == (topic, question.id)
    settled(telegram, ledger)
    assert [m for m in telegram.bot_messages(telegram.forum) if m.photo]
    assert {m.topic for m in telegram.bot_messages(telegram.forum)} == {topic}


def test_added_to_a_group_it_says_hello_once(telegram, plant, mate):
    group = telegram.add_group("New line", [mate])
    telegram.remove_bot(group, mate)
    telegram.repeat(telegram.add_bot(group, mate))
    telegram.said(group, "I am Andon")
    telegram.say(group, mate, "/status@andon_bot")
    telegram.said(group, "Your role")
    assert len([m for m in telegram.bot_messages(group) if "I am Andon" in m.text]) == 1


def test_a_group_that_becomes_a_supergroup_goes_on(telegram, plant, ledger, mate, crew):
    _, answer = ask(telegram, crew, mate, "@andon_bot pump pressure jumped, why?")
    number = answer_row(ledger, answer).id
    settled(telegram, ledger)
    new = telegram.upgrade(crew)
    telegram.say(new, mate, f"@andon_bot #A{number} plot pump1 please")
    assert request_of(ledger, telegram.answered(new))["file_name"] == "pumps.csv"


# Context


def test_a_reply_to_an_answer_is_about_its_file_and_its_diagnosis(telegram, plant, ledger, mate):
    _, first = ask(telegram, mate, mate, name="first.csv")
    ask(telegram, mate, mate, name="second.csv", data=small_csv(name="fan", seed=5))
    telegram.say(mate, mate, "why?", reply_to=first)
    request = request_of(ledger, telegram.answered(mate, 3))
    assert request["file_name"] == "first.csv"
    assert answer_row(ledger, first).headline in request["context"]


def test_a_reply_to_a_chart_is_about_its_answer(telegram, plant, ledger, asked):
    anna = telegram.anna
    ask(telegram, anna, anna, name="later.csv")
    before = len(telegram.answers(anna))
    chart = next(m for m in telegram.bot_messages(anna) if m.photo and m.reply_to_id == asked[1].id)
    telegram.say(anna, anna, "what is this peak?", reply_to=chart)
    assert request_of(ledger, telegram.answered(anna, before + 1))["file_name"] == "strand2_0400.csv"


def test_a_quoted_part_of_an_answer_is_context(telegram, plant, ledger, pumped):
    person, first = pumped
    words, before = first.text.splitlines()[0][:20], len(telegram.answers(person))
    telegram.say(person, person, "since when?", reply_to=first, quote=words)
    request = request_of(ledger, telegram.answered(person, before + 1))
    assert (request["file_name"], request["text"]) == ("pumps.csv", "since when?")
    assert words in request["context"]


def test_an_answer_is_quoted_by_its_number_in_its_own_chat(telegram, plant, ledger, public):
    group, olga, answer = public
    before = len(telegram.answers(group))
    telegram.say(group, olga, f"@andon_bot #A{answer_row(ledger, answer).id} plot pump1 please")
    request = request_of(ledger, telegram.answered(group, before + 1))
    assert (request["text"], request["file_name"]) == ("plot pump1 please", "pumps.csv")
    assert answer_row(ledger, answer).headline in request["context"]


@pytest.mark.parametrize("whose", ["a private chat's", "a group's"])
@pytest.mark.parametrize("where", ["in a group", "in private"])
def test_an_answer_can_not_be_quoted_in_another_chat(telegram, plant, ledger, asked, public, mate, crew, whose, where):
    row = answer_row(ledger, asked[1] if whose == "a private chat's" else public[2])
    chat = crew if where == "in a group" else mate
    telegram.say(chat, mate, f"@andon_bot #A{row.id} why?")
    answer = telegram.answered(chat)
    request = request_of(ledger, answer)
    assert (request["context"], request["artifact"]) == ("", None)
    assert row.headline not in answer.text
    assert "pump0" not in answer.text


def test_a_learnt_document_is_asked_about_in_the_knowledge_base(telegram, plant, ledger, mate):
    telegram.send_file(mate, mate, "F-12 filler.md", FILLER.encode(), "pls learn this manual, it is the vendor's")
    assert "F-12 filler.md" in telegram.answered(mate).text
    telegram.say(mate, mate, "what is the torque of the valve body nut of filler F-12?")
    answer = telegram.answered(mate, 2)
    assert request_of(ledger, answer)["artifact"] is None
    assert "44 Nm" in answer.text
    telegram.say(mate, mate, "and the colour of the key for the valve body nut?", reply_to=telegram.answers(mate)[0])
    assert request_of(ledger, telegram.answered(mate, 3))["artifact"] is None


def test_a_table_that_could_not_be_learnt_is_still_asked_about(telegram, plant, ledger, mate):
    ask(telegram, mate, mate, "learn this")
    telegram.say(mate, mate, "plot pump2 please")
    assert request_of(ledger, telegram.answered(mate, 2))["file_name"] == "pumps.csv"


def test_a_long_chinese_file_name_is_taken_and_learnt(telegram, plant, ledger, mate):
    name = "二号连铸机结晶器液位与塞棒位置联合记录" * 4  # 76 letters, 228 bytes
    _, answer = ask(telegram, mate, mate, "泵压力为什么突变？", f"{name}.csv")
    assert request_of(ledger, answer)["file_name"] == f"{name}.csv"
    telegram.send_file(mate, mate, f"{name}手册.md", FILLER.replace("44", "45").encode(), "学习一下这个文件")
    assert f"{name}手册.md"[:20] in telegram.answered(mate, 2).text


def test_a_name_that_is_half_a_character_holds_up_nobody(telegram, plant, ledger, mate):
    odd = telegram.add_user("Odd \ud83d", "en")
    telegram.say(odd, odd, "what are the signs of stopper clogging?")
    telegram.say(mate, mate, "what are the signs of stopper clogging?")
    assert "clogging" in telegram.answered(mate).text
    assert "clogging" in telegram.answered(odd).text


def test_an_edit_while_it_works_changes_the_question_and_gives_one_answer(telegram, plant, ledger, mate):
    message = telegram.send_file(mate, mate, "pumps.csv.gz", big_csv(), "first words")
    telegram.wait_for(lambda: telegram.bot_messages(mate), 10, "progress")
    telegram.edit(mate, message, "second words")
    answer = telegram.answered(mate)
    assert request_of(ledger, answer)["text"] == "second words"
    settled(telegram, ledger)
    assert len(telegram.answers(mate)) == 1


def test_an_edit_after_the_answer_offers_to_answer_again(telegram, plant, ledger, mate):
    question, _ = ask(telegram, mate, mate)
    telegram.edit(mate, question, "plot pump2 please")
    offer = telegram.said(mate, "You changed your question")
    telegram.press(mate, mate, offer, "Ask again")
    again = telegram.answered(mate, 2)
    assert request_of(ledger, again)["text"] == "plot pump2 please"
    assert request_of(ledger, again)["file_name"] == "pumps.csv"


# The four reactions


def test_copy_gives_a_long_answer_as_plain_text_to_take_away(telegram, plant, ledger, asked):
    _, answer = asked
    before = telegram.last(telegram.anna)
    telegram.press(telegram.anna, telegram.anna, answer, "Copy")
    copied = telegram.said(telegram.anna, f"#A{answer_row(ledger, answer).id}", before)
    assert [e["type"] for e in copied.entities] == ["pre"]
    assert copied.text.splitlines()[0] == answer.text.splitlines()[0]
    assert "To be surer" in copied.text


def test_quote_asks_by_a_reply_that_is_a_question_about_the_answer(telegram, plant, ledger, pumped):
    mate, answer = pumped
    before = len(telegram.answers(mate))
    telegram.press(mate, mate, answer, "Quote")
    asks = telegram.said(mate, "Reply to this message with your question")
    assert asks.markup["force_reply"] is True
    telegram.say(mate, mate, "plot pump3 please", reply_to=asks)
    request = request_of(ledger, telegram.answered(mate, before + 1))
    assert (request["text"], request["file_name"]) == ("plot pump3 please", "pumps.csv")


def test_query_says_how_to_set_a_search_engine_up(telegram, plant, asked):
    telegram.press(telegram.anna, telegram.anna, asked[1], "Query")
    telegram.said(telegram.anna, "SEARXNG_URL")


def test_a_verdict_is_kept_once_a_person_and_changes(telegram, plant, ledger, public):
    crew, mate, answer = public
    row = answer_row(ledger, answer)
    assert "1 agree" in telegram.press(crew, mate, answer, "Agree")
    assert "1 agree" in telegram.press(crew, mate, answer, "Agree")
    assert "2 agree" in telegram.press(crew, telegram.li, answer, "Agree")
    telegram.press(crew, telegram.li, answer, "Disagree")
    asks = telegram.said(crew, "You disagree with")
    assert [e["user_id"] for e in asks.entities if e["type"] == "text_mention"] == [telegram.li.id]
    assert ledger.answers.tally(row.id) == {"agree": 1, "disagree": 1}
    assert len(ledger.answers.said_of([row.id])) == 2


def test_emoji_on_an_answer_are_verdicts_and_can_be_taken_away(telegram, plant, ledger, mate, crew):
    _, answer = ask(telegram, crew, mate, "@andon_bot pump pressure jumped, why?")
    row = answer_row(ledger, answer)

    def verdicts():
        return [(f.user, f.verdict) for f in ledger.answers.said_of([row.id])]

    telegram.promote_bot(crew, mate)
    assert telegram.react(crew, mate, answer, "👍") is not None
    telegram.wait_for(lambda: verdicts() == [(str(mate.id), "agree")], 20, "the verdict")
    telegram.react(crew, mate, answer, None)
    telegram.wait_for(lambda: verdicts() == [(str(mate.id), "withdrawn")], 20, "its end")
    telegram.react(crew, mate, answer, "👎")
    asks = telegram.said(crew, "You disagree with")
    assert asks.markup["force_reply"] is True
    assert verdicts() == [(str(mate.id), "disagree")]
    telegram.say(crew, mate, "a blocked strainer", reply_to=asks)
    telegram.said(crew, "a blocked strainer")
    assert [f.right for f in ledger.answers.said_of([row.id])] == ["a blocked strainer"]


def test_disagreement_by_words_becomes_a_candidate_once_and_can_be_undone(telegram, plant, ledger, pumped):
    mate, answer = pumped
    row = answer_row(ledger, answer)
    telegram.press(mate, mate, answer, "Disagree")
    asks = telegram.said(mate, "You disagree with")
    assert asks.markup["force_reply"] is True
    telegram.say(mate, mate, "valve V7 was throttled", reply_to=asks)
    noted = telegram.said(mate, "Noted: “valve V7 was throttled”")
    (said,) = ledger.answers.said_of([row.id])
    candidate = telegram.wait_for(lambda: ledger.answers.feedback(said.id).candidate, 30, "a candidate")
    assert "V7" in candidates(plant)
    assert "Taken back" in telegram.press(mate, mate, noted, "Undo")
    telegram.wait_for(lambda: not ledger.answers.feedback(said.id).candidate, 30, "the candidate's end")
    assert candidate not in candidates(plant)
    (said,) = ledger.answers.said_of([row.id])
    assert said.verdict == "withdrawn"


def test_disagreement_by_number_names_that_cause(telegram, plant, ledger, asked):
    anna, answer = telegram.anna, asked[1]
    row = answer_row(ledger, answer)
    assert len(row.causes) >= 2
    telegram.press(anna, anna, answer, "Disagree")
    asks = telegram.said(anna, "You disagree with")
    assert f"2. {row.causes[1]}" in asks.text
    telegram.say(anna, anna, "2", reply_to=asks)
    telegram.said(anna, f"Noted: “{row.causes[1]}”")
    (said,) = [f for f in ledger.answers.said_of([row.id]) if f.aspect == "answer"]
    assert (said.verdict, said.right) == ("disagree", row.causes[1])


def test_more_shows_what_is_behind_an_answer_with_edges_to_judge(telegram, plant, ledger, asked):
    anna, answer = telegram.anna, asked[1]
    row, before = answer_row(ledger, answer), telegram.last(anna)
    telegram.press(anna, anna, answer, "More")
    more = telegram.said(anna, "Behind this answer", before)
    for words in ("F1:", "Causal graph", "Receipt"):
        assert words in more.text
    assert "does not drive" in telegram.press(anna, anna, more, "2 ✗")
    assert "drives" in telegram.press(anna, anna, more, "2 ✓")
    (edge,) = [f for f in ledger.answers.said_of([row.id]) if f.aspect.startswith("edge:")]
    assert edge.verdict == "agree"
    shown = [int(label.split()[0]) for label in more.buttons if label.endswith("✓")]
    assert all(f"({number})" in more.text for number in shown)


# Stop


@pytest.mark.parametrize("how", ["button", "word", "command"])
def test_a_stop_is_honoured_within_two_seconds_and_said(telegram, plant, ledger, mate, how):
    telegram.send_file(mate, mate, "big.csv.gz", big_csv(), "why?")
    progress = telegram.wait_for(lambda: telegram.bot_messages(mate), 20, "progress")[0]
    begun = time.monotonic()
    if how == "button":
        telegram.press(mate, mate, progress, "Stop")
    else:
        telegram.say(mate, mate, {"word": "stop", "command": "/stop"}[how])
    telegram.wait_for(lambda: "Stopped" in progress.text, 3, "it to say so")
    assert time.monotonic() - begun < 2.0
    assert progress.buttons == ["Ask again"]
    time.sleep(2.0)
    assert telegram.answers(mate) == []
    assert "Stopped" in progress.text
    telegram.say(mate, mate, "stop")
    telegram.said(mate, "Nothing is running")


# Commands


def test_the_menu_is_there_in_both_languages(telegram, plant):
    for code, words in (("", "Ask a question"), ("zh", "提问")):
        menu = telegram.commands[("default", code)]
        assert {c["command"] for c in menu} >= {"ask", "status", "stop", "help", "digest", "kb", "models", "language"}
        assert any(words in c["description"] for c in menu)


def test_commands_answer_in_the_language_of_the_person(telegram, plant, mate):
    li = telegram.add_user("Wang", "zh-hans")
    for command, english, chinese in (
        ("/start", "Send a sensor file", "发送传感器文件"), ("/help", "/status", "/status"),
        ("/status", "Your role", "您的角色"), ("/kb", "verified", "已确认"), ("/models", "ensemble", "ensemble"),
        ("/digest", "0 answers", "0个答案"), ("/language", "Say language", "请说"),
    ):  # fmt: skip
        for person, words in ((mate, english), (li, chinese)):
            before = telegram.last(person)
            telegram.say(person, person, command)
            telegram.said(person, words, before)


def test_the_language_can_be_set_for_a_conversation(telegram, plant, mate):
    telegram.say(mate, mate, "/language zh")
    telegram.said(mate, "我将在此使用中文")
    telegram.say(mate, mate, "/status")
    telegram.said(mate, "您的角色")


def test_ask_is_a_question(telegram, plant, mate):
    telegram.say(mate, mate, "/ask what are the signs of stopper clogging?")
    assert "stopper" in telegram.answered(mate).text.lower()


# What can't be had


def test_a_file_over_20_mb_is_explained_with_the_way_out(telegram, plant, mate):
    telegram.send_file(mate, mate, "year.csv", None, "why?", size=25 * 2**20)
    answer = telegram.answered(mate)
    assert "20 MB" in answer.text
    assert "zip" in answer.text


def test_a_photo_alone_gets_a_sentence(telegram, plant, mate, picture):
    telegram.send_file(mate, mate, "x.png", picture, kind="photo")
    assert "CSV" in telegram.said(mate, "is a picture").text


def test_a_photo_with_a_question_is_answered_from_knowledge(telegram, plant, mate, picture):
    caption = "what are the signs of stopper clogging?"
    telegram.send_file(mate, mate, "x.png", picture, caption, kind="photo")
    answer = telegram.answered(mate)
    assert "stopper" in answer.text.lower()
    assert answer.text.startswith("I cannot read pictures (photo.jpg)")


@pytest.fixture(scope="module")
def picture(asked, telegram):
    """A PNG of a real size."""
    return next(m.file.data for m in telegram.bot_messages(telegram.anna) if m.photo)


def test_a_file_that_can_not_be_read_gets_one_sentence_to_copy(telegram, plant, mate):
    _, answer = ask(telegram, mate, mate, "why?", "notes.csv", b"dear diary\nnothing here\n")
    assert len(answer.text.splitlines()) == 1
    copy = next(b for row in answer.keyboard for b in row if b["text"] == "Copy")
    assert copy["copy_text"]["text"] in answer.text or answer.text in copy["copy_text"]["text"]


def test_who_blocks_andon_does_no_harm(telegram, plant, ledger, mate):
    telegram.send_file(mate, mate, "pumps.csv", small_csv(rows=40_000, onset=30_000), "why?")
    telegram.wait_for(lambda: telegram.bot_messages(mate), 10, "progress")
    telegram.block(mate)
    telegram.wait_for(lambda: ledger.runs.counts() == 0, 60, "the run to end")
    other = telegram.add_user("Other")
    ask(telegram, other, other)
    telegram.unblock(mate)
    telegram.say(mate, mate, "/status")
    telegram.said(mate, "Your role")


# Looking back


def test_buttons_work_after_everything_was_restarted(telegram, plant, ledger, asked):
    anna, answer = telegram.anna, asked[1]
    for program in plant.programs:
        program.stop()
    plant.redis.kill()
    before = telegram.last(anna)
    query = telegram.tap(anna, anna, answer, "Copy")
    plant.redis.start()
    worker, bot = plant.run("worker"), plant.run("bot", "telegram")
    worker.ready()
    bot.ready()
    telegram.said(anna, "Mould level swings", before)
    assert query.answer is not None or query.id in telegram.unanswered_callbacks  # Telegram gives up after 15 s
    telegram.state.queries.pop(query.id)
    assert "agree" in telegram.press(anna, anna, answer, "Agree")


def test_nothing_was_refused_left_hanging_or_leaked(telegram, plant, ledger, asked):
    blocked = ("blocked by the user", "upgraded to a supergroup", "file is too big")
    assert [c for c in telegram.refused if not any(words in c.description for words in blocked)] == []
    assert telegram.unanswered_callbacks == []
    assert ledger.jobs.dead() == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    assert telegram.token not in logs
    assert "AAE_strict" not in logs
    for words in ("level is jumping", "泵压力", "valve V7", "second words", "signs of stopper"):
        assert words not in logs
    assert "Traceback" not in logs
