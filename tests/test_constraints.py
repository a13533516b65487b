"""Every named constraint, tried by going around the verbs: PostgreSQL itself refuses."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from akiruno_library.constraints import broken_constraint
from catalog.models import (
    CalendarException,
    Contribution,
    Contributor,
    Copy,
    Figure,
    Happening,
    MaterialType,
    News,
    NthWeekdayClosing,
    OpeningHours,
    SubjectReference,
    VolumeSet,
)
from catalog.models.merged import MergedBib
from catalog.models.reading_lists import ReadingList, ReadingListEntry
from circulation.models import Compensation
from loans.models import HistoryDeletion, Loan
from notifications.models import JobRun, Mail, MailServer, Notice
from patrons.models import (
    FavouriteEntry,
    FavouriteList,
    KnownDevice,
    NewsletterAuthor,
    NewsletterGenre,
    NewsSending,
    OneTimeLink,
    Patron,
    StaffAction,
    Terminal,
    User,
    Visit,
)
from reservations.models import Actor, BasketEntry, CloseReason, Reservation, State, Suspension
from tests.conftest import tokyo
from tests.factories import (
    BibFactory,
    CopyFactory,
    MailAddressFactory,
    PatronFactory,
    branch,
    staff,
)

OURS = ("catalog", "notifications", "patrons", "loans", "reservations", "circulation")
NOW = tokyo("2026-11-24")
TODAY = date(2026, 11, 24)


def twice(make: Callable[[], object]) -> None:
    make()
    make()


def reserve(**facts: object) -> Reservation:
    """A waiting reservation as no verb would write it."""
    if "patron" not in facts:
        facts["patron"] = PatronFactory()
    if "bib" not in facts:
        facts["bib"] = BibFactory()
    return Reservation.objects.create(pickup_branch=branch(), placed_at=NOW, **facts)


def closed(**facts: object) -> Reservation:
    """One that the patron cancelled."""
    whole = {
        "state": State.CANCELLED,
        "closed_at": NOW,
        "closed_by": Actor.PATRON,
        "close_reason": CloseReason.CANCELLED,
    }
    return reserve(**whole | facts)


def borrow(**facts: object) -> Loan:
    whole = {"lent_at": NOW, "due_on": TODAY, "branch": branch()} | facts
    if "copy" not in whole:
        whole["copy"] = CopyFactory()
    if "patron" not in whole:
        whole["patron"] = PatronFactory()
    return Loan.objects.create(**whole)


def two_contributions() -> None:
    bib, someone = BibFactory(), Contributor.objects.create(name="秋川 花子", reading="")
    twice(lambda: Contribution.objects.create(bib=bib, contributor=someone, position=0))


def two_opening_hours() -> None:
    OpeningHours.objects.create(branch=branch(), weekday=0, opens=time(9), closes=time(10))


def two_exceptions() -> None:
    twice(lambda: CalendarException.objects.create(branch=branch(), day=TODAY, reason="整理"))


def a_sending_that_never_ended() -> None:
    news = News.objects.create(title="x", text="x")
    NewsSending.objects.create(news=news, counted=1, state=NewsSending.State.DONE)


def two_choices(model: type[Model], **facts: str) -> None:
    patron = PatronFactory()
    twice(lambda: model.objects.create(patron=patron, **facts))


def two_open_loans_of_a_copy() -> None:
    copy = CopyFactory()
    twice(lambda: borrow(copy=copy))


def two_reservations_of_a_bib() -> None:
    patron, bib = PatronFactory(), BibFactory()
    twice(lambda: reserve(patron=patron, bib=bib))


def two_reservations_of_a_copy() -> None:
    copy = CopyFactory()
    twice(lambda: reserve(bib=copy.bib, copy=copy, state=State.TO_FETCH))


def two_at_one_place_of_an_order() -> None:
    twice(lambda: reserve(order_group=1, order_no=1))


def two_in_the_basket() -> None:
    patron, bib = PatronFactory(), BibFactory()
    twice(lambda: BasketEntry.objects.create(patron=patron, bib=bib))


def two_lists_in_a_slot() -> None:
    patron = PatronFactory()
    twice(lambda: FavouriteList.objects.create(patron=patron, slot=1, name="冬に"))


def two_favourites() -> None:
    favourites = FavouriteList.objects.create(patron=PatronFactory(), slot=1, name="冬に")
    bib = BibFactory()
    twice(lambda: FavouriteEntry.objects.create(list=favourites, bib=bib))


def two_rows_of_a_device() -> None:
    patron = PatronFactory()
    twice(lambda: KnownDevice.objects.create(user=patron.user, token_hash="x", last_used_at=NOW))


def link_without_time() -> OneTimeLink:
    return OneTimeLink.objects.create(
        patron=PatronFactory(),
        address=MailAddressFactory(),
        purpose=OneTimeLink.Purpose.RESET,
        created_at=NOW,
        expires_at=NOW,
    )


def terminal(name: str = "1階", **facts: object) -> Terminal:
    return Terminal.objects.create(branch=branch(), name=name, **facts)


def two_terminals_of_a_device() -> None:
    enrolled = {"device_digest": "x", "enrolled_at": NOW}
    terminal("1階", **enrolled)
    terminal("2階", **enrolled)


def two_terminals_of_a_code() -> None:
    terminal("1階", code_digest="x")
    terminal("2階", code_digest="x")


def visit_of_no_button() -> Visit:
    return Visit.objects.create(
        patron=PatronFactory(), branch=branch(), button="in", pressed_at=NOW
    )


def two_compensations_of_a_copy() -> None:
    facts = {"patron": PatronFactory(), "copy": CopyFactory(), "opened_on": TODAY}
    twice(lambda: Compensation.objects.create(kind=Compensation.Kind.LOST, **facts))


def in_the_basket(**facts: object) -> BasketEntry:
    whole = {"patron": PatronFactory(), "bib": BibFactory()} | facts
    return BasketEntry.objects.create(**whole)


def two_at_one_place_of_a_basket() -> None:
    patron = PatronFactory()
    twice(lambda: in_the_basket(patron=patron, order_group=1, order_no=1))


def two_notices() -> None:
    address = MailAddressFactory()
    twice(lambda: Notice.objects.create(key="hold-ready:1:1", kind="hold_ready", address=address))


def suspension(first: date, last: date) -> Suspension:
    return Suspension.objects.create(patron=PatronFactory(), first_day=first, last_day=last)


def mail(**facts: object) -> Mail:
    return Mail.objects.create(
        message_id="<1@test>", kind="hold_ready", address=MailAddressFactory(), **facts
    )


def staff_action(times: int = 1) -> StaffAction:
    somebody = User.objects.filter(kind=User.Kind.STAFF).first() or staff()
    patron = Patron.objects.first() or PatronFactory()
    return StaffAction.objects.create(
        day=TODAY, staff=somebody, patron=patron, what=StaffAction.What.LOOKED, times=times
    )


def visits(model: type[Figure] | type[Happening], month: date) -> object:
    """In no branch: a row without one is as much the same row as one with it."""
    return model.objects.create(kind="visit", month=month, number=1)


def merged_number(number: int | None) -> MergedBib:
    """The record that had this number; without one, that of the bib itself."""
    bib = BibFactory()
    return MergedBib.objects.create(
        number=bib.pk if number is None else bib.pk + number,
        source="x",
        source_key="1",
        bib=bib,
        merged_at=NOW,
    )


def two_in_a_reading_list() -> None:
    reading_list, bib = ReadingList.objects.create(title="夏休み"), BibFactory()
    ReadingListEntry.objects.create(list=reading_list, bib=bib)
    ReadingListEntry.objects.create(list=reading_list, bib=bib)


BREAKS: list[tuple[str, Callable[[], object]]] = [
    (
        "history_deletion_withdrawn_is_of_everything",
        lambda: HistoryDeletion.objects.create(patron_number=1, entry_number=1, withdrew=True),
    ),
    ("terminal_one_of_a_name", lambda: twice(terminal)),
    ("terminal_one_device", two_terminals_of_a_device),
    ("terminal_one_code", two_terminals_of_a_code),
    ("terminal_enrolled_knows_its_device", lambda: terminal(enrolled_at=NOW)),
    ("terminal_enrolled_knows_its_device", lambda: terminal(device_digest="x")),
    ("visit_one_way", visit_of_no_button),
    ("compensation_once", two_compensations_of_a_copy),
    ("basket_order_both_or_neither", lambda: in_the_basket(order_group=1)),
    ("basket_place_in_order_once", two_at_one_place_of_a_basket),
    ("staff_act_one_row_a_day", lambda: twice(staff_action)),
    ("staff_act_happened_once_at_least", lambda: staff_action(times=0)),
    ("figure_one_for_each_cell", lambda: twice(lambda: visits(Figure, date(2026, 11, 1)))),
    ("figure_is_of_a_whole_month", lambda: visits(Figure, TODAY)),
    ("happening_knows_no_day", lambda: visits(Happening, TODAY)),
    ("contributor_once", lambda: twice(lambda: Contributor.objects.create(name="漱石"))),
    (
        "subject_reference_once",
        lambda: twice(lambda: SubjectReference.objects.create(subject="園芸", see_from="庭")),
    ),
    ("bib_once_per_source", lambda: twice(lambda: BibFactory(source="x", source_key="1"))),
    (
        "bib_in_a_set_has_a_place",
        lambda: BibFactory(volume_set=VolumeSet.objects.create(key="細雪")),
    ),
    ("contribution_place_once", two_contributions),
    (
        "copy_for_the_library_stays_in_the_library",
        lambda: CopyFactory(
            lending=Copy.Lending.IN_LIBRARY, whereabouts=Copy.Whereabouts.HOLD_SHELF
        ),
    ),
    ("copy_lender_and_day_together", lambda: CopyFactory(lender="八王子市中央図書館")),
    ("copy_lender_and_day_together", lambda: CopyFactory(lender_due_on=TODAY)),
    (
        "copy_one_at_a_hold_place",
        lambda: CopyFactory.create_batch(2, whereabouts=Copy.Whereabouts.HOLD_SHELF, hold_place=7),
    ),
    (
        "material_type_is_lent_for_a_day_at_least",
        lambda: MaterialType.objects.filter(code="book").update(loan_days=0),
    ),
    ("opening_hours_once_per_weekday", two_opening_hours),
    (
        "opening_hours_close_after_opening",
        lambda: OpeningHours.objects.update(opens=time(10), closes=time(10)),
    ),
    (
        "nth_weekday_closing_once",
        lambda: twice(
            lambda: NthWeekdayClosing.objects.create(branch=branch("el"), nth=1, weekday=1)
        ),
    ),
    (
        "nth_weekday_closing_is_a_day_of_the_month",
        lambda: NthWeekdayClosing.objects.create(branch=branch(), nth=6, weekday=0),
    ),
    ("calendar_exception_once_per_day", two_exceptions),
    (
        "calendar_exception_hours_both_or_neither",
        lambda: CalendarException.objects.create(branch=branch(), day=TODAY, opens=time(10)),
    ),
    ("mail_sent_has_its_moment", lambda: mail(state=Mail.State.SENT)),
    ("mail_sent_has_its_moment", lambda: mail(sent_at=NOW)),
    ("newsletter_genre_once", lambda: two_choices(NewsletterGenre, genre="9")),
    ("newsletter_author_once", lambda: two_choices(NewsletterAuthor, folded="ア")),
    (
        "news_ends_after_it_begins",
        lambda: News.objects.create(
            title="x", text="x", shows_from=TODAY, shows_until=TODAY - timedelta(days=1)
        ),
    ),
    ("news_sending_ends_when_it_does_not_run", a_sending_that_never_ended),
    ("mail_server_is_one", lambda: MailServer.objects.create(pk=2)),
    ("mail_server_fails_or_works", lambda: MailServer.objects.create(pk=1, failures=1)),
    ("notice_key_once", two_notices),
    ("job_run_once_a_day", lambda: twice(lambda: JobRun.objects.create(job="x", day=TODAY))),
    (
        "user_patron_is_never_staff",
        lambda: User.objects.create(kind=User.Kind.PATRON, is_staff=True),
    ),
    (
        "user_patron_is_never_staff",
        lambda: User.objects.create(kind=User.Kind.PATRON, is_superuser=True),
    ),
    (
        "user_staff_has_a_login_name",
        lambda: User.objects.create(kind=User.Kind.PATRON, username="hanako"),
    ),
    ("user_staff_has_a_login_name", lambda: User.objects.create(kind=User.Kind.STAFF)),
    (
        "patron_contact_by_mail_needs_an_address",
        lambda: PatronFactory(contact_method="mail"),
    ),
    (
        "patron_confirmed_an_address_that_exists",
        lambda: PatronFactory(mail_confirmed_at=NOW),
    ),
    (
        "patron_organisation_has_no_birth_date",
        lambda: PatronFactory(category=Patron.Category.ORGANISATION),
    ),
    ("patron_suspension_has_a_reason", lambda: PatronFactory(suspended_at=NOW)),
    ("patron_bar_has_a_reason", lambda: PatronFactory(web_barred_at=NOW)),
    ("patron_exception_has_a_reason", lambda: PatronFactory(may_reserve_until=TODAY)),
    ("known_device_once", two_rows_of_a_device),
    ("link_ends_after_it_began", link_without_time),
    ("favourite_list_one_in_each_slot", two_lists_in_a_slot),
    (
        "favourite_list_at_most_five",
        lambda: FavouriteList.objects.create(patron=PatronFactory(), slot=6, name="六つ目"),
    ),
    ("favourite_once_in_a_list", two_favourites),
    ("loan_one_open_per_copy", two_open_loans_of_a_copy),
    (
        "loan_returned_after_lent",
        lambda: borrow(patron=None, returned_at=NOW - timedelta(seconds=1)),
    ),
    ("loan_renewed_once_at_most", lambda: borrow(renewals=2)),
    ("loan_open_has_a_patron", lambda: borrow(patron=None)),
    ("loan_returned_has_no_patron", lambda: borrow(returned_at=NOW)),
    ("basket_each_bib_once", two_in_the_basket),
    ("skip_within_a_year", lambda: suspension(TODAY, TODAY - timedelta(days=1))),
    ("skip_within_a_year", lambda: suspension(TODAY, TODAY + timedelta(days=366))),
    ("reservation_one_open_per_patron_and_bib", two_reservations_of_a_bib),
    ("reservation_one_per_copy", two_reservations_of_a_copy),
    ("reservation_has_a_copy_when_it_should", lambda: reserve(copy=CopyFactory())),
    ("reservation_has_a_copy_when_it_should", lambda: reserve(state=State.TO_FETCH)),
    ("reservation_has_a_copy_when_it_should", lambda: reserve(state=State.IN_TRANSIT)),
    (
        "reservation_has_a_copy_when_it_should",
        lambda: reserve(state=State.READY, deadline=TODAY),
    ),
    ("reservation_deadline_from_ready_on", lambda: reserve(deadline=TODAY)),
    (
        "reservation_deadline_from_ready_on",
        lambda: reserve(state=State.READY, copy=CopyFactory()),
    ),
    ("reservation_closed_has_moment_and_actor", lambda: closed(closed_at=None)),
    ("reservation_closed_has_moment_and_actor", lambda: closed(closed_by="")),
    ("reservation_closed_has_moment_and_actor", lambda: reserve(closed_at=NOW)),
    ("reservation_closed_has_moment_and_actor", lambda: reserve(close_note="なぜか")),
    ("reservation_closed_for_a_reason_of_its_state", lambda: closed(close_reason="")),
    (
        "reservation_closed_for_a_reason_of_its_state",
        lambda: closed(close_reason=CloseReason.LAPSED),
    ),
    (
        "reservation_closed_for_a_reason_of_its_state",
        lambda: closed(state=State.LAPSED, closed_by=Actor.LIBRARY),
    ),
    ("reservation_cancelled_by_staff_has_a_note", lambda: closed(closed_by=Actor.STAFF)),
    ("reservation_open_has_a_patron", lambda: reserve(patron=None)),
    ("reservation_of_a_bib_or_a_request", lambda: reserve(request_text="絶版の本")),
    ("reservation_of_a_bib_or_a_request", lambda: reserve(bib=None, state=State.REQUESTED)),
    ("reservation_requested_has_no_bib", lambda: reserve(state=State.REQUESTED)),
    ("reservation_order_both_or_neither", lambda: reserve(order_group=1)),
    ("reservation_order_both_or_neither", lambda: reserve(order_no=1)),
    ("reservation_place_in_order_once", two_at_one_place_of_an_order),
    ("former_once_per_source", lambda: [merged_number(1), merged_number(2)]),
    ("former_is_another", lambda: merged_number(None)),
    (
        "readinglist_ends_after_it_begins",
        lambda: ReadingList.objects.create(shows_from=TODAY, shows_until=TODAY - timedelta(days=1)),
    ),
    ("reading_list_names_a_bib_once", two_in_a_reading_list),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "go_around"), BREAKS, ids=[name for name, _ in BREAKS])
def test_postgresql_refuses_what_goes_around_the_verb(name, go_around):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        go_around()
        connection.check_constraints()  # the deferred ones speak now, not at the commit
    assert broken_constraint(refused.value) == name


def test_no_named_constraint_goes_untried():
    named = {
        constraint.name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert named == {name for name, _ in BREAKS}


@pytest.mark.django_db
def test_a_skip_may_last_a_whole_year():
    assert suspension(TODAY, TODAY + timedelta(days=365)).pk


@pytest.mark.django_db
def test_two_reservations_of_an_order_may_change_places_in_one_transaction():
    first, second = reserve(order_group=1, order_no=1), reserve(order_group=1, order_no=2)
    Reservation.objects.filter(pk=first.pk).update(order_no=2)
    Reservation.objects.filter(pk=second.pk).update(order_no=1)
    connection.check_constraints()


@pytest.mark.django_db
def test_a_closed_reservation_and_a_returned_loan_make_room_for_new_ones():
    patron, copy = PatronFactory(), CopyFactory()
    closed(patron=patron, bib=copy.bib)
    assert reserve(patron=patron, bib=copy.bib).pk
    borrow(copy=copy, patron=None, returned_at=NOW)
    assert borrow(copy=copy).pk
