"""The four reactions on Slack, as buttons and as emoji, with the real processes: who did what is kept."""

import json

import pytest

from tests.e2e.plant import REACTIONS, small_csv
from tests.e2e.workspace import answer_row, labels, request_of, shown, unfaulted
from workers.contracts import EdgeSaid

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def plant_settings():
    return {"ANDON_ADMINS": "U0BOB", "ANDON_KEEPERS": "U0LI"}


@pytest.fixture(scope="module")
def clogging(slack, plant, shift):
    """A question about a caster's shift in C0STRAND, answered with pictures: (ts, answer)."""
    ts, answer = slack.ask("C0STRAND", "U0ANNA", "level is jumping, why?", "strand2_0400.csv", shift)
    slack.settled("C0STRAND", ts)
    return ts, slack.message("C0STRAND", answer["ts"])


class Asked:
    """A small question in a channel of its own, answered."""

    def __init__(self, slack, ledger, channel=None, user="U0ANNA", text="pump pressure jumped, why?"):
        self.slack, self.ledger, self.channel = slack, ledger, channel or slack.place()
        self.ts, self.message = slack.ask(self.channel, user, text)
        self.row = answer_row(ledger, self.message, self.channel)

    def click(self, user, action, value=None):
        return self.slack.click(self.channel, user, self.message["ts"], action, value)

    def said(self, words, seconds=20):
        return self.slack.said(self.channel, words, self.ts, seconds)

    def noted(self, message):
        """Wait until Andon knows that it said this: nobody types as fast as a test."""
        self.slack.wait_for(lambda: self.ledger.answers.post_at(self.channel, message["ts"]), 10, "the note of it")

    def verdicts(self, aspect="answer"):
        return {f.user: (f.verdict, f.right) for f in self.ledger.answers.said_of([self.row.id]) if f.aspect == aspect}

    def judged(self, user, verdict, right=""):
        self.slack.wait_for(lambda: self.verdicts().get(user) == (verdict, right), 20, f"{user}: {verdict}")


@pytest.fixture
def asked(slack, plant, ledger):
    return Asked(slack, ledger)


def clicks(ledger, answer_id):
    """{(user, action): times} as the ledger keeps it."""
    from sqlalchemy import select

    from workers.state.models import Click

    with ledger.answers.reading() as session:
        return {(c.user, c.action): c.times for c in session.scalars(select(Click).filter_by(answer_id=answer_id))}


def review(plant):
    """The candidates that wait, by `andon kb review`: ids and texts."""
    waiting = json.loads(plant.command("kb", "review", "--json").stdout)["candidates"]
    return {each["id"]: each["text"] for each in waiting}


def decide_on_all_but(plant, words):
    """Reject the candidates of earlier tests: a review in chat shows the oldest first."""
    for id_ in [id_ for id_, text in review(plant).items() if words not in text]:
        plant.command("kb", "reject", id_, "--user", "U0LI")


# Copy


def test_copy_gives_the_whole_answer_to_whoever_asked_and_to_nobody_else(slack, ledger, clogging):
    ts, answer = clogging
    before = len(slack.from_bot("C0STRAND", ts))
    slack.click("C0STRAND", "U0LI", answer["ts"], "copy")
    row = answer_row(ledger, answer, "C0STRAND")
    slack.whispered("U0LI", f"#A{row.id}")
    copied = "\n".join(shown(m) for m in slack.ephemerals if m["to"] == "U0LI")
    for line in shown(answer).split("[picture]")[0].splitlines():
        assert line.strip() in copied
    assert "```" in copied
    assert len(slack.from_bot("C0STRAND", ts)) == before
    assert clicks(ledger, row.id)[("U0LI", "copy")] == 1


# Quote


def test_quote_opens_a_form_and_its_question_is_answered_in_the_thread_of_the_answer(slack, ledger, asked):
    asked.click("U0LI", "quote")
    view = slack.form()
    assert f"#A{asked.row.id}" in str(view)
    assert slack.submit("U0LI", view["id"], {"text": "plot pump2 please"}).result == "closed"
    assert "li asks about" in shown(asked.said("plot pump2 please"))
    answer = slack.answered(asked.channel, asked.ts, 2)
    request = request_of(ledger, answer, asked.channel)
    assert (request["text"], request["file_name"], request["user"]) == ("plot pump2 please", "pumps.csv", "U0LI")
    assert asked.row.headline in request["context"]


