"""What the counter says: one big answer in colour, word and sound, and the last ones below it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from catalog.models import Branch, Copy
from circulation.counter.desk import Answer
from circulation.models import RecentScan
from japanese.date_format import spoken_day
from loans.models import Loan
from patrons.models import Patron
from reservations.models import Reservation

Whereabouts = Copy.Whereabouts
Row = TypeVar("Row", bound=Model)
CAME_IN = {"shelf", "hold", "send", "lender"}
FOUND = {Whereabouts.MISSING: "所在不明", Whereabouts.LOST: "紛失"}


@dataclass(frozen=True)
class Choice:
    """A button under the answer: where it posts to, and with what."""

    label: str
    route: str
    name: str
    value: int


@dataclass(frozen=True)
class Said:
    tone: str  # colour and sound: ok, hold, send, info, error
    word: str
    where: str
    details: list[str] = field(default_factory=list)
    barcode: str = ""
    scan: int | None = None
    slip: int | None = None
    choices: list[Choice] = field(default_factory=list)
    may_be_damaged: bool = False


def in_words(answers: Sequence[Answer], *, at: datetime | None = None) -> list[Said]:
    """The newest first; a constant number of queries."""
    rows = _Rows.of(answers)
    undoable = set(
        RecentScan.objects.undoable(at)
        .filter(pk__in=[a.scan for a in answers if a.scan])
        .values_list("pk", flat=True)
    )
    return [
        _said(answer, rows, answer.scan if answer.scan in undoable else None, at)
        for answer in answers
    ]


@dataclass(frozen=True)
class _Rows:
    copies: dict[int, Copy]
    loans: dict[int, Loan]
    reservations: dict[int, Reservation]
    branches: dict[int, Branch]

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> "_Rows":
        return cls(
            _named(Copy.objects.select_related("bib"), (a.copy for a in answers)),
            _named(Loan.objects.all(), (a.loan for a in answers)),
            _named(
                Reservation.objects.select_related("patron", "pickup_branch"),
                (a.reservation for a in answers),
            ),
            _named(Branch.objects.all(), (a.branch for a in answers)),
        )


def _named(rows: QuerySet[Row], ids: Iterable[int | None]) -> dict[int, Row]:
    wanted = {pk for pk in ids if pk is not None}
    return rows.in_bulk(wanted) if wanted else {}


def _said(answer: Answer, rows: _Rows, scan: int | None, at: datetime | None) -> Said:
    copy = rows.copies.get(answer.copy or 0)
    if copy is None:
        return _about_no_copy(answer)
    about = _About(
        answer,
        copy,
        rows.loans.get(answer.loan or 0),
        rows.reservations.get(answer.reservation or 0),
        rows.branches.get(answer.branch or 0),
        scan,
        at,
    )
    say = _SAYS.get(answer.kind)
    return say(about) if say else about.said("info", "確認", "")


def _about_no_copy(answer: Answer) -> Said:
    if answer.kind == "card":
        return Said("info", "利用者カード", "借りる資料を読み取ってください。")
    if answer.kind == "card_stopped":
        return Said("error", "利用者カード", "いまは貸し出せません。下のわけをご覧ください。")
    if answer.kind == "card_renewed":
        return Said("ok", "カード更新", "つづけて資料を読み取ってください。")
    if answer.kind == "unknown":
        return Said("error", "登録なし", "この番号は使えません。", answer.sentences)
    return Said("error", "お待ちください", "", answer.sentences)


@dataclass(frozen=True)
class _About:
    answer: Answer
    copy: Copy
    loan: Loan | None
    reservation: Reservation | None
    branch: Branch | None
    scan: int | None
    at: datetime | None

    def said(
        self,
        tone: str,
        word: str,
        where: str,
        *details: str,
        slip: int | None = None,
        choices: Sequence[Choice] = (),
    ) -> Said:
        told = [f"「{self.copy.bib.title_with_volume}」", *(d for d in details if d)]
        return Said(
            tone,
            word,
            where,
            told,
            self.copy.barcode,
            scan=self.scan,
            slip=slip,
            choices=list(choices),
            may_be_damaged=self.answer.kind in CAME_IN,
        )

    @property
    def what_happened(self) -> str:
        """返却, or for a copy that was nobody's loan what it was before."""
        was = self.answer.facts[0] if self.answer.facts else ""
        if "returned" in self.answer.facts:
            return "返却"
        if was in FOUND:
            return "発見"
        return "受入" if was in (Whereabouts.ON_ORDER, Whereabouts.PROCESSING) else "確認"

    @property
    def remarks(self) -> list[str]:
        was = self.answer.facts[0] if self.answer.facts else ""
        return [
            "返却期限を過ぎていました。" if "late" in self.answer.facts else "",
            f"「{FOUND[Whereabouts(was)]}」だった資料が見つかりました。" if was in FOUND else "",
            "修理中だった資料です。" if was == Whereabouts.REPAIR else "",
            supplements(self.copy),
        ]


