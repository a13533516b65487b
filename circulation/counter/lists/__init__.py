"""The lists of a branch (rule 9.2). Each is read, printed and worked through by scanning."""

from circulation.counter.lists.base import Cell, ListAction, ListRow, WorkList
from circulation.counter.lists.copies import ARRIVING, FETCH, LAPSED, LATE, SENT, SHELF
from circulation.counter.lists.lenders import LENDERS
from circulation.counter.lists.people import COMPENSATIONS, OVERDUE, TELEPHONE
from circulation.counter.lists.requests import NO_COPY_LEFT, REQUESTS, WANTED

LISTS = {
    one.slug: one
    for one in (
        FETCH,
        SENT,
        ARRIVING,
        LATE,
        SHELF,
        LAPSED,
        LENDERS,
        TELEPHONE,
        OVERDUE,
        REQUESTS,
        NO_COPY_LEFT,
        COMPENSATIONS,
        WANTED,
    )
}

__all__ = ["LISTS", "Cell", "ListAction", "ListRow", "WorkList"]
