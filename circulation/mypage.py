"""利用状況: the patron's loans and reservations as lines for My Page (rule 6.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from akiruno_library import policy
from catalog.display.summaries import BibSummary, all_bib_summaries
from circulation.patron_notices import card_in_words
from circulation.renewal import Prospect, prospects
from japanese.date_format import days_left, spoken_day, unbroken
from loans.refusals import OverdueLoan, SomebodyWaits
from loans.summaries import LoanSummary, loan_summaries
from patrons.models import Patron
from patrons.privileges import web_reservation_refusals
from reservations.summaries import reservation_summaries
from reservations.summary_text import (
    BibText,
    ReservationText,
    bib_text,
    closed_text,
    reservation_texts,
)


@dataclass(frozen=True)
class LoanLine:
    pk: int
    bib: BibText
    title: str
    tone: str
    due_day: str
    due: str
    what_to_do: str
    imprint: str
    renewable_until: str  # for example 12月17日(木); empty if the loan cannot be renewed
    why_not: list[str]

    @property
    def heading(self) -> SafeString:
        return self.bib.heading


@dataclass(frozen=True)
class LoanLines:
    lines: list[LoanLine]

    @property
    def late(self) -> int:
        return sum(1 for line in self.lines if line.tone == "bad")

    @property
    def due_soon(self) -> int:
        return sum(1 for line in self.lines if line.tone == "warm")

    @property
    def renewable(self) -> int:
        return sum(1 for line in self.lines if line.renewable_until)


@dataclass(frozen=True)
class Overview:
    loans: LoanLines
    reservations: list[ReservationText]
    closed: list[ReservationText]
    refused: list[str]
    card: str

    @property
    def ready(self) -> int:
        return sum(1 for line in self.reservations if line.tone == "good")


def overview_of(patron: Patron, *, at: datetime | None = None) -> Overview:
    """Return the whole page, in a constant number of queries."""
    at = at or timezone.now()
    loans = loan_summaries(patron)
    refused = [str(refusal) for refusal in web_reservation_refusals(patron, at=at)]
    card = card_in_words(patron, at=at)
    if refused:
        return Overview(_loan_lines(loans, patron, _bibs_of(loans), at), [], [], refused, card)
    mine = reservation_summaries(patron, beside={loan.bib_id for loan in loans}, at=at)
    return Overview(
        loans=_loan_lines(loans, patron, mine.bibs, at),
        reservations=reservation_texts(mine.open, at=at),
        closed=[closed_text(one, at=at) for one in mine.closed],
        refused=[],
        card=card,
    )


def loan_lines(patron: Patron, *, at: datetime | None = None) -> LoanLines:
    """Return the loans by due day, because the next due day needs action first."""
    loans = loan_summaries(patron)
    return _loan_lines(loans, patron, _bibs_of(loans), at)


def _bibs_of(loans: Sequence[LoanSummary]) -> dict[int, BibSummary]:
    return all_bib_summaries({loan.bib_id for loan in loans})


def _loan_lines(
    loans: Sequence[LoanSummary],
    patron: Patron,
    bibs: Mapping[int, BibSummary],
    at: datetime | None,
) -> LoanLines:
    found = prospects(loans, patron, at=at)
    return LoanLines(
        [_loan_line(loan, bib_text(bibs[loan.bib_id]), found[loan.pk], at) for loan in loans]
    )


def _loan_line(
    loan: LoanSummary, bib: BibText, prospect: Prospect, at: datetime | None
) -> LoanLine:
    facts = [f"{spoken_day(timezone.localdate(loan.lent_at), at=at)}に{loan.branch.name}で貸出"]
    if loan.renewals:
        facts.append("延長しました")
    if any(isinstance(reason, SomebodyWaits) for reason in prospect.reasons):
        facts.append("次の方がお待ちです")
    left = (loan.due_on - timezone.localdate(at)).days
    return LoanLine(
        pk=loan.pk,
        bib=bib,
        title=bib.title,
        tone="bad" if left < 0 else "warm" if left <= policy.DUE_SOON.days else "plain",
        due_day=spoken_day(loan.due_on, at=at),
        due=unbroken(
            f"返却期限 {spoken_day(loan.due_on, at=at)}({_left_in_words(left, loan, at)})"
        ),
        what_to_do=_what_to_do(left),
        imprint=unbroken(" · ".join(facts)),
        renewable_until=spoken_day(prospect.until, at=at) if prospect.until else "",
        why_not=[
            unbroken(str(reason))
            for reason in prospect.reasons
            if not isinstance(reason, OverdueLoan)
        ],
    )


def _left_in_words(left: int, loan: LoanSummary, at: datetime | None) -> str:
    return "明日まで" if left == 1 else days_left(loan.due_on, at=at)


def _what_to_do(left: int) -> str:
    if left < 0:
        return (
            "延長はできません。お早めに、市内のどの図書館へでもお返しください。"
            "閉館中は返却ポストもご利用になれます。"
        )
    return ""
