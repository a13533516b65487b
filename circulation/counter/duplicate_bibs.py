"""Two bibs that may be the same material, for comparison before a merge."""

from dataclasses import dataclass

from django.urls import reverse

from catalog.models import Bib
from circulation.counter.queues import STATE_ORDER, moment
from reservations import merging
from reservations.models import Reservation, State

ROWS_AT_MOST = 50  # copies and reservations of one bib


@dataclass(frozen=True)
class DuplicateBib:
    """One of the two bibs. Its queue shows moments only, because a comparison needs no names."""

    pk: int
    title: str
    url: str
    copies: list[tuple[str, str, str, str]]  # barcode, branch, call number, whereabouts
    queue: list[tuple[str, str, str]]  # moment of placing, state, pickup branch
    copies_in_all: int
    reservations_in_all: int


@dataclass(frozen=True)
class DuplicatePair:
    duplicate: DuplicateBib
    into: DuplicateBib
    # Name, value of the duplicate, value of the other, whether they are equal.
    facts: list[tuple[str, str, str, bool]]
    reasons: list[str]
    notes: list[str]

    @classmethod
    def of(cls, duplicate: Bib, into: Bib) -> "DuplicatePair":
        reasons = [str(refusal) for refusal in merging.refusals(duplicate, into)]
        ours, theirs = _facts(duplicate), _facts(into)
        return cls(
            _duplicate(duplicate),
            _duplicate(into),
            [
                (name, ours[name], theirs[name], ours[name] == theirs[name])
                for name in ours
                if ours[name] or theirs[name]
            ],
            reasons,
            [] if reasons else _notes(duplicate, into),
        )


def _facts(bib: Bib) -> dict[str, str]:
    people = bib.contributions.select_related("contributor").order_by("position")
    return {
        "題名": bib.title,
        "副題": bib.subtitle,
        "巻": bib.volume,
        "著者": "、".join(str(one) for one in people),
        "版": bib.edition,
        "出版者": bib.publisher,
        "出版年月": bib.published,
        "ISBN": "、".join(bib.isbns),
        "資料形態": bib.material_type.name,
        "分類": bib.ndc,
        "取込元": f"{bib.source} {bib.source_key}",
    }


def _duplicate(bib: Bib) -> DuplicateBib:
    copies = bib.copies.select_related("home_branch").order_by("home_branch", "barcode")
    reservations = Reservation.objects.open().filter(bib=bib).select_related("pickup_branch")
    queue = sorted(
        reservations.in_queue_order()[:ROWS_AT_MOST],
        key=lambda one: STATE_ORDER.get(State(one.state), 9),
    )
    return DuplicateBib(
        pk=bib.pk,
        title=bib.title_with_volume,
        url=reverse("catalog:detail", args=[bib.pk]),
        copies=[
            (
                copy.barcode,
                copy.home_branch.short_name,
                copy.call_number,
                copy.get_whereabouts_display(),
            )
            for copy in copies[:ROWS_AT_MOST]
        ],
        queue=[
            (moment(one.placed_at), one.get_state_display(), one.pickup_branch.short_name)
            for one in queue
        ],
        copies_in_all=copies.count(),
        reservations_in_all=reservations.count(),
    )


def _notes(duplicate: Bib, into: Bib) -> list[str]:
    """Return what staff should know before they merge."""
    twice = merging.held_twice(duplicate, into).count() // 2
    by_borrowers = merging.waited_for_by_borrowers(duplicate, into).count()
    notes = []
    if twice:
        notes.append(
            f"両方を予約している方が{twice}人います。進んでいるほうの予約だけを残します"
            "(同じなら、先に受け付けたほう)。"
        )
    if by_borrowers:
        notes.append(
            f"一方を借りていて、もう一方を予約している方の予約が{by_borrowers}件あります。"
            "予約はそのまま残ります。いらないかどうか、ご本人にお確かめください。"
        )
    return notes
