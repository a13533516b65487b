"""The mails about reservations, and the notices that ask for them (rules 5.10, 7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from akiruno_library.plain_text import one_line
from catalog.models import Branch
from japanese.date_format import spoken_day
from notifications import outbox
from notifications.models import Mail, Notice
from notifications.rendering import Link, MailText, my_page, sample, writes
from patrons.models import NotificationPreferences
from patrons.models.patron import ContactMethod
from reservations.models import Reservation, State

HOLD_READY = "hold_ready"
# The kinds are stored in notices: a value stays when its constant is renamed.
SEQUENCE_FREED = "order_freed"
REQUEST_NEWS = "request_news"
NO_COPY_LEFT = "no_copy_left"


def announce_hold_ready(reservation: Reservation, *, at: datetime) -> None:
    """Announce a copy on the hold shelf (rule 7.2), also to an unconfirmed address (3.3)."""
    expires_at = _end_of(reservation.deadline) if reservation.deadline else None
    facts = _gathered(reservation, at) | {"expires_at": expires_at}
    _announce(reservation, HOLD_READY, key=_key(reservation, at), at=at, **facts)


def _end_of(day: date) -> datetime:
    """Return the end of the day. The last day counts as inside (rule 5.9)."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def withdraw_hold_ready(reservation: Reservation, *, at: datetime) -> None:
    """Withdraw the notice of a reservation that was collected or has ended (rule 7.6)."""
    if reservation.ready_at is not None:
        outbox.withdraw(_key(reservation, reservation.ready_at), at=at)


def reinstate_hold_ready(reservation: Reservation) -> None:
    """Make the notice valid again after an undone loan: the copy is ready as before."""
    if reservation.ready_at is not None:
        outbox.reinstate(_key(reservation, reservation.ready_at))


def hold_ready_was_sent(reservation: Reservation) -> bool:
    return reservation.ready_at is not None and outbox.was_sent(
        _key(reservation, reservation.ready_at)
    )


def hold_ready_did_not_arrive(*, at: datetime | None = None) -> Exists:
    """Return a condition for reservations whose mail about a ready copy did not arrive (rule 3.3).

    It was refused, it bounced, it has been put off since yesterday, or a restored backup withdrew
    it while the copy stands on the hold shelf.
    """
    stuck = Q(mail__state=Mail.State.WAITING) & (
        Q(mail__last_reply__startswith="5")
        | Q(mail__created_at__lt=(at or timezone.now()) - policy.MAIL_PUT_OFF)
    )
    failed = Q(mail__state__in=[Mail.State.REFUSED, Mail.State.BOUNCED, Mail.State.EXPIRED])
    # Notices refer to a reservation by a number in JSON: notifications know no other app.
    notices = Notice.objects.alias(
        about=Cast(KeyTextTransform("reservation", "subject_ids"), BigIntegerField())
    )
    return Exists(
        notices.filter(
            failed | stuck | Q(withdrawn_at__isnull=False),
            recipient=OuterRef("patron"),
            kind=HOLD_READY,
            about=OuterRef("pk"),
            created_at__gte=OuterRef("ready_at"),
        )
    )


def forget_notices(reservation_ids: Sequence[int]) -> None:
    for kind in (HOLD_READY, SEQUENCE_FREED, REQUEST_NEWS, NO_COPY_LEFT):
        outbox.forget(kind, subject="reservation", ids=reservation_ids)


def announce_successor_freed(reservation: Reservation, *, at: datetime) -> None:
    """Announce that this one no longer waits for its predecessor (rule 5.6)."""
    key = f"{SEQUENCE_FREED}:{reservation.pk}:{int(at.timestamp())}"
    _announce(reservation, SEQUENCE_FREED, key=key, at=at, **_gathered(reservation, at))


def announce_request_news(reservation: Reservation, *, at: datetime) -> None:
    """Announce the answer to a request (rule 5.11)."""
    _announce(reservation, REQUEST_NEWS, key=f"request-news:{reservation.pk}", at=at)


def _announce(reservation: Reservation, kind: str, *, key: str, at: datetime, **facts: Any) -> None:
    """Announce it, if the patron wants mail about this reservation and has an address."""
    patron = reservation.patron
    if patron is None or patron.mail_address is None:
        return
    if reservation.contact_method != ContactMethod.MAIL:
        return
    outbox.announce(
        key=key,
        kind=kind,
        address=patron.mail_address,
        subject_ids={"patron": patron.pk, "reservation": reservation.pk},
        at=at,
        **facts,
    )


