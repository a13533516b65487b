"""The lines of the list of reservations, ready for a template to say (rule 5.13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from akiruno_library import policy
from akiruno_library.japanese_dates import days_left, spoken_day
from catalog.covers import cover_svg
from catalog.models import Bib
from patrons.models import Patron
from reservations.cancelling import BY_THE_PATRON
from reservations.models import HoldSkip, Reservation, State
from reservations.waiting_time import waits_of

EXPLAINED = {
    State.REQUESTED: "所蔵していない資料のリクエストです。図書館で検討しています。",
    State.WAITING: "順番が来るのをお待ちいただいています。",
    State.TO_FETCH: "棚の資料を、受取館へ届ける準備をしています。",
    State.IN_TRANSIT: "受取館へ運んでいます。着いたらお知らせします。",
    State.READY: "受取館のカウンターでお渡しします。利用者カードをお持ちください。",
    State.COLLECTED: "お貸ししました。",
    State.CANCELLED: "取り消されました。",
    State.LAPSED: "取置期限までに受け取りがなかったため、終わりました。",
}
BEHIND_A_VOLUME = ("前の巻待ち", "前の巻を借りられたあと、順番にご用意します。")
SKIPPED = ("スキップ期間中", "この期間は次の方へお回しし、順番はそのまま残ります。")
NO_COPY_LEFT = "いま貸出できる所蔵がありません。図書館からご相談します"
_WHAT_COMES_FIRST = Case(
    *(
        When(state=state, then=Value(place))
        for place, state in enumerate([State.READY, State.IN_TRANSIT, State.TO_FETCH])
    ),
    default=Value(9),
)
TONES = {State.READY: "good", State.TO_FETCH: "plain", State.IN_TRANSIT: "plain"}


@dataclass(frozen=True)
class BibLine:
    """A bib as a line shows it."""

    pk: int
    title: str
    authors: str
    href: str  # empty when the bib has no page
    cover: SafeString


def bib_line(bib: Bib) -> BibLine:
    """Needs `contributions__contributor` and `material_type` fetched with the bib."""
    authors = "・".join(c.contributor.name for c in bib.contributions.all()[:3])
    return BibLine(
        pk=bib.pk,
        title=bib.title_with_volume,
        authors=authors,
        href="" if bib.hidden else reverse("catalog:detail", args=[bib.pk]),
        cover=cover_svg(bib.title, authors, bib.volume, bib.ndc, bib.material_type.name),
    )


def bibs_for_lines(bib_ids: Sequence[int]) -> list[Bib]:
    """In the order given."""
    found = (
        Bib.objects.filter(pk__in=bib_ids)
        .select_related("material_type", "status")
        .prefetch_related("contributions__contributor")
        .in_bulk()
    )
    return [found[pk] for pk in bib_ids if pk in found]


@dataclass(frozen=True)
class ReservationLine:
    pk: int
    bib: BibLine | None
    title: str
    status: str
    explained: str
    tone: str
    href: str
    facts: list[str] = field(default_factory=list)
    cancellable: bool = False
    changeable: bool = False
    order_no: int | None = None
    moves_up: bool = False
    moves_down: bool = False
    again: bool = False
    lift_offered: bool = False


def reservations_to_show(patron: Patron, *, at: datetime | None = None) -> QuerySet[Reservation]:
    """The patron's open reservations with position, skip and predecessors read along."""
    before = Reservation.objects.filter(
        order_group=OuterRef("order_group"), order_no__lt=OuterRef("order_no")
    )
    return (
        patron.reservations.open()
        .with_position()
        .select_related("bib__material_type", "bib__status", "pickup_branch")
        .prefetch_related("bib__contributions__contributor")
        .annotate(
            behind=Exists(Reservation.objects.predecessors_of_outer()),
            went_without=Exists(before.filter(state__in=[State.CANCELLED, State.LAPSED])),
            skipped=Exists(HoldSkip.objects.running(at).filter(patron=patron)),
        )
        .order_by(F("deadline").asc(nulls_last=True), _WHAT_COMES_FIRST, "placed_at", "pk")
    )


def orders_together(reservations: Iterable[Reservation]) -> list[Reservation]:
    """Each order in its own order, where the first of it stands."""
    shown = list(reservations)
    groups: dict[int, list[Reservation]] = {}
    for one in shown:
        groups.setdefault(one.order_group or -one.pk, []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: one.order_no or 0)
    return [one for group in groups.values() for one in group]


def reservation_lines(
    reservations: Iterable[Reservation], *, at: datetime | None = None
) -> list[ReservationLine]:
    """Needs reservations from `reservations_to_show`."""
    shown = list(reservations)
    waits = waits_of(shown, at=at)
    ranges = _waiting_in_orders(shown)
    return [
        _reservation_line(one, waits.get(one.pk, ""), ranges.get(one.order_group, []), at)
        for one in shown
    ]


