"""No cell that we write is a formula, wherever its text comes from."""

import pytest

from workers.spreadsheet_safe import safe


@pytest.mark.parametrize("text", [
    '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+2", "-2+A1", "  =1+1", "\u00a0=1", "\ufeff=1",
    "＝1+1", "　＝1+1", "＠x", "\t=1", "\tplain", "\r=1", "\n=1", "-S8",
])  # fmt: skip
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", [
    "", "-", "+", "-1.5", "+3", "-1,5", "-1.234,5", "-1e-7", "+2E+5", "-inf", "S8 [A]", "a=b", "2026-03-01 04:00:00",
    "-00:05:00", "液位", "  padded", "1-2",
])  # fmt: skip
def test_ordinary_texts_numbers_and_times_stay(text):
    assert safe(text) == text