def _gathered(reservation: Reservation, at: datetime) -> dict[str, Any]:
    """Return what makes one mail of all notices to a patron within ten minutes."""
    return {
        "digest": f"patron:{reservation.patron_id}",
        "not_before": at + settings.HOLD_READY_DELAY,
    }


def _key(reservation: Reservation, ready_at: datetime) -> str:
    # The moment is part of the key: a copy that becomes ready a second time is announced again.
    return f"hold-ready:{reservation.pk}:{int(ready_at.timestamp())}"


@writes(HOLD_READY, name="予約資料のご用意", follows=True)
def hold_ready(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write one mail for all copies that are ready: where, until when, how many.

    Titles stand in the text only, and only for patrons who asked for them (rule 7.1).
    """
    ready = list(
        Reservation.objects.filter(
            pk__in=[notice.subject_ids["reservation"] for notice in notices], state=State.READY
        )
        .select_related("pickup_branch", "bib")
        .order_by("deadline", "pickup_branch__position", "pk")
    )
    if not ready:
        return None
    wants_titles = NotificationPreferences.objects.filter(
        patron=ready[0].patron_id, titles_in_hold_mail=True
    ).exists()
    places: dict[tuple[Branch, date], list[str]] = {}
    for one in ready:
        place = (one.pickup_branch, cast(date, one.deadline))
        places.setdefault(place, []).append(one_line(one.title))
    return _hold_ready_text(
        [
            Place(branch, spoken_day(day, at=at), len(titles), titles if wants_titles else [])
            for (branch, day), titles in places.items()
        ]
    )


@sample(HOLD_READY)
def _sample_of_hold_ready() -> MailText:
    branch = Branch(pk=1, name="中央図書館", telephone="042-000-0000")
    return _hold_ready_text([Place(branch, "12月5日(土)", 2, [])])


@dataclass(frozen=True)
class Place:
    branch: Branch
    deadline: str
    count: int
    titles: list[str]


def _hold_ready_text(places: Sequence[Place]) -> MailText:
    return MailText(
        subject="予約した資料をご用意しました",
        template="reservations/email/hold_ready",
        context={"places": places, "mypage": my_page()},
        branches=list(dict.fromkeys(place.branch for place in places)),
        setting=_how_to_change(),
    )


@writes(SEQUENCE_FREED, name="順番予約のお知らせ", follows=True)
def sequence_freed(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write that the next volume comes without its predecessor; no titles (rule 7.1)."""
    number = Reservation.objects.open().filter(
        pk__in=[notice.subject_ids["reservation"] for notice in notices]
    )
    return _sequence_freed_text(number.count()) if number else None


@sample(SEQUENCE_FREED)
def _sample_of_sequence_freed() -> MailText:
    return _sequence_freed_text(1)


def _sequence_freed_text(number: int) -> MailText:
    return MailText(
        subject="順番予約についてのお知らせ",
        template="reservations/email/order_freed",
        context={"number": number, "reservations": absolute(reverse("reservations:list"))},
        setting=_how_to_change(),
    )


@writes(REQUEST_NEWS, name="リクエストのお知らせ", follows=True)
def request_news(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write whether the request was granted; the material is not named (rule 7.1)."""
    request = Reservation.objects.filter(pk=notices[-1].subject_ids["reservation"]).first()
    if request is None or request.state in (State.REQUESTED, State.COLLECTED):
        return None
    return _request_text(request.close_note, request.placed_at, at)


@sample(REQUEST_NEWS)
def _sample_of_request_news() -> MailText:
    placed_at = timezone.make_aware(datetime(2026, 11, 10, 12))  # noqa: DTZ001 made aware here
    return _request_text("絶版で手に入らないため", placed_at, None)


def _request_text(why_not: str, placed_at: datetime, at: datetime | None) -> MailText:
    """Compose the answer; `why_not` is empty for a granted request."""
    return MailText(
        subject="リクエストについてのお知らせ",
        template="reservations/email/request_news",
        context={
            "granted": not why_not,
            "why": one_line(why_not),
            "placed_at": spoken_day(timezone.localdate(placed_at), at=at),
            "reservations": absolute(reverse("reservations:list")),
        },
        setting=_how_to_change(),
    )


def _how_to_change() -> Link:
    return Link(
        "連絡方法は「検索と予約の設定」で変えられます。",
        absolute(reverse("circulation:settings")),
    )
