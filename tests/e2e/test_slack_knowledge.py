"""Knowledge in Slack with the real processes: learning a file, reviewing by buttons, asking whether a repair helped."""

import io

import pandas as pd
import pytest

from tests.e2e.workspace import answer_row, labels, request_of, shown, unfaulted

pytestmark = pytest.mark.timeout(180)

SOON = "0.0011"  # hours: 4 s after somebody agreed
MANUAL = """# Slag detector

## Lamp codes

The amber lamp of the slag detector blinks three times when its coil is too hot. Let it cool for ten minutes.
"""
DRYER = """# Belt dryer

## Lamps

The blue lamp of the belt dryer means that its fan belt slips.

## Fan

The fan belt of the belt dryer is tightened with the square key.
"""


@pytest.fixture(scope="module")
def plant_settings():
    return {"ANDON_ADMINS": "U0BOB", "ANDON_KEEPERS": "U0LI", "ANDON_FOLLOW_UP_HOURS": SOON}


def earlier(shift, days):
    """The readings of a shift so many days before."""
    table = pd.read_csv(io.BytesIO(shift))
    times = pd.to_datetime(table["time"]) - pd.Timedelta(days=days)
    return table.assign(time=times.map(lambda at: at.isoformat())).to_csv(index=False).encode()


def teach(slack, channel, user, text, files=()):
    ts = slack.say(channel, user, text, files=list(files), mention=not channel.startswith("D"))
    return ts, slack.answered(channel, ts)


def test_a_keepers_file_is_learnt_and_answers_the_next_question(slack, plant):
    here = slack.place()
    _, report = teach(slack, here, "U0LI", "learn this", [("slag detector.md", MANUAL.encode())])
    assert "slag detector.md" in shown(report)
    _, answer = teach(slack, here, "U0ANNA", "the amber lamp of the slag detector blinks three times, what is it?")
    assert "coil is too hot" in shown(answer)
    _, again = teach(slack, here, "U0LI", "learn this", [("slag detector.md", MANUAL.encode())])
    assert plant.command("kb", "list").stdout.count("Slag detector") == 1
    assert shown(again) != shown(report)


def test_a_learnt_document_is_asked_about_in_its_thread(slack, plant, ledger):
    here = slack.place()
    lamp = MANUAL.replace("slag detector", "crane").replace("Slag detector", "Crane")
    ts, _ = teach(slack, here, "U0LI", "learn this file, it is the vendor stuff", [("crane.md", lamp.encode())])
    slack.say(here, "U0ANNA", "the amber lamp of the crane blinks three times, what is it?", thread_ts=ts)
    answer = slack.answered(here, ts, 2)
    assert request_of(ledger, answer, here)["artifact"] is None
    assert "coil is too hot" in shown(answer)


def test_what_the_crew_teaches_waits_and_a_keeper_decides_by_button(slack, plant):
    here = slack.place()
    teach(slack, here, "U0ANNA", "remember: the lime dosing screw of silo 7 jams when the filter bags are wet")
    slack.slash("U0LI", here, "/andon", "kb review")
    card = slack.whispered("U0LI", "lime dosing screw")
    assert {"Approve", "Reject"} <= set(labels(card))
    assert slack.from_bot(here)[-1]["ts"] != card["ts"]
    slack.click(here, "U0ANNA", card["ts"], "kb_approve")  # she is no keeper, however she came by the button
    slack.whispered("U0ANNA", "does not allow this")
    slack.click(here, "U0LI", card["ts"], "kb_approve")
    done = slack.whispered("U0LI", "is now verified knowledge")
    _, answer = teach(slack, here, "U0BOB", "why does the lime dosing screw of silo 7 jam?")
    assert "filter bags are wet" in shown(answer)
    slack.click(here, "U0LI", done["ts"], "kb_undo")
    slack.whispered("U0LI", "is now a candidate")
    id_ = shown(done).split()[0]
    slack.slash("U0LI", here, "/andon", f"kb history {id_}")
    assert "U0LI" in shown(slack.whispered("U0LI", "added, by U0ANNA"))
    slack.slash("U0ANNA", here, "/andon", f"kb history {id_}")  # it names people: for keepers alone
    slack.wait_for(lambda: sum("does not allow this" in shown(m) for m in slack.ephemerals if m["to"] == "U0ANNA") == 2)
    assert "lime dosing screw" in plant.command("kb", "review").stdout


def test_a_crews_document_is_approved_whole_by_a_button_and_taken_back(slack, plant):
    here, asked = slack.place(), "what does the blue lamp of the belt dryer mean?"
    _, report = teach(slack, here, "U0ANNA", "learn this", [("belt dryer.md", DRYER.encode())])
    assert "wait for a keeper" in shown(report)
    assert "Keeper: review belt dryer.md" in labels(report)
    _, unsure = teach(slack, here, "U0BOB", asked)
    assert "a keeper and is in no answer" in shown(unsure)
    assert "fan belt slips" not in shown(unsure)
    slack.click(here, "U0ANNA", report["ts"], "kb_doc")  # whoever taught it does not decide
    slack.wait_for(lambda: any("does not allow" in shown(m) and m["ts"] > unsure["ts"] for m in slack.ephemerals))
    slack.click(here, "U0LI", report["ts"], "kb_doc")
    card = slack.whispered("U0LI", "belt dryer.md: 2 passages wait", 60)
    assert labels(card) == ["Approve all 2", "Reject all 2", "One by one"]
    assert "answered otherwise" in shown(card)
    assert "fan belt slips" not in "\n".join(shown(m) for m in slack.from_bot(here))  # the card is the keeper's alone
    slack.click(here, "U0LI", card["ts"], "kb_doc_yes")
    done = slack.whispered("U0LI", "used in answers from now on: 2 passages of belt dryer.md", 60)
    _, answer = teach(slack, here, "U0BOB", asked)
    assert "fan belt slips" in shown(answer)
    slack.click(here, "U0LI", done["ts"], "kb_doc_undo")
    slack.whispered("U0LI", "taken back: 2 passages")
    slack.slash("U0BOB", here, "/andon", "kb approve belt dryer.md")
    slack.said(here, "may not decide on knowledge")
    slack.slash("U0LI", here, "/andon", "kb reject belt dryer.md")
    slack.said(here, "Rejected: 2 passages of belt dryer.md")


