"""A crew on Slack, by Socket Mode: the real bot process, worker and Redis against the strict Slack.

Each test talks in a channel or with a person of its own; one plant serves them all. The last test looks back.
"""

import csv
import io
import re
import time
import zipfile

import pytest

from tests.e2e.plant import REACTIONS, big_csv, small_csv
from tests.e2e.strict_slack import Shared
from tests.e2e.workspace import answer_row, labels, request_of, shown, unfaulted

pytestmark = pytest.mark.timeout(180)
MOST_BYTES = 3 * 2**20
KNOWN = "what are the signs of stopper clogging?"  # the knowledge that comes with Andon answers it
BAR = re.compile(r"[▓░]{10} \d+ %")


@pytest.fixture(scope="module")
def plant_settings():
    return {"ANDON_ADMINS": "U0BOB", "ANDON_KEEPERS": "U0LI", "ANDON_MAX_FILE_BYTES": str(MOST_BYTES)}


@pytest.fixture
def place(slack, plant):
    return slack.place()


@pytest.fixture
def mate(slack, plant):
    return slack.mate()


@pytest.fixture(scope="module")
def asked(slack, plant, shift):
    """A question about a caster's shift, answered with everything that belongs to it: (ts, answer)."""
    text = "level is jumping on strand 2, why?"
    ts, answer = slack.ask("C0STRAND", "U0ANNA", text, "strand2_0400.csv", shift)
    slack.settled("C0STRAND", ts)
    return ts, slack.message("C0STRAND", answer["ts"])


def quiet(slack, place, user="U0BOB"):
    """Wait until everything said so far was looked at: what is said now is answered after it."""
    before = len(slack.from_bot(place))
    slack.say(place, user, "status", mention=True)
    slack.wait_for(lambda: len(slack.from_bot(place)) > before, 20, "an answer to status")


# The answer


def test_a_sign_of_life_comes_at_once_and_shows_progress_with_stop(slack, asked):
    ts, _answer = asked
    versions = slack.history("C0STRAND", slack.progress("C0STRAND", ts)["ts"])
    assert versions[0].time - float(ts) < 5
    assert "strand2_0400.csv" in shown(versions[0].message)
    assert any(BAR.search(shown(version.message)) for version in versions[1:-1])
    assert all(labels(version.message) == ["Stop"] for version in versions[:-1])
    assert labels(versions[-1].message) == []
    assert "strand2_0400.csv" in shown(versions[-1].message)


def test_the_answer_is_one_message_in_the_thread_and_says_what_since_when_why_how_sure(slack, asked):
    ts, answer = asked
    assert [m["ts"] for m in slack.answers("C0STRAND", ts)] == [answer["ts"]]
    assert [text for text in labels(answer) if text in REACTIONS["en"]] == list(REACTIONS["en"])
    first = shown(answer).splitlines()[0]
    assert re.search(r"\d\d:\d\d", first)
    assert "clogging" in first
    assert re.search(r"\(0\.\d+\)", first)
    assert answer["text"].startswith(first[:40])
    assert len(shown(answer).split("[picture]")[0].splitlines()) <= 14


def test_pictures_stand_in_the_answer_with_words_for_who_can_not_see_them(slack, asked):
    pictures = [b for b in asked[1]["blocks"] if b["type"] == "image"]
    assert len(pictures) >= 2
    assert all(b["alt_text"] for b in pictures)
    assert all("image_url" not in b for b in pictures)


def test_the_processed_table_can_be_taken_away(slack, asked):
    slack.click("C0STRAND", "U0ANNA", asked[1]["ts"], "more")
    slack.click_view("U0ANNA", slack.form()["id"], "data")
    slack.wait_for(lambda: [m for m in slack.from_bot("C0STRAND", asked[0]) if m.get("files")], 20, "the table")
    (table,) = [f for m in slack.from_bot("C0STRAND", asked[0]) for f in m.get("files", [])]
    rows = list(csv.reader(io.StringIO(slack.file_content(table["id"]).decode("utf-8-sig"))))
    assert len(rows) == 3601


def test_a_file_alone_is_a_question_too(slack, place):
    _, answer = slack.ask(place, "U0ANNA", "")
    assert "pump0" in shown(answer)


