"""Summaries of reservations in words, ready for a template (rule 5.13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from akiruno_library import policy
from akiruno_library.links import numbered_url
from catalog.display.covers import cover_svg
from catalog.display.summaries import BibSummary, PersonSummary
from catalog.results.rows import AUTHORS_NAMED, title_html
from japanese.date_format import days_left, spoken_day, unbroken
from japanese.furigana import with_reading
from reservations.cancelling import CANCELLABLE_BY_PATRON
from reservations.models import State
from reservations.models.states import WITH_COPY
from reservations.obstacles import BEFORE_PICKUP
from reservations.summaries import ReservationSummary
from reservations.waiting_time import waits_of

STATUS_EXPLANATIONS = {
    State.REQUESTED: "所蔵していない資料のリクエストです。図書館で検討しています。",
    State.WAITING: "順番が来るのをお待ちいただいています。",
    State.TO_FETCH: "棚の資料を、受取館へ届ける準備をしています。",
    State.IN_TRANSIT: "受取館へ運んでいます。着くと、受け取れるようになります。",
    State.READY: "受取館のカウンターでお渡しします。利用者カードをお持ちください。",
    State.COLLECTED: "お貸ししました。",
    State.CANCELLED: "取り消されました。",
    State.LAPSED: "取置期限までに受け取りがなかったため、終わりました。",
}
NO_COPY_LEFT = "いま貸出できる所蔵がありません。図書館からご相談します"

NO_COVER = SafeString("<span></span>")
TONES = {State.READY: "good", State.TO_FETCH: "plain", State.IN_TRANSIT: "plain"}


@dataclass(frozen=True)
class BibText:
    """A bib in words."""

    pk: int
    title: str
    heading: SafeString  # the title, with furigana where the visitor wants them
    people: Sequence[PersonSummary]
    url: str  # empty for a hidden bib
    cover: SafeString

    @property
    def authors(self) -> SafeString:
        named = ((with_reading(person.name, person.reading),) for person in self.people)
        return format_html_join("・", "{}", named)

    @property
    def link(self) -> str:
        """The title as a link to its page, if it has one."""
        return linked(self.url, self.heading) if self.url else self.heading


def linked(url: str, heading: str) -> SafeString:
    return SafeString(f'<a href="{url}">{conditional_escape(heading)}</a>')  # nosec


def bib_text(bib: BibSummary) -> BibText:
    people = bib.people[:AUTHORS_NAMED]
    authors = "・".join(person.name for person in people)
    return BibText(
        pk=bib.pk,
        title=bib.title_with_volume,
        heading=title_html(bib),
        people=people,
        url="" if bib.hidden else numbered_url("catalog:detail", bib.pk),
        cover=cover_svg(bib.title, authors, bib.volume, bib.ndc, bib.material_type.name),
    )


@dataclass(frozen=True)
class ReservationText:
    """A reservation in words, and what the patron can do with it."""

    pk: int
    bib: BibText | None
    title: str
    status: str
    explained: str
    tone: str
    url: str
    facts: list[str] = field(default_factory=list)
    cancellable: bool = False
    changeable: bool = False
    order_no: int | None = None
    moves_up: bool = False
    moves_down: bool = False
    may_be_placed_again: bool = False
    dissolving_offered: bool = False

    @property
    def heading(self) -> str | SafeString:
        return self.bib.heading if self.bib else self.title

    @property
    def cover(self) -> SafeString:
        return self.bib.cover if self.bib else NO_COVER

    @property
    def link(self) -> SafeString:
        """The title, leading to the page of the reservation."""
        return linked(self.url, self.heading)

    @property
    def state(self) -> str:
        """The status; for a copy on the hold shelf with the pickup deadline."""
        return unbroken(f"{self.status} {self.facts[0]}") if self.tone == "good" else self.status

    @property
    def imprint(self) -> SafeString:
        return unbroken(" · ".join(self.facts[1:] if self.tone == "good" else self.facts))


def sequences_together(reservations: Iterable[ReservationSummary]) -> list[ReservationSummary]:
    """Sort the members of a sequence together, at the place of the first of them."""
    members = list(reservations)
    groups: dict[int, list[ReservationSummary]] = {}
    for one in members:
        groups.setdefault(one.order_group or -one.pk, []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: one.order_no or 0)
    return [one for group in groups.values() for one in group]


def reservation_texts(
    reservations: Iterable[ReservationSummary], *, at: datetime | None = None
) -> list[ReservationText]:
    # All text is made here: a tag or an include inside the loop of a template costs more.
    members = list(reservations)
    waits = waits_of(members, at=at)
    ranges = _waiting_in_sequences(members)
    return [
        _reservation_text(one, waits.get(one.pk, ""), ranges.get(one.order_group, []), at)
        for one in members
    ]


def _waiting_in_sequences(members: Iterable[ReservationSummary]) -> dict[int | None, list[int]]:
    """Return the numbers in each sequence that wait and so can change places."""
    places: dict[int | None, list[int]] = {}
    for one in members:
        if one.order_no and one.state == State.WAITING:
            places.setdefault(one.order_group, []).append(one.order_no)
    return places


def _reservation_text(
    reservation: ReservationSummary, wait: str, places: Sequence[int], at: datetime | None
) -> ReservationText:
    status, explained = _status_words(reservation)
    waits = reservation.state == State.WAITING
    return ReservationText(
        pk=reservation.pk,
        bib=bib_text(reservation.bib) if reservation.bib else None,
        title=reservation.title,
        status=status,
        explained=explained,
        tone=TONES.get(reservation.state, "plain"),
        url=numbered_url("reservations:detail", reservation.pk),
        facts=_facts(reservation, wait, at),
        cancellable=reservation.state in CANCELLABLE_BY_PATRON,
        changeable=waits,
        order_no=reservation.order_no if waits else None,
        moves_up=reservation.order_no in places and reservation.order_no != min(places),
        moves_down=reservation.order_no in places and reservation.order_no != max(places),
        dissolving_offered=waits and _keeps_waiting_long(reservation, at),
    )


def _keeps_waiting_long(reservation: ReservationSummary, at: datetime | None) -> bool:
    """Say whether a predecessor has kept it waiting for thirty days (rule 5.6)."""
    since = (at or timezone.now()) - policy.SEQUENCE_PATIENCE
    return reservation.has_open_predecessor and reservation.placed_at <= since


def _status_words(reservation: ReservationSummary) -> tuple[str, str]:
    state, obstacle = reservation.state, reservation.obstacle
    if state == State.WAITING and obstacle:
        return obstacle.status, obstacle.explained
    if state in WITH_COPY and obstacle in BEFORE_PICKUP:
        return state.label, BEFORE_PICKUP[obstacle]
    return state.label, STATUS_EXPLANATIONS[state]


def _facts(reservation: ReservationSummary, wait: str, at: datetime | None) -> list[str]:
    facts = []
    if reservation.deadline:
        facts.append(
            f"{spoken_day(reservation.deadline, at=at)}まで"
            f"({days_left(reservation.deadline, at=at)})"
        )
    facts.append(f"受取館 {reservation.pickup_branch}")
    waits = reservation.state == State.WAITING
    if waits and reservation.bib:
        facts.append(f"順番 {reservation.position}番目・所蔵{reservation.bib.status.circulating}点")
        if not reservation.bib.status.circulating:
            facts.append(NO_COPY_LEFT)
    if wait:
        facts.append(wait)
    facts.append(_kind(reservation))
    if waits and reservation.has_lost_predecessor and not reservation.has_open_predecessor:
        facts.append("前の巻の予約が終わったため、順番が来ればご用意します")
    if reservation.became_hold_at:
        facts.append("棚の資料が先に借りられたか見つからないため、予約に変更しました")
    facts.append(f"{spoken_day(timezone.localdate(reservation.placed_at), at=at)}に受付")
    return facts


def _kind(reservation: ReservationSummary) -> str:
    if reservation.state == State.REQUESTED:
        return "リクエスト"
    if reservation.order_no:
        return f"順番予約 {reservation.order_no}番目"
    return "取り寄せ" if reservation.is_transfer else "予約"


def closed_text(reservation: ReservationSummary, *, at: datetime | None = None) -> ReservationText:
    """Return a line of キャンセル履歴(1週間); one press places it again (rule 5.10)."""
    return ReservationText(
        pk=reservation.pk,
        bib=bib_text(reservation.bib) if reservation.bib else None,
        title=reservation.title,
        status=reservation.state.label,
        explained=reservation.why_closed,
        tone="plain",
        url=numbered_url("reservations:detail", reservation.pk),
        facts=[f"{spoken_day(timezone.localdate(reservation.closed_at), at=at)}に終わりました"],
        may_be_placed_again=reservation.bib is not None and not reservation.bib.hidden,
    )
