"""Loans and reservations of the sample patrons, laid on whatever catalogue is there.

Days are counted back from today, so a scene reads as the patron would tell it.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import time, timedelta
from functools import partial

from django.utils import timezone

from akiruno_library import policy
from demo import interlibrary, mail_scenes, other_patrons, past_mail, recommendations, use
from demo.cards import HANAKO, HIROSHI, MIDORI, TARO
from demo.dates import days_ago
from demo.desk import Desk
from demo.sample_books import NothingFits, Shelved
from loans import history
from patrons.models import FavouriteEntry, FavouriteList
from reservations.cancelling import cancel
from reservations.hold_shelf import lapse
from reservations.models import Reservation, State, Suspension
from reservations.sequences import form_sequence
from reservations.transitions import by_staff, log

Scene = Callable[[Desk], None]

QUEUES = [19, 11, 9, 8, 7, 6, 5, 4, 3, 3, 2, 2, 1]  # the most wanted book first
WAITED_LONGEST = 18
NAMED_STAND_AT = 2  # so that somebody is before them
MIDORIS_QUEUES = range(1, 9)
COLLECTED_DAYS_AGO = 5  # a week after it a closed reservation is cut from the patron
LAPSED_DAYS_AGO = (3, 2, 1, 4, 5, 6, 7)  # one of them was an open day even after the New Year


def play(desk: Desk) -> None:
    """Every scene, and the figures of the months before."""
    queues = [partial(_queue, place=place) for place in range(len(QUEUES))]
    _play(desk, [_hiroshis_suspension_and_sequence, *queues, *_scenes_of_named_patrons()])
    _play(desk, [other_patrons.copy_that_never_arrived, other_patrons.copy_with_supplements])
    _play(
        desk,
        [
            interlibrary.one_on_the_hold_shelf,
            interlibrary.one_on_loan,
            interlibrary.one_to_give_back,
        ],
    )
    _play(desk, [other_patrons.loans, other_patrons.audiovisual_loans])
    use.count_months()


def play_named_patrons(desk: Desk) -> None:
    """Only what the patrons of the README have: half of the work, for tests of many days."""
    first_queue = partial(_queue, place=0)
    _play(desk, [_hiroshis_suspension_and_sequence, first_queue, *_scenes_of_named_patrons()])


def _scenes_of_named_patrons() -> list[Scene]:
    return [
        _hanakos_overdue_loan,
        _hanakos_loan_due_soon,
        _hanakos_awaited_loan,
        _hanakos_renewed_loan,
        _hanakos_picture_book,
        _hanakos_request,
        _hanakos_copy_to_fetch,
        _hanakos_copy_on_its_way,
        _hanakos_copy_on_the_hold_shelf,
        _hanakos_collected_hold,
        _hanakos_cancelled_hold,
        _hanakos_lapsed_hold,
        _hanakos_favourites,
        _hanakos_history,
        mail_scenes.hanakos_notification_preferences,
        mail_scenes.satorus_notification_preferences,
        past_mail.due_soon_of_the_overdue_loan,
        mail_scenes.news,
        recommendations.reading_lists,
        _taros_loans,
        _taros_holds_to_telephone_about,
        _midoris_audiovisual_holds,
        _midoris_other_holds,
    ]


def _play(desk: Desk, scenes: Iterable[Scene]) -> None:
    """A scene for which the catalogue has no book is left out.

    A scene names a title of the built-in catalogue and one whose rights have ended.
    """
    for scene in scenes:
        with suppress(NothingFits):
            scene(desk)


def _queue(desk: Desk, place: int) -> None:
    """A book of which every copy is on loan and for which people wait."""
    book, length = desk.books.pick(_is_print), QUEUES[place]
    for number, copy in enumerate(book.copies):
        desk.borrow(next(desk.others), copy, due_in=2 + (place * 5 + number * 4) % 17)
    waiting = [next(desk.others) for _ in range(length)]
    if place == 0:
        waiting.insert(NAMED_STAND_AT, desk.patrons[HANAKO])
    elif place in MIDORIS_QUEUES:
        waiting.insert(NAMED_STAND_AT, desk.patrons[MIDORI])
    for number, patron in enumerate(waiting):
        days = WAITED_LONGEST - number * (WAITED_LONGEST - 1) // len(waiting)
        desk.reserve(patron, book.bib, days=days)


def _hanakos_overdue_loan(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "西の魔女が死んだ", "三四郎")
    desk.borrow(desk.patrons[HANAKO], book.copies[0], due_in=-3)


def _hanakos_loan_due_soon(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "舟を編む", "津軽")
    desk.borrow_until_soon(desk.patrons[HANAKO], book.copies)


def _hanakos_awaited_loan(desk: Desk) -> None:
    """All copies are lent, one of them to her, and somebody waits."""
    book = desk.books.pick(_is_print, "同志少女よ、敵を撃て", "草枕")
    hers, *theirs = book.copies
    desk.borrow(desk.patrons[HANAKO], hers, due_in=9)
    for copy in theirs:
        desk.borrow(next(desk.others), copy, due_in=14)
    desk.reserve(next(desk.others), book.bib, days=2)


def _hanakos_renewed_loan(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "天地明察", "それから")
    desk.borrow(desk.patrons[HANAKO], book.copies[0], due_in=12, renewed=True)


def _hanakos_picture_book(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "ぐりとぐら", "手袋を買いに")
    desk.borrow(desk.patrons[HANAKO], book.copies[0], due_in=16)


def _hanakos_request(desk: Desk) -> None:
    """For material not owned, entered by staff (rule 5.11)."""
    hanako = desk.patrons[HANAKO]
    request = Reservation.objects.create(
        patron=hanako,
        request_text="多摩の山歩きの新しい案内書(今年出たもの。題名と出版社は不明)",
        state=State.REQUESTED,
        pickup_branch=desk.pickup_branch(hanako),
        contact_method=hanako.contact_method,
        placed_at=days_ago(6),
    )
    log(
        request,
        came_from=None,
        at=request.placed_at,
        by=by_staff(desk.staff),
        why="窓口で受け付けました",
    )


def _hanakos_copy_to_fetch(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "博士の愛した数式", "舞姫")
    desk.reserve(desk.patrons[HANAKO], book.bib, days=1)


def _hanakos_copy_on_its_way(desk: Desk) -> None:
    hanako = desk.patrons[HANAKO]
    pickup = desk.pickup_branch(hanako)
    book = desk.books.pick(lambda book: book.is_only_away_from(pickup.code), "阪急電車", "檸檬")
    reservation = desk.reserve(hanako, book.bib, days=3)
    if (copy := reservation.copy) is not None:
        desk.scan(copy, copy.current_branch, days=1)


def _hanakos_copy_on_the_hold_shelf(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "夜のピクニック", "高瀬舟")
    reservation = desk.reserve(desk.patrons[HANAKO], book.bib, days=5)
    desk.arrive(reservation, days=2)


def _hanakos_collected_hold(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "羊と鋼の森", "セロ弾きのゴーシュ")
    hanako = desk.patrons[HANAKO]
    reservation = desk.reserve(hanako, book.bib, days=9)
    desk.arrive(reservation, days=6)
    if (copy := reservation.copy) is not None:
        desk.borrow(hanako, copy, due_in=book.bib.material_type.loan_days - COLLECTED_DAYS_AGO)


def _hanakos_cancelled_hold(desk: Desk) -> None:
    book = desk.books.pick(_is_print, "火花", "河童")
    reservation = desk.reserve(desk.patrons[HANAKO], book.bib, days=5)
    cancel(reservation, at=days_ago(4))


def _hanakos_lapsed_hold(desk: Desk) -> None:
    """Not collected; the copy still stands on the hold shelf, where staff will find it."""
    hanako, today = desk.patrons[HANAKO], timezone.localdate()
    book = desk.books.pick(_is_print, "流浪の月", "地獄変")
    days = [today - timedelta(days=ago) for ago in LAPSED_DAYS_AGO]
    deadline, pickup = desk.due_days.first_open(days, [desk.pickup_branch(hanako)])
    last_day = (today - deadline).days
    came = last_day + policy.HOLD_SHELF_DAYS
    reservation = desk.reserve(hanako, book.bib, days=came + 4, pickup_branch=pickup)
    desk.arrive(reservation, days=came)
    lapse(reservation, at=days_ago(last_day - 1, time(0, 5)))


def _hanakos_favourites(desk: Desk) -> None:
    hanako = desk.patrons[HANAKO]
    for slot, name, count in [(1, "これから読みたい本", 5), (2, "子どもと読む本", 4)]:
        favourites = FavouriteList.objects.create(patron=hanako, slot=slot, name=name)
        for number in range(count):
            book = desk.books.pick(_is_for_children if slot == 2 else _is_print)
            FavouriteEntry.objects.create(
                list=favourites, bib=book.bib, added_at=days_ago(40 - 7 * number)
            )


def _hanakos_history(desk: Desk) -> None:
    """What she has read since she asked to keep it, and brought back long ago."""
    for days in (31, 38, 52, 66, 73, 90, 115, 140, 171):
        book = desk.books.pick(_is_print)
        history.write(book.bib, desk.patrons[HANAKO], at=days_ago(days))


def _taros_loans(desk: Desk) -> None:
    for titles, due_in in [(("蝉しぐれ", "銭形平次捕物控"), 8), (("深い河", "山椒大夫"), 15)]:
        book = desk.books.pick(_is_print, *titles)
        desk.borrow(desk.patrons[TARO], book.copies[0], due_in=due_in)


def _taros_holds_to_telephone_about(desk: Desk) -> None:
    """Two copies on the hold shelf of somebody who wants to be called."""
    for days in (2, 1):
        book = desk.books.pick(_is_print)
        reservation = desk.reserve(desk.patrons[TARO], book.bib, days=days + 2)
        desk.arrive(reservation, days=days)


def _midoris_audiovisual_holds(desk: Desk) -> None:
    for days in [9, 6, 3, 1]:
        book = desk.books.pick(_is_audiovisual)
        desk.reserve(desk.patrons[MIDORI], book.bib, days=days)


def _midoris_other_holds(desk: Desk) -> None:
    """On top of the queues she stands in, as many as she may."""
    midori = desk.patrons[MIDORI]
    for number in range(16 - midori.reservations.waiting().count()):
        book = desk.books.pick(lambda book: book.is_alone)
        if number % 2:
            desk.borrow(next(desk.others), book.copies[0], due_in=4 + number)
        desk.reserve(midori, book.bib, days=1 + number)


def _hiroshis_suspension_and_sequence(desk: Desk) -> None:
    """A suspension runs until next week. Until then his volumes wait."""
    hiroshi = desk.patrons[HIROSHI]
    today = timezone.localdate()
    Suspension.objects.create(
        patron=hiroshi, first_day=today - timedelta(days=6), last_day=today + timedelta(days=7)
    )
    volumes = desk.books.pick_volumes(3, "坂の上の雲", "細雪")
    reserved = [desk.reserve(hiroshi, volume, days=4) for volume in volumes]
    form_sequence(hiroshi, reserved, at=days_ago(4))
    desk.reserve(next(desk.others), volumes[-1], days=2)  # passes him over: his history tells so


def _is_print(book: Shelved) -> bool:
    return book.is_print


def _is_audiovisual(book: Shelved) -> bool:
    return book.is_audiovisual


def _is_for_children(book: Shelved) -> bool:
    return book.is_print and book.bib.audience == book.bib.Audience.CHILD