def test_several_files_in_one_message_are_one_question_with_one_answer(slack, ledger, place):
    files = [("a.csv", small_csv()), ("b.csv", small_csv(name="fan", seed=4))]
    ts = slack.say(place, "U0ANNA", "what happened here?", files=files, mention=True)
    answer = slack.answered(place, ts)
    request = request_of(ledger, answer, place)
    assert [request["file_name"], *(m["file_name"] for m in request["more"])] == ["a.csv", "b.csv"]
    assert "a.csv, b.csv" in shown(slack.history(place, slack.progress(place, ts)["ts"])[0].message)
    slack.settled(place, ts)
    slack.answered(place, ts)


def test_a_photo_beside_a_table_is_left_out_and_said(slack, ledger, place):
    files = [Shared("caster.jpg", b"\xff\xd8\xff" + bytes(200)), ("pumps.csv", small_csv())]
    ts = slack.say(place, "U0ANNA", "what happened here?", files=files, mention=True)
    answer = slack.answered(place, ts)
    assert request_of(ledger, answer, place)["file_name"] == "pumps.csv"
    assert "“caster.jpg” is a picture" in shown(answer)
    assert "pump0" in shown(answer)


def test_a_chinese_question_is_answered_in_chinese_whatever_the_files_name(slack, place):
    ts, answer = slack.ask(place, "U0LI", "泵压力为什么突变？", "2号流 压力①.csv")
    assert [text for text in labels(answer) if text in REACTIONS["zh"]] == list(REACTIONS["zh"])
    assert re.search(r"[一-鿿]", shown(answer).splitlines()[0])
    first = slack.history(place, slack.progress(place, ts)["ts"])[0].message
    assert "2号流 压力①.csv" in shown(first)
    assert labels(first) == ["停止"]


def test_names_with_markup_survive_and_notify_nobody(slack, place):
    names = ["<!channel> [bar]", "*x* _y_ ~z~ [bar]", "`t` & <@U0BOB> [bar]", ":fire: 温度🔥 &lt; [°C]"]
    out = io.StringIO()
    csv.writer(out).writerow(["time", *names])
    data = (out.getvalue() + small_csv().decode().partition("\n")[2]).encode()
    ts, answer = slack.ask(place, "U0ANNA", "why?", "*a* & <!here>.csv", data)
    assert "<!channel>" in shown(answer)
    assert "*a* & <!here>.csv" in shown(slack.history(place, slack.progress(place, ts)["ts"])[0].message)
    slack.settled(place, ts)
    slack.click(place, "U0ANNA", answer["ts"], "copy")
    slack.whispered("U0ANNA", "<!channel>")
    slack.click(place, "U0ANNA", answer["ts"], "more")
    assert "<!channel>" in shown(slack.form())
    for call in slack.calls:
        if call.method in ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.open"):
            said = str(call.args)
            assert "<!" not in said, said
            assert "<@" not in said, said


# Who is spoken to


def test_a_direct_message_is_answered_and_a_later_one_is_about_the_file_of_before(slack, ledger, mate):
    here = slack.dm(mate)
    _ts, _first = slack.ask(here, mate)
    more = slack.say(here, mate, "plot pump0 please")
    answer = slack.answered(here, more)
    assert request_of(ledger, answer, here)["file_name"] == "pumps.csv"
    words = slack.say(here, mate, KNOWN)
    assert "stopper" in shown(slack.answered(here, words)).lower()


def test_a_direct_message_without_a_file_is_answered_from_knowledge(slack, ledger, mate):
    here = slack.dm(mate)
    ts = slack.say(here, mate, KNOWN)
    answer = slack.answered(here, ts)
    assert "stopper" in shown(answer).lower()
    assert request_of(ledger, answer, here)["artifact"] is None


def test_in_a_thread_where_it_takes_part_no_mention_is_needed(slack, ledger, place):
    ts, _ = slack.ask(place, "U0ANNA")
    slack.say(place, "U0LI", "plot pump2 please", thread_ts=ts)
    answer = slack.answered(place, ts, 2)
    assert request_of(ledger, answer, place)["file_name"] == "pumps.csv"


