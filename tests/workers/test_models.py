"""The model catalogue in SQL and its commands."""

import argparse
import json

import pytest

from detectors import catalogue
from workers.catalogue import models
from workers.commands import models as commands
from workers.errors import AndonError
from workers.settings import Settings

NAMES = [card.name for card in catalogue.cards()]
DEFAULT = next(card.name for card in catalogue.cards() if card.default)


@pytest.fixture
def settings(tmp_path):
    return Settings(ANDON_DATA_DIR=tmp_path / "data")


def test_every_shipped_model_is_in_the_catalogue_the_default_first(settings):
    cards = models.cards(settings)
    assert cards[0].name == DEFAULT
    assert {card.name for card in cards} == set(NAMES)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_titles_are_in_the_readers_language(settings, lang):
    for card in models.cards(settings, lang):
        assert card.title
        assert any("一" <= c <= "鿿" for c in card.best_for) is (lang == "zh")


def test_the_plants_record_survives_a_new_opening(settings):
    with models.opened(settings) as known:
        known.mark([DEFAULT], "needs_update", by="anna")
        known.record(DEFAULT, score=0.5, sensors=["a", "b"])
    card = next(c for c in models.cards(settings) if c.name == DEFAULT)
    assert (card.status, card.score, card.sensors) == ("needs_update", 0.5, ["a", "b"])


def test_a_model_that_is_shipped_no_more_goes_and_a_changed_description_comes(settings, monkeypatch):
    models.cards(settings)
    monkeypatch.setattr(catalogue, "cards", lambda: [c for c in REAL if c.name == DEFAULT])
    assert [card.name for card in models.cards(settings)] == [DEFAULT]


REAL = list(catalogue.cards())


def test_a_need_that_is_not_installed_makes_a_model_unavailable(settings, monkeypatch):
    monkeypatch.setattr(models, "is_here", lambda need: False)
    for card in models.cards(settings):
        assert card.available is (not card.needs)


def test_an_unknown_model_is_a_sentence_with_the_known_names(settings):
    with pytest.raises(AndonError) as failure, models.opened(settings) as known:
        known.card("oracle")
    assert failure.value.code == "failure_model_unknown"
    assert DEFAULT in failure.value.values["names"]


def blocked(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    return Settings(ANDON_DATA_DIR=tmp_path / "file" / "data")


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path):
    with pytest.raises(AndonError) as failure, models.opened(blocked(tmp_path)):
        pass
    assert failure.value.code == "failure_model_database"


def test_an_answer_does_not_fail_for_want_of_a_database(tmp_path):
    assert {card.name for card in models.cards(blocked(tmp_path))} == set(NAMES)


def test_two_openings_at_once_fill_it_once(settings):
    with models.opened(settings) as one, models.opened(settings) as two:
        assert one.cards() == two.cards()


def run(command, settings, **arguments):
    return command(argparse.Namespace(**({"lang": None, "json": False} | arguments)), settings)


def test_list_prints_one_line_a_model(settings, capsys):
    assert run(commands.list_models, settings) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(NAMES)
    assert lines[0].startswith(f"{DEFAULT}: ")


def test_list_as_json_is_one_document(settings, capsys):
    run(commands.list_models, settings, json=True)
    assert {m["name"] for m in json.loads(capsys.readouterr().out)["models"]} == set(NAMES)


def test_flag_marks_and_show_tells_it_in_chinese(settings, capsys):
    assert run(commands.flag, settings, name=DEFAULT, status="needs_update") == 0
    assert "needs an update" in capsys.readouterr().out
    run(commands.show, settings, name=DEFAULT, lang="zh")
    assert "需要更新" in capsys.readouterr().out


def test_flag_of_an_unknown_model_changes_nothing(settings):
    with pytest.raises(AndonError):
        run(commands.flag, settings, name="oracle", status="ready")