def test_an_answer_is_quoted_by_its_number_from_another_channel(slack, ledger, asked):
    there = slack.place()
    ts = slack.say(there, "U0BOB", f"#A{asked.row.id} plot pump1 please", mention=True)
    request = request_of(ledger, slack.answered(there, ts), there)
    assert (request["text"], request["file_name"]) == ("plot pump1 please", "pumps.csv")
    assert asked.row.headline in request["context"]


def test_a_private_answer_can_not_be_quoted_in_a_channel_nor_by_others(slack, plant, ledger):
    mate = slack.mate()
    private = Asked(slack, ledger, slack.dm(mate), mate, "who throttled the secret valve?")
    other = slack.mate()
    for there, user in ((slack.place(), mate), (slack.dm(other), other)):
        ts = slack.say(there, user, f"#A{private.row.id} why?", mention=not there.startswith("D"))
        answer = slack.answered(there, ts)
        request = request_of(ledger, answer, there)
        assert (request["context"], request["artifact"]) == ("", None)
        assert private.row.headline not in shown(answer)
        assert "pump0" not in shown(answer)
    own = slack.say(private.channel, mate, f"#A{private.row.id} plot pump1 please")
    assert request_of(ledger, slack.answered(private.channel, own), private.channel)["file_name"] == "pumps.csv"


def test_answers_of_private_channels_and_group_messages_stay_there(slack, plant, ledger):
    places = {kind: f"C0{kind.upper()}" for kind in ("group", "mpim")}
    for kind, place in places.items():
        slack.add_channel(place, f"closed-{kind}", kind=kind)
    mate, public = slack.mate(), slack.place()
    closed = {kind: Asked(slack, ledger, place, mate) for kind, place in places.items()}
    quotes = [("group", public), ("mpim", public), ("group", places["mpim"]), ("mpim", slack.dm(mate))]
    for kind, there in quotes:
        ts = slack.say(there, mate, f"#A{closed[kind].row.id} why?", mention=not there.startswith("D"))
        answer = slack.answered(there, ts)
        request = request_of(ledger, answer, there)
        assert (request["context"], request["artifact"]) == ("", None)
        assert closed[kind].row.headline not in shown(answer)
    ts = slack.say(places["group"], mate, f"#A{closed['group'].row.id} plot pump1 please", mention=True)
    assert request_of(ledger, slack.answered(places["group"], ts), places["group"])["file_name"] == "pumps.csv"


def test_a_public_answer_is_not_quoted_where_another_organisation_reads(slack, ledger, asked):
    there = slack.place()
    slack.share(there)
    ts = slack.say(there, "U0BOB", f"#A{asked.row.id} why?", mention=True)
    assert request_of(ledger, slack.answered(there, ts), there)["artifact"] is None


def test_digests_and_status_of_a_channel_show_nothing_private(slack, plant, ledger, asked):
    mate = slack.mate()
    private = Asked(slack, ledger, slack.dm(mate), mate)
    for text in ("status", "digest"):
        slack.slash("U0ANNA", asked.channel, "/andon", text)
    digest = slack.said(asked.channel, "1 answers")
    assert f"#A{asked.row.id}" in shown(digest)
    for message in slack.from_bot(asked.channel):
        assert f"#A{private.row.id}" not in shown(message)


# Query


def test_query_says_how_to_set_up_a_search_engine_and_what_to_search_for(slack, ledger, asked):
    asked.click("U0BOB", "query")
    said = slack.whispered("U0BOB", "SEARXNG_URL")
    assert asked.row.headline[:30] in shown(said)
    assert clicks(ledger, asked.row.id)[("U0BOB", "query")] == 1


# Agree, disagree