def test_where_nobody_asked_it_keeps_silent(slack, ledger, place):
    top = slack.say(place, "U0ANNA", "who took my gloves?")
    slack.say(place, "U0BOB", "not me, why?", thread_ts=top, files=[("gloves.csv", small_csv())])
    slack.edit(place, slack.say(place, "U0BOB", "nor me", thread_ts=top), "nor me, honestly")
    slack.say(place, "U0LI", "look under the bench", thread_ts=top)
    quiet(slack, place)
    assert slack.from_bot(place, top) == []
    assert slack.calls_of("download") == [c for c in slack.calls_of("download") if "gloves" not in c.args["path"]]
    assert ledger.talk.conversation("slack", "T0PLANT", place, top, private=False, make=False) is None


def test_a_mention_told_twice_and_events_repeated_are_answered_once(slack, place):
    ts, _ = slack.ask(place, "U0ANNA")
    told = [e for e in slack.events if e["event"].get("ts") == ts]
    assert {e["event"]["type"] for e in told} == {"message", "app_mention"}
    for event in told:
        slack.repeat(event["event_id"])
    slack.settled(place, ts)
    quiet(slack, place)
    slack.answered(place, ts)
    assert len([m for m in slack.from_bot(place, ts) if not m.get("files")]) == 2  # progress and answer


def test_bots_are_not_answered(slack, place):
    ts, _ = slack.ask(place, "U0ANNA")
    slack.settled(place, ts)
    before = len(slack.from_bot(place))
    slack.bot_says(place, "pump pressure jumped, why?", thread_ts=ts)
    slack.bot_says(place, "pump pressure jumped, why?", mention=True)
    quiet(slack, place)
    time.sleep(2)
    assert len(slack.from_bot(place)) == before + 1  # the answer to status alone
    assert any(e["event"].get("bot_id") == "B0ANDON" for e in slack.events)  # its own come back to it, too


def test_an_assistant_thread_is_greeted_and_shows_that_it_works(slack, mate):
    here, thread = slack.open_assistant(mate)
    slack.said(here, "I am Andon", thread)
    slack.say(here, mate, KNOWN, thread_ts=thread)
    slack.answered(here, thread)
    assert [s["status"] for s in slack.statuses if s["thread_ts"] == thread] == ["is looking at it"]


# Edits


def test_an_edit_while_it_works_begins_anew_and_gives_one_answer(slack, ledger, place):
    files = [("pumps.csv.gz", big_csv())]
    ts = slack.say(place, "U0ANNA", "first words", files=files, mention=True)
    slack.progress(place, ts)
    slack.edit(place, ts, "<@U0ANDON> second words")
    answer = slack.answered(place, ts)
    assert request_of(ledger, answer, place)["text"] == "second words"
    slack.settled(place, ts)
    slack.answered(place, ts)


def test_an_edit_after_the_answer_offers_to_answer_again(slack, ledger, place):
    ts, _ = slack.ask(place, "U0ANNA")
    slack.edit(place, ts, "<@U0ANDON> plot pump2 please")
    offer = slack.said(place, "You changed your question", ts)
    slack.click(place, "U0ANNA", offer["ts"], "again")
    request = request_of(ledger, slack.answered(place, ts, 2), place)
    assert (request["text"], request["file_name"]) == ("plot pump2 please", "pumps.csv")


def test_an_edit_that_adds_the_mention_makes_a_question_of_a_message(slack, ledger, place):
    ts = slack.say(place, "U0ANNA", "pump pressure jumped, why?", files=[("pumps.csv", small_csv())])
    slack.edit(place, ts, "<@U0ANDON> pump pressure jumped, why?")
    request = request_of(ledger, slack.answered(place, ts), place)
    assert (request["text"], request["file_name"]) == ("pump pressure jumped, why?", "pumps.csv")
    slack.edit(place, ts, "<@U0ANDON> plot pump1 please")
    slack.said(place, "You changed your question", ts)


def test_an_edit_that_changes_nothing_of_the_question_is_no_news(slack, place):
    ts, _ = slack.ask(place, "U0ANNA", "pump pressure jumped, why?")
    slack.edit(place, ts, "pump pressure jumped, why? <@U0ANDON>")
    quiet(slack, place)
    assert [m for m in slack.from_bot(place, ts) if "You changed" in shown(m)] == []


# Files that can't be had or read


