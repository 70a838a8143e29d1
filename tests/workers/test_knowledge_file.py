"""A knowledge file becomes facts, or one sentence that names the bad line."""

import json

import pytest

from workers.errors import AndonError
from workers.knowledge.file import read_facts, unused
from workers.wording import say

FACT = {"relation": "required", "cause": "a", "effect": "b", "reason": "it feeds it", "source": "manual p. 3"}


def written(tmp_path, *lines, encoding="utf-8"):
    path = tmp_path / "facts.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(text.encode(encoding))
    return path


def test_lines_become_facts_in_order(tmp_path):
    facts = read_facts(written(tmp_path, FACT, "", FACT | {"relation": "forbidden"}, FACT | {"relation": "reversed"}))
    assert [fact.relation for fact in facts] == ["required", "forbidden", "reversed"]
    assert facts[0].model_dump() == FACT | {"reviewed": False}


def test_empty_file_has_no_facts(tmp_path):
    assert read_facts(written(tmp_path)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_names_are_read(tmp_path, encoding):
    path = written(tmp_path, FACT | {"cause": "塞棒位置", "effect": "结晶器液位"}, encoding=encoding)
    assert read_facts(path)[0].cause == "塞棒位置"


def test_missing_reason_and_source_are_read_as_empty(tmp_path):
    fact = read_facts(written(tmp_path, {"relation": "required", "cause": "a", "effect": "b"}))[0]
    assert (fact.reason, fact.source) == ("", "")


def test_names_match_columns_without_unit_and_case(tmp_path):
    path = written(tmp_path, FACT | {"cause": "Mould_Level [mm]", "effect": "elsewhere"})
    fact = read_facts(path, ["mould_level", "mould_level_set"])[0]
    assert (fact.cause, fact.effect) == ("mould_level", "elsewhere")


def test_names_match_the_headers_of_the_file(tmp_path):
    headers = {"flow": "flow_m3h", "bearing_temp": "Bearing_Temp_C"}
    facts = [FACT | {"cause": "flow_m3h", "effect": "bearing_temp_c"}, FACT | {"cause": "flow_kg", "effect": "flow"}]
    first, second = read_facts(written(tmp_path, *facts), list(headers), headers)
    assert (first.cause, first.effect) == ("flow", "bearing_temp")
    assert (second.cause, second.effect) == ("flow_kg", "flow")


def test_a_column_goes_before_the_header_of_another(tmp_path):
    headers = {"b": "a", "a": "A [bar]"}
    fact = read_facts(written(tmp_path, FACT), ["a", "b"], headers)[0]
    assert (fact.cause, fact.effect) == ("a", "b")


@pytest.mark.parametrize(("lang", "one", "two"), [("en", "1 fact names", "2 facts name"), ("zh", "1 条", "2 条")])
def test_what_was_not_applied_is_counted(tmp_path, lang, one, two):
    facts = read_facts(written(tmp_path, FACT, FACT | {"effect": "c", "source": ""}, FACT | {"effect": "d"}))
    notes = unused(facts, ["a", "b"], lang)
    assert list(notes.values()) == [1, 2]
    assert all(sentence.startswith(start) for sentence, start in zip(notes, (one, two), strict=True))
    assert "c, d" in list(notes)[1]
    assert unused(facts[:1], ["a", "b"], lang) == {}


def test_exact_name_goes_before_a_similar_one(tmp_path):
    fact = read_facts(written(tmp_path, FACT | {"cause": "s1", "effect": "S1"}), ["S1", "s1"])[0]
    assert (fact.cause, fact.effect) == ("s1", "S1")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("not json", "failure_knowledge_line"),
        ('{"relation": "required"', "failure_knowledge_line"),
        ("[1, 2]", "failure_knowledge_line"),
        ("[" * 100_000, "failure_knowledge_line"),
        (FACT | {"relation": "causes"}, "failure_knowledge_relation"),
        (FACT | {"relation": ["required"]}, "failure_knowledge_relation"),
        ({"cause": "a", "effect": "b"}, "failure_knowledge_relation"),
        (FACT | {"cause": ""}, "failure_knowledge_names"),
        (FACT | {"effect": None}, "failure_knowledge_names"),
        ({"relation": "required", "cause": "a"}, "failure_knowledge_names"),
    ],
    ids=["word", "cut off", "list", "deep", "relation", "relation list", "no relation", "empty", "null", "no effect"],
)
def test_bad_line_is_named(tmp_path, line, code):
    with pytest.raises(AndonError) as failure:
        read_facts(written(tmp_path, FACT, "", line))
    assert failure.value.code == code
    for lang in ("en", "zh"):
        sentence = say(failure.value.code, lang, **failure.value.values)
        assert "3" in sentence
        assert "facts.jsonl" in sentence


@pytest.mark.parametrize("content", [None, b"\x00\x01\x02\xff\xfe" * 50])
def test_file_that_is_no_text_is_one_sentence(tmp_path, content):
    path = tmp_path / "facts.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AndonError, match="failure_knowledge_file"):
        read_facts(path)
