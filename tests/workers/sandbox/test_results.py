"""What a hostile room hands out is refused, bounded or inert. The code writes to the door itself, past our side."""

import io
import struct
import time
import zlib

import numpy as np
import pandas as pd
import pytest

from workers.sandbox.inside import gather, wire
from workers.sandbox.inside.wire import BadFrame
from workers.sandbox.results import Results, picture
from workers.sandbox.values import Job, Limits

DOOR = """
import json, os, pickle, struct, sys, time
from workers.sandbox.inside import wire
door = json.loads(sys.argv[1])["door"]
def hand(kind, body=b"", **values):
    wire.send(door, wire.packed(kind, body, **values))
"""
LIMITS = Limits(seconds=3)
FLOOD = "while True: os.write(door, bytes(1 << 20))"
REFUSED = {
    "an answer of 1 GB": "wire.send(door, wire.header({'kind': 'answer', 'size': 1 << 30}))\n" + FLOOD,
    "a line of 2 GB": "os.write(door, struct.pack('<I', 1 << 31))\n" + FLOOD,
    "no JSON": "os.write(door, struct.pack('<I', 3) + b'abc')",
    "nested JSON": "os.write(door, struct.pack('<I', 60_000) + b'[' * 60_000)",
    "a negative size": "wire.send(door, wire.header({'kind': 'answer', 'size': -1}))",
    "a size that is no number": "wire.send(door, wire.header({'kind': 'answer', 'size': True}))",
    "a pickle as a table": "hand('table', pickle.dumps(print))",
    "a pickle as a column": "hand('column', pickle.dumps(print), name='x', of='object', rows=1)",
    "Parquet as a column": "hand('column', b'PAR1' + bytes(100) + b'PAR1', name='x', of='float', rows=10_000_000)",
    "rows without bytes": "hand('column', b'', name='x', of='float', rows=5_000_000)",
    "text lengths that lie": "hand('column', struct.pack('<2i', 2 * 10**9, -1) + b'ab', name='x', of='text', rows=2)",
    "negative text lengths": "hand('column', struct.pack('<2i', -2, 4) + b'ab', name='x', of='text', rows=2)",
    "columns of different length": "hand('column', bytes(8), name='x', of='int', rows=1)\n"
    "hand('column', bytes(16), name='y', of='int', rows=2)",
    "too many columns": "for n in range(600): hand('column', bytes(8), name='x', of='int', rows=1)",
    "a table over the limit": "for n in range(30): hand('column', bytes(10**7), name='x', of='int', rows=10**7 // 8)",
    "text as a picture": "open('a.png', 'w').write('hello')",
    "a cut picture": "open('a.png', 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + struct.pack('>I', 13) + b'IHDR')",
    "too many pictures": "for n in range(20): hand('picture', b'x' * 10)",
    "a kind that does not exist": "hand('file', b'x', name='../../etc/passwd')",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_results_are_refused(bare, tmp_path, name):
    ran = bare.run_unchecked(Job(code=DOOR + REFUSED[name], limits=LIMITS), tmp_path)
    assert ran.end == "result"
    assert ran.error.type == "ResultRefused"
    assert ran.seconds < LIMITS.seconds
    assert list(tmp_path.iterdir()) == []


def test_frames_without_end_meet_the_deadline(bare, tmp_path):
    code = DOOR + "while True: hand('begun')"
    ran = bare.run_unchecked(Job(code=code, limits=Limits(seconds=0.5)), tmp_path)
    assert ran.end == "deadline"


def test_half_a_frame_meets_the_deadline(bare, tmp_path):
    code = DOOR + "os.write(door, b'\\x10\\0\\0')\ntime.sleep(60)"
    ran = bare.run_unchecked(Job(code=code, limits=Limits(seconds=0.5)), tmp_path)
    assert ran.end == "deadline"


def test_a_room_may_lie_about_an_error_but_only_in_words(bare, tmp_path):
    code = DOOR + "hand('error', type='X' * 500, message={'a': 1}, line=-5)\nhand('done')\ntime.sleep(60)"
    ran = bare.run_unchecked(Job(code=code, limits=LIMITS), tmp_path)
    assert ran.end == "error"
    assert ran.error.type == "X" * 100
    assert ran.error.line is None


def test_links_and_fifos_in_the_work_folder_give_no_picture(bare, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    code = f"""
import os
made = []
for make in (lambda: os.symlink({str(secret)!r}, 'a.png'), lambda: os.link({str(secret)!r}, 'b.png'),
             lambda: os.mkfifo('c.png'), lambda: os.mknod('d.png', 0o20666, 261),
             lambda: os.mkdir('e.png')):
    try:
        make()
        made.append(1)
    except OSError:
        made.append(0)
answer = str(made[:4])
"""
    out = tmp_path / "out"
    out.mkdir()
    ran = bare.run_unchecked(Job(code=code, limits=LIMITS), out)
    assert ran.end == "done"
    assert ran.answer == "[0, 0, 0, 0]"
    assert ran.pictures == ()


def test_output_without_end_is_kept_by_its_end(bare, tmp_path):
    code = "for n in range(300_000): print('line', n)\nanswer = 'all'"
    ran = bare.run_unchecked(Job(code=code, limits=Limits(seconds=20, output_chars=100)), tmp_path)
    assert ran.end == "done"
    assert len(ran.output) <= 100
    assert "line 299999" in ran.output


def test_an_answer_is_cut_to_its_limit_and_no_text_breaks_it(bare, tmp_path):
    ran = bare.run_unchecked(Job(code="answer = 'a\\0\\ud800' + 'x' * 100", limits=Limits(answer_chars=50)), tmp_path)
    assert ran.answer == "a?" + "x" * 48


@pytest.mark.parametrize("zone", ["../../../etc/passwd", "dateutil//etc/passwd", "/etc/localtime", "nowhere", 5])
def test_a_time_zone_opens_no_file(zone):
    results = Results(Limits())
    results.take({"kind": "column", "size": 8, "name": "t", "of": "time", "rows": 1, "zone": zone}, bytes(8))
    assert str(results.table()["t"].dt.tz) == "UTC"


def test_two_columns_of_one_name_are_both_kept():
    results = Results(Limits())
    for value in (1.0, 2.0):
        head = {"kind": "column", "size": 8, "name": "x", "of": "float", "rows": 1, "zone": None}
        results.take(head, struct.pack("<d", value))
    assert results.table().to_dict("list") == {"x": [1.0], "x_2": [2.0]}


def test_a_table_comes_out_as_it_went_in():
    times = pd.date_range("2024-03-01", periods=3, freq="h")
    given = pd.DataFrame({
        "time": times, "zoned": times.tz_localize("Asia/Shanghai"), "a": [1.5, np.nan, -np.inf], "n": [1, 2, -3],
        "flag": [True, False, True], "温度": ["高", None, "low"], "mixed": [1, "x", None],
        "kind": pd.Categorical(["a", "b", "a"]), "whole": pd.array([1, None, 3], dtype="Int64"),
    })  # fmt: skip
    results = Results(Limits())
    frames = wire.Frames(results.allow)
    for head, body in frames.feed(b"".join(gather.columns(given.set_index("n")))):
        results.take(head, body)
    found = results.table()
    assert list(found["n"]) == [1, 2, -3]
    assert found["zoned"].equals(given["zoned"].astype("datetime64[ns, Asia/Shanghai]"))
    assert found["time"].equals(given["time"].astype("datetime64[ns]"))
    assert found["a"].equals(given["a"])
    assert found["flag"].dtype == bool
    assert found["温度"].tolist()[::2] == ["高", "low"]
    assert found["温度"].isna().tolist() == [False, True, False]
    assert found["mixed"].tolist()[:2] == ["1", "x"]
    assert found["whole"].fillna(0).tolist() == [1, 0, 3]


def png(width=4, height=4, size=None, extra=b""):
    """A grey PNG; `size` (width, height) is what its head says instead."""
    rows = zlib.compress((b"\0" + bytes(width)) * height)
    head = struct.pack(">IIBBBBB", *(size or (width, height)), 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + b"tail"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_picture_keeps_its_pixels_alone():
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(50_000_000)))
    kept = picture(png(extra=bomb + chunk(b"tEXt", b"k\0secret")), 1000)
    assert b"zTXt" not in kept
    assert b"secret" not in kept
    assert not kept.endswith(b"tail")
    from PIL import Image

    assert Image.open(io.BytesIO(kept)).size == (4, 4)


@pytest.mark.parametrize("body", [
    png(size=(50_000, 50_000)), png(size=(2_000_000_000, 2)), png(size=(0, 0)), png()[:40],
    b"GIF89a" + bytes(100), b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), png(extra=struct.pack(">I", 1 << 31) + b"IDAT"),
], ids=["many pixels", "absurd", "none", "cut", "gif", "empty", "long chunk"])  # fmt: skip
def test_a_picture_that_is_not_one_is_refused(body):
    begin = time.monotonic()
    with pytest.raises(BadFrame):
        picture(body, 30_000_000)
    assert time.monotonic() - begin < 2
