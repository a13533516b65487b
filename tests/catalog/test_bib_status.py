"""Where a bib is now, in words, and whether it can be reserved (rules 5.1, 12.3)."""

import pytest

from catalog.copies import web_eligibility
from catalog.copies import whereabouts as copies_whereabouts
from catalog.copies.availability import Availability, availability_of
from catalog.models import Bib, BibStatus, Branch, Copy
from catalog.refusals import CounterOnly, LibraryUseOnly, NoCopyLeft
from tests.factories import BibFactory, CopyFactory, branch, material

pytestmark = pytest.mark.django_db

W, L = Copy.Whereabouts, Copy.Lending


def shelve(*copies: dict, waiting: int = 0, **facts: object) -> Bib:
    bib = BibFactory(**facts)
    for facts_of_copy in copies:
        CopyFactory(bib=bib, **facts_of_copy)
    BibStatus.objects.filter(pk=bib.pk).update(waiting=waiting)
    copies_whereabouts.count_copies([bib.pk])
    return Bib.objects.select_related("status", "material_type").get(pk=bib.pk)


def availability(*copies: dict, **facts: object) -> Availability:
    bib = shelve(*copies, **facts)
    branches = {each.pk: each for each in Branch.objects.all()}
    return availability_of(bib.status, bib.material_type, bib.copies.all(), branches)


def test_a_free_book_is_named_with_its_branches_in_their_order() -> None:
    here = availability({"home_branch": branch("itsukaichi")}, {}, {})
    assert here.words == "中央図書館・五日市図書館にあります"
    assert (here.tone, here.is_reservable) == ("good", True)


def test_a_book_on_loan_tells_how_many_wait() -> None:
    lent = availability({"whereabouts": W.ON_LOAN}, waiting=2)
    assert (lent.place, lent.words) == ("貸出中", "貸出中・予約2件")
    assert lent.is_reservable


@pytest.mark.parametrize(
    ("whereabouts", "words"),
    [
        (W.PROCESSING, "整理中です"),
        (W.REPAIR, "修理中です"),
        (W.HOLD_SHELF, "予約の方へご用意しています"),
        (W.IN_TRANSIT, "配送中です"),
        (W.CLAIMED, "予約の方へご用意しています"),
    ],
)
def test_a_book_that_will_come_back_can_be_waited_for(whereabouts: W, words: str) -> None:
    away = availability({"whereabouts": whereabouts})
    assert (away.words, away.is_reservable) == (words, True)


@pytest.mark.parametrize(
    ("whereabouts", "words"),
    [
        (W.ON_ORDER, "発注中です"),
        (W.MISSING, "所蔵がありません(所在不明など)"),
        (W.LOST, "所蔵がありません(所在不明など)"),
        (W.WITHDRAWN, "所蔵がありません"),
    ],
)
def test_r5_1_what_is_gone_or_not_yet_here_cannot_be_reserved(whereabouts: W, words: str) -> None:
    gone = availability({"whereabouts": whereabouts})
    assert (gone.words, gone.is_reservable) == (words, False)


def test_r5_1_what_stays_in_the_library_names_branch_and_shelf() -> None:
    kept = availability({"lending": L.IN_LIBRARY, "shelf": "参考"})
    assert kept.words == "館内でご覧ください(中央図書館 参考)"
    assert not kept.is_reservable


def test_r12_3_the_newest_issue_is_read_in_the_library_and_can_be_reserved() -> None:
    newest = availability({"lending": L.NEWEST_ISSUE, "shelf": "雑誌"})
    assert newest.words == "最新号は館内でご覧ください(中央図書館 雑誌)"
    assert newest.is_reservable


def test_r12_3_an_issue_whose_lent_copy_is_lost_is_still_read_in_the_library() -> None:
    newest = availability({"lending": L.NEWEST_ISSUE, "shelf": "雑誌"}, {"whereabouts": W.MISSING})
    assert newest.words == "最新号は館内でご覧ください(中央図書館 雑誌)"


def test_r5_1_large_picture_books_are_asked_for_at_the_counter() -> None:
    large = availability({}, material_type=material("large_picture_book"))
    assert large.words == "中央図書館にあります・予約は窓口で"
    assert not large.is_reservable


def test_r5_1_each_reason_has_its_own_sentence() -> None:
    def reasons(bib: Bib) -> list[type]:
        return [type(reason) for reason in web_eligibility.refusals(bib.status, bib.material_type)]

    assert reasons(shelve({})) == []
    assert reasons(shelve({"lending": L.IN_LIBRARY})) == [LibraryUseOnly]
    assert reasons(shelve()) == [NoCopyLeft]
    assert reasons(shelve({}, material_type=material("large_kamishibai"))) == [CounterOnly]
