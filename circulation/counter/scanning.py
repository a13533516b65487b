"""One field for everything a scanner reads: a card opens a patron, a copy is lent or returned."""

from dataclasses import replace
from datetime import datetime

from akiruno_library.refusals import Refusal
from catalog.models import Branch, Copy
from circulation.compensation import declare_damaged, declare_lost
from circulation.counter.desk import CAME_IN, TWICE, Answer, Desk
from circulation.lending import lend
from circulation.models import RecentScan
from circulation.refusals import NothingToUndo
from circulation.renewal import renew
from circulation.returning import Scanned, take_back
from circulation.undo import UndoneScan, undo
from loans.models import Loan
from loans.refusals import AlreadyLent
from patrons import staff_log
from patrons.models import Patron, User

BOOKSELLERS_CODE = (
    "これは本の裏表紙のバーコード(ISBNや値段)です。図書館のバーコードを読み取ってください。"
)
NO_SUCH_NUMBER = "この番号の利用者も資料もありません。もう一度読み取るか、番号をお確かめください。"
CARDS_AT_THE_COUNTER = "これは利用者カードです。カードは〔窓口〕の画面で読み取ってください。"
ON_THE_LIST_OF_COMPENSATIONS = "弁償の相談の一覧に載せました。"
_JAPANESE_BOOK = ("978", "979", "192", "191")  # prefixes of the two bar codes on a Japanese book


def scan(
    desk: Desk, code: str, *, branch: Branch, staff: User, at: datetime | None = None
) -> Answer:
    """Do what the scanned code means at this counter now; return the answer."""
    if (patron := Patron.objects.filter(card_number=code).first()) is not None:
        return open_card(desk, patron, staff=staff, at=at)
    copy = find_copy(code)
    if copy is None:
        return unknown(code)
    borrower = desk.patron(at=at)
    if borrower is None:
        return check_in(desk, copy, branch=branch, staff=staff, at=at)
    desk.touch_card(at=at)
    return check_out(desk, copy, borrower, branch=branch, staff=staff, at=at)


def scan_on_a_list(
    desk: Desk, code: str, *, branch: Branch, staff: User, at: datetime | None = None
) -> Answer:
    """Process a copy of a list. Cards are not opened and nothing is lent there."""
    if (copy := find_copy(code)) is not None:
        return check_in(desk, copy, branch=branch, staff=staff, at=at)
    if Patron.objects.filter(card_number=code).exists():
        return Answer("refused", sentences=[CARDS_AT_THE_COUNTER])
    return unknown(code)


def find_copy(code: str) -> Copy | None:
    return Copy.objects.select_related("bib__material_type").filter(barcode=code).first()


def unknown(code: str) -> Answer:
    book = len(code) == 13 and code.startswith(_JAPANESE_BOOK)
    return Answer("unknown", sentences=[BOOKSELLERS_CODE if book else NO_SUCH_NUMBER])


def refused(refusal: Refusal, copy: Copy | None = None) -> Answer:
    return Answer("refused", copy=copy.pk if copy else None, sentences=refusal.sentences_to_staff)


def read_twice(first: Answer) -> Answer:
    """Say the answer once more: a scanner that reads twice has read once (rule 9.7)."""
    return replace(first, facts=[*first.facts, TWICE])


def _is_last_scan(answer: Answer, copy: Copy) -> bool:
    """Whether no other counter has read the copy since."""
    last = RecentScan.objects.filter(copy=copy).order_by("-pk").first()
    return last is not None and last.pk == answer.scan


def open_card(desk: Desk, patron: Patron, *, staff: User, at: datetime | None = None) -> Answer:
    """Open the card. The screen then shows loans and reservations, so the look is logged."""
    if desk.patron_id != patron.pk:
        staff_log.looked_at_loans(staff, patron, at=at)
    desk.open_card(patron, at=at)
    stopped = patron.is_suspended or patron.card_expired(at)
    return Answer("card_stopped" if stopped else "card")


