"""Whatever catalogue is loaded, it gets copies, and people's loans and reservations on it."""

import csv

import pytest
from django.core.management import CommandError

from catalog.models import Branch, Copy
from demo.copies import places_given_in
from demo.recommendations import LISTS
from demo.sample_library import BUILT_IN
from operation.invariants import offenders
from patrons.models import Patron
from reservations.eligibility import quota_of
from tests.demo.starting import start_demo

pytestmark = pytest.mark.django_db


def test_a_catalogue_without_copies_gets_them_and_the_demos_audiovisual_titles(tmp_path):
    path = tmp_path / "plain.csv"
    rows = [f"p{n},山のむこう{chr(0x4E00 + n)},岸本三枝,キシモト ミツエ,K913.6" for n in range(30)]
    path.write_text("\n".join(["source_key,title,authors,author_readings,ndc", *rows]), "utf-8")
    start_demo(path)
    copies = Copy.objects.filter(bib__source="library")
    assert set(copies.values_list("bib__source_key", flat=True)) == {f"p{n}" for n in range(30)}
    assert set(copies.values_list("call_number", flat=True)) == {"K913/キ"}
    assert Copy.objects.filter(bib__material_type__code="dvd").exists()
    assert quota_of(Patron.objects.get(card_number="10000006")).placed_audiovisual == 4
    assert offenders() == {}


@pytest.mark.parametrize("catalogue", BUILT_IN, ids=lambda path: path.stem)
def test_every_row_of_the_shipped_catalogue_tells_copies_at_known_branches(catalogue):
    given = places_given_in(catalogue)
    known = set(Branch.objects.values_list("code", flat=True))
    assert given
    assert [key for key, places in given.items() if not places] == []
    assert {place.branch for places in given.values() for place in places} <= known


def test_a_file_that_is_not_there_or_not_a_catalogue_is_told_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="がありません"):
        start_demo(tmp_path / "nowhere.csv")
    (tmp_path / "letter.csv").write_text("拝啓\n秋も深まり", "utf-8")
    with pytest.raises(CommandError, match=r"letter\.csv"):
        start_demo(tmp_path / "letter.csv")


@pytest.mark.parametrize("copies", ["tokyo/一般", "chuo", "chuo/一般!eaten"])
def test_a_copy_that_cannot_be_read_is_told_in_a_sentence(tmp_path, copies):
    path = tmp_path / "odd.csv"
    path.write_text(f"source_key,title,call_number,copies\n1,秋川,913/ア,{copies}", "utf-8")
    with pytest.raises(CommandError, match=f"所蔵「{copies}」を読めません"):
        start_demo(path)


def test_the_catalogue_has_every_book_that_is_recommended() -> None:
    titles = set()
    for file in BUILT_IN:
        with file.open(encoding="utf-8", newline="") as lines:
            titles |= {row["title"] for row in csv.DictReader(lines)}
    for reading_list in LISTS.values():
        assert [title for title in reading_list.books if title not in titles] == []