def test_what_waits_and_would_answer_is_shown_to_a_keeper_alone_and_approved(slack, plant):
    here, asked = slack.place(), "why does the sludge press of hall 4 squeal?"
    teach(slack, here, "U0ANNA", "remember: the sludge press of hall 4 squeals when its chain is dry")
    _, unsure = teach(slack, here, "U0BOB", asked)
    assert "waits for a keeper" in shown(unsure)
    assert "chain is dry" not in shown(unsure)
    assert "Keeper: look at it" in labels(unsure)
    slack.click(here, "U0LI", unsure["ts"], "kb_card")
    card = slack.whispered("U0LI", "chain is dry", 60)
    slack.click(here, "U0LI", card["ts"], "kb_approve")
    id_ = shown(card).split("]")[0].lstrip("[")
    slack.whispered("U0LI", f"{id_} is now verified knowledge")
    _, answer = teach(slack, here, "U0BOB", asked)
    assert "chain is dry" in shown(answer)


def test_a_document_without_words_says_how_it_is_learnt(slack, plant):
    here = slack.place()
    ts = slack.say(here, "U0LI", "", files=[("handbook.md", MANUAL.replace("amber", "violet").encode())], mention=True)
    assert "learn this" in shown(slack.answered(here, ts))
    slack.say(here, "U0LI", "learn this", thread_ts=ts)
    slack.wait_for(lambda: "violet" in str(plant.command("kb", "list", "--json").stdout), 60, "the passage")


def test_learning_nothing_says_what_to_send(slack, plant):
    _, answer = teach(slack, slack.place(), "U0LI", "learn this")
    assert "no file to learn from" in shown(answer)


def test_after_somebody_agreed_andon_asks_whether_it_was_fixed(slack, plant, ledger, shift):
    here = slack.place()
    ts, answer = slack.ask(here, "U0ANNA", "level is jumping, why?", "strand2.csv", shift)
    row = answer_row(ledger, answer, here)
    slack.click(here, "U0BOB", answer["ts"], "agree")
    follow_up = slack.said(here, "did that fix it", ts, 40)
    assert labels(follow_up) == ["Fixed", "Not fixed", "Not repaired yet"]
    slack.click(here, "U0ANNA", follow_up["ts"], "not_yet")
    slack.whispered("U0ANNA", "I ask again later")
    slack.wait_for(lambda: sum("did that fix it" in shown(m) for m in slack.from_bot(here, ts)) == 2, 40, "asked again")
    slack.click(here, "U0ANNA", follow_up["ts"], "fixed")
    slack.whispered("U0ANNA", "one more time as right")
    assert ledger.answers.tally(row.id, "outcome") == {"fixed": 1}
    slack.wait_for(lambda: '"right": 2' in plant.command("kb", "list", "--json").stdout, 60, "what it teaches")


def test_the_next_answer_shows_the_track_record_and_a_failed_repair_asks_what_it_was(slack, plant, ledger, shift):
    here = slack.place()
    ts, answer = slack.ask(here, "U0ANNA", "level is jumping, why?", "strand2.csv", shift)
    slack.click(here, "U0LI", answer["ts"], "more")
    assert "Right 2 of 2 times" in shown(slack.form())
    slack.click(here, "U0BOB", answer["ts"], "agree")
    follow_up = slack.said(here, "did that fix it", ts, 40)
    slack.click(here, "U0BOB", follow_up["ts"], "not_fixed")
    slack.submit("U0BOB", slack.form()["id"], {"right": "the slide gate cylinder leaked"})
    slack.said(here, "slide gate cylinder leaked", ts)
    slack.wait_for(lambda: "slide gate cylinder" in plant.command("kb", "review").stdout, 60, "a candidate")


def test_earlier_times_are_told_in_the_thread_and_private_talks_stay_private(slack, plant, ledger, shift):
    private, here = slack.dm("U0BOB"), slack.place()
    _, hers = slack.ask(private, "U0BOB", "level is jumping, why?", "strand2.csv", earlier(shift, 20))
    _, before = slack.ask(here, "U0ANNA", "level is jumping, why?", "strand2.csv", earlier(shift, 30))
    slack.click(here, "U0BOB", before["ts"], "agree")
    slack.whispered("U0BOB", "agree")
    ts, _ = slack.ask(here, "U0BOB", "level is jumping, why?", "strand2.csv", shift)
    slack.say(here, "U0BOB", "did we have this before?", thread_ts=ts)
    told = slack.answered(here, ts, 2)
    assert shown(told).startswith("Yes, once that I know of")
    assert f"#A{answer_row(ledger, before, here).id}" in shown(told)
    assert f"#A{answer_row(ledger, hers, private).id}" not in shown(told)
    assert "agreed 1" in shown(told)
    assert {"Copy", "Quote", "Query", "Agree", "Disagree"} <= set(labels(told))


def test_nothing_was_refused(slack, plant, ledger):
    assert unfaulted(slack) == []
    assert ledger.jobs.dead() == []
