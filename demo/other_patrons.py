"""What those have borrowed and reserved whom the README does not name."""

from demo.desk import Desk

OTHER_LOANS = 24
OTHER_AUDIOVISUAL_LOANS = 6


def copy_that_never_arrived(desk: Desk) -> None:
    patron = next(desk.others)
    pickup = desk.pickup_branch(patron)
    book = desk.books.pick(lambda book: book.is_only_away_from(pickup.code))
    reservation = desk.reserve(patron, book.bib, days=12)
    if (copy := reservation.copy) is not None:
        desk.scan(copy, copy.current_branch, days=9)


def copy_with_supplements(desk: Desk) -> None:
    book = desk.books.pick(lambda book: book.is_print)
    book.copies[0].supplements = "CD付き"
    book.copies[0].save(update_fields=["supplements"])
    desk.borrow(next(desk.others), book.copies[0], due_in=6)


def loans(desk: Desk) -> None:
    for number in range(OTHER_LOANS):
        book = desk.books.pick(lambda book: book.is_alone)
        desk.borrow(next(desk.others), book.copies[0], due_in=number * 7 % 25 - 5)


def audiovisual_loans(desk: Desk) -> None:
    for number in range(OTHER_AUDIOVISUAL_LOANS):
        book = desk.books.pick(lambda book: book.is_audiovisual)
        desk.borrow(next(desk.others), book.copies[0], due_in=number)
