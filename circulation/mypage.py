"""利用状況: what a patron has at home and what is on its way, as lines ready to be said (6.1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from akiruno_library.japanese_dates import days_left, spoken_day
from loans.models import Loan
from patrons.eligibility import web_reservation_refusals
from patrons.models import Patron
from reservations.lines import (
    BibLine,
    ReservationLine,
    bib_line,
    closed_line,
    reservation_lines,
    reservations_to_show,
)
from reservations.models import Reservation

DUE_SOON_DAYS = 3


@dataclass(frozen=True)
class LoanLine:
    bib: BibLine
    title: str
    tone: str
    due: str
    facts: list[str]


@dataclass(frozen=True)
class Overview:
    loans: list[LoanLine]
    reservations: list[ReservationLine]
    closed: list[ReservationLine]
    refused: list[str]


def overview_of(patron: Patron, *, at: datetime | None = None) -> Overview:
    """Everything on the page, in a constant number of queries."""
    refused = [str(refusal) for refusal in web_reservation_refusals(patron, at=at)]
    shown = [] if refused else list(reservations_to_show(patron, at=at))
    return Overview(
        loans=[_loan_line(loan, at) for loan in _loans(patron)],
        reservations=reservation_lines(shown, at=at),
        closed=[] if refused else _closed(patron, at),
        refused=refused,
    )


def _loans(patron: Patron) -> list[Loan]:
    waiting = Reservation.objects.waiting().filter(bib=OuterRef("copy__bib"))
    return list(
        patron.loans.open()
        .select_related("copy__bib__material_type", "branch")
        .prefetch_related("copy__bib__contributions__contributor")
        .annotate(somebody_waits=Exists(waiting))
        .order_by("due_on", "lent_at")
    )


def _loan_line(loan: Loan, at: datetime | None) -> LoanLine:
    bib = bib_line(loan.copy.bib)
    facts = [f"{spoken_day(timezone.localdate(loan.lent_at), at=at)}に{loan.branch.name}で貸出"]
    if loan.renewals:
        facts.append("延長しました")
    if loan.somebody_waits:  # type: ignore[attr-defined]
        facts.append("次の方がお待ちです")
    left = (loan.due_on - timezone.localdate(at)).days
    tone = "bad" if left < 0 else "warm" if left <= DUE_SOON_DAYS else "plain"
    due = f"返却期限 {spoken_day(loan.due_on, at=at)}({days_left(loan.due_on, at=at)})"
    if left < 0:
        due += "。お近くの館へお返しください"
    return LoanLine(bib=bib, title=bib.title, tone=tone, due=due, facts=facts)


def _closed(patron: Patron, at: datetime | None) -> list[ReservationLine]:
    return [
        closed_line(reservation, at=at)
        for reservation in patron.reservations.closed_lately(at)
        .select_related("bib__material_type")
        .prefetch_related("bib__contributions__contributor")
        .order_by("-closed_at")
    ]
