"""What is no table of readings is refused with one sentence that names the file and the next step."""

import gzip
import io
import os
import re
import zipfile
from pathlib import Path

import pytest

import workers.readings
from workers.wording import BOOK

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
LOGIN = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>1,2,3</body></html>"


def zipped(**members: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "failure_data_empty"),
        (b"\n \r\n\t\n", "failure_data_empty"),
        (b"\xef\xbb\xbf", "failure_data_empty"),
        (gzip.compress(b""), "failure_data_empty"),
        (LOGIN, "failure_data_web_page"),
        ("\n\n  <html lang='en'><body>please log in</body></html>", "failure_data_web_page"),
        ("<?xml version='1.0'?><data><row/></data>", "failure_data_document"),
        ('[{"time": "2024-03-05", "a": 1}]', "failure_data_document"),
        ('{"time": 1}', "failure_data_document"),
        (b"%PDF-1.7\n" + b"1,2,3\n" * 50, "failure_data_manual"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(range(256)), "failure_data_picture"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)), "failure_data_recording"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(range(256)), "failure_data_picture"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)), "failure_data_recording"),
        ("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "failure_data_picture"),
        (zipped(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "failure_data_manual"),
        (zipped(**{"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}), "failure_data_document"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "failure_data_document"),
        (PNG, "failure_data_picture"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "failure_data_picture"),
        (OLD_EXCEL, "failure_data_old_excel"),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "failure_data_encrypted"),
        (bytes(range(256)) * 40, "failure_data_binary"),
        (bytes(5000), "failure_data_binary"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "failure_data_archive_kind"),
        (b"BZh91AY" + bytes(100), "failure_data_archive_kind"),
        ("1.5\n" * 40, "failure_data_one_column"),
        ("The pump was noisy tonight\nand nobody came\n" * 20, "failure_data_one_column"),
        ("time,a,b\n", "failure_data_header_only"),
        ("time,note,state\n" + "2024-03-05 08:00:00,all well,running\n" * 40, "failure_data_no_numbers"),
        ("time,a\n" + "2024-03-05 08:00:00,1\n" * 40, "failure_data_few_times"),
        ("a,b\n" + "1,2\n" * 19, "failure_data_short"),
        (b"PAR1" + bytes(200), "failure_data_damaged"),
        (b"PK\x03\x04" + bytes(200), "failure_data_damaged"),
        (b"\x1f\x8b\x08\x00" + bytes(200), "failure_data_damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("failure") else "",
)
def test_what_is_no_table_is_refused(refused, content, code):
    assert refused(content).code == code


def test_missing_file_folder_and_device_are_told_apart(refused, tmp_path):
    assert refused(tmp_path / "none.csv").code == "failure_data_missing"
    assert refused(tmp_path).code == "failure_data_folder"
    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv").code == "failure_data_binary"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_refused(refused, rows, tmp_path):
    path = tmp_path / "locked.csv"
    path.write_text(rows())
    path.chmod(0)
    assert refused(path).code == "failure_data_unreadable"


def test_table_without_numbers_says_so_even_with_distinct_times(refused):
    text = "time,state\n" + "".join(f"2024-03-05 08:00:{i:02d},running\n" for i in range(40))
    assert refused(text).code == "failure_data_no_numbers"


def test_twenty_rows_are_enough(load, rows, refused):
    assert len(load(rows(20)).frame) == 20
    error = refused(rows(19))
    assert (error.code, error.values["rows"]) == ("failure_data_short", 19)


def test_time_column_that_stops_making_sense_is_refused(refused):
    good = "".join(f"2024-03-05 08:00:{i % 60:02d},{i}\n" for i in range(130))
    bad = "".join(f"shift {i},{i}\n" for i in range(400))
    error = refused("time,a\n" + good + bad)
    assert error.code == "failure_data_times"
    assert error.values["example"] == "shift 0"


def test_archive_of_several_tables_is_refused_with_their_names(refused, rows):
    error = refused(zipped(one__csv=rows(), two__csv=rows()), "x.zip")
    assert error.code == "failure_data_archive_several"
    assert "one.csv" in error.values["names"]


def test_archive_of_no_table_is_refused(refused):
    assert refused(zipped(), "x.zip").code == "failure_data_archive_empty"
    assert refused(zipped(a__jpg=PNG, b__doc=b"hello"), "x.zip").code == "failure_data_archive_empty"


def test_archive_is_refused_by_what_lies_in_it(refused):
    assert refused(zipped(a__csv=LOGIN), "x.zip").code == "failure_data_web_page"
    assert refused(zipped(a__png=PNG), "x.zip").code == "failure_data_picture"
    assert refused(zipped(a__xls=OLD_EXCEL), "x.zip").code == "failure_data_old_excel"


def test_encrypted_archive_is_refused(refused, rows):
    locked = bytearray(zipped(a__csv=rows()))
    locked[6] |= 1  # the flag in the local header
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1  # and in the directory
    assert refused(bytes(locked), "x.zip").code == "failure_data_encrypted"


def test_truncated_files_are_refused_as_damaged(refused, rows):
    assert refused(gzip.compress(rows(60).encode() * 99)[:-40], "x.csv.gz").code == "failure_data_damaged"
    assert refused(zipped(a__csv=rows(60))[:-10], "x.zip").code == "failure_data_damaged"


def test_every_failure_raised_here_has_a_sentence_and_every_sentence_is_raised():
    folder = Path(workers.readings.__file__).parent
    raised = set(re.findall(r"failure_data_\w+", "".join(p.read_text() for p in folder.glob("*.py"))))
    written = {key for key in BOOK.entries if key.startswith("failure_data_")}
    assert raised - {"failure_data_"} == written


def test_every_note_written_is_used():
    folder = Path(workers.readings.__file__).parent
    code = "".join(p.read_text() for p in folder.glob("*.py"))
    built = ("read_why_", "read_span_", "read_day_first", "read_month_first", "read_year_first", "read_labels",
             "read_own_columns", "read_counters", "read_empty_columns", "read_unused_columns",
             "read_duplicates")  # fmt: skip
    for key in BOOK.entries:
        if key.startswith(("read_", "quality_")) and not key.startswith(built):
            assert f'"{key}"' in code, key