def test_a_verdict_is_kept_once_a_person_and_a_second_one_changes_it(slack, ledger, asked):
    asked.click("U0ANNA", "agree")
    slack.whispered("U0ANNA", "So far 1 agree, 0 disagree")
    asked.click("U0ANNA", "agree")
    asked.click("U0LI", "agree")
    slack.whispered("U0LI", "So far 2 agree, 0 disagree")
    asked.click("U0LI", "disagree")
    view = slack.form()
    slack.close("U0LI", view["id"])
    asked.judged("U0LI", "disagree")
    assert ledger.answers.tally(asked.row.id) == {"agree": 1, "disagree": 1}
    assert len(ledger.answers.said_of([asked.row.id])) == 2
    kept = clicks(ledger, asked.row.id)
    assert (kept[("U0ANNA", "agree")], kept[("U0LI", "agree")], kept[("U0LI", "disagree")]) == (2, 1, 1)


def test_disagreement_becomes_a_candidate_that_can_be_undone(slack, plant, ledger, asked):
    asked.click("U0ANNA", "disagree")
    view = slack.form()
    slack.submit("U0ANNA", view["id"], {"right": "valve V7 was throttled", "reason": "I closed it"})
    noted = asked.said("valve V7 was throttled")
    asked.judged("U0ANNA", "disagree", "valve V7 was throttled")
    (said,) = ledger.answers.said_of([asked.row.id])
    assert said.reason == "I closed it"
    slack.wait_for(lambda: ledger.answers.feedback(said.id).candidate, 30, "a candidate")
    assert "valve V7" in " ".join(review(plant).values())
    slack.click(asked.channel, "U0BOB", noted["ts"], "undo")
    slack.whispered("U0BOB", "Only whoever said it")
    slack.click(asked.channel, "U0ANNA", noted["ts"], "undo")
    slack.whispered("U0ANNA", "Taken back")
    slack.wait_for(lambda: not ledger.answers.feedback(said.id).candidate, 30, "the candidate's end")
    assert "valve V7" not in " ".join(review(plant).values())


def test_the_form_offers_the_likely_causes(slack, ledger, clogging):
    ts, answer = clogging
    row = answer_row(ledger, answer, "C0STRAND")
    slack.click("C0STRAND", "U0BOB", answer["ts"], "disagree")
    view = slack.form()
    slack.submit("U0BOB", view["id"], {"choice": "0"})
    slack.said("C0STRAND", f"Noted: “{row.causes[0]}”", ts)


@pytest.mark.parametrize(
    ("up", "down"), [("+1", "-1"), ("thumbsup::skin-tone-4", "thumbsdown"), ("+1::skin-tone-2", "-1")]
)
def test_thumbs_are_verdicts_and_down_asks_in_the_open_what_is_right(slack, asked, up, down):
    slack.react("U0ANNA", asked.channel, asked.message["ts"], up)
    asked.judged("U0ANNA", "agree")
    slack.react("U0ANNA", asked.channel, asked.message["ts"], down)
    asks = asked.said("You disagree with")
    asked.judged("U0ANNA", "disagree")
    assert labels(asks) == ["Say what is right"]
    asked.noted(asks)
    slack.say(asked.channel, "U0ANNA", "a blocked filter", thread_ts=asked.ts)
    asked.said("Noted: “a blocked filter”")
    asked.judged("U0ANNA", "disagree", "a blocked filter")
    assert len(slack.answers(asked.channel)) == 1


def test_a_thumb_taken_away_takes_the_verdict_back(slack, asked):
    slack.react("U0LI", asked.channel, asked.message["ts"], "+1")
    asked.judged("U0LI", "agree")
    slack.unreact("U0LI", asked.channel, asked.message["ts"], "+1")
    asked.judged("U0LI", "withdrawn")
    slack.react("U0LI", asked.channel, asked.message["ts"], "tada")
    slack.react("U0BOB", asked.channel, asked.message["ts"], "+1")
    asked.judged("U0BOB", "agree")
    assert asked.verdicts()["U0LI"] == ("withdrawn", "")


