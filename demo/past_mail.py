"""The mail that went out before the demo began, laid into its mailbox with its own moment.

Hanako was told of the loan that is overdue by now. So the mailbox holds a 返却期限のお知らせ on
every day, also on those before the New Year on which the rule tells of none (7.3).
"""

from datetime import datetime, time
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from akiruno_library import policy
from demo.cards import HANAKO
from demo.desk import Desk
from demo.mailbox import keep
from loans.due_soon import announce_due_soon
from loans.loan_notices import DUE_SOON
from loans.models import Loan
from notifications import rendering
from notifications.digests import build_mails
from notifications.models import Mail

NINE = time(9)


def due_soon_of_the_overdue_loan(desk: Desk) -> None:
    """Told three days before the due day, and taken by the mail server at once."""
    for overdue in Loan.objects.overdue().filter(patron=desk.patrons[HANAKO]):
        noticed_at = timezone.make_aware(datetime.combine(overdue.due_on - policy.DUE_SOON, NINE))
        announce_due_soon(at=noticed_at)
        build_mails(at=noticed_at)
        for mail in Mail.objects.due(noticed_at).filter(kind=DUE_SOON):
            _deliver(mail, noticed_at)


def _deliver(mail: Mail, at: datetime) -> None:
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_at=at, attempts=1)
    text = rendering.write(mail.kind, list(mail.notices.all()), at=at)
    if text is None or settings.MAILBOX_DIR is None:
        return
    message = text.message(mail.address.address, mail.message_id)
    message.extra_headers["Date"] = format_datetime(at)
    keep(settings.MAILBOX_DIR, message.message().as_bytes(), mail.pk, arrived=at)
