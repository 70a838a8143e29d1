"""The environment: our names are read, the shell's own are not."""

import pytest
from pydantic import ValidationError

from workers.settings import Settings


def test_shell_variables_of_the_same_word_are_left_alone(monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("MODE", "anything")
    settings = Settings()
    assert (settings.lang, settings.mode) == ("en", "development")


def test_our_names_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("ANDON_LANG", "zh")
    monkeypatch.setenv("ANDON_TIMEZONE", "Asia/Shanghai")
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    settings = Settings()
    assert (settings.lang, settings.zone.key, settings.data_dir) == ("zh", "Asia/Shanghai", tmp_path)


@pytest.mark.parametrize(
    ("name", "value"), [("ANDON_LANG", "fr"), ("ANDON_TIMEZONE", "Nowhere"), ("ANDON_TIMEZONE", "Asia")]
)
def test_unusable_values_are_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_keys_do_not_show(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(Settings())


def test_what_can_be_made_again_lies_in_the_data_folder_or_where_it_is_told_to(tmp_path, monkeypatch):
    monkeypatch.delenv("ANDON_CACHE_DIR", raising=False)
    assert Settings(data_dir=tmp_path).cache == tmp_path / "cache"
    monkeypatch.setenv("ANDON_CACHE_DIR", str(tmp_path / "shared"))
    assert Settings(data_dir=tmp_path).cache == tmp_path / "shared"


def test_private_words_come_from_a_list_or_a_file_and_a_missing_file_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ANDON_PRIVATE_WORDS", " Li  Wei, 王师傅，张工,, Li Wei")
    assert Settings().private_words == ("Li Wei", "王师傅", "张工")
    names = tmp_path / "names.txt"
    names.write_text("# the night shift\nLi Wei\n\n王师傅\n", encoding="utf-8")
    monkeypatch.setenv("ANDON_PRIVATE_WORDS", f"@{names}")
    assert Settings().private_words == ("Li Wei", "王师傅")
    monkeypatch.setenv("ANDON_PRIVATE_WORDS", f"@{tmp_path / 'gone.txt'}")
    with pytest.raises(ValidationError, match=r"gone\.txt cannot be read"):
        Settings()
    monkeypatch.delenv("ANDON_PRIVATE_WORDS")
    assert Settings().private_words == ()
