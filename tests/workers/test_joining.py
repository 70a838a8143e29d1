"""Several files of one question become one table, and the answer says how, and what had no part in it."""

import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked
from workers.contracts import Question, Source
from workers.errors import AndonError
from workers.looking.joining import gather
from workers.readings import read
from workers.running import pipeline
from workers.settings import Settings
from workers.simulator.sample import SAMPLE

ROWS = 2_000


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(SAMPLE, nrows=ROWS)


@pytest.fixture(scope="module")
def files(table, tmp_path_factory):
    """The first half hour of the sample whole, and in parts of all kinds."""
    folder = tmp_path_factory.mktemp("files")
    bare = table.assign(time=table["time"].str.slice(0, 19))
    parts = {
        "whole.csv": table,
        "early.csv": table[:1200],
        "late.csv": table[1200:],
        "overlap.csv": table[1000:],
        "left.csv": table.iloc[:, :10],
        "right.csv": table.iloc[:, [0, 5, *range(10, table.shape[1])]],
        "timeless.csv": table.iloc[:, 1:4],
        "timeless_more.csv": table.iloc[::-1, 1:4],
        "early_bare.csv": bare[:1200],
        "late_bare.csv": bare[1200:],
        "metres.csv": table[["time"]].assign(**{"mould_level [m]": table["mould_level [mm]"] / 1000}),
        "short.csv": table[:7],
    }
    for name, part in parts.items():
        part.to_csv(folder / name, index=False)
    (folder / "empty.csv").write_text("")
    return folder


@pytest.fixture
def together(files, tmp_path):
    settings = Settings(data_dir=tmp_path, timezone="Asia/Shanghai")

    def run(*names, lang="en"):
        sources = [Source(artifact=str(files / name), file_name=name) for name in names]
        return gather(sources, lambda path: files / path, settings, lang)

    return run


@pytest.fixture(scope="module")
def whole(files):
    return read(files / "whole.csv", zone=Settings().zone, max_bytes=2**30, max_rows=400_000)


@pytest.mark.parametrize("names", [("early.csv", "late.csv"), ("late.csv", "early.csv"), ("left.csv", "right.csv"),
                                   ("early.csv", "overlap.csv")])  # fmt: skip
def test_parts_together_are_the_whole(together, whole, names):
    found = together(*names)
    pd.testing.assert_frame_equal(found.reading.frame[whole.frame.columns], whole.frame)
    pd.testing.assert_frame_equal(found.reading.context, whole.context)
    assert found.reading.units == whole.units
    assert found.reading.receipt.file_name == " + ".join(names)
    assert found.reading.receipt.timezone_how == whole.receipt.timezone_how
    assert found.left_out == []


def test_the_way_of_joining_is_said_in_both_languages(together):
    assert together("early.csv", "late.csv").joined == ["Files joined: early.csv + late.csv, rows one after the other."]
    assert "并列" in together("left.csv", "right.csv", lang="zh").joined[0]
    overlap = together("early.csv", "overlap.csv")
    assert "200 times" in overlap.joined[0]
    assert overlap.reading.receipt.counts["repeated_in_files"] == 200
    assert overlap.joined[0] in overlap.reading.receipt.notes


def test_rows_are_numbered_over_all_files(together):
    found = together("early.csv", "late.csv").reading
    assert found.receipt.rows_in == len(found.row_of) == len(found.time_text) == ROWS


def test_assumed_zone_of_the_parts_is_still_said(together):
    receipt = together("early_bare.csv", "late_bare.csv").reading.receipt
    assert (receipt.timezone, receipt.timezone_how) == ("Asia/Shanghai", "assumed")
    assert receipt.rows_used == ROWS


def test_same_name_in_another_unit_stays_another_sensor(together):
    found = together("left.csv", "metres.csv").reading
    assert found.units["mould_level"] == "mm"
    assert found.units["mould_level (metres)"] == "m"


def test_files_without_time_follow_each_other_only_among_themselves(together):
    assert together("timeless.csv", "timeless_more.csv").reading.receipt.rows_used == 2 * ROWS
    found = together("timeless.csv", "left.csv")
    assert found.reading.receipt.file_name == "left.csv"
    assert "timeless.csv" in found.left_out[0]


def test_what_cannot_be_read_is_left_out_with_its_reason(together):
    found = together("empty.csv", "early.csv", "short.csv", "late.csv", "gone.csv")
    assert found.reading.receipt.file_name == "early.csv + late.csv"
    assert [line.split()[2] for line in found.left_out] == ["empty.csv", "short.csv", "There"]
    assert all(line in found.reading.receipt.notes for line in found.left_out)


def test_when_nothing_can_be_read_the_first_failure_counts(together):
    with pytest.raises(AndonError) as failed:
        together("empty.csv", "short.csv")
    assert failed.value.code == "failure_data_empty"


def test_failure_names_the_file_as_people_know_it(files, tmp_path):
    source = Source(artifact=str(files / "short.csv"), file_name="Schicht 3.csv")
    with pytest.raises(AndonError) as failed:
        gather([source], lambda path: files / path, Settings(data_dir=tmp_path), "en")
    assert failed.value.values["file"] == "Schicht 3.csv"


def test_answer_on_several_files_says_what_it_rests_on(files, tmp_path):
    more = [Source(artifact=str(files / name), file_name=name) for name in ("overlap.csv", "short.csv", "empty.csv")]
    question = Question(id="t", text="mean of the mould level", artifact=str(files / "early.csv"),
                        file_name="early.csv", more=more)  # fmt: skip
    answer = pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda what, share: None)
    lines = answer.text.splitlines()
    assert answer.data.file_name == "early.csv + overlap.csv"
    assert sum(line.startswith("Files joined:") for line in lines) == 1
    assert sum(line.startswith("Left out:") for line in lines) == 2
    assert answer.question["file"] == "early.csv + overlap.csv + short.csv + empty.csv"
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


def test_joined_columns_lead_to_the_headers_of_their_files(together):
    columns = together("left.csv", "right.csv").reading.receipt.columns
    assert columns["mould_level"] == "mould_level [mm]"
    both = together("whole.csv", "metres.csv").reading.receipt.columns
    assert (both["mould_level"], both["mould_level (metres)"]) == ("mould_level [mm]", "mould_level [m]")


@pytest.mark.parametrize(("lang", "said"), [("en", "has the same content as"), ("zh", "内容相同，只计一次")])
def test_a_file_that_was_sent_twice_is_counted_once_and_told(together, files, lang, said):
    (files / "early (1).csv").write_bytes((files / "early.csv").read_bytes())
    found = together("early.csv", "early (1).csv", "late.csv", lang=lang)
    assert found.reading.receipt.file_name == "early.csv + late.csv"
    assert len(found.reading.frame) == ROWS
    (told,) = found.left_out
    assert said in told
    alone = together("early.csv", "early (1).csv")
    assert (alone.reading.receipt.file_name, alone.joined) == ("early.csv", [])