def refusal(slack, place, files, text="why?"):
    """The one sentence that files are refused with; it carries the reactions."""
    ts = slack.say(place, "U0ANNA", text, files=files, mention=True)
    return shown(slack.answered(place, ts)).split("[Copy]")[0].strip()


def test_without_files_read_it_says_what_is_missing(slack, place):
    slack.scopes.discard("files:read")
    try:
        said = refusal(slack, place, [("pumps.csv", small_csv())])
    finally:
        slack.scopes.add("files:read")
    assert "files:read" in said
    assert "pumps.csv" in said


def test_files_from_elsewhere_are_refused_politely_and_not_fetched(slack, place):
    link = Shared("trend.csv", external="https://docs.example.com/trend.csv")
    assert "outside this chat" in refusal(slack, place, [link])
    assert "another organisation" in refusal(slack, slack.place(), [Shared("partner.csv", small_csv(), connect=True)])
    assert not [c for c in slack.calls_of("download") if "trend" in c.args["path"] or "partner" in c.args["path"]]


def test_a_file_over_the_limit_is_refused_and_one_below_comes_whole(slack, plant, place):
    said = refusal(slack, place, [Shared("year.csv", size=MOST_BYTES + 1)])
    assert "3 MB" in said
    assert "year.csv" in said
    assert not [c for c in slack.calls_of("download") if "year.csv" in c.args["path"]]
    size = MOST_BYTES - 1000
    slack.say(slack.place(), "U0ANNA", "why?", files=[Shared("month.csv", size=size)], mention=True)
    slack.wait_for(lambda: [c for c in slack.calls_of("download") if "month.csv" in c.args["path"] and c.done], 20)
    files = plant.folder.rglob  # kept under the number of the message, not the name
    kept = slack.wait_for(lambda: [p for p in files("*.csv") if p.stat().st_size == size], 20, "it")
    assert kept[0].read_bytes().startswith(b"time,a,b,c\n")


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, small_csv())
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("shift.zip", archive("a.csv", "b.csv"), "shift.zip"),
        ("notes.csv", b"dear diary\nnothing here\n", "notes.csv"),
        ("empty.csv", b"", "empty.csv"),
    ],
)
def test_a_file_that_can_not_be_read_gets_one_sentence_with_what_to_do(slack, place, name, data, words):
    said = refusal(slack, place, [(name, data)])
    assert words in said
    assert len(said.splitlines()) == 1
    assert not re.search(r"Error|Traceback|Exception", said)


