"""What a form sends is read as numbers of rows, or not at all."""

import pytest
from django.http import QueryDict

from akiruno_library.row_numbers import MOST_AT_ONCE, row_number, row_numbers


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("12", 12),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, 0),  # more than the database's type holds
        ("1" * 5_000, 0),
        ("-1", 0),
        ("１２", 0),
        ("²", 0),
        ("1.5", 0),
        ("", 0),
    ],
)
def test_what_is_no_number_of_a_row_is_none(sent, number):
    assert row_number(sent) == number


def test_of_several_ticks_only_numbers_of_rows_are_kept_and_no_more_than_a_page_shows():
    ticks = "&".join(f"bib={number}" for number in ["2", "x", "0", "1", *range(10, 1_000)])
    numbers = row_numbers(QueryDict(ticks), "bib")
    assert numbers[:3] == [2, 1, 10]
    assert len(numbers) == MOST_AT_ONCE - 2
