"""The questions written for each passage of the shipped pack: every passage has some, in its language, none twice."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kb.text import content_hash, lang_of

PACK = Path(__file__).parents[2] / "kb" / "packs" / "continuous_casting"
FEWEST = 6
LANGUAGES = ["en", "zh"]


def _passages(lang: str) -> dict[str, tuple[str, str]]:
    """Id -> (theme, title) of each passage in `lang`."""
    return {
        row["id"]: (file.name.split(".")[0], row["title"])
        for file in sorted((PACK / "passages").glob(f"*.{lang}.toml"))
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["passage"]
    }


def _asked(lang: str) -> dict[str, tuple[str, list[str]]]:
    """Passage id -> (theme, questions); an id that stands in two files fails."""
    found: dict[str, tuple[str, list[str]]] = {}
    for file in sorted((PACK / "asked").glob(f"*.{lang}.toml")):
        for passage, questions in tomllib.loads(file.read_text(encoding="utf-8"))["asked"].items():
            assert passage not in found, f"{passage} stands in two files"
            found[passage] = (file.name.split(".")[0], questions)
    return found


def _levelled(text: str) -> str:
    return content_hash(text.casefold().strip(" ?!.？！。"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_passage_has_questions_in_the_file_of_its_theme(lang: str) -> None:
    passages, asked = _passages(lang), _asked(lang)

    assert passages
    assert {i: theme for i, (theme, _) in asked.items()} == {i: theme for i, (theme, _) in passages.items()}
    assert {i: len(questions) for i, (_, questions) in asked.items() if len(questions) < FEWEST} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_questions_are_in_the_language_of_their_passage(lang: str) -> None:
    assert [q for _, questions in _asked(lang).values() for q in questions if lang_of(q) != lang] == []


def test_no_question_is_asked_twice_or_is_a_title() -> None:
    taken = {_levelled(title): title for lang in LANGUAGES for _, title in _passages(lang).values()}
    again = []
    for lang in LANGUAGES:
        for passage, (_, questions) in _asked(lang).items():
            for question in questions:
                if (key := _levelled(question)) in taken:
                    again.append((passage, question, taken[key]))
                taken[key] = passage

    assert again == []
