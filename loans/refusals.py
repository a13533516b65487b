from datetime import date

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_day


class AlreadyLent(Refusal):
    sentence = "資料{barcode}は、もう貸出中です。"


class LibraryUseCopy(Refusal):
    sentence = "資料{barcode}は館内でご覧いただく資料です。貸出できません。"


class NotForLending(Refusal):
    sentence = "資料{barcode}は「{whereabouts}」です。先に返却の読み取りをしてください。"


class TooManyOfMedium(Refusal):
    sentence = "{medium}の貸出は{limit}点までです。いま{now}点借りています。"


class HeldForAnother(Refusal):
    sentence = "資料{barcode}は、予約した方のために取り置いています。貸出できません。"


class WaitedForByOthers(Refusal):
    """A copy that lapsed and was not taken off the hold shelf yet (rule 5.10)."""

    sentence = "資料{barcode}は次の方へお回しします。カードを閉じて読み取ってください。"


class DueAtLender(Refusal):
    """An interlibrary copy after the day on which it is due at the lender (rule 12.10)."""

    def __init__(self, *, barcode: str, lender: str, due_on: date) -> None:
        super().__init__(barcode=barcode, lender=lender, day=spoken_day(due_on))

    sentence = (
        "資料{barcode}は{lender}から借りた資料で、返す日の{day}を過ぎています。貸出できません。"
    )


class WithdrawnCopy(Refusal):
    sentence = "資料{barcode}は除籍した資料です。棚に戻さず、係へ渡してください。"


class AlreadyReturned(Refusal):
    sentence = "この資料は、もう返却されています。"


class RenewalRefusal(Refusal):
    """Why a loan is not renewed (rule 4.3). Each sentence says the due date that stands."""

    def __init__(self, *, due_on: date) -> None:
        super().__init__(day=spoken_day(due_on))


class RenewedAlready(RenewalRefusal):
    sentence = f"延長は{policy.RENEWALS}回までです。もう延長していて、返却期限は{{day}}です。"


class OverdueLoan(RenewalRefusal):
    sentence = (
        "返却期限の{day}を過ぎているため延長できません。お早めに、お近くの図書館へお返しください。"
    )
    to_staff = "返却期限の{day}を過ぎているため延長できません。"


class SomebodyWaits(RenewalRefusal):
    sentence = "次の方が予約しているため延長できません。返却期限は{day}です。"


class InterlibraryLoan(RenewalRefusal):
    sentence = (
        "ほかの図書館から借りてお貸ししている資料のため、延長できません。返却期限は{day}です。"
    )


class SuspendedBorrower(RenewalRefusal):
    sentence = (
        "ただいま延長をお受けできません。返却期限は{day}です。"
        "お手数ですが、図書館の窓口へご相談ください。"
    )
    to_staff = "利用停止中のため延長できません。返却期限は{day}です。"
