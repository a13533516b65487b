"""受け入れ: the first scan of a new copy; an older issue of a magazine may go home then (12.3)."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Busy
from catalog.copies import whereabouts
from catalog.models import Copy
from reservations import queue

Whereabouts = Copy.Whereabouts
NEW = frozenset({Whereabouts.ON_ORDER, Whereabouts.PROCESSING})


def accept_if_new(copy: Copy, *, at: datetime) -> None:
    """Note the day of a copy that comes from the bookseller; the caller holds its locks."""
    if copy.whereabouts not in NEW:
        return
    if copy.accepted_on is None:
        copy.accepted_on = timezone.localdate(at)
        copy.save(update_fields=["accepted_on"])
    if copy.lending == Copy.Lending.NEWEST_ISSUE:
        transaction.on_commit(partial(lend_former_issues, at=at), robust=True)


def accept_no_more(copy: Copy, *, was: Copy.Whereabouts, at: datetime) -> None:
    """The scan that accepted it was a mistake. A former issue that was let go stays let go."""
    if was in NEW and copy.accepted_on == timezone.localdate(at):
        copy.accepted_on = None
        copy.save(update_fields=["accepted_on"])


def former_issues() -> list[Copy]:
    """Issues to be read in the library although the same branch has accepted a later one."""
    later = Copy.objects.owned().filter(
        bib__volume_set=OuterRef("bib__volume_set"),
        bib__volume_order__gt=OuterRef("bib__volume_order"),
        home_branch=OuterRef("home_branch"),
        lending=Copy.Lending.NEWEST_ISSUE,
    )
    return list(
        Copy.objects.filter(Exists(later.exclude(whereabouts__in=NEW)))
        .filter(lending=Copy.Lending.NEWEST_ISSUE)
        .order_by("bib_id", "pk")
    )


def lend_former_issues(*, at: datetime | None = None) -> int:
    """Let former issues be lent, one bib per transaction; a job catches what was missed."""
    let_go = 0
    for copy in former_issues():
        with suppress(Busy):  # the next run finds it again
            let_go += _let_go(copy, at=at)
    return let_go


@locked_transaction
def _let_go(copy: Copy, *, at: datetime | None = None) -> bool:
    copy = whereabouts.lock_copy(copy)
    if copy.lending != Copy.Lending.NEWEST_ISSUE:
        return False
    copy.lending = Copy.Lending.LENT
    copy.save(update_fields=["lending"])
    whereabouts.count_copies([copy.bib_id])
    queue.assign(copy.bib_id, at=at or timezone.now())
    return True
