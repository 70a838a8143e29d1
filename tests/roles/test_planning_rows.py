"""Rows of a file in words: which are left out at its start, up to which they are normal."""

import pytest

from roles.planning.limits.numbers import train_rows
from roles.planning.parts.leaving import rows_left_out
from roles.planning.words import normal


@pytest.mark.parametrize(
    ("text", "left_out", "train"),
    [
        ("ignore the first 500 rows; rows up to 800 are normal", 500, 800),
        ("the first 500 rows should be ignored, after that up to row 900 is normal", 500, 900),
        ("leave the first 100 rows out", 100, None),
        ("the first 800 rows are normal", 0, 800),
        ("everything before row 800 is healthy", 0, 800),
        ("忽略前500行，800行之前是正常的", 500, 800),
        ("前500行不要，前800行正常", 500, 800),
        ("到第800行为止都是正常的", 0, 800),
        ("what happened in the first 500 rows?", 0, None),
        ("is the pressure normal up to 800?", 0, None),
        ("ignore the first 10 minutes", 0, None),
    ],
)
def test_rows_left_out_and_normal_rows_are_told_apart(text, left_out, train):
    found, rest = rows_left_out(normal(text))
    assert (found, train_rows(rest)) == (left_out, train)
