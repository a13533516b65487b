"""The queue of a bib and the history of a reservation, for staff (rules 5.5, 5.14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Bib
from circulation.counter.short_names import short_name
from japanese.date_format import spoken_day
from reservations.models import Reservation, ReservationEvent, State

STATE_ORDER = {State.READY: 0, State.IN_TRANSIT: 1, State.TO_FETCH: 2, State.WAITING: 3}


def moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{spoken_day(local.date())} {local:%H:%M}"


@dataclass(frozen=True)
class LogLine:
    when: str
    name: str
    url: str
    who: str
    why: str


def log_of_queue(bib: Bib) -> list[LogLine]:
    """Return recent events of all reservations of the bib, the newest first (rule 5.14).

    Only patrons with open reservations are named, because past borrowing is private.
    """
    events = (
        ReservationEvent.objects.filter(reservation__bib=bib)
        .select_related("staff", "reservation__patron")
        .order_by("-at", "-pk")[: policy.QUEUE_LOG_ROWS]
    )
    return [_log_line(event) for event in events]


def _log_line(event: ReservationEvent) -> LogLine:
    one = event.reservation
    return LogLine(
        when=moment(event.at),
        name=f"{short_name(one.patron)}さん" if one.is_open else "終わった予約",
        url=reverse("counter:reservation", args=[event.reservation_id]),
        who=_who(event),
        why=event.why,
    )


@dataclass(frozen=True)
class QueueLine:
    place: str
    name: str
    url: str
    state: str
    branch: str
    placed: str
    priority: int


def queue_of(bib: Bib, *, at: datetime | None = None) -> list[QueueLine]:
    """Return reservations that have a copy, then waiting ones, in queue order."""
    found = (
        Reservation.objects.open()
        .filter(bib=bib)
        .with_position()
        .with_obstacles(at)
        .select_related("patron", "pickup_branch")
        .in_queue_order()
    )
    lines = sorted(found, key=lambda one: STATE_ORDER.get(State(one.state), 9))
    return [_queue_line(one) for one in lines]


def _queue_line(one: Reservation) -> QueueLine:
    waiting = one.state == State.WAITING
    state = one.get_state_display()
    if waiting and one.has_open_predecessor:  # type: ignore[attr-defined]
        state = "前の巻待ち"
    elif waiting and one.suspended:  # type: ignore[attr-defined]
        state = "スキップ期間中"
    return QueueLine(
        place=f"{one.position}番" if waiting else "",  # type: ignore[attr-defined]
        name=f"{short_name(one.patron)}さん",
        url=reverse("counter:reservation", args=[one.pk]),
        state=state,
        branch=one.pickup_branch.short_name,
        placed=moment(one.placed_at),
        priority=one.priority,
    )


def facts_of(one: Reservation) -> list[tuple[str, str]]:
    """Return the present state as pairs of name and value. Empty values are left out."""
    copy, patron = one.copy, one.patron
    facts = [
        ("資料", one.bib.title_with_volume if one.bib else ""),
        ("リクエストの内容", one.request_text),
        ("状態", one.get_state_display()),
        ("利用者", f"{patron.name}さん({patron.name_reading})" if patron else "残っていません"),
        ("電話番号", patron.telephone if patron else ""),
        ("受取館", one.pickup_branch.name),
        ("連絡方法", one.get_contact_method_display()),
        ("資料番号", copy.barcode if copy else ""),
        ("取置棚", f"{copy.hold_place}番" if copy and copy.hold_place else ""),
        ("取置期限", spoken_day(one.deadline) if one.deadline else ""),
        ("受け付けた日時", moment(one.placed_at)),
        ("優先", str(one.priority) if one.priority else ""),
        ("上限を超えたわけ", one.beyond_limit_reason),
        ("順番予約", f"{one.order_no}番目" if one.order_no else ""),
        ("終わらせた人", one.get_closed_by_display() if one.closed_by else ""),
        ("終わったわけ", one.why_closed),
    ]
    return [(name, value) for name, value in facts if value]


def events_of(one: Reservation) -> Sequence[tuple[str, str, str]]:
    """Return (moment, who, why) of each event and call, in order of time."""
    changes = [(event.at, _who(event), event.why) for event in one.events.select_related("staff")]
    calls = [
        (call.at, str(call.staff or "職員"), f"電話連絡: {call.get_result_display()}")
        for call in one.calls.select_related("staff")
    ]
    return [(moment(at), who, why) for at, who, why in sorted(changes + calls, key=lambda e: e[0])]


def _who(event: ReservationEvent) -> str:
    return str(event.staff) if event.staff else event.get_actor_display()
