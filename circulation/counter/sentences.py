"""The sentences of the counter's answers: one function for each kind of answer.

Staff read them at a glance: `word` says what happened, `where` what to do with the copy, and `tone`
decides colour and sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from catalog.models import Branch, Copy
from circulation.counter.desk import CAME_IN, TWICE, Answer
from circulation.counter.short_names import short_name
from circulation.models import RecentScan
from japanese.date_format import spoken_day
from loans.models import Loan
from patrons.models import Patron
from reservations.models import Reservation

Whereabouts = Copy.Whereabouts
STOPPING = {"unknown", "changed"}  # a card may have been meant: the next copy is no return
CHANGED = "館・返却ポストの日・開いているカードが、画面に出ていたものと変わっていました。"
READ_TWICE = "つづけて2度読み取ったので、1度として数えました。"
NOTHING_DONE = "何も記録していません。下の表示を確かめて、もう一度読み取ってください。"
FOUND = {Whereabouts.MISSING: "所在不明", Whereabouts.LOST: "紛失"}


@dataclass(frozen=True)
class Choice:
    """A button under the answer: the route and the value that it posts."""

    label: str
    route: str
    name: str
    value: int


@dataclass(frozen=True)
class CounterAnswer:
    tone: str  # colour and sound: lent, ok, hold, send, info, look, error
    word: str
    where: str
    details: list[str] = field(default_factory=list)
    barcode: str = ""
    scan: int | None = None
    slip: int | None = None
    choices: list[Choice] = field(default_factory=list)
    may_be_damaged: bool = False
    at: datetime | None = None
    borrower: str = ""  # only while the card is open
    stops: bool = False  # what was read meanwhile must be read again


@dataclass(frozen=True)
class Context:
    """The rows that an answer needs, read at `at`."""

    answer: Answer
    copy: Copy
    loan: Loan | None
    reservation: Reservation | None
    branch: Branch | None
    scan: int | None
    borrower: Patron | None  # whose card is open
    at: datetime | None

    def answered(
        self,
        tone: str,
        word: str,
        where: str,
        *details: str,
        slip: int | None = None,
        choices: Sequence[Choice] = (),
    ) -> CounterAnswer:
        details = (f"「{self.copy.bib.title_with_volume}」", *details, self._read_twice)
        return CounterAnswer(
            tone,
            word,
            where,
            [detail for detail in details if detail],
            self.copy.barcode,
            scan=self.scan,
            slip=slip,
            choices=list(choices),
            may_be_damaged=self.answer.kind in CAME_IN,
            at=datetime.fromisoformat(self.answer.at),
            borrower=self._name_of_borrower,
        )

    @property
    def _read_twice(self) -> str:
        return READ_TWICE if TWICE in self.answer.facts else ""

    @property
    def _name_of_borrower(self) -> str:
        if self.loan and self.borrower and self.loan.patron_id == self.borrower.pk:
            return f"{self.borrower.name}さん"
        return ""

    @property
    def event(self) -> str:
        """返却, or for a copy that was not on loan its state before the scan."""
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


def without_copy(answer: Answer) -> CounterAnswer:
    return replace(
        _without_copy(answer), at=datetime.fromisoformat(answer.at), stops=answer.kind in STOPPING
    )


def _without_copy(answer: Answer) -> CounterAnswer:
    if answer.kind == "changed":
        return CounterAnswer("look", "画面をご覧ください", CHANGED, [NOTHING_DONE])
    if answer.kind == "card":
        return CounterAnswer("info", "利用者カード", "借りる資料を読み取ってください。")
    if answer.kind == "card_stopped":
        return CounterAnswer(
            "error", "利用者カード", "いまは貸し出せません。下のわけをご覧ください。"
        )
    if answer.kind == "card_renewed":
        return CounterAnswer("ok", "カード更新", "つづけて資料を読み取ってください。")
    if answer.kind == "unknown":
        return CounterAnswer("error", "登録なし", "この番号は使えません。", answer.sentences)
    return CounterAnswer("error", "お待ちください", "", answer.sentences)


def supplements(copy: Copy) -> str:
    return (
        f"付属資料 {copy.supplements}: そろっているか、お確かめください。"
        if copy.supplements
        else ""
    )


def _lent(context: Context) -> CounterAnswer:
    due = _until(context.loan, context.at) if context.loan else "取り消しました"
    return context.answered("lent", "貸出", due, supplements(context.copy))


def _until(loan: Loan, at: datetime | None) -> str:
    return "返却済み" if loan.returned_at else f"返却期限 {spoken_day(loan.due_on, at=at)}"


def _renewed(context: Context) -> CounterAnswer:
    due = _until(context.loan, context.at) if context.loan else "取り消しました"
    return context.answered("lent", "延長", due)


def _shelf(context: Context) -> CounterAnswer:
    copy = context.copy
    place = f"{copy.shelf} {copy.call_number}".strip() or "棚へ"
    return context.answered("ok", f"{context.event}・棚へ", place, *context.remarks)


def _lender(context: Context) -> CounterAnswer:
    """A borrowed copy has no shelf here; it goes back to its lender (rule 12.10)."""
    copy = context.copy
    until = ""
    if copy.lender_due_on:
        until = f"{spoken_day(copy.lender_due_on, at=context.at)}までに返す資料です。"
    return context.answered(
        "send",
        f"{context.event}・借受先へ返します",
        copy.lender,
        until,
        *context.remarks,
    )


def _hold(context: Context) -> CounterAnswer:
    reservation = context.reservation
    place = f"取置棚 {context.answer.place}番" if context.answer.place else "取置棚"
    until = ""
    if reservation and reservation.deadline:
        day = spoken_day(reservation.deadline, at=context.at)
        until = f"{short_name(reservation.patron)}さん {day}まで"
    return context.answered(
        "hold",
        f"{context.event}・予約あり",
        place,
        until,
        *context.remarks,
        slip=reservation.pk if reservation else None,
    )


def _send(context: Context) -> CounterAnswer:
    why = "予約した方が待っています。" if context.reservation else "所蔵館へ戻す資料です。"
    if context.copy.lender and not context.reservation:
        why = f"借受先({context.copy.lender})へ返す資料です。"
    return context.answered(
        "send",
        f"{context.event}・配送",
        f"{context.branch.name}へ" if context.branch else "",
        why,
        *context.remarks,
        slip=context.reservation.pk if context.reservation else None,
    )


def _has_it(context: Context) -> CounterAnswer:
    choices = [Choice("返却にする", "counter:return", "copy", context.copy.pk)]
    if context.loan:
        choices.insert(0, Choice("延長する", "counter:renew", "loan", context.loan.pk))
    return context.answered("info", "貸出済み", "この方に、もう貸し出しています。", choices=choices)


def _another_has_it(context: Context) -> CounterAnswer:
    return context.answered(
        "look",
        "貸出中のまま",
        "返却の読み取りがまだの資料です。",
        "棚にあったときは、返却にしてから貸し出せます。",
        choices=[
            Choice("返却にして貸し出す", "counter:return_and_lend", "copy", context.copy.pk),
            Choice("返却だけにする", "counter:return", "copy", context.copy.pk),
        ],
    )


def _undone(context: Context) -> CounterAnswer:
    what = "貸出" if RecentScan.Kind.LENT in context.answer.facts else "返却・確認の読み取り"
    now = f"いまの状態: {context.copy.get_whereabouts_display()}"
    if context.copy.hold_place:
        now += f"(取置棚 {context.copy.hold_place}番)"
    return context.answered(
        "info", "取り消し", f"{what}を取り消しました。", now, *context.answer.sentences
    )


def _damaged(context: Context) -> CounterAnswer:
    return context.answered(
        "error",
        "別置き",
        "修理の係へ渡してください。",
        "予約していた方には、ほかの資料か、もとの順番でご用意します。"
        if context.answer.reservation
        else "",
        *context.answer.sentences,
    )


def _refused(context: Context) -> CounterAnswer:
    return context.answered("error", "お待ちください", "", *context.answer.sentences)


def _done(context: Context) -> CounterAnswer:
    return context.answered(
        "info", "記録", context.answer.sentences[0], *context.answer.sentences[1:]
    )


SENTENCES = {
    "lent": _lent,
    "renewed": _renewed,
    "shelf": _shelf,
    "lender": _lender,
    "hold": _hold,
    "send": _send,
    "has_it": _has_it,
    "another_has_it": _another_has_it,
    "undone": _undone,
    "damaged": _damaged,
    "refused": _refused,
    "done": _done,
}
