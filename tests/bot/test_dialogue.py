"""The console keeps the thread: follow-ups are about the last answer, the level is kept, a file is remembered."""

import pytest

from bot.dialogue import Dialogue
from tests.workers.diagnosed import data, diagnosed
from workers.settings import Settings


@pytest.fixture
def talk(tmp_path):
    made = Dialogue(Settings(data_dir=tmp_path), None)
    made.last = diagnosed()
    return made


def test_follow_ups_are_about_the_last_answer_in_the_language_of_the_words(talk):
    cause = diagnosed().diagnosis.causes[0].text
    assert cause in talk.reply("why?")
    assert "☐" in talk.reply("checklist")
    assert talk.reply("make a work order").startswith("Work order WO-")
    assert talk.reply("开工单").startswith("工单 WO-")
    assert "为什么" in talk.reply("为什么？")
    assert talk.last is not None
    assert talk.last.text == diagnosed().text  # a follow-up does not take the place of what it is about


@pytest.mark.parametrize("bare", ["S8?", "???", "42"])
def test_a_line_without_words_is_answered_in_the_language_of_the_setting(tmp_path, bare):
    settings = Settings(data_dir=tmp_path, lang="zh")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in Dialogue(settings, None).reply(bare))


def test_a_level_is_kept_until_it_is_taken_back(talk, tmp_path):
    assert "engineers" in talk.reply("I am an engineer")
    assert "工程师" in talk.reply("我是谁？")
    answer = talk.reply(f"{data('unknown')} pump pressure jumped, why?")
    assert "alarm threshold" in answer
    assert "everybody" in talk.reply("level off")
    assert "alarm threshold" not in talk.reply("pump pressure jumped, why?")


@pytest.mark.parametrize(
    ("plot", "order", "why"),
    [("plot S8_upper", "Work order WO-", "Why I say"), ("画S8_upper", "工单 WO-", "为什么是")],
)
def test_follow_ups_after_a_plot_are_about_the_diagnosis_before_it(talk, plot, order, why):
    asked = "what is wrong?" if plot.isascii() else "怎么回事？"
    talk.reply(f"{data('roll_bearing_seizing')} {asked}")
    talk.reply(plot)
    assert talk.last.diagnosis.causes == []
    assert talk.reply("make a work order" if plot.isascii() else "开工单").startswith(order)
    assert talk.reply("why?" if plot.isascii() else "为什么？").startswith(why)
    assert talk.reply("should I stop the caster?").startswith("Whether to stop")


def test_a_file_named_with_an_apostrophe_behind_it_is_compared_with_the_one_before(talk, tmp_path):
    again = tmp_path / "again.csv"
    again.write_bytes(data("unknown").read_bytes())
    talk.reply(f"{data('unknown')} which sensors are in the file?")
    assert "no sensor lies or swings clearly otherwise" in talk.reply(f"{again} compare with yesterday's file")


def test_what_cannot_be_done_is_a_sentence(talk):
    talk.last = diagnosed("unknown")
    assert "no diagnosis" in talk.reply("make a work order")
    assert talk.reply("  ") == ""


@pytest.mark.parametrize(
    ("asked", "begins", "card", "done", "what", "finds"),
    [
        ("simulate stopper clogging for 40 minutes", "run", "Write “run”", "Simulated, no plant data",
         "what is wrong here?", "simulated data"),
        ("模拟塞棒结瘤40分钟", "开始", "请输入“开始”", "模拟", "哪里不对？", "模拟数据"),
    ],
)  # fmt: skip
def test_a_simulation_is_shown_run_on_request_and_can_be_asked_about(
    talk, tmp_path, monkeypatch, asked, begins, card, done, what, finds
):
    monkeypatch.chdir(tmp_path)
    assert card in talk.reply(asked)
    assert not list(tmp_path.glob("simulated_*"))
    assert done in talk.reply(begins)
    assert {p.suffix for p in tmp_path.glob("simulated_*")} == {".csv", ".json", ".png"}
    assert finds in talk.reply(what)


def test_a_simulation_is_cancelled_refused_or_forgotten(talk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talk.reply("simulate a hydraulic leak for an hour")
    assert "nothing was simulated" in talk.reply("cancel")
    assert "1.3 m/min" in talk.reply("simulate clogging at 2.5 m/min")
    assert talk.card is None
    talk.reply("模拟液压泄漏一小时")
    assert "Why I say" in talk.reply("why?")
    assert talk.card is None  # another line in between: "run" alone would surprise
    assert not list(tmp_path.glob("simulated_*"))


MANUAL = """# Filler F-12

## Valve body

The valve body nut of filler F-12 is tightened to 44 Nm with the blue key.
"""


@pytest.mark.parametrize("line", ["learn this {}", "{} learn this", "learn {}", "请学习一下 {}", "{} 把这个手册学一下"])
def test_a_file_is_taught_here_and_then_known(tmp_path, line):
    talk = Dialogue(Settings(data_dir=tmp_path / "data"), None)
    manual = tmp_path / "filler.md"
    manual.write_text(MANUAL)
    said = talk.reply(line.format(manual))
    assert "filler.md" in said
    assert "44 Nm" in talk.reply("valve body nut of the filler")


def test_a_refused_file_is_not_asked_about_again_and_can_be_learnt(tmp_path):
    talk = Dialogue(Settings(data_dir=tmp_path / "data"), None)
    manual = tmp_path / "filler F-12.md"
    manual.write_text(MANUAL)
    refused = talk.reply(f"'{manual}' what is the torque of the valve body nut?")
    assert "filler F-12.md" in refused
    assert "filler F-12.md" not in talk.reply("what are the signs of stopper clogging?")
    assert "filler F-12.md" in talk.reply("learn this")
    assert "44 Nm" in talk.reply("torque of the valve body nut?")


def test_a_refused_file_does_not_take_the_place_of_the_table_before_it(talk, tmp_path):
    manual = tmp_path / "filler.md"
    manual.write_text(MANUAL)
    talk.reply(f"{data('unknown')} pump pressure jumped, why?")
    talk.reply(f"{manual} what is this?")
    assert talk.file == data("unknown")
    talk.reply("learn this")
    assert talk.file is None


def test_there_has_to_be_a_file_to_learn(tmp_path):
    assert "no file to learn from" in Dialogue(Settings(data_dir=tmp_path), None).reply("learn this")
