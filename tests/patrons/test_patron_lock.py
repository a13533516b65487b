"""The lock of a patron's row: what is read under it is true, whoever changed it meanwhile."""

import threading

import pytest
from django.db import connection, transaction

from patrons.models import Patron
from patrons.patron_lock import lock
from tests.factories import PASSWORD, MailAddressFactory, PatronFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def wait_until_somebody_waits_for_a_lock() -> None:
    """Ask the database until another connection waits; a hang ends with the test's time limit."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return


def read_under_lock(patron: Patron, read: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            locked = lock(patron)
            read["address"] = locked.mail_address and locked.mail_address.address
            read["active"] = locked.user.is_active
    finally:
        connection.close()


def test_whoever_waited_for_the_lock_reads_what_was_written_meanwhile():
    """A joined row would be read as it was before the wait: no address, and an active login."""
    patron = PatronFactory(password=PASSWORD, mail="old@example.jp")
    new = MailAddressFactory(address="new@example.jp")
    read: dict[str, object] = {}
    with transaction.atomic():
        mine = lock(patron)
        waiter = threading.Thread(target=read_under_lock, args=[patron, read])
        waiter.start()
        wait_until_somebody_waits_for_a_lock()
        mine.mail_address = new
        mine.save(update_fields=["mail_address"])
        mine.user.is_active = False
        mine.user.save(update_fields=["is_active"])
    waiter.join()
    assert read == {"address": "new@example.jp", "active": False}
