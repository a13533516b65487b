"""The links to other pages, few enough for a phone: 1 … 4 5 6 … 65."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    number: int = 0
    address: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Paging:
    previous: str
    next: str
    pages: list[Page]


def paging(current: int, last: int, address: Callable[[int], str]) -> Paging:
    return Paging(
        previous=address(current - 1) if 1 < current <= last else "",
        next=address(current + 1) if current < last else "",
        pages=list(_pages(current, last, address)),
    )


def _pages(current: int, last: int, address: Callable[[int], str]) -> Iterator[Page]:
    near = {1, last, current - 1, current, current + 1}
    before = 0
    for number in sorted(number for number in near if 1 <= number <= last):
        if number - before > 1:
            yield Page(gap=True)
        yield Page(number, address(number), current=number == current)
        before = number
