"""Repairs restored rows: deleted history stays deleted, and no mail is sent again.

The rows are those of the moment of the backup. They do not know which mails were sent and which
jobs ran since.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from loans import history
from loans.history import Deletion
from notifications import jobs
from notifications.models import Mail, Notice
from notifications.rendering import KINDS
from patrons import news_sending
from patrons.models import NewsSending, OneTimeLink, Session


@dataclass(frozen=True)
class Restored:
    deletions_applied: int
    withdrawn: Counter[str]
    """How many notices of each kind were withdrawn; staff may want to telephone some."""

    def lines(self) -> list[str]:
        sentences = [f"消し直した読書履歴と同意: {self.deletions_applied}件"]
        for kind, number in sorted(self.withdrawn.items()):
            name = KINDS[kind].name if kind in KINDS else kind
            sentences.append(f"取りやめたお知らせ: {name} {number}件")
        return sentences


def settle_restored_rows(deletions: Iterable[Deletion], *, at: datetime | None = None) -> Restored:
    """Make restored rows ready for service. Worker and beat must not run yet.

    1. The newest list of deleted history is merged into the restored one and applied again.
    2. The daily jobs run: they write the notices that they would write, and record their run.
    3. All waiting mails and notices are withdrawn; newsletters that were being sent are stopped.
    4. Logins end, and links in mails of that evening become invalid.
    """
    at = at or timezone.now()
    deleted = history.merge_deletions(deletions)
    for job in jobs.due(at=at):
        if job.every is None:  # repeating jobs send mail, and catch up later by themselves
            jobs.run(job, at=at)
    return Restored(deleted, _withdraw_all_mail(at))


@transaction.atomic
def _withdraw_all_mail(at: datetime) -> Counter[str]:
    waiting = Mail.objects.filter(state=Mail.State.WAITING)
    untold = Notice.objects.true_now().exclude(
        mail__isnull=False, mail__state__in=set(Mail.State) - {Mail.State.WAITING}
    )
    kinds = Counter(untold.values_list("kind", flat=True))
    untold.update(withdrawn_at=at)
    waiting.update(state=Mail.State.WITHDRAWN, leased_until=None)
    for sending in NewsSending.objects.filter(state=NewsSending.State.RUNNING):
        news_sending.stop(sending, at=at)
    OneTimeLink.objects.filter(used_at__isnull=True).update(used_at=at)
    Session.objects.all().delete()
    return kinds
