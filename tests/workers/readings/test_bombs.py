"""Nothing is inflated past the limit, and finding that out is quick."""

import gzip
import io
import struct
import time
import zipfile
import zlib


def bomb(megabytes: int, declared: int | None = None) -> bytes:
    """A zip of one CSV of zeros that inflates to `megabytes` of them and declares `declared` bytes (default: so many).

    A full flush leaves deflate without memory, so one packed block can stand in the stream as often as wanted; the
    checksum is wrong, and nobody may come far enough to notice.
    """
    unit = 16
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"0" * (unit * 2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * (megabytes // unit) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    size = megabytes * 2**20 if declared is None else declared
    sizes = struct.pack("<HHQQ", 1, 16, size, len(data))
    fields = struct.pack("<HHHHHLLLHH", 45, 0, 8, 0, 33, 0, 2**32 - 1, 2**32 - 1, 7, len(sizes))
    local = b"PK\x03\x04" + fields + b"big.csv" + sizes
    entry = b"PK\x01\x02\x2d\x00" + fields + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + b"big.csv" + sizes
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(entry), len(local) + len(data), 0)
    return local + data + entry + end


def table_bomb(megabytes: int) -> bytes:
    """A gzip of honest rows, all alike, that inflates to `megabytes`."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    rows = b"time,a,b\n" + b"2024-03-05 08:00:00,1,2\n" * 40_000
    parts = [packer.compress(rows)]
    parts += [packer.compress(rows) for _ in range(megabytes * 2**20 // len(rows))]
    return b"".join([*parts, packer.flush()])


def test_ten_gigabyte_bomb_is_refused_within_a_second(refused, tmp_path):
    path = tmp_path / "bomb.zip"
    path.write_bytes(bomb(10 * 1024))
    start = time.perf_counter()
    assert refused(path, max_bytes=4 * 2**30).code == "failure_data_inflates"
    assert time.perf_counter() - start < 1.0


def test_bomb_is_a_sound_archive(tmp_path):
    with zipfile.ZipFile(io.BytesIO(bomb(32))) as archive, archive.open("big.csv") as member:
        assert member.read(1000) == b"0" * 1000
        assert archive.getinfo("big.csv").file_size == 32 * 2**20


def test_zip_that_declares_more_than_the_limit_is_refused(refused):
    assert refused(bomb(32), "x.zip", max_bytes=2**20).code == "failure_data_inflates"


def test_zip_that_lies_about_its_size_is_not_inflated(refused):
    error = refused(bomb(10 * 1024, declared=1000), "x.zip", max_bytes=2**24)
    assert error.code in {"failure_data_damaged", "failure_data_one_column"}


def test_gzip_of_rows_stops_at_the_limit(refused):
    assert refused(table_bomb(40), "x.csv.gz", max_bytes=8 * 2**20).code == "failure_data_inflates"


def test_gzip_that_inflates_absurdly_stops_long_before_the_limit(refused):
    packed = table_bomb(120)
    assert refused(packed, "x.csv.gz", max_bytes=2**40).code == "failure_data_bomb"


def test_the_limit_holds_through_all_layers(refused):
    assert refused(gzip.compress(table_bomb(40)), "x.gz", max_bytes=8 * 2**20).code == "failure_data_inflates"
    layers = b"time,a\n1,2\n"
    for _ in range(6):
        layers = gzip.compress(layers)
    assert refused(layers, "x.gz").code == "failure_data_nested"


def test_plain_file_over_the_limit_is_refused(refused, rows):
    assert refused(rows(60), max_bytes=500).code == "failure_data_too_big"
