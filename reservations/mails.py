"""What the library writes about reservations, and when (rules 5.10, 7.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from akiruno_library.japanese_dates import spoken_day
from notifications import outbox
from notifications.letters import Letter, letter
from notifications.models import Notice
from patrons.models.patron import ContactMethod
from reservations.models import Reservation, State

HOLD_READY = "hold_ready"


def tell_hold_ready(reservation: Reservation, *, at: datetime) -> None:
    """Announce a copy on the hold shelf to those who want mail; confirmed or not (rule 3.3)."""
    patron = reservation.patron
    if patron is None or patron.mail_address is None:
        return
    if reservation.contact_method != ContactMethod.MAIL:
        return
    outbox.announce(
        key=_key(reservation, at),
        kind=HOLD_READY,
        address=patron.mail_address,
        subject_ids={"reservation": reservation.pk},
        at=at,
        not_before=at + settings.HOLD_READY_GATHER,
    )


def withdraw_hold_ready(reservation: Reservation, *, at: datetime) -> None:
    """What was collected, cancelled or has lapsed is not announced any more (rule 7.6)."""
    if reservation.ready_at is not None:
        outbox.withdraw(_key(reservation, reservation.ready_at), at=at)


def forget_hold_ready(reservation_ids: Sequence[int]) -> None:
    outbox.forget(HOLD_READY, subject="reservation", ids=reservation_ids)


def _key(reservation: Reservation, ready_at: datetime) -> str:
    return f"hold-ready:{reservation.pk}:{int(ready_at.timestamp())}"


@letter(HOLD_READY)
def hold_ready(notices: Sequence[Notice]) -> Letter | None:
    """One mail for all that is ready: where, until when, how many. No titles (rule 7.1)."""
    ready = list(
        Reservation.objects.filter(
            pk__in=[notice.subject_ids["reservation"] for notice in notices], state=State.READY
        )
        .select_related("pickup_branch")
        .order_by("deadline", "pickup_branch__position")
    )
    if not ready:
        return None
    places: dict[tuple, int] = {}
    for reservation in ready:
        place = (reservation.pickup_branch, reservation.deadline)
        places[place] = places.get(place, 0) + 1
    return Letter(
        subject="予約した資料をご用意しました",
        template="reservations/email/hold_ready",
        context={
            "total": len(ready),
            "places": [
                {"branch": branch, "deadline": spoken_day(deadline), "count": count}
                for (branch, deadline), count in places.items()
            ],
            "branches": list(dict.fromkeys(branch for branch, _ in places)),
            "mypage": settings.SITE_URL + reverse("circulation:mypage"),
        },
    )
