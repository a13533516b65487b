"""The lines of 予約かご and of the list of reservations, ready for a template to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from akiruno_library.japanese_dates import days_left, spoken_day
from catalog.covers import cover_svg
from catalog.models import Bib, BibStatus
from patrons.models import Patron
from reservations.cancelling import BY_THE_PATRON
from reservations.models import HoldSkip, Reservation, State
from reservations.placing import Room, WishesOf, room_of
from reservations.waiting_time import waits_for_a_new_reservation, waits_of

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
TONES = {State.READY: "good", State.TO_FETCH: "plain", State.IN_TRANSIT: "plain"}


@dataclass(frozen=True)
class BibLine:
    """A bib as a line shows it."""

    pk: int
    title: str
    authors: str
    href: str
    cover: SafeString


def bib_line(bib: Bib) -> BibLine:
    """Needs `contributions__contributor` and `material_type` fetched with the bib."""
    authors = "・".join(c.contributor.name for c in bib.contributions.all()[:3])
    return BibLine(
        pk=bib.pk,
        title=bib.title_with_volume,
        authors=authors,
        href=reverse("catalog:detail", args=[bib.pk]),
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
class BasketLine:
    bib: BibLine
    says: str
    reasons: list[str]

    @property
    def reservable(self) -> bool:
        return not self.reasons


def basket_lines(bib_ids: Sequence[int], patron: Patron | None) -> list[BasketLine]:
    """What confirming would do with each line now, told beforehand."""
    wishes = WishesOf.read(patron) if patron else WishesOf(Room(0, 0), set(), set())
    lines, waits = [], waits_for_a_new_reservation(bib_ids)
    for bib in bibs_for_lines(bib_ids):
        reasons = [str(refusal) for refusal in wishes.refusals(bib, bib.status)]
        if not reasons:
            wishes.take(bib)
        lines.append(
            BasketLine(bib_line(bib), _prospect(bib.status, waits.get(bib.pk, "")), reasons)
        )
    return lines


def _prospect(status: BibStatus, wait: str) -> str:
    if status.free_at:
        return "いま棚にあります。取り寄せになります。先に借りられたときは予約に変わります。"
    waiting = f"お待ちの方 {status.waiting}人" if status.waiting else "お待ちの方はいません"
    says = f"貸出中です。予約になります({waiting}・所蔵{status.circulating}冊)。"
    return f"{says}{wait}。" if wait else says


def gauge(patron: Patron) -> tuple[str, Room]:
    room = room_of(patron)
    if not room.left:
        return f"いま{room.placed}件予約しています。これ以上は予約できません。", room
    return f"あと{room.left}件予約できます(うち視聴覚資料{room.left_audiovisual}件まで)", room


@dataclass(frozen=True)
class ReservationLine:
    pk: int
    bib: BibLine | None
    title: str
    status: str
    explained: str
    tone: str
    facts: list[str] = field(default_factory=list)
    cancellable: bool = False


def reservations_to_show(patron: Patron, *, at: datetime | None = None) -> QuerySet[Reservation]:
    """The patron's open reservations with position, skip and predecessor read along."""
    return (
        patron.reservations.open()
        .with_position()
        .select_related("bib__material_type", "bib__status", "pickup_branch")
        .prefetch_related("bib__contributions__contributor")
        .annotate(
            behind=Exists(Reservation.objects.predecessors_of_outer()),
            skipped=Exists(HoldSkip.objects.running(at).filter(patron=patron)),
        )
        .order_by(F("deadline").asc(nulls_last=True), "placed_at", "pk")
    )


def reservation_lines(
    reservations: Iterable[Reservation], *, at: datetime | None = None
) -> list[ReservationLine]:
    """Needs reservations from `reservations_to_show`."""
    shown = list(reservations)
    waits = waits_of(shown, at=at)
    return [_reservation_line(one, waits.get(one.pk, ""), at) for one in shown]


def _reservation_line(reservation: Reservation, wait: str, at: datetime | None) -> ReservationLine:
    status, explained = _status_words(reservation)
    return ReservationLine(
        pk=reservation.pk,
        bib=bib_line(reservation.bib) if reservation.bib else None,
        title=reservation.bib.title_with_volume if reservation.bib else reservation.request_text,
        status=status,
        explained=explained,
        tone=TONES.get(State(reservation.state), "plain"),
        facts=_facts(reservation, wait, at),
        cancellable=reservation.state in BY_THE_PATRON,
    )


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
    if reservation.state == State.WAITING and reservation.bib:
        position = reservation.position  # type: ignore[attr-defined]
        facts.append(f"順番 {position}番目・所蔵{reservation.bib.status.circulating}冊")
    if wait:
        facts.append(wait)
    facts.append(_kind(reservation))
    if reservation.became_hold_at:
        facts.append("棚の資料が先に借りられたため、予約に変更しました")
    facts.append(f"{spoken_day(timezone.localdate(reservation.placed_at), at=at)}に受付")
    return facts


def _kind(reservation: Reservation) -> str:
    if reservation.order_no:
        return f"順番予約 {reservation.order_no}番目"
    return "取り寄せ" if reservation.is_transfer else "予約"


def closed_line(reservation: Reservation, *, at: datetime | None = None) -> ReservationLine:
    """A line of キャンセル履歴(1週間)."""
    return ReservationLine(
        pk=reservation.pk,
        bib=bib_line(reservation.bib) if reservation.bib else None,
        title=reservation.bib.title_with_volume if reservation.bib else reservation.request_text,
        status=reservation.get_state_display(),
        explained=reservation.close_reason,
        tone="plain",
        facts=[f"{spoken_day(timezone.localdate(reservation.closed_at), at=at)}に終わりました"],
    )