def test_the_button_under_the_open_question_opens_the_form(slack, asked):
    slack.react("U0LI", asked.channel, asked.message["ts"], "-1")
    asks = asked.said("You disagree with")
    slack.click(asked.channel, "U0LI", asks["ts"], "right")
    slack.submit("U0LI", slack.form()["id"], {"right": "the pump was off"})
    asked.said("Noted: “the pump was off”")
    asked.judged("U0LI", "disagree", "the pump was off")


# More


def test_more_shows_what_is_behind_an_answer(slack, ledger, clogging):
    _ts, answer = clogging
    row = answer_row(ledger, answer, "C0STRAND")
    slack.click("C0STRAND", "U0ANNA", answer["ts"], "more")
    sheet = shown(slack.form())
    for words in ("F1:", "Knowledge", "Causal graph", "Receipt", f"#A{row.id}", "SHA-256"):
        assert words in sheet


def test_edges_of_the_graph_can_be_judged_each_and_become_candidates(slack, plant, ledger, clogging):
    _ts, answer = clogging
    row = answer_row(ledger, answer, "C0STRAND")
    slack.click("C0STRAND", "U0BOB", answer["ts"], "more")
    view = slack.form()
    pressed = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]][1]
    assert pressed["text"]["text"] == "1 ✗"
    slack.click_view("U0BOB", view["id"], pressed["action_id"])
    said = slack.whispered("U0BOB", "does not drive")

    def edges():
        return [f for f in ledger.answers.said_of([row.id]) if f.aspect.startswith("edge:")]

    (edge,) = edges()
    cause, effect = (which := EdgeSaid.of(edge.aspect)).cause, which.effect
    assert (edge.user, edge.verdict) == ("U0BOB", "disagree")
    assert f"{cause} does not drive {effect}" in shown(said)
    candidate = slack.wait_for(lambda: ledger.answers.feedback(edge.id).candidate, 30, "a candidate")
    assert candidate in review(plant)
    slack.click_view("U0BOB", view["id"], pressed["action_id"].replace("no", "yes"))
    slack.whispered("U0BOB", f"Noted: {cause} drives {effect}")
    assert [(f.id, f.verdict) for f in edges()] == [(edge.id, "agree")]


def test_more_offers_to_ask_again(slack, ledger, asked):
    asked.click("U0ANNA", "more")
    slack.click_view("U0ANNA", slack.form()["id"], "again")
    request = request_of(ledger, slack.answered(asked.channel, asked.ts, 2), asked.channel)
    assert (request["text"], request["file_name"]) == ("pump pressure jumped, why?", "pumps.csv")


# Knowledge


def test_a_correction_answers_questions_once_a_keeper_approved_it(slack, plant, ledger):
    words = "why does the ladle turret hum at night?"
    here = slack.place()
    ts = slack.say(here, "U0ANNA", words, mention=True)
    answer = slack.answered(here, ts)
    assert "rotary seal" not in shown(answer)
    slack.click(here, "U0ANNA", answer["ts"], "disagree")
    slack.submit("U0ANNA", slack.form()["id"], {"right": "the rotary seal of the turret runs dry"})
    slack.said(here, "rotary seal", ts)
    row = answer_row(ledger, answer, here)
    slack.wait_for(lambda: [f for f in ledger.answers.said_of([row.id]) if f.candidate], 30, "a candidate")
    (said,) = ledger.answers.said_of([row.id])
    decide_on_all_but(plant, "rotary seal")
    slack.slash("U0LI", here, "/andon", "kb review")
    assert said.candidate in shown(slack.whispered("U0LI", "rotary seal of the turret runs dry"))
    slack.slash("U0ANNA", here, "/andon", f"kb approve {said.candidate}")
    slack.said(here, "eeper")
    assert plant.command("kb", "approve", said.candidate, "--user", "U0ANNA").returncode == 2
    assert said.candidate in review(plant)
    slack.say(here, "U0LI", f"kb approve {said.candidate}", mention=True)
    slack.said(here, "is now verified knowledge")
    assert said.candidate not in review(plant)
    there = slack.place()
    ts = slack.say(there, "U0BOB", words, mention=True)
    later = slack.answered(there, ts)
    assert "rotary seal" in shown(later)
    slack.click(there, "U0BOB", later["ts"], "more")
    assert said.candidate in shown(slack.form())


