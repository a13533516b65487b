"""Whether mail to an address was refused or came back (rule 3.3)."""

from datetime import datetime

from notifications.models import MailAddress


def mark_undeliverable(address_id: int, said: str, *, at: datetime) -> None:
    """Mark the address; the first reason stays.

    Hold-ready mails are still sent to it, because a full mailbox may work again.
    """
    MailAddress.objects.filter(pk=address_id, undeliverable_since__isnull=True).update(
        undeliverable_since=at, undeliverable_reason=said[:200]
    )