def test_a_photo_with_a_question_says_first_that_it_goes_by_the_words(slack, place):
    photo = Shared("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8)
    slack.say(place, "U0ANNA", KNOWN, files=[photo], mention=True)
    answer = shown(slack.said(place, "I cannot read pictures (photo.jpg)"))
    assert answer.startswith("I cannot read pictures (photo.jpg)")
    assert "stopper" in answer.lower()


def test_a_question_that_is_deleted_at_once_is_not_answered(slack, ledger, place):
    ts = slack.say(place, "U0ANNA", "why?", files=[("big.csv.gz", big_csv())], mention=True)
    progress = slack.progress(place, ts)
    slack.delete(place, ts)
    slack.wait_for(lambda: "Stopped" in shown(slack.message(place, progress["ts"])), 10, "it to be called off")
    quiet(slack, place)
    assert slack.answers(place, ts) == []


def test_people_of_a_thread_talk_undisturbed_and_what_was_found_is_kept(slack, ledger, place):
    ts, answer = slack.ask(place, "U0ANNA")
    slack.settled(place, ts)
    for user, text in (("U0BOB", "on my way"), ("U0ANNA", "thanks mate"), ("U0BOB", "Lunch at 12?")):
        slack.say(place, user, text, thread_ts=ts)
    slack.say(place, "U0BOB", "it was the strainer, full of scale", thread_ts=ts)
    noted = slack.said(place, "Noted as the right answer", ts)
    assert f"#A{answer_row(ledger, answer, place).id}" in shown(noted)
    assert labels(noted) == ["Undo"]
    slack.say(place, "U0BOB", "why?", thread_ts=ts)
    slack.answered(place, ts, 2)
    assert len([m for m in slack.from_bot(place, ts) if not m.get("files")]) == 5  # two answers, each with its progress


# Stop


@pytest.mark.parametrize("how", ["button", "word", "mention elsewhere"])
def test_a_stop_is_honoured_within_two_seconds_and_said(slack, ledger, place, how):
    files = [("big.csv.gz", big_csv())]
    ts = slack.say(place, "U0ANNA", "why?", files=files, mention=True)
    progress = slack.progress(place, ts)
    slack.wait_for(lambda: BAR.search(shown(slack.message(place, progress["ts"]))), 20, "it to be computing")
    begun = time.monotonic()
    if how == "button":
        slack.click(place, "U0LI", progress["ts"], "stop")
    elif how == "word":
        slack.say(place, "U0ANNA", "stop", thread_ts=ts)
    else:
        slack.say(place, "U0ANNA", "stop", mention=True)
    slack.wait_for(lambda: "Stopped" in shown(slack.message(place, progress["ts"])), 5, "it to say so")
    assert time.monotonic() - begun < 2
    assert ("li" if how == "button" else "anna") in shown(slack.message(place, progress["ts"]))
    assert labels(slack.message(place, progress["ts"])) == ["Ask again"]
    slack.ask(slack.place(), "U0ANNA")  # the workers are free again
    assert slack.answers(place, ts) == []
    assert "Stopped" in shown(slack.message(place, progress["ts"]))


def test_with_nothing_to_stop_it_says_so(slack, place):
    slack.say(place, "U0ANNA", "stop", mention=True)
    slack.said(place, "Nothing is running")


# Commands


def test_slash_commands_answer(slack, plant, place):
    for text, expected in (
        ("", "/andon digest"), ("help", "/andon status"), ("status", "Your role: crew"), ("digest", "0 answers"),
        ("models", "ensemble"), ("kb", "verified"), ("kb search stopper clogging", "topper"),
        ("digest 05:50", "every day at 05:50"), ("digest off", "No more digests"), ("digest off", "no digest here"),
        ("language zh", "中文"), ("status", "您的角色"), ("language en", "English"), ("dance", "do not know"),
    ):  # fmt: skip
        before = len(slack.from_bot(place))
        assert slack.slash("U0ANNA", place, "/andon", text).acked
        slack.wait_for(lambda n=before: len(slack.from_bot(place)) > n, 30, text)
        assert expected in shown(slack.from_bot(place)[-1])


def test_what_is_for_admins_is_not_for_others_and_told_to_them_alone(slack, place):
    for text, expected in (("letters", "Nothing is lying undone"), ("replay all", "no such dead letter")):
        slack.slash("U0BOB", place, "/andon", text)
        slack.whispered("U0BOB", expected)
    for text in ("letters", "replay all", "kb review"):
        before = len(slack.ephemerals)
        slack.slash("U0ANNA", place, "/andon", text)
        slack.wait_for(lambda n=before: len(slack.ephemerals) > n, 20, "a refusal")
        assert "does not allow this" in shown(slack.ephemerals[-1])
        assert slack.ephemerals[-1]["to"] == "U0ANNA"
    assert slack.from_bot(place) == []


def test_a_command_where_andon_is_no_member_is_answered_to_the_person_alone(slack, plant):
    slack.slash("U0ANNA", "C0AWAY", "/andon", "status")
    slack.whispered("U0ANNA", "Your role")


def test_commands_in_words_work_where_it_is_spoken_to(slack, place, mate):
    slack.say(place, "U0ANNA", "help", mention=True)
    slack.said(place, "/andon status")
    slack.say(slack.dm(mate), mate, "状态")
    slack.said(slack.dm(mate), "您的角色")


# Looking back


def test_nothing_was_refused_and_nothing_leaked(slack, plant, ledger, asked):
    away = [
        ("chat.postMessage", "not_in_channel"),
        ("chat.postEphemeral", "not_in_channel"),
        ("download", "login_page"),
        ("files.info", "missing_scope"),
    ]
    assert [c for c in unfaulted(slack) if c[:2] not in away] == []
    assert [w for w in slack.warnings if "fallback" in w] == []
    assert slack.failed == []
    assert ledger.jobs.dead() == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    for words in ("xoxb-", "xapp-", "level is jumping", "pressure jumped", "泵压力", "second words", "Traceback"):
        assert words not in logs
    assert answer_row(ledger, asked[1], "C0STRAND").verdict == "fault"
