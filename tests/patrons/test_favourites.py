"""お気に入り: rule 6.2."""

import pytest

from patrons.favourites import add_to_list
from patrons.models import FavouriteList
from tests.factories import BibFactory


def test_who_has_no_list_gets_one_with_the_first_thing_kept(borrower, book):
    kept_in, new = add_to_list(borrower, [book.bib_id])
    assert (kept_in.slot, kept_in.name, new) == (1, "お気に入り", 1)
    assert add_to_list(borrower, [book.bib_id]) == (kept_in, 0)
    assert borrower.favourite_lists.get().entries.get().bib == book.bib


def test_a_list_is_chosen_by_its_slot_and_unknown_bibs_are_passed_over(borrower):
    for slot in (1, 2):
        FavouriteList.objects.create(patron=borrower, slot=slot, name=f"{slot}番")
    bib = BibFactory()
    kept_in, new = add_to_list(borrower, [bib.pk, bib.pk, 999_999], slot=2)
    assert (kept_in.name, new) == ("2番", 1)


@pytest.mark.parametrize("slot", [0, 3])
def test_the_old_favourites_take_in_nothing_new(borrower, book, slot):
    FavouriteList.objects.create(patron=borrower, slot=0, name="これまでのお気に入り")
    with pytest.raises(FavouriteList.DoesNotExist):
        add_to_list(borrower, [book.bib_id], slot=slot)
    assert not borrower.favourite_lists.get().entries.exists()
