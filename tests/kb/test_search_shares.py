"""The shares of a question that many texts speak of, reckoned together, are those of each text by itself."""

import pytest

import kb
from kb.packs import load
from kb.search.elsewhere import Bars
from kb.search.evidence import Candidate, _read, likenesses
from kb.search.question import Question
from kb.search.wants import unmet
from tests.kb.conftest import WordEmbedder

QUESTIONS = [
    "what are the signs of stopper clogging?", "zorbel of the mould level at the K-77 flange", "塞棒结瘤有什么迹象",
    "絮凝机的皮带跑偏怎么办", "what pressure in bar does the spray water need?", "is the homogeniser pressure 20 bar?",
    "?",
]  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
def test_of_every_passage(text):
    passages = [passage for name in kb.PACKS for passage in load(name).passages][::23]
    question, embedder = Question.of(text, WordEmbedder()), WordEmbedder()
    found = [Candidate(p, tuple(p.asked), (p.id,), 0.1) for p in passages]
    words, asked = question.glossary, question.asked
    for like, p in zip(likenesses(question, found, embedder, dict), passages, strict=True):
        reading = _read(p.title, p.text, p.document, words)
        assert like.notions == pytest.approx(words.covered(asked, reading.whole))
        assert like.title_notions == pytest.approx(words.covered(asked, words.of(p.title)))
        assert like.said == pytest.approx(words.said(asked, reading.whole))
        assert like.unknown == pytest.approx(words.unknown(asked, reading.whole))
        assert like.meant == pytest.approx(words.covered(words.asked(p.title), words.of(question.text)))
        assert Bars.of(question).strange(reading.whole) == words.strange(asked, reading.whole)
        held = [text for text in reading.texts if not unmet(question.wants, text)]
        assert like.apart == 0.0 or len(held) < len(reading.texts)


def test_the_nearest_of_all_phrasings_in_words_counts_in_whatever_order_they_are_compared():
    embedder, question = WordEmbedder(), Question.of("stopper clogging signs", WordEmbedder())
    page = load(kb.PACKS[0]).passages[0].model_copy(update={"title": "Ladle"})
    texts = ("stopper clogging signs", "clogging of the ladle", "signs of the mould level")
    one, other = (
        likenesses(question, [Candidate(page, phrasings, (page.id,), 0.1)], embedder, dict)[0]
        for phrasings in (texts, texts[::-1])
    )
    assert one.alike == other.alike == pytest.approx(1.0)
