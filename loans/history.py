"""読書履歴: kept on consent, deleted at once on request (rules 2.7, 6.4).

An entry is written when the loan begins, under the patron's lock, so that consent and withdrawal
come clearly before or after it. The link from loan to patron is cut at the return all the same.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import Refusal, refuse
from catalog.models import Bib
from japanese.normalise import fold
from loans.models import HistoryDeletion, HistoryEntry
from patrons import patron_lock
from patrons.models import Patron
from patrons.privileges import closed_refusals

AUTHORS_KEPT = 3


class NoHistoryForOrganisations(Refusal):
    sentence = "団体の読書履歴は、残すことができません。"


def consent(patron: Patron, *, at: datetime | None = None) -> None:
    """Keep what is lent from now on. A second consent does not change the first moment."""
    refuse(_refusals(patron, at))
    # One conditional UPDATE: of two presses at once the first moment stays.
    Patron.objects.filter(pk=patron.pk, history_consented_at__isnull=True).update(
        history_consented_at=at or timezone.now()
    )


def _refusals(patron: Patron, at: datetime | None) -> Iterator[Refusal]:
    yield from closed_refusals(patron, at=at)
    if patron.category == Patron.Category.ORGANISATION:
        yield NoHistoryForOrganisations()


@transaction.atomic
def withdraw(patron: Patron, *, at: datetime | None = None) -> None:
    """End the consent, and delete every entry."""
    patron = patron_lock.lock(patron)
    refuse(closed_refusals(patron, at=at))
    # Written before the entries go: a backup of a moment ago would bring them back otherwise.
    HistoryDeletion.objects.create(patron_number=patron.pk, withdrew=True, at=at or timezone.now())
    HistoryEntry.objects.filter(patron=patron).delete()
    Patron.objects.filter(pk=patron.pk).update(history_consented_at=None)


@transaction.atomic
def delete_entry(entry: HistoryEntry, *, at: datetime | None = None) -> None:
    """Delete one entry."""
    refuse(closed_refusals(entry.patron, at=at))
    HistoryDeletion.objects.create(
        patron_number=entry.patron_id, entry_number=entry.pk, at=at or timezone.now()
    )
    entry.delete()


@transaction.atomic
def delete_all(patron: Patron, *, at: datetime | None = None) -> int:
    """Delete all entries; what is lent from now on is kept again."""
    patron = patron_lock.lock(patron)
    refuse(closed_refusals(patron, at=at))
    HistoryDeletion.objects.create(patron_number=patron.pk, at=at or timezone.now())
    return HistoryEntry.objects.filter(patron=patron).delete()[0]


def write(bib: Bib, patron: Patron, *, at: datetime) -> None:
    """Write an entry. Lending calls this and has read the patron under the lock."""
    if patron.history_consented_at is None:
        return
    # Title and authors are copied: the bib may be merged or deleted later, the entry stays.
    authors = "・".join(
        bib.contributions.values_list("contributor__name", flat=True)[:AUTHORS_KEPT]
    )
    title = bib.title_with_volume
    HistoryEntry.objects.create(
        patron=patron,
        bib=bib,
        title=title,
        authors=authors,
        folded=fold(f"{title} {bib.title_reading} {authors}"),
        lent_on=timezone.localdate(at),
        written_at=at,
    )


def delete_mistaken_entry(bib_id: int, patron: Patron, *, lent_at: datetime) -> None:
    """Delete the entry of a loan that a wrong scan began. It is not in the deletions."""
    mistaken = HistoryEntry.objects.filter(
        patron=patron, bib_id=bib_id, lent_on=timezone.localdate(lent_at)
    ).first()
    if mistaken is not None:
        mistaken.delete()


# Compared by moments, not by numbers alone: a restored database gives used numbers anew.
REAPPLY = [
    """
    DELETE FROM loans_historyentry entry USING loans_historydeletion deletion
    WHERE entry.patron_id = deletion.patron_number
      AND entry.written_at <= deletion.at
      AND (deletion.entry_number IS NULL OR deletion.entry_number = entry.id)
    """,
    """
    UPDATE patrons_patron patron SET history_consented_at = NULL
    FROM loans_historydeletion deletion
    WHERE deletion.withdrew AND deletion.patron_number = patron.id
      AND patron.history_consented_at <= deletion.at
    """,
]


class Deletion(NamedTuple):
    """A row of the list of deletions, as it is kept beside the backups."""

    patron_number: int
    entry_number: int | None
    withdrew: bool
    at: datetime

    def as_line(self) -> str:
        entry = "" if self.entry_number is None else self.entry_number
        return f"{self.patron_number},{entry},{int(self.withdrew)},{self.at.isoformat()}"

    @classmethod
    def of_line(cls, line: str) -> "Deletion":
        patron, entry, withdrew, at = line.split(",")
        number = int(entry) if entry else None
        return cls(int(patron), number, withdrew == "1", datetime.fromisoformat(at))


def deletions() -> list[Deletion]:
    """Return the whole list, the oldest first. It holds no name and no title."""
    rows = HistoryDeletion.objects.order_by("at", "pk")
    return [Deletion(*row) for row in rows.values_list(*Deletion._fields)]


@transaction.atomic
def merge_deletions(newest: Iterable[Deletion]) -> int:
    """Add what a restored list does not know yet, and apply all deletions again."""
    missing = set(newest) - set(deletions())
    HistoryDeletion.objects.bulk_create(HistoryDeletion(**one._asdict()) for one in missing)
    return reapply_deletions()


@transaction.atomic
def reapply_deletions() -> int:
    """Apply the newest list of deletions after an older backup was restored.

    Entries written after a deletion stay, whatever their number. It may run more than once.
    """
    touched = 0
    with connection.cursor() as cursor:
        for statement in REAPPLY:
            cursor.execute(statement)
            touched += cursor.rowcount
    return touched


def forget_old_deletions(*, at: datetime | None = None) -> int:
    """Delete rows older than the oldest backup, which could bring nothing back."""
    before: timedelta = policy.BACKUPS_KEPT
    return HistoryDeletion.objects.filter(at__lt=(at or timezone.now()) - before).delete()[0]
