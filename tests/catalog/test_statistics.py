"""Figures of use: noted at the time, without a person (rule 9.3, safety)."""

from datetime import date

import pytest

from catalog.models import Figure, Happening
from catalog.models.statistics import Kind
from catalog.statistics import record
from tests.conftest import tokyo
from tests.factories import BibFactory, CopyFactory, branch, material
from tests.verbs import NOON, lend, reserve

pytestmark = pytest.mark.django_db


def rows(model) -> list[tuple]:
    return sorted(
        model.objects.values_list(
            "kind", "month", "branch__code", "material_type__code", "ndc", "number"
        )
    )


def test_a_loan_and_a_reservation_are_noted_by_the_verbs(borrower, stranger, book):
    lend(book, borrower, at_branch="el")
    reserve(stranger, book.bib, pickup="masuko")
    month = date(2026, 11, 1)
    assert rows(Happening) == [
        ("loan", month, "el", "book", "9", 1),
        ("reservation", month, "masuko", "book", "9", 1),
    ]


def test_what_happened_is_added_to_the_figures_once():
    picture_book = BibFactory(material_type=material("picture_book"), ndc="E")
    for day in ("2026-11-30", "2026-12-01"):
        record.note_bibs(Kind.LOAN, [picture_book] * 2, branch=branch(), at=tokyo(day))
    record.note(Kind.REGISTRATION, branch=None, at=NOON)
    record.note(Kind.REGISTRATION, branch=None, at=NOON)
    assert record.add_up() == 3
    assert record.add_up() == 0
    record.note(Kind.REGISTRATION, branch=None, at=NOON)
    record.subtract_bibs(Kind.LOAN, [picture_book], branch=branch(), at=NOON)
    record.add_up()
    assert not Happening.objects.exists()
    assert sorted(Figure.objects.values_list("kind", "month", "ndc", "number")) == [
        ("loan", date(2026, 11, 1), "", 1),
        ("loan", date(2026, 12, 1), "", 2),
        ("registration", date(2026, 11, 1), "", 3),
    ]


def test_no_row_of_the_figures_knows_a_person_a_copy_or_a_day(borrower):
    CopyFactory()
    for model in (Figure, Happening):
        names = {field.name for field in model._meta.get_fields()}
        assert names == {"id", "kind", "month", "branch", "material_type", "ndc", "number"}
