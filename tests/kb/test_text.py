"""Words, sentences and languages of plant texts."""

import pytest

from kb.text import clean, content_hash, lang_of, language_in, query_terms, sentences, stem, tokens


@pytest.mark.parametrize(("text", "lang"), [
    ("Why does the level swing?", "en"), ("塞棒结瘤", "zh"), ("S8 电流为什么升高", "zh"),
    ("what does 塞棒 mean in English?", "en"), ("PLC报警 E-2041 是什么", "zh"), ("", "en"), ("12.5", "en"),
])  # fmt: skip
def test_language_is_told_from_the_words(text, lang):
    assert lang_of(text) == lang


@pytest.mark.parametrize(("text", "lang"), [("E-2041是什么", "zh"), ("E-2041?", None), ("what is E-2041", "en")])
def test_a_code_is_in_no_language_and_the_words_after_it_are(text, lang):
    assert language_in(text) == lang


def test_chinese_becomes_overlapping_pairs():
    assert tokens("塞棒开度，液") == ["塞棒", "棒开", "开度", "液"]


def test_full_width_letters_and_case_are_levelled():
    assert tokens("Ｓ８ Upper") == tokens("s8 UPPER") == ["s8", "upper"]


def test_code_is_found_with_and_without_its_hyphen():
    assert "e2041" in tokens("alarm E-2041")
    assert "e2041" in tokens("alarm E2041")


@pytest.mark.parametrize("family", [
    ["clog", "clogs", "clogged", "clogging"], ["rise", "rises", "rising"], ["valve", "valves"],
    ["bearing", "bearings"], ["oscillate", "oscillates", "oscillating", "oscillated"], ["assembly", "assemblies"],
])  # fmt: skip
def test_forms_of_one_word_share_a_stem(family):
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(("a", "b"), [("gas", "gate"), ("mould", "mood"), ("roll", "role"), ("level", "lever")])
def test_different_words_keep_different_stems(a, b):
    assert stem(a) != stem(b)


def test_question_words_are_left_out():
    assert query_terms("What should we do when the stopper is clogged?") == ["stopper", "clog"]
    assert query_terms("塞棒为什么会堵塞？") == ["塞棒", "堵塞"]


def test_sentences_end_at_marks_of_both_languages():
    text = "The level swings, e.g. by 5 mm. Check argon (cf. 3.2)! 检查氩气。更换水口；记录时间"
    assert sentences(text) == [
        "The level swings, e.g. by 5 mm.", "Check argon (cf. 3.2)!", "检查氩气。", "更换水口；", "记录时间",
    ]  # fmt: skip


def test_hash_ignores_form_and_white_space_only():
    assert content_hash("a  b\n") == content_hash("ａ b")
    assert content_hash("a b") != content_hash("a c")
    assert content_hash("a", "b") != content_hash("ab", "")


def test_escape_sequences_are_removed():
    assert clean("a\x1b[2Jb\x1b]0;title\x07c\r\nd") == "abc\nd"
