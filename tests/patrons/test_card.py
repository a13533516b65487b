"""利用者カード on the phone."""

import re

import pytest

from patrons.card_page import barcode_svg, spoken_number

# NW-7: seven elements a character, n(arrow) or w(ide), bars and spaces in turn.
NW7 = {
    "0": "nnnnnww", "1": "nnnnwwn", "2": "nnnwnnw", "3": "wwnnnnn", "4": "nnwnnwn",
    "5": "wnnnnwn", "6": "nwnnnnw", "7": "nwnnwnn", "8": "nwwnnnn", "9": "wnnwnnn",
    "A": "nnwwnwn",
}  # fmt: skip


def read_by_a_scanner(svg: str) -> str:
    """The characters, from the widths of bars and spaces alone."""
    bars = [int(at) for at in re.findall(r"M(\d+) 0h1v", svg)]
    dark = set(bars)
    runs: list[int] = []
    for at in range(min(bars), max(bars) + 1):
        if at > min(bars) and (at in dark) == (at - 1 in dark):
            runs[-1] += 1
        else:
            runs.append(1)
    narrow = min(runs)
    elements = "".join("w" if run > 1.5 * narrow else "n" for run in runs)
    digits = {widths: digit for digit, widths in NW7.items()}
    return "".join(digits[elements[at : at + 7]] for at in range(0, len(elements), 8))


@pytest.mark.parametrize("number", ["10000001", "0123456789", "98765432109876"])
def test_a_scanner_reads_the_number_between_its_frame(number: str):
    svg = barcode_svg(number)
    assert svg is not None
    assert read_by_a_scanner(svg) == f"A{number}A"


@pytest.mark.parametrize("number", ["A123", "１２３", ""])
def test_what_nw7_cannot_write_has_no_barcode(number: str):
    assert barcode_svg(number) is None


def test_the_card_shows_number_and_end_and_warns_when_it_has_expired(at_home, borrower):
    text = at_home.get("/mypage/card/").content.decode()
    assert spoken_number(borrower.card_number) in text
    assert "barcode" in text
    assert "有効期限が切れています" not in text
    borrower.card_expires_on = "2020-01-01"
    borrower.save()
    assert "有効期限が切れています" in at_home.get("/mypage/card/").content.decode()
