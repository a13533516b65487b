"""予約の一覧: the reservations of a patron, what can be done with them and what may follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from japanese.date_format import spoken_day
from patrons.models import Patron
from reservations.models import Reservation, State
from reservations.next_volumes import NextVolume, next_volumes
from reservations.summaries import ReservationSummary, reservation_summaries
from reservations.summary_text import (
    ReservationText,
    closed_text,
    reservation_texts,
    sequences_together,
)


@dataclass(frozen=True)
class SetWithoutSequence:
    """Volumes of one set that wait without a sequence, in reading order (rule 5.6)."""

    title: str
    volumes: str
    reservation_ids: list[int]


@dataclass(frozen=True)
class ReservationListPage:
    summaries: list[ReservationText]
    closed: list[ReservationText]
    without_sequence: list[SetWithoutSequence]
    next_volumes: list[NextVolume]

    @property
    def any_deadline(self) -> bool:
        return any(one.tone == "good" for one in self.summaries)

    @property
    def waiting(self) -> int:
        return sum(one.changeable for one in self.summaries)


def reservation_list_page(patron: Patron, *, at: datetime | None = None) -> ReservationListPage:
    """Read everything the page shows with a constant number of queries."""
    mine = reservation_summaries(patron, at=at)
    waiting_and_ready = sequences_together(mine.open)
    return ReservationListPage(
        summaries=reservation_texts(waiting_and_ready, at=at),
        closed=[closed_text(one, at=at) for one in mine.closed],
        without_sequence=_sets_without_sequence(waiting_and_ready),
        next_volumes=next_volumes(patron),
    )


def _sets_without_sequence(reservations: Sequence[ReservationSummary]) -> list[SetWithoutSequence]:
    """Return sets whose volumes could form a sequence; the first may be on its way already."""
    sets: dict[int, list[ReservationSummary]] = {}
    for one in reservations:
        if one.bib and one.bib.volume_set and one.state != State.REQUESTED:
            sets.setdefault(one.bib.volume_set, []).append(one)
    found = []
    for members in sets.values():
        members.sort(key=_volume)
        on_their_way = [one for one in members if one.state != State.WAITING]
        waiting = [one for one in members if one.state == State.WAITING]
        before = [one for one in on_their_way if waiting and _volume(one) < _volume(waiting[0])]
        members = before[-1:] + waiting
        if len(members) > 1 and not _in_one_sequence(members):
            found.append(
                SetWithoutSequence(
                    title=members[0].bib.title,  # type: ignore[union-attr]
                    volumes="→".join(one.bib.volume or one.bib.title for one in members if one.bib),
                    reservation_ids=[one.pk for one in members],
                )
            )
    return found


def _volume(reservation: ReservationSummary) -> tuple:
    bib = reservation.bib
    return (bib.volume_order or 0, bib.pk) if bib else (0, 0)


def _in_one_sequence(members: Sequence[ReservationSummary]) -> bool:
    groups = {one.order_group for one in members}
    return len(groups) == 1 and groups != {None}


@dataclass(frozen=True)
class EventText:
    when: str
    what: str


def event_texts(reservation: Reservation, *, at: datetime | None = None) -> list[EventText]:
    """Return the log as the patron reads it. It does not name members of staff."""
    return [
        EventText(spoken_day(timezone.localdate(event.at), at=at), event.why)
        for event in reservation.events.all()
    ]
