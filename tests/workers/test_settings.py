"""The environment: our names are read, the shell's own are not."""

import pytest
from pydantic import ValidationError

from bot.cli import main
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


@pytest.mark.parametrize(
    ("name", "value"),
    [("ANDON_TASK_TIME_LIMIT", "inf"), ("ANDON_TASK_TIME_LIMIT", "nan"), ("ANDON_TASK_TIME_LIMIT", "1e9"),
     ("ANDON_VISIBILITY_TIMEOUT", "inf"), ("ANDON_ALBUM_WAIT", "inf"), ("ANDON_ALBUM_WAIT", "3600"),
     ("ANDON_FOLLOW_UP_HOURS", "inf"), ("ANDON_LLM_TIMEOUT", "inf"), ("ANDON_LLM_PRICE_IN", "inf"),
     ("ANDON_TELEGRAM_LISTEN", "0.0.0.0:99999"), ("ANDON_TELEGRAM_LISTEN", "8443"),
     ("ANDON_WORK_ORDER_URL", "mes.local/orders"), ("ANDON_WORK_ORDER_URL", "ftp://mes.local/orders"),
     ("ANDON_WORK_ORDER_URL", "http://mes.local:99999/orders"), ("ANDON_WORK_ORDER_URL", "https://")],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_would_fail_later_is_refused_at_once_with_one_sentence(monkeypatch, capsys, name, value, lang):
    monkeypatch.setenv(name, value)
    assert main(["doctor", "--lang", lang]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert name in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("ANDON_TASK_TIME_LIMIT", "86400"), ("ANDON_ALBUM_WAIT", "0"), ("ANDON_TELEGRAM_LISTEN", "[::]:8443"),
     ("ANDON_WORK_ORDER_URL", "https://user:word@mes.local:8443/orders"), ("ANDON_WORK_ORDER_URL", "")],
)  # fmt: skip
def test_what_is_allowed_stays_allowed(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    Settings()


def test_an_address_that_is_refused_is_not_shown_for_the_password_that_it_may_hold(monkeypatch, capsys):
    monkeypatch.setenv("ANDON_WORK_ORDER_URL", "mes:geheim@mes.local/orders")
    assert main(["doctor"]) == 2
    assert "geheim" not in capsys.readouterr().err
