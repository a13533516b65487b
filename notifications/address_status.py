"""What is known of an address (rule 3.3): that mail to it was refused or came back, or not."""

from datetime import datetime

from notifications.models import MailAddress


def mark_undeliverable(address_id: int, said: str, *, at: datetime) -> None:
    """The first reason stays; hold mail still goes to the address."""
    MailAddress.objects.filter(pk=address_id, undeliverable_since__isnull=True).update(
        undeliverable_since=at, undeliverable_reason=said[:200]
    )
