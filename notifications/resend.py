"""もう一度送る: staff send a failed mail again (rule 7.6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Mail

ONE_MORE_DAY = timedelta(days=1)


@transaction.atomic
def resend(mail: Mail, *, at: datetime | None = None) -> bool:
    """Send the mail again with the same Message-ID, for one more day. Return False if it has not
    failed.

    The text is written anew, so a hold that was collected meanwhile is not announced.
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
