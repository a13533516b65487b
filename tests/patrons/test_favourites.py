"""お気に入り: rule 6.2."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from akiruno_library import policy
from patrons.favourites import add_to_list, copy_entries, make_list, move_entries, move_up
from patrons.models import FavouriteEntry, FavouriteList
from patrons.refusals import FavouriteListIsFull, NoMoreFavouriteLists, OldListTakesNothingIn
from tests.circulation.test_races import at_once
from tests.factories import BibFactory, CopyFactory


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


def test_the_old_favourites_take_in_nothing_new(borrower, book):
    FavouriteList.objects.create(patron=borrower, slot=0, name="これまでのお気に入り")
    with pytest.raises(OldListTakesNothingIn):
        add_to_list(borrower, [book.bib_id], slot=0)
    with pytest.raises(FavouriteList.DoesNotExist):
        add_to_list(borrower, [book.bib_id], slot=3)
    assert not borrower.favourite_lists.get().entries.exists()


def test_five_lists_and_the_old_one_besides(borrower):
    FavouriteList.objects.create(patron=borrower, slot=0, name="これまでのお気に入り")
    for number in range(5):
        make_list(borrower, name=f"{number}")
    with pytest.raises(NoMoreFavouriteLists, match="5つまで"):
        make_list(borrower, name="多すぎる")
    borrower.favourite_lists.get(slot=3).delete()
    assert make_list(borrower, name="また").slot == 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_presses_at_once_make_two_lists_in_two_slots(borrower):
    made = at_once([lambda n=n: make_list(borrower, name=f"{n}") for n in range(8)])
    assert sum(isinstance(one, FavouriteList) for one in made) == 5
    assert sorted(borrower.favourite_lists.values_list("slot", flat=True)) == [1, 2, 3, 4, 5]


def titles(patron, slot: int) -> list[str]:
    lists = patron.favourite_lists.get(slot=slot)
    return [entry.bib.title for entry in lists.entries.all()]


@pytest.fixture
def two_lists(borrower):
    for title in ("い", "ろ", "は"):
        add_to_list(borrower, [BibFactory(title=title).pk])
    make_list(borrower, name="二番")
    return borrower


def bib(title: str) -> int:
    return FavouriteEntry.objects.filter(bib__title=title).first().bib_id


def test_new_ones_stand_above_and_each_moves_by_one(two_lists):
    assert titles(two_lists, 1) == ["は", "ろ", "い"]
    move_up(two_lists, bib("い"), slot=1)
    assert titles(two_lists, 1) == ["は", "い", "ろ"]
    move_up(two_lists, bib("は"), slot=1, by=-1)
    assert titles(two_lists, 1) == ["い", "は", "ろ"]
    move_up(two_lists, bib("い"), slot=1)  # it is the first already
    move_up(two_lists, 999_999, slot=1)
    assert titles(two_lists, 1) == ["い", "は", "ろ"]


def test_moving_takes_the_note_along_and_copying_leaves_the_original(two_lists):
    FavouriteEntry.objects.filter(bib=bib("い")).update(note="夏に読む")
    move_entries(two_lists, [bib("い"), bib("は")], from_slot=1, to_slot=2)
    assert (titles(two_lists, 1), sorted(titles(two_lists, 2))) == (["ろ"], ["い", "は"])
    assert FavouriteEntry.objects.get(bib__title="い").note == "夏に読む"
    copy_entries(two_lists, [bib("い")], from_slot=2, to_slot=1)
    assert titles(two_lists, 1) == ["い", "ろ"]
    assert sorted(titles(two_lists, 2)) == ["い", "は"]


def test_out_of_the_old_favourites_things_can_be_moved_but_not_into_them(two_lists, book):
    old = FavouriteList.objects.create(patron=two_lists, slot=0, name="これまでのお気に入り")
    FavouriteEntry.objects.create(list=old, bib=book.bib)
    move_entries(two_lists, [book.bib_id], from_slot=0, to_slot=2)
    assert titles(two_lists, 2) == [book.bib.title]
    with pytest.raises(OldListTakesNothingIn):
        move_entries(two_lists, [bib("い")], from_slot=1, to_slot=0)
    assert "い" in titles(two_lists, 1)


def test_a_full_list_says_so_and_takes_in_nothing(borrower, monkeypatch):
    monkeypatch.setattr(policy, "FAVOURITES_IN_A_LIST", 2)
    add_to_list(borrower, [BibFactory().pk])
    with pytest.raises(FavouriteListIsFull):
        add_to_list(borrower, [BibFactory().pk, BibFactory().pk])
    assert len(titles(borrower, 1)) == 1


def test_a_list_shows_where_each_is_and_puts_what_is_reservable_in_the_basket(
    at_home, borrower, book
):
    in_library = CopyFactory(lending="in_library", bib__title="郷土の本")
    add_to_list(borrower, [book.bib_id, in_library.bib_id])
    page = at_home.get("/mypage/favourites/1/")
    text = page.content.decode()
    assert "中央図書館にあります" in text
    assert "館内" in text
    assert page.context["page"].reservable == [book.bib_id]
    at_home.post("/basket/add/", {"bib": page.context["page"].reservable})
    assert borrower.basket.get().bib_id == book.bib_id


def test_a_list_asks_as_often_for_one_as_for_twenty(at_home, borrower):
    add_to_list(borrower, [CopyFactory().bib_id])
    at_home.get("/mypage/favourites/1/")
    with CaptureQueriesContext(connection) as one:
        at_home.get("/mypage/favourites/1/")
    add_to_list(borrower, [CopyFactory().bib_id for _ in range(19)])
    with CaptureQueriesContext(connection) as twenty:
        at_home.get("/mypage/favourites/1/")
    assert len(one) == len(twenty)


def test_pressed_through_on_the_page(at_home, borrower, book):
    """New list, keep, note, rename, take out, delete: each press says what it did."""

    def press(path: str, **fields: object) -> str:
        answer = at_home.post(path, fields, follow=True)
        return " ".join(str(message) for message in answer.context["messages"])

    assert "「冬の本」を作りました" in press("/mypage/favourites/", name="冬の本")
    assert "「冬の本」に入れました" in press("/mypage/favourites/add/", bib=book.bib_id, list=1)
    assert "もう入っています" in press("/mypage/favourites/add/", bib=book.bib_id, list=1)
    note = press("/mypage/favourites/1/note/", bib=book.bib_id, note="<b>おもしろい</b>")
    assert note == "メモを書きました。"
    assert "&lt;b&gt;おもしろい" in at_home.get("/mypage/favourites/1/").content.decode()
    assert "名前を変えました" in press("/mypage/favourites/1/rename/", name="春の本")
    assert "外す資料を選んで" in press("/mypage/favourites/1/take-out/")
    assert "1点をリストから外しました" in press("/mypage/favourites/1/take-out/", bib=book.bib_id)
    assert "「春の本」を消しますか" in at_home.get("/mypage/favourites/1/delete/").content.decode()
    assert "「春の本」を消しました" in press("/mypage/favourites/1/delete/")
    assert not borrower.favourite_lists.exists()
