"""Invented patrons, what they have at home and what they wait for; in proportion to the bibs."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from bench.words import GIVEN_NAMES, SURNAMES
from catalog.copies import whereabouts
from catalog.models import Bib, BibStatus, Branch, Copy
from loans.models import Loan
from patrons.models import Patron, User
from reservations.models import Actor, CloseReason, Reservation, State

PASSWORD = "bench-2026"  # noqa: S105 - of nobody
FIRST_CARD = 20_000_000
READER_CARD = str(FIRST_CARD)  # 10 loans, 20 reservations, 7 cancelled
READER_LOANS, READER_RESERVATIONS, READER_CANCELLED = 10, 20, 7
FEWEST_PATRONS = 2_000
PATRONS, LOANS, RESERVATIONS = 0.16, 0.12, 0.04  # for each bib
LONG_QUEUE, SHORT_QUEUE = 1_000, 50
LENT_IN_A_QUEUE = 40
BATCH = 2_000
FIRST_BARCODE = 7_000_000_000


def make_people(bibs: int) -> None:
    """Patrons, loans and reservations, and two bibs that very many and some people wait for."""
    draw = random.Random(f"people of {bibs}")
    patrons = _make_patrons(max(int(bibs * PATRONS), FEWEST_PATRONS), draw)
    _lend(int(bibs * LOANS), patrons, draw)
    _reserve(int(bibs * RESERVATIONS), patrons, draw)
    _make_queue(bib_with_queue(LONG_QUEUE), LONG_QUEUE, patrons)
    _make_queue(bib_with_queue(SHORT_QUEUE), SHORT_QUEUE, patrons)


def bib_with_queue(length: int) -> Bib:
    return Bib.objects.order_by("pk")[length]


def _make_patrons(number: int, draw: random.Random) -> list[int]:
    """Their numbers; all have one password, because hashing one for each would take an hour."""
    password = make_password(PASSWORD)
    pickup = Branch.objects.get(code="chuo").pk
    made: list[int] = []
    for first in range(0, number, BATCH):
        count = min(BATCH, number - first)
        with transaction.atomic():
            users = User.objects.bulk_create(
                User(kind=User.Kind.PATRON, password=password) for _ in range(count)
            )
            patrons = Patron.objects.bulk_create(
                _patron(user, FIRST_CARD + first + place, pickup, draw)
                for place, user in enumerate(users)
            )
        made += [patron.pk for patron in patrons]
    return made


def _patron(user: User, card: int, pickup: int, draw: random.Random) -> Patron:
    surname, given = draw.choice(SURNAMES), draw.choice(GIVEN_NAMES)
    return Patron(
        user=user,
        card_number=str(card),
        name=f"{surname[0]} {given[0]}",
        name_reading=f"{surname[1]} {given[1]}",
        birth_date=date(1940, 1, 1) + timedelta(days=draw.randrange(25_000)),
        card_expires_on=timezone.localdate() + timedelta(days=400),
        pickup_branch_id=pickup,
    )


def _lend(number: int, patrons: list[int], draw: random.Random) -> None:
    free = Copy.objects.free().order_by("pk")
    share = number / free.count()
    chosen = (copy for copy in free.iterator(BATCH) if draw.random() < share)
    borrowers = _first_the_reader(READER_LOANS, patrons, draw)
    while batch := list(islice(chosen, BATCH)):
        _lend_these(batch, borrowers, draw)


def _lend_these(copies: list[Copy], borrowers: Iterator[int], draw: random.Random) -> None:
    now, today = timezone.now(), timezone.localdate()
    loans = []
    for copy in copies:
        ago = draw.randrange(23)
        loans.append(
            Loan(
                copy=copy,
                patron_id=next(borrowers),
                branch_id=copy.home_branch_id,
                lent_at=now - timedelta(days=ago),
                due_on=today + timedelta(days=21 - ago),
            )
        )
    with transaction.atomic():
        Loan.objects.bulk_create(loans)
        Copy.objects.filter(pk__in=[copy.pk for copy in copies]).update(
            whereabouts=Copy.Whereabouts.ON_LOAN
        )
        whereabouts.count_copies(copy.bib_id for copy in copies)


def _first_the_reader(times: int, patrons: list[int], draw: random.Random) -> Iterator[int]:
    yield from [patrons[0]] * times
    while True:
        yield draw.choice(patrons)


def _reserve(number: int, patrons: list[int], draw: random.Random) -> None:
    """Only what is lent out is waited for; a few bibs by many, as it is with new novels."""
    lent = BibStatus.objects.filter(circulating__gt=0, free_at__len=0).order_by("pk")
    bibs = list(lent.values_list("pk", flat=True))
    weights = [(place + 10) ** -0.5 for place in range(len(bibs))]
    pairs = {(patrons[0], bib) for bib in bibs[-READER_RESERVATIONS:]}
    others = draw.choices(bibs, weights, k=number)
    pairs |= {(draw.choice(patrons[1:]), bib) for bib in others}
    _wait(sorted(pairs))
    now = timezone.now()
    Reservation.objects.bulk_create(
        Reservation(
            patron_id=patrons[0],
            bib_id=bib,
            pickup_branch=Branch.objects.get(code="chuo"),
            state=State.CANCELLED,
            closed_at=now,
            closed_by=Actor.PATRON,
            close_reason=CloseReason.CANCELLED,
        )
        for bib in bibs[:READER_CANCELLED]
    )


def _wait(pairs: Iterable[tuple[int, int]]) -> None:
    pickup = Branch.objects.get(code="chuo").pk
    begun = timezone.now() - timedelta(days=30)
    reservations = Reservation.objects.bulk_create(
        (
            Reservation(
                patron_id=patron,
                bib_id=bib,
                pickup_branch_id=pickup,
                placed_at=begun + timedelta(seconds=number),
            )
            for number, (patron, bib) in enumerate(pairs)
        ),
        batch_size=BATCH,
    )
    waiting = Counter(reservation.bib_id for reservation in reservations)
    statuses = [BibStatus(pk=bib, waiting=number) for bib, number in waiting.items()]
    BibStatus.objects.bulk_update(statuses, ["waiting"], batch_size=500)


def _make_queue(bib: Bib, length: int, patrons: list[int]) -> None:
    """A bib with copies that are all lent and `length` people waiting, nobody else."""
    branch = Branch.objects.get(code="chuo")
    Copy.objects.free().filter(bib=bib).update(whereabouts=Copy.Whereabouts.REPAIR)
    Copy.objects.bulk_create(
        Copy(
            barcode=str(FIRST_BARCODE + length * 1_000 + number),
            bib=bib,
            home_branch=branch,
            current_branch=branch,
            call_number="913.6/ナ",
        )
        for number in range(LENT_IN_A_QUEUE)
    )
    begin_queue(length, patrons)


def begin_queue(length: int, patrons: list[int]) -> list[Copy]:
    """Lend the copies made for that queue, whatever was done with them, and let all wait again."""
    bib = bib_with_queue(length)
    copies = list(Copy.objects.filter(bib=bib).order_by("-pk")[:LENT_IN_A_QUEUE])
    Reservation.objects.filter(bib=bib).delete()
    Loan.objects.filter(copy__in=copies).delete()
    Copy.objects.filter(bib=bib).update(hold_place=None, sent_from=None, sent_at=None)
    _lend_these(copies, iter(patrons[-LENT_IN_A_QUEUE:]), random.Random(length))
    _wait([(patron, bib.pk) for patron in patrons[100 : 100 + length]])
    whereabouts.count_copies([bib.pk])
    return copies
