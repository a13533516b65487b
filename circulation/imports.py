"""Imports open loans and reservations from CSV, when a library moves in (rule 9.4).

No mail is sent and no limit is checked, because it happened in the old system. The sweep of the
next minute assigns free copies.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from akiruno_library import policy
from catalog.copies import whereabouts
from catalog.imports.copies import (
    bib_of,
    bibs_named,
    branch_choices,
    branch_of,
    no_such_bib,
)
from catalog.imports.days import read_day, read_moment
from catalog.imports.numbers import read_number
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow, choices_of, one_of
from catalog.models import BibStatus, Copy
from loans.models import Loan
from patrons.imports import card_of, no_such_patron, patrons_with
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.models import Actor, Reservation, ReservationEvent, State

MAPPINGS = Path(__file__).parent / "mappings"
LOANS = TableKind(
    "loans",
    MAPPINGS / "loans.toml",
    required={
        "card_number": "利用者番号",
        "barcode": "資料番号",
        "lent_at": "貸出日",
        "due_on": "返却期限",
    },
    optional=("renewals", "branch"),
)
RESERVATIONS = TableKind(
    "reservations",
    MAPPINGS / "reservations.toml",
    required={
        "card_number": "利用者番号",
        "bib": "書誌の番号",
        "placed_at": "受付日時",
        "pickup_branch": "受取館",
    },
    optional=("bib_source", "contact_method", "barcode", "deadline"),
)
LENDABLE = frozenset({Copy.Whereabouts.SHELF, Copy.Whereabouts.PROCESSING})
TAKEN_OVER = "以前のシステムから引き継ぎました"


@dataclass(slots=True)
class LoanRecord:
    where: str
    source_key: str  # the barcode: a copy has one open loan
    card_number: str
    lent_at: datetime
    due_on: date
    renewals: int
    branch_id: int | None
    remarks: list[str] = field(default_factory=list)


class LoanWriter:
    source = "貸出"

    def __init__(self, *, dry_run: bool = False, at: datetime | None = None) -> None:
        self.dry_run, self.at = dry_run, at or timezone.now()
        self._branches = branch_choices()

    def ready(self, row: TableRow) -> LoanRecord:
        lent_at = read_moment(row["lent_at"], "貸出日")
        due_on = read_day(row["due_on"], "返却期限")
        renewals = row["renewals"] or "0"
        if not renewals.isdecimal():
            raise BadRecord(f"延長回数「{renewals}」が正しくありません。")
        if lent_at > self.at or due_on < timezone.localdate(lent_at):
            raise BadRecord("貸出日と返却期限の順が正しくありません。")
        record = LoanRecord(
            where=row.where,
            source_key=read_number(row["barcode"], "資料番号"),
            card_number=card_of(row),
            lent_at=lent_at,
            due_on=due_on,
            renewals=min(int(renewals[:3]), policy.RENEWALS),
            branch_id=branch_of(self._branches, row["branch"], "貸出館") if row["branch"] else None,
        )
        if int(renewals[:3]) > policy.RENEWALS:
            record.remarks.append(
                f"{policy.RENEWALS + 1}回以上の延長は、{policy.RENEWALS}回として入れました。"
            )
        return record

    def write(self, batch: list[LoanRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[LoanRecord]) -> list[Outcome | BadRecord]:
        patrons = patrons_with(record.card_number for record in batch)
        copies = _locked_copies(record.source_key for record in batch)
        on_loan = dict(
            Loan.objects.open()
            .filter(copy__in=copies.values())
            .values_list("copy__barcode", "patron_id")
        )
        outcomes: list[Outcome | BadRecord] = []
        new = []
        for record in batch:
            copy, patron = copies.get(record.source_key), patrons.get(record.card_number)
            if patron is None:
                outcomes.append(no_such_patron(record.card_number))
            elif copy is None:
                outcomes.append(_no_such_copy(record.source_key))
            elif record.source_key in on_loan:
                same = on_loan[record.source_key] == patron
                outcomes.append("same" if same else BadRecord("別の方に貸出中の資料です。"))
            elif copy.whereabouts not in LENDABLE or copy.lending == Copy.Lending.IN_LIBRARY:
                outcomes.append(BadRecord(f"貸出にできない資料です({_why_not_lent(copy)})。"))
            else:
                new.append(_loan(record, copy, patron))
                outcomes.append("added")
        Loan.objects.bulk_create(new)
        lent = [loan.copy for loan in new]
        for copy in lent:
            copy.whereabouts = Copy.Whereabouts.ON_LOAN
        Copy.objects.bulk_update(lent, ["whereabouts"])
        whereabouts.count_copies(copy.bib_id for copy in lent)
        return outcomes


def _loan(record: LoanRecord, copy: Copy, patron_id: int) -> Loan:
    return Loan(
        copy=copy,
        patron_id=patron_id,
        branch_id=record.branch_id or copy.home_branch_id,
        lent_at=record.lent_at,
        due_on=record.due_on,
        renewals=record.renewals,
    )


@dataclass(slots=True)
class ReservationRecord:
    where: str
    source_key: str
    card_number: str
    bib: tuple[str, str]
    placed_at: datetime
    pickup_branch_id: int
    contact_method: str
    barcode: str
    deadline: date | None
    remarks: list[str] = field(default_factory=list)


class ReservationWriter:
    """Keeps the moment of placing, and so the place in the queue (rule 5.5)."""

    source = "予約"

    def __init__(self, *, dry_run: bool = False, at: datetime | None = None) -> None:
        self.dry_run, self.at = dry_run, at or timezone.now()
        self._branches = branch_choices()
        self._contacts = choices_of(ContactMethod.choices)

    def ready(self, row: TableRow) -> ReservationRecord:
        card, bib = card_of(row), bib_of(row)
        placed_at = read_moment(row["placed_at"], "受付日時")
        if placed_at > self.at:
            raise BadRecord(f"受付日時「{row['placed_at']}」が先の日時です。")
        if bool(row["barcode"]) != bool(row["deadline"]):
            raise BadRecord("取置中のものには、資料番号と取置期限の両方が要ります。")
        return ReservationRecord(
            where=row.where,
            source_key=f"{card} {bib}",
            card_number=card,
            bib=bib,
            placed_at=placed_at,
            pickup_branch_id=branch_of(self._branches, row["pickup_branch"], "受取館"),
            contact_method=one_of(
                self._contacts, row["contact_method"] or ContactMethod.NONE, "連絡方法"
            ),
            barcode=read_number(row["barcode"], "資料番号") if row["barcode"] else "",
            deadline=read_day(row["deadline"], "取置期限") if row["deadline"] else None,
        )

    def write(self, batch: list[ReservationRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[ReservationRecord]) -> list[Outcome | BadRecord]:
        patrons = patrons_with(record.card_number for record in batch)
        with_mail = set(
            Patron.objects.filter(pk__in=patrons.values(), mail_address__isnull=False).values_list(
                "pk", flat=True
            )
        )
        bibs = bibs_named(record.bib for record in batch)
        copies = _locked_copies(
            (record.barcode for record in batch if record.barcode), and_bibs=bibs.values()
        )
        placed = set(
            Reservation.objects.open()
            .filter(patron__in=patrons.values(), bib__in=bibs.values())
            .values_list("patron_id", "bib_id")
        )
        outcomes: list[Outcome | BadRecord] = []
        new = []
        for record in batch:
            patron, bib = patrons.get(record.card_number), bibs.get(record.bib)
            copy = copies.get(record.barcode)
            if patron is None:
                outcomes.append(no_such_patron(record.card_number))
            elif bib is None:
                outcomes.append(no_such_bib(record.bib))
            elif (patron, bib) in placed:
                outcomes.append("same")
            elif record.barcode and not _may_stand_ready(copy, bib):
                outcomes.append(BadRecord(f"資料「{record.barcode}」は取り置けません。"))
            else:
                if record.contact_method == ContactMethod.MAIL and patron not in with_mail:
                    record.contact_method = ContactMethod.NONE
                    record.remarks.append(
                        "メールアドレスがないため、連絡方法を「連絡不要」にしました。"
                    )
                new.append(self._reservation(record, patron, bib, copy))
                outcomes.append("added")
        self._insert(new)
        return outcomes

    def _reservation(
        self, record: ReservationRecord, patron_id: int, bib_id: int, copy: Copy | None
    ) -> Reservation:
        reservation = Reservation(
            patron_id=patron_id,
            bib_id=bib_id,
            pickup_branch_id=record.pickup_branch_id,
            contact_method=record.contact_method,
            placed_at=record.placed_at,
        )
        if copy is not None:
            reservation.state, reservation.copy = State.READY, copy
            reservation.assigned_at = reservation.ready_at = self.at
            reservation.deadline = record.deadline
        return reservation

    def _insert(self, new: list[Reservation]) -> None:
        Reservation.objects.bulk_create(new)
        ReservationEvent.objects.bulk_create(
            ReservationEvent(
                reservation=reservation,
                at=self.at,
                actor=Actor.LIBRARY,
                to_state=reservation.state,
                why=TAKEN_OVER,
            )
            for reservation in new
        )
        held = [(one.copy, one.pickup_branch_id) for one in new if one.copy is not None]
        # `put` is called one by one, because each call takes the next free place.
        for copy, branch in held:  # each is given its place on the shelf
            whereabouts.put(copy, Copy.Whereabouts.HOLD_SHELF, branch=branch)
        whereabouts.count_copies(copy.bib_id for copy, _ in held)
        waiting = Counter(one.bib_id for one in new if one.state == State.WAITING)
        # Sorted by bib: two imports would otherwise lock the rows in different orders and deadlock.
        for bib_id, number in sorted(waiting.items()):
            BibStatus.objects.filter(pk=bib_id).update(waiting=F("waiting") + number)


def _may_stand_ready(copy: Copy | None, bib_id: int) -> bool:
    return copy is not None and copy.bib_id == bib_id and copy.whereabouts == Copy.Whereabouts.SHELF


def _locked_copies(barcodes: Iterable[str], *, and_bibs: Iterable[int] = ()) -> dict[str, Copy]:
    """Lock the bibs, then the copies, as every verb does."""
    found = Copy.objects.filter(barcode__in=set(barcodes))
    whereabouts.lock_statuses({*found.values_list("bib_id", flat=True), *and_bibs})
    return {copy.barcode: copy for copy in found.select_for_update(no_key=True).order_by("pk")}


def _no_such_copy(barcode: str) -> BadRecord:
    return BadRecord(f"資料番号「{barcode}」の所蔵がありません。先に所蔵を取り込んでください。")


def _why_not_lent(copy: Copy) -> str:
    if copy.lending == Copy.Lending.IN_LIBRARY:
        return copy.get_lending_display()
    return copy.get_whereabouts_display()
