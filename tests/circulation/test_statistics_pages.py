"""利用統計: rule 9.3. Whoever reads it learns of no person."""

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree

import pytest
import time_machine

from catalog.models import Figure, Happening
from catalog.models.statistics import Kind
from catalog.statistics import record
from catalog.statistics.report import figure_table
from tests.factories import BibFactory, branch, material
from tests.verbs import NOON

pytestmark = pytest.mark.django_db
PAGE = "/admin/library/figures/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def used() -> None:
    """In November 12 books and 9 discs at 中央, 11 discs at エル; 3 of them not added up yet."""
    book, disc = BibFactory(), BibFactory(material_type=material("cd"), ndc="764")
    record.note_bibs(Kind.LOAN, [book] * 9, branch=branch(), at=NOON)
    record.note_bibs(Kind.LOAN, [disc] * 9, branch=branch(), at=NOON)
    record.note_bibs(Kind.LOAN, [disc] * 11, branch=branch("el"), at=NOON)
    record.add_up()
    record.note_bibs(Kind.LOAN, [book] * 3, branch=branch(), at=NOON)
    assert Happening.objects.count() == 3


def november(by: str) -> dict[str, int | None]:
    table = figure_table(Kind.LOAN, by, 2026)
    return {line.name: line.cells[table.months.index("11月")] for line in table.lines}


def test_figures_are_counted_by_branch_material_and_class(used):
    assert november("branch") == {"中央図書館": 21, "東部図書館エル": 11}
    assert november("material") == {"図書": 12, "CD": 20}
    assert list(november("ndc").values()) == [20, 12]


def test_a_cell_under_ten_is_not_shown_and_no_total_tells_it(used, counter_client):
    Figure.objects.create(kind="loan", month=date(2026, 10, 1), branch=branch(), number=9)
    Figure.objects.create(kind="loan", month=date(2026, 12, 1), branch=branch(), number=10)
    table = figure_table(Kind.LOAN, "branch", 2026)
    chuo = table.lines[0]
    assert chuo.cells_in_words[6:9] == ["―", "21", "10"]
    assert chuo.total == 31
    text = counter_client.get(PAGE).content.decode()
    assert ">9<" not in text
    assert "10件に満たない月は" in text


def test_no_cell_is_the_difference_between_two_tables(used):
    """The sum of a month may stand in the table by branch; three more discs were lent."""
    disc = BibFactory(material_type=material("dvd"), ndc="778")
    record.note_bibs(Kind.LOAN, [disc] * 3, branch=branch(), at=NOON)
    assert november("branch") == {"中央図書館": 24, "東部図書館エル": 11}
    assert november("material") == {"図書": None, "CD": 20, "DVD": None}
    record.note_bibs(Kind.LOAN, [BibFactory(material_type=material("cassette"))] * 8,
                     branch=branch(), at=NOON)  # fmt: skip
    assert november("material") == {"図書": 12, "CD": 20, "カセット": None, "DVD": None}


def test_the_chart_is_a_picture_that_draws_what_the_table_shows(used, counter_client):
    response = counter_client.get(f"{PAGE}chart.svg", {"by": "material"})
    assert response.headers["Content-Type"] == "image/svg+xml"
    drawn = ElementTree.fromstring(response.content)  # noqa: S314 our own
    words = "".join(drawn.itertext())
    assert "図書" in words
    assert "CD" in words
    assert not re.findall(rb"""(?:href|src)=["']https?:""", response.content)


def test_the_file_holds_the_table(used, counter_client):
    content = counter_client.get(f"{PAGE}csv/").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0] == ["館", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
                       "1月", "2月", "3月"]  # fmt: skip
    assert rows[1] == ["中央図書館", *[""] * 7, "21", *[""] * 4]


@pytest.mark.parametrize(
    "parameters", [{"kind": "x"}, {"by": "patron"}, {"year": "x"}, {"kind": "visit", "by": "ndc"}]
)
def test_nonsense_becomes_what_can_be_meant(used, counter_client, parameters):
    for page in ("", "chart.svg", "csv/"):
        assert counter_client.get(f"{PAGE}{page}", parameters).status_code == 200
