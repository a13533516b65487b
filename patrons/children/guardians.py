"""Children's mail: what a guardian sets up on the child's My Page (rule 8.3, safety 10)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.locking import locked_transaction
from akiruno_library.refusals import Refusal, refuse
from notifications import outbox
from notifications.models import MailAddress
from patrons import address_rules, links
from patrons.children import mails
from patrons.models import GuardianMail, OneTimeLink, Patron
from patrons.patron_lock import lock, lock_by_id
from patrons.privileges import closed_refusals
from patrons.refusals import (
    BirthDateUnknownForChildren,
    GrownUp,
    GuardianAddressStays,
    LinkNotUsable,
    NothingToConfirm,
)

GUARDIAN = OneTimeLink.Purpose.GUARDIAN


def grown_up_from(birth_date: date) -> date:
    """Return the eighteenth birthday; for a birth on 29 February it is 1 March."""
    year = birth_date.year + policy.CHILDREN_UNDER
    try:
        return birth_date.replace(year=year)
    # 29 February. By the law of age a person born then reaches an age at the end of 28 February,
    # so 1 March is the first day of the new age.
    except ValueError:
        return date(year, 3, 1)


def is_child(patron: Patron, *, at: datetime | None = None) -> bool:
    """Return whether the patron is under age. Without a birth date nobody is."""
    born = patron.birth_date
    return born is not None and timezone.localdate(at) < grown_up_from(born)


def refusals(patron: Patron, *, at: datetime | None = None) -> Iterator[Refusal]:
    """Yield why the settings can be neither seen nor changed now."""
    if patron.birth_date is None:
        yield BirthDateUnknownForChildren()
    elif not is_child(patron, at=at):
        yield GrownUp()
    else:
        yield from closed_refusals(patron, at=at)


@locked_transaction
def choose(
    patron: Patron, typed: str, *, call_name: str = "", at: datetime | None = None
) -> GuardianMail:
    """Set the guardian's address and the child's call name.

    A new address is asked to confirm first. The address before is told of every change.
    """
    at = at or timezone.now()
    text = address_rules.tidied(typed)
    patron = lock(patron)
    refuse([*refusals(patron, at=at), *address_rules.refusals(text)])
    before = guardian_mail_of(patron)
    if before and before.address.address != text:
        refuse(change_refusals(before))
    return put(patron, text, call_name=call_name, at=at)


def change_refusals(guardian_mail: GuardianMail) -> Iterator[Refusal]:
    """Yield why this address can be neither replaced nor removed on My Page (rule 2.2)."""
    if guardian_mail.guarded_since is not None:
        yield GuardianAddressStays()


def put(patron: Patron, text: str, *, call_name: str, at: datetime) -> GuardianMail:
    """Set address and call name, under the patron's lock and after every check."""
    address, _ = MailAddress.objects.get_or_create(address=text)
    before = guardian_mail_of(patron)
    if before and before.address == address:
        if before.call_name != call_name:
            before.call_name = call_name
            before.save(update_fields=["call_name"])
            _tell_the_old_address(before, mails.CHANGED, at=at)
        return before
    if before:
        end(before, mails.CHANGED, at=at)
    guardian_mail = GuardianMail.objects.create(patron=patron, address=address, call_name=call_name)
    send_link(guardian_mail, GUARDIAN, at=at)
    return guardian_mail


@locked_transaction
def resend(patron: Patron, *, at: datetime | None = None) -> None:
    """Send the confirmation once more. Raises NothingToConfirm."""
    at = at or timezone.now()
    patron = lock(patron)
    refuse(refusals(patron, at=at))
    guardian_mail = guardian_mail_of(patron)
    if guardian_mail is None or guardian_mail.confirmed_at:
        raise NothingToConfirm
    send_link(guardian_mail, GUARDIAN, at=at)


@locked_transaction
def stop(patron: Patron, *, at: datetime | None = None) -> None:
    """Stop the mails and tell the address that got them so far."""
    at = at or timezone.now()
    patron = lock(patron)
    refuse(refusals(patron, at=at))
    if guardian_mail := guardian_mail_of(patron):
        refuse(change_refusals(guardian_mail))
        end(guardian_mail, mails.STOPPED, at=at)


def find_link(token: str, *, at: datetime | None = None) -> OneTimeLink:
    """Return the link while it confirms something. Raises LinkNotUsable."""
    link = links.find(token, GUARDIAN, at=at)
    guardian_mail = guardian_mail_of(link.patron) if link else None
    if link is None or guardian_mail is None or guardian_mail.address_id != link.address_id:
        raise LinkNotUsable
    return link


