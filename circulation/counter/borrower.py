"""The patron whose card is open at the counter, as staff need to see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from akiruno_library.refusals import Refusals
from catalog.models import Branch, MaterialType
from circulation.models import Compensation
from circulation.renewal import prospects
from japanese.date_format import days_left, spoken_day
from loans.models import Loan
from loans.summaries import WITH_LOAN, LoanSummary
from patrons.models import Patron
from reservations.models import Reservation, State

NO_DAY_YET = "期限なし"


@dataclass(frozen=True)
class ReadyLine:
    place: str
    title: str
    barcode: str
    until: str


@dataclass(frozen=True)
class LoanLine:
    pk: int
    title: str
    barcode: str
    due: str
    late: bool
    renewable: str  # the new due day; empty if the loan cannot be renewed
    why_not: list[str]


@dataclass(frozen=True)
class Borrower:
    patron: Patron
    warnings: list[str]
    expired: bool
    ready_here: list[ReadyLine]
    ready_elsewhere: list[str]
    loans: list[LoanLine]
    audiovisual: str
    late: int


def borrower_of(patron: Patron, branch: Branch, *, at: datetime | None = None) -> Borrower:
    """Return loans, ready reservations and warnings, in a constant number of queries."""
    ready = list(
        Reservation.objects.filter(patron=patron, state=State.READY)
        .select_related("bib", "copy", "pickup_branch")
        .order_by("copy__hold_place", "deadline", "pk")
    )
    loans = list(patron.loans.open().select_related(*WITH_LOAN).order_by("due_on", "lent_at", "pk"))
    lines = _loan_lines(loans, patron, at)
    return Borrower(
        patron=patron,
        warnings=_warnings(patron, at),
        expired=patron.card_expired(at),
        ready_here=[_ready_line(r) for r in ready if r.pickup_branch_id == branch.pk],
        ready_elsewhere=_elsewhere([r for r in ready if r.pickup_branch_id != branch.pk]),
        loans=lines,
        audiovisual=_audiovisual(loans),
        late=sum(line.late for line in lines),
    )


def _warnings(patron: Patron, at: datetime | None) -> list[str]:
    warnings = []
    if patron.is_suspended:
        warnings.append(f"利用停止中です。わけ: {patron.suspension_reason}")
    if patron.card_expired(at):
        day = spoken_day(patron.card_expires_on, at=at)
        warnings.append(f"利用者カードの有効期限が切れています({day}まで)。")
    if patron.mail_address and patron.mail_address.undeliverable_since:
        warnings.append("メールが届いていません。アドレスをお確かめください。")
    if unsettled := Compensation.objects.filter(patron=patron).count():
        warnings.append(
            f"弁償の相談が{unsettled}件あります。〔館の一覧〕の〔弁償の相談〕をご覧ください。"
        )
    return warnings


def _ready_line(reservation: Reservation) -> ReadyLine:
    copy, bib = reservation.copy, reservation.bib
    return ReadyLine(
        place=f"{copy.hold_place}番" if copy and copy.hold_place else "取置棚",
        title=bib.title_with_volume if bib else "",
        barcode=copy.barcode if copy else "",
        until=f"{spoken_day(reservation.deadline)}まで" if reservation.deadline else NO_DAY_YET,
    )


def _elsewhere(ready: Sequence[Reservation]) -> list[str]:
    counted: dict[str, int] = {}
    for reservation in ready:
        name = reservation.pickup_branch.name
        counted[name] = counted.get(name, 0) + 1
    return [f"{name} {number}点" for name, number in counted.items()]


def _loan_lines(loans: Sequence[Loan], patron: Patron, at: datetime | None) -> list[LoanLine]:
    ahead = prospects([LoanSummary.of(loan) for loan in loans], patron, at=at)
    lines = []
    for loan in loans:
        until = ahead[loan.pk].until
        lines.append(
            LoanLine(
                pk=loan.pk,
                title=loan.copy.bib.title_with_volume,
                barcode=loan.copy.barcode,
                due=f"{spoken_day(loan.due_on, at=at)}({days_left(loan.due_on, at=at)})",
                late=loan.is_overdue(at),
                renewable=spoken_day(until, at=at) if until else "",
                why_not=Refusals(ahead[loan.pk].reasons).sentences_to_staff,
            )
        )
    return lines


def _audiovisual(loans: Sequence[Loan]) -> str:
    """Return the numbers of audiovisual loans, which have limits: 録音資料 1点・映像資料 2点."""
    counted: dict[str, int] = {}
    for loan in loans:
        material = loan.copy.bib.material_type
        if material.medium != MaterialType.Medium.PRINT:
            name = material.get_medium_display()
            counted[name] = counted.get(name, 0) + 1
    return "・".join(f"{name} {number}点" for name, number in counted.items())
