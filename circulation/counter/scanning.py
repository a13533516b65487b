"""One field for everything a scanner reads: a card opens a patron, a copy is lent or taken back."""

from akiruno_library.japanese_dates import spoken_day
from akiruno_library.refusals import Refusal
from catalog.models import Branch, Copy
from circulation.counter.desk import Answer, Desk
from circulation.lending import lend
from circulation.returning import Scanned, take_back
from patrons.models import Patron, User


def scan(desk: Desk, code: str, *, branch: Branch, staff: User) -> Answer:
    """Do what the scanned code means on this desk now, and say what to do with it."""
    patron = Patron.objects.filter(card_number=code).first()
    if patron is not None:
        desk.patron_id = patron.pk
        return Answer("info", "利用者", f"{patron.name}さんの貸出です。資料を読み取ってください。")
    copy = Copy.objects.select_related("bib__material_type").filter(barcode=code).first()
    if copy is None:
        return Answer("error", "登録なし", "この番号の利用者も資料もありません。", code)
    try:
        borrower = desk.patron()
        if borrower is not None:
            return _lend(copy, borrower, branch, staff)
        return _said_of(take_back(copy, branch=branch, staff=staff))
    except Refusal as refusal:
        return Answer("error", "お待ちください", " ".join(refusal.sentences), code)


def _lend(copy: Copy, patron: Patron, branch: Branch, staff: User) -> Answer:
    loan = lend(copy, patron, branch=branch, staff=staff)
    text = f"「{copy.bib.title_with_volume}」返却期限 {spoken_day(loan.due_on)}"
    if copy.supplements:
        text += f"(付属資料: {copy.supplements})"
    return Answer("success", "貸出", text, copy.barcode)


def _said_of(scanned: Scanned) -> Answer:
    copy = scanned.copy
    title = f"「{copy.bib.title_with_volume}」"
    word = "返却" if scanned.ended_loan else "確認"
    late = "(返却期限を過ぎていました)" if scanned.was_overdue else ""
    if scanned.reservation and scanned.goes_to_hold_shelf:
        deadline = scanned.reservation.deadline
        assert deadline is not None  # noqa: S101 a ready reservation has one (named constraint)
        name = shortened(scanned.reservation.patron)
        text = f"{title}取置棚へ: {name}さん {spoken_day(deadline)}まで{late}"
        return Answer("warning", f"{word}・予約あり", text, copy.barcode)
    if scanned.goes_to_branch:
        why = "予約のため" if scanned.reservation else "所蔵館へ"
        text = f"{title}{scanned.goes_to_branch.name}へ送ってください({why}){late}"
        return Answer("warning", f"{word}・配送", text, copy.barcode)
    text = f"{title}棚へ戻してください({copy.shelf} {copy.call_number}){late}"
    return Answer("success", f"{word}・棚へ", text, copy.barcode)


def shortened(patron: Patron | None) -> str:
    """A name as a slip shows it: not readable in full to whoever passes the shelf."""
    if patron is None:
        return ""
    reading = patron.name_reading.split()
    return f"{reading[0]}・{reading[1][0]}" if len(reading) > 1 else patron.name_reading[:3]
