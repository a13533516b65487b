"""もう一度送る: staff try a mail again that did not arrive (rule 7.6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Mail

ONE_MORE_DAY = timedelta(days=1)


@transaction.atomic
def resend(mail: Mail, *, at: datetime | None = None) -> bool:
    """With the same Message-ID, for a day; False when it did not fail (any more).

    The letter is written from what is true then: a hold that was collected is not announced.
    """
    now = at or timezone.now()
    failed = Mail.objects.failed().filter(pk=mail.pk)
    if not failed.update(
        state=Mail.State.WAITING,
        attempts=0,
        next_attempt_at=now,
        leased_until=None,
        sent_at=None,
        last_reply="",
    ):
        return False
    mail.notices.filter(expires_at__lt=now + ONE_MORE_DAY).update(expires_at=now + ONE_MORE_DAY)
    return True
