"""`andon analyze`: the answer that a person reads and the document that a script reads."""

import json
import re

import pytest

from tests.workers.numbers_in import unbacked

ROWS = 7_200
KEYS = {"schema", "question", "data", "plan", "findings", "events", "graph", "diagnosis", "evidence", "confidence"}
KEYS |= {"text", "pictures", "receipt"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def answered(andon, simulated):
    """A clogging stopper, asked about in English, as JSON: (what was printed, the folder)."""
    out = andon.folder / "out"
    source = simulated("stopper_clogging", ROWS, 3)
    ran = andon("analyze", source, "--ask", "why is the mould level jumping?", "--out", out, "--json")
    assert ran.code == 0, ran.err
    return ran, out


@pytest.fixture(scope="module")
def chinese(andon, simulated):
    """The same file in Chinese, with the caster's nights in Shanghai, as text."""
    out = andon.folder / "zh"
    source = simulated("stopper_clogging", ROWS, 3)
    ran = andon("analyze", source, "--ask", "液位为什么波动？", "--out", out, ANDON_TIMEZONE="Asia/Shanghai")
    assert ran.code == 0, ran.err
    return ran, json.loads((out / "answer.json").read_text(encoding="utf-8"))


def test_json_is_one_document_and_equals_the_file(answered):
    ran, out = answered
    assert ran.document == json.loads((out / "answer.json").read_text(encoding="utf-8"))


def test_the_document_has_the_documented_keys(answered):
    document = answered[0].document
    assert set(document) >= KEYS
    assert all({"id", "text", "values"} <= set(finding) for finding in document["findings"])
    assert {"causes", "actions", "asks_for"} <= set(document["diagnosis"])
    for place, cause in enumerate(document["diagnosis"]["causes"], 1):
        assert {"rank", "text", "confidence", "evidence"} <= set(cause)
        assert cause["rank"] == place
        assert 0 <= cause["confidence"] <= 1
    assert {"discovered", "corrected", "removed", "root_causes"} <= set(document["graph"])


def test_the_right_cause_is_named_in_the_text_with_actions(answered):
    document = answered[0].document
    assert "stopper clogging" in document["text"].lower()
    assert document["diagnosis"]["causes"][0]["text"].split(" (")[0].lower() in document["text"].lower()
    assert document["diagnosis"]["actions"]


def test_every_reference_of_the_answer_leads_somewhere(answered):
    document = answered[0].document
    ids = {finding["id"] for finding in document["findings"]} | {entry["id"] for entry in document["evidence"]}
    cited = {ref for cause in document["diagnosis"]["causes"] for ref in cause["evidence"]}
    shown = set(re.findall(r"\b(?:F\d+|CC-\d+-(?:en|zh))\b", document["text"]))
    assert cited
    assert cited <= ids
    assert shown <= ids


def test_every_number_in_the_text_is_measured_somewhere(answered, chinese):
    for document in (answered[0].document, chinese[1]):
        assert unbacked(document["text"], document) == []


def test_every_number_in_the_findings_is_measured_somewhere(answered):
    document = answered[0].document
    assert unbacked("\n".join(finding["text"] for finding in document["findings"]), document) == []


def test_series_go_to_files_not_into_the_document(answered):
    def longest(value):
        if isinstance(value, dict):
            return max(map(longest, value.values()), default=0)
        if isinstance(value, list):
            return max([len(value) if all(isinstance(v, int | float) for v in value) else 0, *map(longest, value)])
        return 0

    assert longest(answered[0].document) <= 200


def test_pictures_and_processed_data_stand_in_the_folder(answered):
    ran, out = answered
    pictures = ran.document["pictures"]
    assert {picture["kind"] for picture in pictures} >= {"overview", "causal"}
    assert all((out / picture["file"]).read_bytes().startswith(PNG) for picture in pictures)
    assert (out / "causal.png").exists()
    processed = (out / "processed.csv").read_text(encoding="utf-8").splitlines()
    assert len(processed) == ROWS + 1


def test_without_json_the_text_is_printed_and_nothing_else(chinese):
    ran, document = chinese
    assert ran.out == document["text"] + "\n"


def test_a_chinese_question_is_answered_in_chinese(chinese):
    _, document = chinese
    assert "塞棒" in document["text"]
    assert not re.search(r"[a-z]{4,} [a-z]{4,}", document["text"])


def test_times_are_those_of_the_plant(answered, chinese):
    starts = [event["start"] for event in chinese[1]["events"]]
    assert starts
    assert all(start.endswith("+08:00") for start in starts)
    assert all(event["start"].endswith(("Z", "+00:00")) for event in answered[0].document["events"])


def test_the_receipt_says_with_what_it_was_made(answered):
    receipt = answered[0].document["receipt"]
    told = json.dumps(receipt)
    assert re.search(r"\b[0-9a-f]{64}\b", json.dumps(answered[0].document))
    assert "rules" in told
    assert {"timings", "seed"} & {key.removesuffix("s_s").removesuffix("s") for key in receipt} or "timing" in told


def test_nothing_is_written_elsewhere(answered, chinese, andon):
    assert {path.name for path in andon.folder.iterdir()} <= {"out", "zh", "data", "home", "temp"}
    assert not list(andon.home.iterdir())
    assert not list(andon.temp.iterdir())


def test_an_ordinary_day_alarms_nobody(andon, simulated):
    ran = andon("analyze", simulated("normal", ROWS, 3), "--json", "--out", andon.folder / "zh")
    assert ran.code == 0, ran.err
    document = ran.document
    assert document["diagnosis"]["verdict"] == "normal"
    assert document["diagnosis"]["causes"] == []
    assert unbacked(document["text"], document) == []


@pytest.fixture(scope="module")
def asked(andon, simulated):
    """asked(text) -> the document about a small shift (3,000 rows)."""
    kept = {}

    def ask(text, *flags):
        if (text, *flags) not in kept:
            source = simulated("strand_speed_hunting", 3_000)
            ran = andon("analyze", source, "--ask", text, "--json", "--out", andon.folder / "out", *flags)
            assert ran.code == 0, ran.err
            kept[text, *flags] = ran.document
        return kept[text, *flags]

    return ask


def test_a_plot_request_is_plotted_for_the_named_sensors_and_hours(asked):
    document = asked("plot S8 upper and S9 upper between 22:10 and 22:30")
    assert "plot" in {picture["kind"] for picture in document["pictures"]}
    assert "22:10" in document["text"]
    assert "22:30" in document["text"]
    caption = " ".join(picture["caption"] for picture in document["pictures"])
    assert "S8" in caption
    assert "S9" in caption


@pytest.mark.parametrize("text", ["forecast the mould level for the next 10 minutes", "预测未来10分钟结晶器液位"])
def test_a_forecast_request_is_answered_with_a_forecast(asked, text):
    document = asked(text)
    assert "forecast" in {picture["kind"] for picture in document["pictures"]}
    assert re.search(r"10 ?(min|分钟)", document["text"])
    assert unbacked(document["text"], document) == []


def test_unknown_sensors_are_named_back_with_what_there_is(asked):
    document = asked("plot the flux capacitor XQ77")
    assert "XQ77" in document["text"]


def test_hours_outside_the_file_are_said_to_be_outside(asked):
    document = asked("plot S8 upper between 14:00 and 15:00")
    assert re.search(r"14:00|no readings", document["text"])


def test_only_unknown_sensors_plot_nothing_else(asked):
    document = asked("plot the flux capacitor XQ77")
    assert "plot" not in {picture["kind"] for picture in document["pictures"]}


def test_an_impossible_clock_time_is_no_internal_failure(andon, simulated):
    source = simulated("strand_speed_hunting", 3_000)
    ran = andon("analyze", source, "--ask", "画出1:00到25:99的S8", "--out", andon.folder / "out")
    assert ran.code in (0, 2), ran.err


@pytest.mark.parametrize("text", ["??? asdf 12345", "level " * 3_000], ids=["nonsense", "long"])
def test_nonsense_and_endless_questions_get_an_answer_of_one_screen(asked, text):
    document = asked(text)
    assert document["text"]
    assert len(document["text"]) < 4_000
    assert unbacked(document["text"], document) == []


@pytest.mark.parametrize("flag", [("--model", "no-such"), ("--train", "3000")], ids=" ".join)
def test_unusable_flags_are_refused_in_one_sentence(andon, simulated, flag):
    ran = andon("analyze", simulated("strand_speed_hunting", 3_000), *flag)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1
