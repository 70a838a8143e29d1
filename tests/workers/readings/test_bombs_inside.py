"""Files that ask for gigabytes in what they hold, not in how they are packed: refused before the memory is taken."""

import io
import re
import resource
import subprocess
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workers.readings import sheetsize, textsize
from workers.readings.reader import _damage

ROWS = 3000
HEAD, MAIN = '<?xml version="1.0"?>', 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def workbook(rows, shared=()):
    """A workbook of one sheet from the XML of its rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels",
            LINKS.replace(f"{KIND}/worksheet", f"{KIND}/officeDocument").replace("worksheets/sheet1", "xl/workbook"),
        )
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
        texts = "".join(f"<si><t>{text}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f"{HEAD}<sst {MAIN}>{texts}</sst>")
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
        )
    return out.getvalue()


def readings(count=60):
    """Rows of a time and a value."""
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>t</t></is></c><c r="B1" t="inlineStr"><is><t>a</t></is></c></row>'
    body = (f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n % 7}.5</v></c></row>'
            for n in range(2, count + 2))  # fmt: skip
    return head + "".join(body)


def parquet(texts, **options):
    out = io.BytesIO()
    table = pa.table({"t": pa.array(range(len(texts))), "x": [n % 7 + 0.5 for n in range(len(texts))], "s": texts})
    pq.write_table(table, out, compression="zstd", store_schema=False, **options)
    return out.getvalue()


def peak_mb(content, tmp_path, name):
    """Peak memory and the code of the refusal, of a process of its own that reads the file."""
    path = tmp_path / name
    path.write_bytes(content)
    code = (
        "import re, sys; from pathlib import Path; from zoneinfo import ZoneInfo\n"
        "from workers.readings.reader import read\n"
        "try: read(Path(sys.argv[1]), zone=ZoneInfo('UTC'), max_bytes=4 << 30, max_rows=400_000); print('read')\n"
        "except Exception as error: print(getattr(error, 'code', repr(error)))\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)"
    )

    def at_most():
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))  # a bomb that goes off ends this process alone

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, preexec_fn=at_most)
    said, mega = done.stdout.split()
    return said, int(mega)


def test_a_text_that_is_named_by_every_row_is_not_written_out(tmp_path):
    one = pa.DictionaryArray.from_arrays(pa.array([0] * ROWS, pa.int32()), pa.array(["a" * 1_000_000]))
    said, mega = peak_mb(parquet(one), tmp_path, "x.parquet")
    assert said == "failure_data_long_cell"
    assert mega < 700


def test_texts_that_grow_out_of_the_one_before_are_not_written_out_together(tmp_path):
    texts = ["b"] * 200 + ["a" * 500_000 + str(n) for n in range(ROWS)]
    content = parquet(texts, use_dictionary=False, column_encoding={"s": "DELTA_BYTE_ARRAY"})
    assert len(content) < 500_000
    said, mega = peak_mb(content, tmp_path, "x.parquet")
    assert said == "failure_data_long_cell"
    assert mega < 700


def test_shorter_texts_count_as_those_of_a_csv_would(refused):
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 40_000, pa.int32()), pa.array(["a" * 1000]))
    assert refused(parquet(many), "x.parquet", max_bytes=2**24).code == "failure_data_inflates"


def test_pieces_are_bounded_and_lose_no_row(load, monkeypatch):
    monkeypatch.setattr(textsize, "BATCH_BYTES", 10_000)
    notes = ["n" * 100 + str(n) for n in range(500)]
    reading = load(parquet(notes), "x.parquet")
    assert reading.context["s"].tolist() == notes
    again = load(parquet(notes, use_dictionary=False, column_encoding={"s": "DELTA_BYTE_ARRAY"}), "x.parquet")
    assert again.context["s"].tolist() == notes


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary()])
def test_texts_of_every_type_are_read_with_their_gaps(load, kind):
    notes = [None if n % 5 == 0 else f"note {n}" for n in range(100)]
    reading = load(parquet(pa.array(notes, kind)), "x.parquet")
    assert [None if text != text else text for text in reading.context["s"]] == notes


def test_a_sheet_that_spans_everything_with_two_cells_is_refused(tmp_path):
    far = readings() + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    said, mega = peak_mb(workbook(far), tmp_path, "x.xlsx")
    assert said == "failure_data_many_cells"
    assert mega < 500


def test_a_shared_text_that_every_cell_names_is_not_copied(tmp_path):
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 30_000))
    said, mega = peak_mb(workbook(cells, ["a" * 60_000]), tmp_path, "x.xlsx")
    assert said == "failure_data_many_cells"
    assert mega < 500


def test_more_cells_than_a_workbook_may_have_are_refused_before_they_are_held(refused, monkeypatch):
    monkeypatch.setattr(sheetsize, "MOST_CELLS", 100)
    assert refused(workbook(readings(60)), "x.xlsx").code == "failure_data_many_cells"


def test_an_ordinary_workbook_is_read(load, monkeypatch):
    monkeypatch.setattr(sheetsize, "PIECE", 50)  # tags are cut everywhere
    assert load(workbook(readings(60), ["a" * 200]), "x.xlsx").frame.shape == (60, 1)


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_cells_are_counted_whatever_the_pieces_and_prefixes(monkeypatch, prefix):
    rows = readings(300)
    if prefix:
        rows = re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", rows)
    content = workbook(rows, ["a", "b"])
    for piece in (7, 64, 1000, 2**20):
        monkeypatch.setattr(sheetsize, "PIECE", piece)
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("xl/worksheets/sheet1.xml") as stream:
            size = sheetsize.Size()
            for text in sheetsize._whole_tags(stream):
                size.add(text)
        assert (size.cells, size.rows, size.last_row, size.columns) == (602, 301, 301, {b"A", b"B"}), piece


def test_out_of_memory_is_a_refusal(tmp_path):
    with pytest.raises(Exception) as caught, _damage(tmp_path / "x.csv"):  # noqa: PT011 - its code is what counts
        raise pa.ArrowMemoryError("malloc of size 64 failed")
    assert caught.value.code == "failure_data_memory"
