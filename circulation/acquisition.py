"""受け入れ: the first scan of a new copy. It may free an older issue of a magazine (rule 12.3)."""

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
    """Record the day of acceptance of a new copy. The caller holds the locks of the copy."""
    if copy.whereabouts not in NEW:
        return
    if copy.accepted_on is None:
        copy.accepted_on = timezone.localdate(at)
        copy.save(update_fields=["accepted_on"])
    if copy.lending == Copy.Lending.NEWEST_ISSUE:
        # The former issue belongs to another bib. Its lock would break the lock order here, so the
        # work starts after the commit; the hourly job repeats it if it fails.
        transaction.on_commit(partial(lend_past_issues, at=at), robust=True)


def accept_no_more(copy: Copy, *, was: Copy.Whereabouts, at: datetime) -> None:
    """Undo the acceptance after a mistaken scan. A former issue that became lendable stays so."""
    if was in NEW and copy.accepted_on == timezone.localdate(at):
        copy.accepted_on = None
        copy.save(update_fields=["accepted_on"])


def past_issues() -> list[Copy]:
    """Return issues for use in the library although the same branch accepted a later one."""
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


def lend_past_issues(*, at: datetime | None = None) -> int:
    """Make former issues lendable, one bib in each transaction; return how many."""
    let_go = 0
    for copy in past_issues():
        with suppress(Busy):  # the next run finds this copy again
            let_go += _let_go(copy, at=at)
    return let_go


@locked_transaction
def _let_go(copy: Copy, *, at: datetime | None = None) -> bool:
    copy = whereabouts.lock_copy(copy)
    # Another process may have changed the copy before the lock was taken.
    if copy.lending != Copy.Lending.NEWEST_ISSUE:
        return False
    copy.lending = Copy.Lending.LENT
    copy.save(update_fields=["lending"])
    whereabouts.count_copies([copy.bib_id])
    queue.assign(copy.bib_id, at=at or timezone.now())
    return True
