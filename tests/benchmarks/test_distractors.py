"""The passages that make a benchmark's knowledge base large."""

import re

from kb.text import lang_of, tokens
from tests.benchmarks.distractors import CHARACTERS, WORDS, distractors

CASTING = re.compile(
    r"strand|stopper|tundish|mou?ld\b|mould level|\bcast|ladle|slab|billet|bloom|meniscus|nozzle|oscillat|"
    r"结晶器|塞棒|中间包|中包|水口|铸|拉速|钢水|浇|号流|振动台|扇形段|二冷|钢包|保护渣|坯",
    re.IGNORECASE,
)


def test_they_are_distinct_and_a_shorter_list_is_the_start_of_a_longer_one():
    many = distractors(2000)
    assert len({p.text for p in many}) == len({p.id for p in many}) == 2000
    assert distractors(300) == many[:300]
    assert distractors(300, seed=1)[0].text != many[0].text


def test_they_are_half_english_half_chinese_and_of_a_passages_length():
    many = distractors(400)
    assert [lang_of(p.text) for p in many] == [p.lang for p in many] == ["en", "zh"] * 200
    assert all(WORDS[0] <= len(p.text.split()) <= WORDS[1] for p in many if p.lang == "en")
    assert all(CHARACTERS[0] <= len(p.text) <= CHARACTERS[1] for p in many if p.lang == "zh")
    assert not [p for p in many if re.search(r"[{}~]", p.title + p.text)]


def test_none_speaks_of_continuous_casting():
    assert not [p.title for p in distractors(20_000) if CASTING.search(f"{p.title} {p.text}")]


def test_they_vary_in_words_and_in_whole_sentences():
    many = distractors(2000)
    for lang, least in (("en", 2000), ("zh", 5000)):
        own = [p for p in many if p.lang == lang]
        assert len({token for p in own for token in tokens(p.text)}) > least
        sentences = [s for p in own for s in re.split(r"(?<=[.!?。！])\s*", p.text) if s]
        assert len(set(sentences)) > 0.75 * len(sentences)  # most sentences stand once
