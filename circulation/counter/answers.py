"""The answers of the counter for the screen: a large one for the last scan, smaller ones below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from catalog.models import Branch, Copy
from circulation.counter.desk import Answer
from circulation.counter.sentences import SENTENCES, Context, CounterAnswer, without_copy
from circulation.models import RecentScan
from loans.models import Loan
from patrons.models import Patron
from reservations.models import Reservation

AnyModel = TypeVar("AnyModel", bound=Model)


def screen_answers(
    answers: Sequence[Answer], borrower: Patron | None = None, *, at: datetime | None = None
) -> list[CounterAnswer]:
    """Return the answers, the newest first, in a constant number of queries."""
    rows = _Rows.of(answers)
    undoable = set(
        RecentScan.objects.undoable(at)
        .filter(pk__in=[a.scan for a in answers if a.scan])
        .values_list("pk", flat=True)
    )
    return [
        _screen_answer(answer, rows, answer.scan if answer.scan in undoable else None, borrower, at)
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
            _by_id(Copy.objects.select_related("bib"), (a.copy for a in answers)),
            _by_id(Loan.objects.all(), (a.loan for a in answers)),
            _by_id(
                Reservation.objects.select_related("patron", "pickup_branch"),
                (a.reservation for a in answers),
            ),
            _by_id(Branch.objects.all(), (a.branch for a in answers)),
        )


def _by_id(rows: QuerySet[AnyModel], ids: Iterable[int | None]) -> dict[int, AnyModel]:
    wanted = {pk for pk in ids if pk is not None}
    return rows.in_bulk(wanted) if wanted else {}


def _screen_answer(
    answer: Answer, rows: _Rows, scan: int | None, borrower: Patron | None, at: datetime | None
) -> CounterAnswer:
    copy = rows.copies.get(answer.copy or 0)
    if copy is None:
        return without_copy(answer)
    context = Context(
        answer,
        copy,
        rows.loans.get(answer.loan or 0),
        rows.reservations.get(answer.reservation or 0),
        rows.branches.get(answer.branch or 0),
        scan,
        borrower,
        at,
    )
    sentence = SENTENCES.get(answer.kind)
    return sentence(context) if sentence else context.answered("info", "確認", "")
