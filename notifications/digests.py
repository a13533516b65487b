"""Builds mails from notices: notices of one address, kind and digest become one mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import make_msgid
from itertools import groupby

from django.db import connection, transaction
from django.utils import timezone

from akiruno_library import policy
from notifications.models import Mail, Notice

# One statement of constant length: bulk_update writes a CASE with a branch for each row.
PUT_INTO_MAILS = """
UPDATE notifications_notice SET mail_id = pair.mail
FROM unnest(%s::bigint[], %s::bigint[]) AS pair (notice, mail)
WHERE id = pair.notice
"""


@transaction.atomic
def build_mails(*, at: datetime | None = None) -> int:
    """Compose mails from due notices, urgent ones first; return the number of notices.

    A digest that exceeds the batch is completed, because its rest would become a second mail.
    """
    at = at or timezone.now()
    # The order groups the notices of one mail; an index has the same order.
    loose = Notice.objects.loose(at).order_by("bulk", "address_id", "kind", "digest", "pk")
    # Two senders may run at once: each takes the rows that the other has not locked.
    first = list(loose.select_for_update(skip_locked=True)[: policy.IMPORT_BATCH])
    if len(first) == policy.IMPORT_BATCH and (last := first[-1]).digest:
        seen = {notice.pk for notice in first}
        rest = loose.filter(kind=last.kind, digest=last.digest, address=last.address_id)
        first += [one for one in rest.select_for_update(skip_locked=True) if one.pk not in seen]
    compositions = list(_compositions(first))
    mails = Mail.objects.bulk_create([_mail_for(notices[0], at) for notices in compositions])
    placed = [
        (notice, mail)
        for mail, notices in zip(mails, compositions, strict=True)
        for notice in notices
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            PUT_INTO_MAILS,
            [[notice.pk for notice, _ in placed], [mail.pk for _, mail in placed]],
        )
    return len(first)


def _compositions(notices: Iterable[Notice]) -> Iterable[Sequence[Notice]]:
    for (_, _, digest), together in groupby(notices, _belonging):
        if digest:
            yield list(together)
        else:
            yield from ([notice] for notice in together)


def _belonging(notice: Notice) -> tuple[int, str, str]:
    return notice.address_id, notice.kind, notice.digest


def _mail_for(notice: Notice, at: datetime) -> Mail:
    return Mail(
        # Without a domain the id would name this machine.
        message_id=make_msgid(domain=policy.MAIL_DOMAIN),
        kind=notice.kind,
        address_id=notice.address_id,
        recipient=notice.recipient,
        bulk=notice.bulk,
        created_at=at,
        next_attempt_at=at,
    )