def check_out(
    desk: Desk,
    copy: Copy,
    patron: Patron,
    *,
    branch: Branch,
    staff: User,
    at: datetime | None = None,
) -> Answer:
    first = desk.said_just_now(copy, at=at)
    if first and first.kind == "lent" and patron.loans.filter(pk=first.loan or 0).exists():
        return read_twice(first)
    try:
        loan = lend(copy, patron, branch=branch, staff=staff, at=at)
    except AlreadyLent:
        # The same patron gets an offer to renew; for another patron the answer must not name who
        # has the copy.
        loan_now = Loan.objects.open().filter(copy=copy).first()
        theirs = loan_now is not None and loan_now.patron_id == patron.pk
        kind = "has_it" if theirs else "another_has_it"
        return Answer(kind, copy=copy.pk, loan=loan_now.pk if loan_now and theirs else None)
    except Refusal as refusal:
        return refused(refusal, copy)
    recent = RecentScan.objects.filter(loan=loan, kind=RecentScan.Kind.LENT).latest("pk")
    return Answer("lent", copy=copy.pk, loan=loan.pk, scan=recent.pk)


def check_in(
    desk: Desk, copy: Copy, *, branch: Branch, staff: User, at: datetime | None = None
) -> Answer:
    first = desk.said_just_now(copy, at=at)
    if first and first.kind in CAME_IN and _is_last_scan(first, copy):
        return read_twice(first)
    try:
        scanned = take_back(
            copy, branch=branch, staff=staff, at=at, dropped_on=desk.dropped_on(at=at)
        )
    except Refusal as refusal:
        return refused(refusal, copy)
    return came_in(scanned)


def came_in(scanned: Scanned) -> Answer:
    kind = "shelf"
    if scanned.goes_to_branch:
        kind = "send"
    elif scanned.goes_to_hold_shelf:
        kind = "hold"
    elif scanned.goes_to_lender:
        kind = "lender"
    reservation = scanned.reservation
    return Answer(
        kind,
        copy=scanned.copy.pk,
        reservation=reservation.pk if reservation else None,
        branch=scanned.goes_to_branch.pk if scanned.goes_to_branch else None,
        place=scanned.copy.hold_place,
        scan=scanned.scan.pk,
        facts=list(_facts(scanned)),
    )


def _facts(scanned: Scanned) -> list[str]:
    facts = [str(scanned.was)]
    if scanned.ended_loan:
        facts.append("returned")
    if scanned.was_overdue:
        facts.append("late")
    return facts


def check_in_and_out(
    desk: Desk,
    copy: Copy,
    patron: Patron,
    *,
    branch: Branch,
    staff: User,
    at: datetime | None = None,
) -> Answer:
    """Return a copy that still counts as lent, then lend it if no reservation claims it."""
    came = check_in(desk, copy, branch=branch, staff=staff, at=at)
    if came.kind == "hold" or came.reservation is not None or came.kind == "refused":
        return came
    desk.say(came, at=at)
    return check_out(desk, copy, patron, branch=branch, staff=staff, at=at)


def renew_for(loan: Loan, *, staff: User, at: datetime | None = None) -> Answer:
    try:
        renew(loan, staff=staff, at=at)
    except Refusal as refusal:
        return refused(refusal, loan.copy)
    return Answer("renewed", copy=loan.copy_id, loan=loan.pk)


def undo_scan_of(desk: Desk, number: int, *, staff: User, at: datetime | None = None) -> Answer:
    """Undo a scan that this desk answered; any other number names nothing to undo."""
    answered = {answer.scan for answer in desk.said()}
    scan = RecentScan.objects.filter(pk=number).first() if number in answered else None
    return undo_scan(scan, staff=staff, at=at) if scan else refused(NothingToUndo())


def undo_scan(scan: RecentScan, *, staff: User, at: datetime | None = None) -> Answer:
    try:
        undone = undo(scan, staff=staff, at=at)
    except Refusal as refusal:
        return refused(refusal, scan.copy)
    return _undone(undone)


def _undone(undone: UndoneScan) -> Answer:
    return Answer("undone", copy=undone.copy.pk, facts=[str(undone.kind)], sentences=undone.notes)


def report_damaged(scan: RecentScan, *, staff: User, at: datetime | None = None) -> Answer:
    try:
        damaged = declare_damaged(scan, staff=staff, at=at)
    except Refusal as refusal:
        return refused(refusal, scan.copy)
    return Answer(
        "damaged",
        copy=scan.copy_id,
        reservation=damaged.reservation.pk if damaged.reservation else None,
        sentences=[ON_THE_LIST_OF_COMPENSATIONS] if damaged.compensation else [],
    )


def report_lost(loan: Loan, *, staff: User, at: datetime | None = None) -> Answer:
    try:
        declare_lost(loan, staff=staff, at=at)
    except Refusal as refusal:
        return refused(refusal, loan.copy)
    return Answer(
        "done",
        copy=loan.copy_id,
        sentences=["紛失として記録しました。", ON_THE_LIST_OF_COMPENSATIONS],
    )
