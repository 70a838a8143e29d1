"""What Andon cannot read: one sentence on stderr, exit 2, nothing on stdout, nothing written."""

import json
import struct
import zipfile
import zlib

import pytest

from tests.e2e.conftest import small_table

LIMIT = 2_000_000  # ANDON_MAX_INPUT_BYTES of these calls


def csv_text(rows=60):
    return small_table(rows=rows, onset=rows).to_csv(index=False)


def directory(path):
    path.mkdir()


def empty(path):
    path.write_bytes(b"")


def header_alone(path):
    path.write_text("time,a,b\n")


def login_page(path):
    path.write_text("<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please log in</body></html>" * 40)


def picture(path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x40\x80\xc0" * 8) * 8)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def noise(path):
    path.write_bytes(bytes((i * 7919 + i // 13) % 256 for i in range(5_000)))


def nineteen_rows(path):
    path.write_text(csv_text(19))


def one_column(path):
    path.write_text("\n".join(["time"] + [f"2025-03-01 00:00:{s:02}" for s in range(60)]) + "\n")


def words_alone(path):
    path.write_text("who,what\n" + "anna,level jumps\n" * 50)


def json_document(path):
    path.write_text(json.dumps({"rows": [{"a": i} for i in range(50)]}, indent=1))


def zip_of_two(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", csv_text())
        file.writestr("b.csv", csv_text())


def zip_bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", "a,b,c\n" + "1.0,2.0,3.0\n" * 1_000_000)


def encrypted_zip(path):
    """A real archive whose entry says that it is encrypted."""
    zip_of_one(path)
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))


def zip_of_one(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", csv_text())


def half_a_zip(path):
    zip_of_one(path)
    path.write_bytes(path.read_bytes()[:400])


def gzip_of_words(path):
    path.write_bytes(b"\x1f\x8b" + b"not really" * 20)


CASES = [
    (directory, "folder.csv"),
    (empty, "a.csv"),
    (header_alone, "a.csv"),
    (login_page, "a.csv"),
    (picture, "photo.csv"),
    (picture, "photo.png"),
    (noise, "a.csv"),
    (nineteen_rows, "a.csv"),
    (one_column, "a.csv"),
    (words_alone, "a.csv"),
    (json_document, "a.csv"),
    (zip_of_two, "a.zip"),
    (zip_bomb, "a.zip"),
    (encrypted_zip, "a.zip"),
    (half_a_zip, "a.zip"),
    (gzip_of_words, "a.csv.gz"),
    (picture, "book.xlsx"),
    (noise, "a.parquet"),
]


@pytest.mark.parametrize(("make", "name"), CASES, ids=[f"{make.__name__}-{name}" for make, name in CASES])
def test_it_is_refused_in_one_sentence_with_nothing_written(andon, tmp_path, make, name):
    source, out = tmp_path / name, tmp_path / "out" / "F.csv"
    make(source)
    before = sorted(tmp_path.iterdir())
    ran = andon("detect", source, "--out", out, ANDON_MAX_INPUT_BYTES=str(LIMIT))
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err
    assert len(ran.err) < 400
    assert not out.exists()
    assert [path for path in sorted(tmp_path.iterdir()) if path.name != "out"] == before


@pytest.mark.parametrize("command", ["analyze", "causes"])
def test_the_other_commands_refuse_in_the_same_words(andon, tmp_path, command):
    source, out = tmp_path / "a.csv", tmp_path / "F.json"
    login_page(source)
    sentence = andon("detect", source, "--out", tmp_path / "F.csv").err
    ran = andon(command, source, "--out", out)
    assert (ran.code, ran.out, ran.err) == (2, "", sentence)
    assert not out.exists() or not any(out.iterdir())


def test_with_json_a_refusal_prints_nothing_on_stdout(andon, tmp_path):
    empty(tmp_path / "a.csv")
    ran = andon("analyze", tmp_path / "a.csv", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1


def test_a_refusal_speaks_the_language_that_was_asked_for(andon, tmp_path):
    empty(tmp_path / "a.csv")
    ran = andon("detect", tmp_path / "a.csv", "--out", tmp_path / "F.csv", "--lang", "zh")
    assert ran.code == 2
    assert any("一" <= letter <= "鿿" for letter in ran.err)


def test_a_place_that_cannot_be_written_is_named_before_any_work(andon, tmp_path):
    source, wall = tmp_path / "a.csv", tmp_path / "wall"
    source.write_text(csv_text())
    wall.write_text("a file where a folder should be")
    for argv in (["detect"], ["causes"], ["analyze"]):
        ran = andon(*argv, source, "--out", wall / "inside" / "F.csv")
        assert (ran.code, ran.out) == (2, ""), (argv, ran)
        assert "wall" in ran.err
        assert len(ran.err.strip().splitlines()) == 1


def test_the_input_is_never_overwritten(andon, tmp_path):
    source = tmp_path / "a.csv"
    source.write_text(csv_text())
    before = source.read_bytes()
    ran = andon("detect", source, "--out", source)
    assert ran.code == 2
    assert source.read_bytes() == before
