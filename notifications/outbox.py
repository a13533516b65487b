"""The outbox: a notice is written in the transaction of its event (rule 7.6).

PostgreSQL keeps the notice. Waking the worker may fail, because a sweep every few seconds finds all
due notices.
"""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from akiruno_library import policy
from notifications import rendering, tasks
from notifications.models import Mail, MailAddress, Notice

logger = logging.getLogger(__name__)
_waking = threading.Lock()

WRITE_ROWS = """
INSERT INTO notifications_notice ({columns}, kind, bulk, created_at, not_before)
SELECT chosen.*, %s, %s, %s, %s FROM ({chosen}) AS chosen ({columns})
ON CONFLICT (key) DO NOTHING
"""


def announce(
    *,
    key: str,
    kind: str,
    address: MailAddress,
    subject_ids: Mapping[str, int],
    at: datetime,
    digest: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Write a notice; a second one with the same key changes nothing.

    The id `patron` decides in whose 図書館からのメール it is listed. Due notices of one kind,
    address and digest become one mail; without a digest each becomes its own.
    """
    notice = notice_of(
        key=key,
        kind=kind,
        address_id=address.pk,
        subject_ids=subject_ids,
        at=at,
        digest=digest,
        not_before=not_before,
        expires_at=expires_at,
    )
    announce_all([notice], at=at)


def notice_of(
    *,
    key: str,
    kind: str,
    address_id: int,
    subject_ids: Mapping[str, int],
    at: datetime,
    digest: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Notice:
    """Return an unsaved notice, for callers that write many."""
    return Notice(
        key=key,
        kind=kind,
        address_id=address_id,
        recipient=subject_ids.get("patron"),
        digest=digest,
        bulk=rendering.is_bulk(kind),
        subject_ids=dict(subject_ids),
        created_at=at,
        not_before=not_before or at,
        expires_at=expires_at or at + policy.MAIL_GIVES_UP,
    )


def announce_all(notices: Iterable[Notice], *, at: datetime) -> int:
    """Write many notices in batches. Known keys change nothing."""
    waiting, announced, is_due = iter(notices), 0, False
    while portion := list(islice(waiting, policy.IMPORT_BATCH)):
        Notice.objects.bulk_create(portion, ignore_conflicts=True)
        announced += len(portion)
        is_due = is_due or any(notice.not_before <= at for notice in portion)
    if is_due:
        # After the commit: before it the worker would not see the rows.
        transaction.on_commit(wake_sender)
    return announced


def announce_rows(rows: QuerySet, kind: str, *, at: datetime) -> int:
    """Write a notice for each row of a query in one statement; return how many are new.

    The query has the columns `key`, `address`, `recipient`, `digest`, `subject_ids` and
    `expires_at`. A hundred thousand rows take seconds in the database, and no memory here.
    """
    brought = ("key", "address_id", "recipient", "digest", "subject_ids", "expires_at")
    chosen, values = rows.order_by().values_list(*brought).query.sql_with_params()
    written_down = WRITE_ROWS.format(columns=", ".join(brought), chosen=chosen)
    with connection.cursor() as cursor:
        cursor.execute(written_down, [kind, rendering.is_bulk(kind), at, at, *values])
        written: int = cursor.rowcount
    if written:
        transaction.on_commit(wake_sender)
    return written


def withdraw(key: str, *, at: datetime) -> None:
    """Withdraw a notice that is no longer true. A sent mail cannot be withdrawn."""
    Notice.objects.true_now().filter(key=key).update(withdrawn_at=at)


def reinstate(key: str) -> None:
    """Undo the withdrawal of a notice, unless its mail was sent."""
    notice = Notice.objects.filter(key=key)
    # The mail that was withdrawn together with the notice is final, so the notice needs a new one.
    notice.filter(mail__state=Mail.State.WITHDRAWN).update(withdrawn_at=None, mail=None)
    waits = Q(mail__isnull=True) | Q(mail__state=Mail.State.WAITING)
    notice.filter(waits).update(withdrawn_at=None)


def was_sent(key: str) -> bool:
    return Notice.objects.filter(key=key, mail__state=Mail.State.SENT).exists()


def withdraw_kind(kind: str, *, recipient: int, at: datetime) -> None:
    """Withdraw all notices of a kind that the recipient no longer wants."""
    Notice.objects.true_now().filter(recipient=recipient, kind=kind).update(withdrawn_at=at)


def reinstate_kind(kind: str, *, recipient: int) -> None:
    """Undo `withdraw_kind`: the recipient wants the kind again, and its keys are not free.

    Each mail is written from the facts of the moment, so nothing that has passed is sent.
    """
    withdrawn = Notice.objects.filter(recipient=recipient, kind=kind, withdrawn_at__isnull=False)
    for key in withdrawn.values_list("key", flat=True):
        reinstate(key)


def follow(recipient: int, address: MailAddress, *, at: datetime) -> None:
    """Send to this address what the recipient has not got yet and is still true (rule 3.5).

    That is what is unsent, and what came back from an address. A mail in the hands of a sender
    is not touched.
    """
    unsent = Q(mail__isnull=True) | Q(
        mail__state=Mail.State.WAITING, mail__leased_until__isnull=True
    )
    came_back = Q(mail__state__in=[Mail.State.REFUSED, Mail.State.BOUNCED])
    follows = [kind for kind, facts in rendering.KINDS.items() if facts.follows]
    notices = Notice.objects.true_now().in_time(at).filter(recipient=recipient, kind__in=follows)
    ids = list(notices.filter(unsent | came_back).values_list("pk", flat=True))
    # A mail that has no notice any more is withdrawn when its turn comes.
    if Notice.objects.filter(pk__in=ids).update(address=address, mail=None):
        transaction.on_commit(wake_sender)


def withdraw_subject(kind: str, *, subject: str, pk: int, at: datetime) -> None:
    """Withdraw all notices about one subject, for all recipients."""
    Notice.objects.true_now().filter(**{"kind": kind, f"subject_ids__{subject}": pk}).update(
        withdrawn_at=at
    )


def forget(kind: str, *, subject: str, ids: Sequence[int]) -> None:
    """Delete the notices about these subjects. The mail row stays and names none of them."""
    Notice.objects.filter(**{"kind": kind, f"subject_ids__{subject}__in": list(ids)}).delete()


def forget_keys(keys: Sequence[str]) -> None:
    """Delete these notices. Those that are not sent yet are not sent."""
    Notice.objects.filter(key__in=keys).delete()


def wake_sender() -> None:
    """Tell the worker that there is mail.

    A thread does it, one at a time, because a Redis that hangs would block the page (safety 24).
    """
    if _waking.acquire(blocking=False):
        threading.Thread(target=_wake, daemon=True).start()


def _wake() -> None:
    try:
        tasks.send_due_mail.delay()
    except Exception as error:  # whatever the failure of Redis, the sweep finds the mail
        logger.warning("the sender could not be woken: %s", type(error).__name__)
    finally:
        _waking.release()
