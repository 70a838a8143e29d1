"""A page of a PDF is read in the order in which it was written, whether it has one column of text or two."""

import random

import pytest

from kb.ingest.layout import Line
from kb.ingest.pdf_page import read_page
from tests.kb.fixtures import documents

EN = """the pump valve oil pressure of bearing check replace every hours when temperature is above limit and clean
filter with a dry cloth before starting machine again open outlet slowly then listen for noise""".split()  # noqa: SIM905
ZH = "泵阀油压力轴承检查更换每小时温度高于限值清洁滤网干布启动前慢慢打开出口听噪音"


def written(seed, chinese):
    """Headings, paragraphs of one to many lines, and now and then a list."""
    draw, parts = random.Random(seed), []

    def words(least, most):
        count = draw.randint(least, most)
        return "".join(draw.choices(ZH, k=2 * count)) if chinese else " ".join(draw.choices(EN, k=count))

    for _ in range(14):
        parts.append(f"# {words(2, 3)}")
        parts += [words(9, 60) + "." for _ in range(draw.randint(1, 3))]
        parts += [f"- {words(2, 8)}" for _ in range(4 * (draw.random() < 0.3))]
    return parts


def letters(texts):
    return "".join("".join(texts).replace("#", "").split())


def pages_of(path):
    import pdfplumber

    with pdfplumber.open(path) as document:
        for number, page in enumerate(document.pages, 1):
            yield letters(part.text for part in read_page(page, number, []).parts if isinstance(part, Line))


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_one_column_stays_in_its_order(tmp_path, seed, chinese):
    parts = written(seed, chinese)
    path = documents.pdf(tmp_path / "one.pdf", [parts], chinese=chinese)
    read = [page.removesuffix(f"Page{number}") for number, page in enumerate(pages_of(path), 1)]
    assert "".join(read) == letters(parts)


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize(("seed", "gap", "across"), [(n, 12 + 2 * n, 100 * (n % 2)) for n in range(8)])
def test_two_columns_are_read_one_after_the_other(tmp_path, seed, gap, across, chinese):
    parts = written(seed, chinese) + written(seed + 100, chinese)
    path = documents.two_columns(tmp_path / "two.pdf", parts, gap=gap, across=across, chinese=chinese)
    first = next(pages_of(path))
    assert len(first) > 900
    assert letters(parts).startswith(first)
