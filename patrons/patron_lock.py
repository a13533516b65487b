"""The lock of a patron's row: level ① of the lock order, taken before BibStatus and copies.

The lock is FOR NO KEY UPDATE. A plain FOR UPDATE would also stop every INSERT that refers to the
patron by a foreign key (a loan at the counter, a session), although none of them changes the row.
"""

from patrons.models import Patron


def lock(patron: Patron) -> Patron:
    """Lock the row of the patron until the transaction ends and return it as it is now.

    Use the returned object: the one passed in was read before the lock and may be out of date.
    """
    return lock_by_id(patron.pk)


def lock_by_id(patron_id: int) -> Patron:
    """Lock the row when only the primary key is at hand, and return the patron."""
    # Nothing is joined here. After waiting, PostgreSQL reads only the locked row anew and takes
    # joined rows as they were before the wait: a login just barred would count as active, and a
    # mail address just replaced would read as none. Related rows are read after the lock.
    return Patron.objects.select_for_update(no_key=True).get(pk=patron_id)