def find_fulfilled(token: str) -> OneTimeLink | None:
    """Return the link of this token if its address gets the mails already (rule 3.5)."""
    link = links.find_whatever_became_of_it(token, GUARDIAN)
    chosen = guardian_mail_of(link.patron) if link else None
    if link is None or chosen is None or chosen.address_id != link.address_id:
        return None
    return link if chosen.confirmed_at else None


@locked_transaction
def confirm(token: str, *, at: datetime | None = None) -> None:
    """Confirm the address: somebody reads its mail and agrees."""
    at = at or timezone.now()
    link = find_link(token, at=at)
    patron = lock(link.patron)
    guardian_mail = guardian_mail_of(patron)
    if (
        guardian_mail is None
        or guardian_mail.address_id != link.address_id
        or not links.use(link, at=at)
    ):
        raise LinkNotUsable
    guardian_mail.confirmed_at = at
    guardian_mail.save(update_fields=["confirmed_at"])
    links.withdraw(patron, GUARDIAN, at=at)


def end_of_childhood(*, at: datetime | None = None) -> int:
    """End the mails of those who have turned eighteen, and tell the addresses (a daily job)."""
    at = at or timezone.now()
    # A coarse filter for the database, up to a month too wide; is_child then decides each case.
    today = timezone.localdate(at)
    born_before = today.replace(year=today.year - policy.CHILDREN_UNDER + 1, day=1)
    nearly = GuardianMail.objects.filter(patron__birth_date__lt=born_before)
    ended = [w.patron for w in nearly.select_related("patron") if not is_child(w.patron, at=at)]
    for patron in ended:
        _end_by_itself(patron, at=at)
    return len(ended)


def forget_unconfirmed(*, at: datetime | None = None) -> int:
    """Delete addresses whose links have all expired unused: their owners never answered (daily)."""
    unanswered = list(_unanswered().values_list("patron", flat=True))
    return sum(_forget_unconfirmed(patron_id) for patron_id in unanswered)


@locked_transaction
def _forget_unconfirmed(patron_id: int) -> int:
    """Delete the address, unless another link was requested meanwhile."""
    # The patron may ask for another link between the list and this deletion. Under the lock the
    # condition is checked again.
    lock_by_id(patron_id)
    return _unanswered().filter(patron=patron_id).delete()[0]


def _unanswered() -> QuerySet[GuardianMail]:
    """Return addresses that never confirmed and have no link left; expired ones are deleted."""
    unused_links = OneTimeLink.objects.filter(
        purpose=GUARDIAN, patron=OuterRef("patron"), address=OuterRef("address")
    )
    return GuardianMail.objects.filter(~Exists(unused_links), confirmed_at__isnull=True)


@locked_transaction
def _end_by_itself(patron: Patron, *, at: datetime) -> None:
    if guardian_mail := guardian_mail_of(lock(patron)):
        end(guardian_mail, mails.STOPPED, at=at)


def end(guardian_mail: GuardianMail, kind: str, *, at: datetime) -> None:
    """Delete the setting, withdraw unsent mails, and make its links unusable."""
    patron = guardian_mail.patron
    for visit in patron.visits.since(at - timedelta(days=1)):
        # A visit mail expires at midnight, so a day back covers every mail that could still leave.
        outbox.withdraw(mails.key_of(visit), at=at)
    links.withdraw(patron, GUARDIAN, at=at)
    _tell_the_old_address(guardian_mail, kind, at=at)
    guardian_mail.delete()


def _tell_the_old_address(guardian_mail: GuardianMail, kind: str, *, at: datetime) -> None:
    """Tell a confirmed address. An unconfirmed one never agreed to get mail."""
    if guardian_mail.confirmed_at:
        mails.tell_change(guardian_mail, kind, at=at)


def send_link(guardian_mail: GuardianMail, purpose: OneTimeLink.Purpose, *, at: datetime) -> None:
    """Send a link to the guardian's address: to confirm it, or to replace it."""
    patron, address = guardian_mail.patron, guardian_mail.address
    link = links.make_confirmation(patron, purpose, address, at=at)
    mails.send_link(link, at=at)


def guardian_mail_of(patron: Patron) -> GuardianMail | None:
    return GuardianMail.objects.select_related("patron", "address").filter(patron=patron).first()