def test_a_keeper_approves_on_the_command_line_too(slack, plant, ledger, asked):
    asked.click("U0ANNA", "disagree")
    slack.submit("U0ANNA", slack.form()["id"], {"right": "the strainer S4 was clogged"})
    asked.judged("U0ANNA", "disagree", "the strainer S4 was clogged")
    (said,) = ledger.answers.said_of([asked.row.id])
    candidate = slack.wait_for(lambda: ledger.answers.feedback(said.id).candidate, 30, "a candidate")
    assert plant.command("kb", "approve", candidate, "--user", "U0LI").returncode == 0
    assert candidate not in review(plant)


# Nothing is cut


def test_long_candidates_are_shown_whole_one_message_each(slack, plant, ledger):
    for number in range(3):
        one = Asked(slack, ledger, text=f"question number {number}")
        one.click("U0ANNA", "disagree")
        right = f"U0ANNA says {number}: " + "very long reasons follow. " * 105
        slack.submit("U0ANNA", slack.form()["id"], {"right": right})
        one.judged("U0ANNA", "disagree", right.strip())
    here = slack.dm("U0LI")
    slack.wait_for(lambda: sum("U0ANNA says" in text for text in review(plant).values()) >= 3, 60, "three candidates")
    decide_on_all_but(plant, "U0ANNA says")
    slack.say(here, "U0LI", "kb review")
    slack.said(here, "oldest first")

    def cards():
        return [m for m in slack.from_bot(here) if "very long reasons" in shown(m)]

    slack.wait_for(lambda: len(cards()) >= 3, 30, "a card for each")
    assert all(shown(card).count("very long reasons") == 105 for card in cards())


# Long after


def test_a_press_that_comes_too_late_for_a_form_is_explained(slack, plant, asked):
    slack.fault("views.open", "slack_error", error="expired_trigger_id")
    asked.click("U0BOB", "quote")
    slack.whispered("U0BOB", "press the button again")
    asked.click("U0BOB", "quote")
    slack.close("U0BOB", slack.form()["id"])


def test_buttons_work_after_everything_was_restarted(slack, plant, ledger, clogging):
    ts, answer = clogging
    for program in plant.programs:
        program.stop()
    plant.redis.kill()
    plant.redis.forget()
    plant.redis.start()
    worker, bot = plant.run("worker"), plant.run("bot", "slack")
    worker.ready()
    bot.ready()
    slack.wait_socket()
    mate = slack.mate()
    slack._do(lambda: slack.world.channels["C0STRAND"].members.add(mate))
    slack.click("C0STRAND", mate, answer["ts"], "copy")
    slack.whispered(mate, "clogging")
    slack.click("C0STRAND", mate, answer["ts"], "agree")
    slack.whispered(mate, "Noted: you agree")
    slack.click("C0STRAND", mate, answer["ts"], "more")
    assert "F1:" in shown(slack.form())
    slack.click("C0STRAND", mate, answer["ts"], "quote")
    slack.submit(mate, slack.form()["id"], {"text": "what are the signs of stopper clogging?"})
    again = slack.wait_for(lambda: len(slack.answers("C0STRAND", ts)) == 2 and slack.answers("C0STRAND", ts)[-1], 60)
    assert set(REACTIONS["en"]) <= set(labels(again))


def test_nothing_was_refused_and_nothing_leaked(slack, plant, ledger, clogging):
    asked_in_vain = ("conversations.info", "missing_scope")  # of a group message, which nobody outside may quote anyway
    assert [call for call in unfaulted(slack) if call[:2] != asked_in_vain] == []
    assert [w for w in slack.warnings if "fallback" in w] == []
    assert ledger.jobs.dead() == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    for words in ("xoxb-", "xapp-", "level is jumping", "valve V7", "blocked filter", "ladle turret", "Traceback"):
        assert words not in logs
    assert small_csv()[:20] not in logs.encode()
