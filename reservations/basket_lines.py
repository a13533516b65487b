"""The lines of 予約かご: what confirming would do with each of them (rules 5.2, 5.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from akiruno_library import policy
from catalog.calendar.opening_hours import FURTHEST, OpeningCalendar
from catalog.display.summaries import BibSummary, StatusSummary, all_bib_summaries
from catalog.models import Bib, Branch, Copy
from japanese.date_format import spoken_day
from patrons.models import Patron
from reservations.eligibility import Eligibility, Quota
from reservations.summary_text import BibText, bib_text
from reservations.waiting_time import Wait, estimates_for_a_new_reservation

TRANSFER = "いま棚にあります。取り寄せになります。先に借りられたときは予約に変わります。"
HOLD = "いま貸し出せるものが棚にないため、予約になります。"
AFTER_PREDECESSOR = "前の資料を借りられたあとに、ご用意します。"
SOONEST = "早ければ{day}ごろ受け取れます"
SOONEST_AT = "早ければ{day}ごろ{branch}で受け取れます"


@dataclass(frozen=True)
class BasketLine:
    bib: BibText
    says: str
    facts: str
    reasons: list[str]
    volume_set: int | None
    sort_key: tuple
    volume: str

    @property
    def reservable(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class SetAdvice:
    """Advice for volumes of one set that are in the basket without a sequence."""

    title: str
    volumes: str
    bib_ids: list[int]


@dataclass(frozen=True)
class BasketContents:
    quota_after: Quota
    unsequenced: list[BasketLine] = field(default_factory=list)
    in_sequence: list[list[BasketLine]] = field(default_factory=list)
    advice: list[SetAdvice] = field(default_factory=list)

    @property
    def lines(self) -> list[BasketLine]:
        return [line for order in self.in_sequence for line in order] + self.unsequenced

    @property
    def may_form_sequence(self) -> bool:
        return sum(line.reservable for line in self.unsequenced) > 1

    @property
    def any_reservable(self) -> bool:
        return any(line.reservable for line in self.lines)


def basket_contents(
    bib_ids: Sequence[int],
    patron: Patron | None,
    *,
    pickup_branch: Branch | None = None,
    in_sequence: Sequence[Sequence[int]] = (),
    at: datetime | None = None,
) -> BasketContents:
    """Return all lines of the basket with a constant number of queries."""
    eligibility = Eligibility.read(patron) if patron else Eligibility(Quota(0, 0), set(), set())
    reasons = _reasons(bib_ids, eligibility)
    with_predecessor = _with_predecessor(in_sequence, eligibility.reserved)
    days = _PickupDays(pickup_branch, timezone.localdate(at))
    waits = estimates_for_a_new_reservation(bib_ids, at=at)
    places = shelves_in_the_library(bib_ids)
    found = all_bib_summaries(bib_ids)
    lines: dict[int, BasketLine] = {}
    for pk, refused in reasons.items():
        bib, wait, waits_behind = found[pk], waits.get(pk), pk in with_predecessor
        facts = places.get(pk, []) if refused else _facts(bib.status, wait)
        if not refused and not waits_behind:
            facts += _soonest(bib.status, wait, days, at)
        lines[pk] = _line(bib, "・".join(facts), refused, with_predecessor=waits_behind)
    sequences = [[lines.pop(pk) for pk in bibs if pk in lines] for bibs in in_sequence]
    unsequenced = list(lines.values())
    return BasketContents(eligibility.quota, unsequenced, sequences, _advice(unsequenced))


def _reasons(bib_ids: Sequence[int], eligibility: Eligibility) -> dict[int, list[str]]:
    """Return the reasons against each bib. One that can be placed counts for those after it."""
    reasons: dict[int, list[str]] = {}
    for bib in _in_the_basket(bib_ids):
        reasons[bib.pk] = [str(one) for one in eligibility.reasons_not_to_place(bib, bib.status)]
        if not reasons[bib.pk]:
            eligibility.count(bib)
    return reasons


def _in_the_basket(bib_ids: Sequence[int]) -> list[Bib]:
    """Return the bibs in the order given."""
    found = Bib.objects.select_related("material_type", "status").in_bulk(bib_ids)
    return [found[pk] for pk in bib_ids if pk in found]


def _with_predecessor(in_sequence: Sequence[Sequence[int]], coming: set[int]) -> set[int]:
    """Return the bibs that will wait for a predecessor, even when a copy is on a shelf now."""
    with_predecessor: set[int] = set()
    for order in in_sequence:
        with_predecessor.update([pk for pk in order if pk in coming][1:])
    return with_predecessor


def _line(bib: BibSummary, facts: str, reasons: list[str], *, with_predecessor: bool) -> BasketLine:
    on_a_shelf = TRANSFER if bib.status.free_at else HOLD
    return BasketLine(
        bib=bib_text(bib),
        says=AFTER_PREDECESSOR if with_predecessor else on_a_shelf,
        facts=facts,
        reasons=reasons,
        volume_set=bib.volume_set,
        sort_key=(bib.volume_order or 0, bib.pk),
        volume=bib.volume,
    )


def shelves_in_the_library(bib_ids: Collection[int]) -> dict[int, list[str]]:
    """Return branch and shelf of bibs that can only be read in the library (rule 5.1)."""
    copies = Copy.objects.owned().filter(
        bib__in=bib_ids,
        bib__status__circulating=0,
        lending=Copy.Lending.IN_LIBRARY,
    )
    found: dict[int, list[str]] = {}
    for copy in copies.select_related("home_branch").order_by("home_branch__position", "pk"):
        place = " ".join(filter(None, [copy.home_branch.name, copy.shelf, copy.call_number]))
        found.setdefault(copy.bib_id, []).append(place)
    return found


@dataclass
class _PickupDays:
    """Computes the day of pickup: an open day of the branch, if the branch is known."""

    branch: Branch | None
    today: date
    calendar: OpeningCalendar | None = None

    def __post_init__(self) -> None:
        if self.branch:
            self.calendar = OpeningCalendar([self.branch], self.today, self.today + FURTHEST)

    def after(self, days: int) -> date:
        day = self.today + timedelta(days=days)
        if self.branch and self.calendar:
            return self.calendar.next_open_day(self.branch, day)
        return day


def _facts(status: StatusSummary, wait: Wait | None) -> list[str]:
    facts = [f"所蔵{status.circulating}点"]
    if not status.free_at:
        facts.insert(0, f"順番 {status.waiting + 1}番目")
        if wait and (words := wait.in_words()):
            facts.append(words)
    return facts


def _soonest(
    status: StatusSummary, wait: Wait | None, days: _PickupDays, at: datetime | None
) -> list[str]:
    """Return the first possible day as a sentence, or nothing when it cannot be estimated."""
    # A copy at the pickup branch can be fetched today; any other one travels first.
    if status.free_at:
        here = days.branch is not None and days.branch.pk in status.free_at
        soonest = 0 if here else policy.TRANSPORT_DAYS
    elif wait is None or wait.soonest is None:
        return []
    else:
        soonest = wait.soonest + policy.TRANSPORT_DAYS
    day = spoken_day(days.after(soonest), at=at)
    if days.branch:
        return [SOONEST_AT.format(day=day, branch=days.branch.name)]
    return [SOONEST.format(day=day)]


def _advice(lines: Sequence[BasketLine]) -> list[SetAdvice]:
    """Return sets without a sequence, with their volumes in reading order (rule 5.6)."""
    sets: dict[int, list[BasketLine]] = {}
    for line in lines:
        if line.volume_set and line.reservable:
            sets.setdefault(line.volume_set, []).append(line)
    return [
        SetAdvice(
            title=found[0].bib.title.removesuffix(found[0].volume).strip(),
            volumes="→".join(line.volume or line.bib.title for line in found),
            bib_ids=[line.bib.pk for line in found],
        )
        for members in sets.values()
        if len(found := sorted(members, key=lambda line: line.sort_key)) > 1
    ]


def quota_sentence(quota: Quota) -> str:
    if not quota.left:
        return f"いま{quota.placed}件予約しています。これ以上は予約できません。"
    return f"あと{quota.left}件予約できます(うち視聴覚資料{quota.left_audiovisual}件まで)"


def quota_sentence_after(quota: Quota, after: Quota) -> str:
    """Say what would be left of the limits after confirming; empty when nothing is placed."""
    if after.placed == quota.placed:
        return ""
    left = f"あと{after.left}件(うち視聴覚資料{after.left_audiovisual}件まで)"
    return f"かごの{after.placed - quota.placed}点を予約すると、{left}になります。"