def _waiting_in_orders(shown: Iterable[Reservation]) -> dict[int | None, list[int]]:
    """Of each order the places that still wait, and so may change among themselves."""
    places: dict[int | None, list[int]] = {}
    for one in shown:
        if one.order_no and one.state == State.WAITING:
            places.setdefault(one.order_group, []).append(one.order_no)
    return places


def _reservation_line(
    reservation: Reservation, wait: str, places: Sequence[int], at: datetime | None
) -> ReservationLine:
    status, explained = _status_words(reservation)
    waits = reservation.state == State.WAITING
    return ReservationLine(
        pk=reservation.pk,
        bib=bib_line(reservation.bib) if reservation.bib else None,
        title=reservation.bib.title_with_volume if reservation.bib else reservation.request_text,
        status=status,
        explained=explained,
        tone=TONES.get(State(reservation.state), "plain"),
        href=reverse("reservations:detail", args=[reservation.pk]),
        facts=_facts(reservation, wait, at),
        cancellable=reservation.state in BY_THE_PATRON,
        changeable=waits,
        order_no=reservation.order_no if waits else None,
        moves_up=reservation.order_no in places and reservation.order_no != min(places),
        moves_down=reservation.order_no in places and reservation.order_no != max(places),
        lift_offered=waits and _keeps_waiting_long(reservation, at),
    )


def _keeps_waiting_long(reservation: Reservation, at: datetime | None) -> bool:
    """An earlier volume has kept it waiting for thirty days (rule 5.6)."""
    since = (at or timezone.now()) - policy.ORDER_PATIENCE
    return bool(reservation.behind) and reservation.placed_at <= since  # type: ignore[attr-defined]


def _status_words(reservation: Reservation) -> tuple[str, str]:
    if reservation.state == State.WAITING and reservation.behind:  # type: ignore[attr-defined]
        return BEHIND_A_VOLUME
    if reservation.state == State.WAITING and reservation.skipped:  # type: ignore[attr-defined]
        return SKIPPED
    return reservation.get_state_display(), EXPLAINED[State(reservation.state)]


def _facts(reservation: Reservation, wait: str, at: datetime | None) -> list[str]:
    facts = []
    if reservation.deadline:
        facts.append(
            f"{spoken_day(reservation.deadline, at=at)}まで"
            f"({days_left(reservation.deadline, at=at)})"
        )
    facts.append(f"受取館 {reservation.pickup_branch.name}")
    waits = reservation.state == State.WAITING
    if waits and reservation.bib:
        position = reservation.position  # type: ignore[attr-defined]
        facts.append(f"順番 {position}番目・所蔵{reservation.bib.status.circulating}冊")
        if not reservation.bib.status.circulating:
            facts.append(NO_COPY_LEFT)
    if wait:
        facts.append(wait)
    facts.append(_kind(reservation))
    if waits and reservation.went_without and not reservation.behind:  # type: ignore[attr-defined]
        facts.append("前の巻の予約が終わったため、順番が来ればご用意します")
    if reservation.became_hold_at:
        facts.append("棚の資料が先に借りられたため、予約に変更しました")
    facts.append(f"{spoken_day(timezone.localdate(reservation.placed_at), at=at)}に受付")
    return facts


def _kind(reservation: Reservation) -> str:
    if reservation.state == State.REQUESTED:
        return "リクエスト"
    if reservation.order_no:
        return f"順番予約 {reservation.order_no}番目"
    return "取り寄せ" if reservation.is_transfer else "予約"


def closed_line(reservation: Reservation, *, at: datetime | None = None) -> ReservationLine:
    """A line of キャンセル履歴(1週間); it can be placed again by one press (rule 5.10)."""
    return ReservationLine(
        pk=reservation.pk,
        bib=bib_line(reservation.bib) if reservation.bib else None,
        title=reservation.bib.title_with_volume if reservation.bib else reservation.request_text,
        status=reservation.get_state_display(),
        explained=reservation.close_reason,
        tone="plain",
        href=reverse("reservations:detail", args=[reservation.pk]),
        facts=[f"{spoken_day(timezone.localdate(reservation.closed_at), at=at)}に終わりました"],
        again=reservation.bib is not None and not reservation.bib.hidden,
    )


def closed_lines(patron: Patron, *, at: datetime | None = None) -> list[ReservationLine]:
    lately = (
        patron.reservations.closed_lately(at)
        .select_related("bib__material_type")
        .prefetch_related("bib__contributions__contributor")
        .order_by("-closed_at")
    )
    return [closed_line(reservation, at=at) for reservation in lately]