def supplements(copy: Copy) -> str:
    return (
        f"付属資料 {copy.supplements}: そろっているか、お確かめください。"
        if copy.supplements
        else ""
    )


def _lent(about: _About) -> Said:
    due = _until(about.loan, about.at) if about.loan else "取り消しました"
    return about.said("ok", "貸出", due, supplements(about.copy))


def _until(loan: Loan, at: datetime | None) -> str:
    return "返却済み" if loan.returned_at else f"返却期限 {spoken_day(loan.due_on, at=at)}"


def _renewed(about: _About) -> Said:
    due = _until(about.loan, about.at) if about.loan else "取り消しました"
    return about.said("ok", "延長", due)


def _shelf(about: _About) -> Said:
    copy = about.copy
    place = f"{copy.shelf} {copy.call_number}".strip() or "棚へ"
    return about.said("ok", f"{about.what_happened}・棚へ", place, *about.remarks)


def _lender(about: _About) -> Said:
    """What another library lent us has no shelf here (rule 12.10)."""
    copy = about.copy
    until = ""
    if copy.lender_due_on:
        until = f"{spoken_day(copy.lender_due_on, at=about.at)}までに返す資料です。"
    return about.said(
        "send",
        f"{about.what_happened}・借受先へ返します",
        copy.lender,
        until,
        *about.remarks,
    )


def _hold(about: _About) -> Said:
    reservation = about.reservation
    place = f"取置棚 {about.answer.place}番" if about.answer.place else "取置棚"
    until = ""
    if reservation and reservation.deadline:
        until = f"{shortened(reservation.patron)}さん {spoken_day(reservation.deadline)}まで"
    return about.said(
        "hold",
        f"{about.what_happened}・予約あり",
        place,
        until,
        *about.remarks,
        slip=reservation.pk if reservation else None,
    )


def _send(about: _About) -> Said:
    why = "予約した方が待っています。" if about.reservation else "所蔵館へ戻す資料です。"
    if about.copy.lender and not about.reservation:
        why = f"借受先({about.copy.lender})へ返す資料です。"
    return about.said(
        "send",
        f"{about.what_happened}・配送",
        f"{about.branch.name}へ" if about.branch else "",
        why,
        *about.remarks,
        slip=about.reservation.pk if about.reservation else None,
    )


def _has_it(about: _About) -> Said:
    choices = [Choice("返却にする", "counter:return", "copy", about.copy.pk)]
    if about.loan:
        choices.insert(0, Choice("延長する", "counter:renew", "loan", about.loan.pk))
    return about.said("info", "貸出済み", "この方に、もう貸し出しています。", choices=choices)


def _another_has_it(about: _About) -> Said:
    return about.said(
        "error",
        "貸出中のまま",
        "返却の読み取りがまだの資料です。",
        "棚にあったときは、返却にしてから貸し出せます。",
        choices=[
            Choice("返却にして貸し出す", "counter:return_and_lend", "copy", about.copy.pk),
            Choice("返却だけにする", "counter:return", "copy", about.copy.pk),
        ],
    )


def _undone(about: _About) -> Said:
    what = "貸出" if RecentScan.Kind.LENT in about.answer.facts else "返却・確認の読み取り"
    now = f"いまの状態: {about.copy.get_whereabouts_display()}"
    if about.copy.hold_place:
        now += f"(取置棚 {about.copy.hold_place}番)"
    return about.said("info", "取り消し", f"{what}を取り消しました。", now, *about.answer.sentences)


def _set_aside(about: _About) -> Said:
    return about.said(
        "error",
        "別置き",
        "修理の係へ渡してください。",
        "予約していた方には、ほかの資料か、もとの順番でご用意します。"
        if about.answer.reservation
        else "",
        *about.answer.sentences,
    )


def _refused(about: _About) -> Said:
    return about.said("error", "お待ちください", "", *about.answer.sentences)


def _done(about: _About) -> Said:
    return about.said("info", "記録", about.answer.sentences[0], *about.answer.sentences[1:])


_SAYS = {
    "lent": _lent,
    "renewed": _renewed,
    "shelf": _shelf,
    "lender": _lender,
    "hold": _hold,
    "send": _send,
    "has_it": _has_it,
    "another_has_it": _another_has_it,
    "undone": _undone,
    "set_aside": _set_aside,
    "refused": _refused,
    "done": _done,
}


def shortened(patron: Patron | None) -> str:
    """A name as a slip shows it: not readable in full to whoever passes the shelf."""
    if patron is None:
        return ""
    name = patron.name_reading or patron.name
    parts = name.split()
    return f"{parts[0]}・{parts[1][0]}" if len(parts) > 1 else name[:3]
