"""A small library in which everything happens at once, so that every page has something to show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone

from catalog.models import Bib, Branch, Contributor, Copy, News, Series
from catalog.models.headings import VolumeSet
from circulation.lending import lend
from circulation.returning import take_back
from loans import history
from patrons.favourites import add_to_list, make_list
from patrons.models import GuardianMail, NewsletterIssue, Patron, User
from patrons.models.patron import ContactMethod
from patrons.unsubscribing import unsubscribe_address
from reservations.cancelling import cancel
from reservations.hold_shelf import lapse
from reservations.models import Reservation, State
from reservations.placing import place
from reservations.sequences import form_sequence
from tests.factories import (
    PASSWORD,
    BibFactory,
    CopyFactory,
    MailAddressFactory,
    PatronFactory,
    branch,
    staff,
)

LONG = "とても長い題名の本のはなしとその続きとむかしむかしの物語を集めて読みやすくした全集"


@dataclass
class Library:
    hanako: Patron  # loans and reservations of every kind
    sakura: Patron  # goes to a primary school; a guardian is told of her visits
    staff: User
    bib: Bib  # hanako waits for it, third in its queue
    reservation: Reservation
    author: Contributor
    series: Series

    def path(self, pattern: str) -> str:
        """An address of tests/url_table.py with what stands here put in."""
        return pattern.format(
            bib=self.bib.pk,
            reservation=self.reservation.pk,
            list=1,
            patron=self.hanako.pk,
            author=self.author.pk,
            series=self.series.pk,
            unsubscribe=unsubscribe_address(self.hanako.pk, "news").split("/")[-2],
        )


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def furnish() -> Library:
    """What happened before today was done by the portal's own verbs, on its day."""
    Branch.objects.update(telephone="042-000-1001", address="東京都あきる野市")
    hanako = PatronFactory(
        name="秋川 花子",
        name_reading="アキカワ ハナコ",
        card_number="10000001",
        password=PASSWORD,
        mail_address=MailAddressFactory(address="hanako@example.jp"),
        contact_method=ContactMethod.MAIL,
    )
    history.consent(hanako, at=ago(60))
    _loans(hanako)
    waiting = _reservations(hanako)
    bib = waiting.bib
    assert bib is not None
    add_to_list(hanako, [bib.pk, _copy("三四郎", "夏目漱石").bib_id])
    make_list(hanako, name="子どもと読む本")
    NewsletterIssue.objects.create(number=1, day=date(2026, 11, 21), made_at=timezone.now())
    News.objects.create(pk=1, title="年末の休館", text="お休みです。", shows_from=date(2026, 11, 1))
    call_command("rebuild_index", verbosity=0)
    return Library(
        hanako=hanako,
        sakura=_a_child_with_a_guardian(),
        staff=staff("counter", display_name="中央図書館 職員"),
        bib=bib,
        reservation=waiting,
        author=Contributor.objects.get(name="夏目漱石"),
        series=Series.objects.create(title="秋川文庫"),
    )


def _copy(title: str, author: str = "夏目漱石", home: str = "chuo", **facts: object) -> Copy:
    bib = BibFactory(title=title, authors=[author], **facts)
    return CopyFactory(bib=bib, home_branch=branch(home))


def _loans(hanako: Patron) -> None:
    """Overdue, due soon, wanted by somebody else, renewed, and one long given back."""
    for title, days, renewals in [
        ("こころ", 25, 0),
        ("門", 19, 0),
        ("草枕", 5, 0),
        ("それから", 12, 1),
    ]:
        copy = _copy(title)
        loan = lend(copy, hanako, branch=branch(), at=ago(days))
        loan.renewals = renewals
        loan.save(update_fields=["renewals"])
        if title == "草枕":
            _reserve(PatronFactory(), copy, days=1)
    old = _copy("坊っちゃん")
    lend(old, hanako, branch=branch(), at=ago(40))
    take_back(old, branch=branch(), at=ago(30))


def _reservations(hanako: Patron) -> Reservation:
    """One in every state; gives the one that waits in a queue."""
    Reservation.objects.create(
        patron=hanako,
        request_text="多摩の山歩きの案内書",
        state=State.REQUESTED,
        pickup_branch=branch(),
        contact_method=ContactMethod.MAIL,
        placed_at=ago(6),
    )
    _reserve(hanako, _copy("博士の愛した数式"), days=1)
    _scanned(_reserve(hanako, _copy("檸檬", home="el"), days=3), "el", days=1)
    _scanned(_reserve(hanako, _copy("高瀬舟"), days=5), "chuo", days=2)
    cancel(_reserve(hanako, _lent("河童"), days=5), at=ago(4))
    lapsed = _scanned(_reserve(hanako, _copy("地獄変"), days=17), "chuo", days=13)
    Reservation.objects.filter(pk=lapsed.pk).update(deadline=timezone.localdate(ago(3)))
    lapsed.refresh_from_db()
    lapse(lapsed, at=ago(2))
    in_order = [_reserve(hanako, volume, days=4) for volume in _a_set_on_loan()]
    form_sequence(hanako, in_order, at=ago(4))
    wanted = _lent(LONG)
    for days in (9, 8):
        _reserve(PatronFactory(), wanted, days=days)
    return _reserve(hanako, wanted, days=2)


def _lent(title: str, **facts: object) -> Copy:
    copy = _copy(title, **facts)
    lend(copy, PatronFactory(), branch=branch(), at=ago(18))
    return copy


def _a_set_on_loan() -> list[Copy]:
    volumes = VolumeSet.objects.create(key="細雪")
    return [
        _lent(
            "細雪",
            author="谷崎潤一郎",
            volume=name,
            volume_order=Decimal(number),
            volume_set=volumes,
        )
        for number, name in enumerate(("上", "中", "下"), 1)
    ]


def _reserve(patron: Patron, copy: Copy, *, days: int) -> Reservation:
    (placing,) = place(
        patron,
        [copy.bib],
        pickup_branch=branch(),
        contact_method=ContactMethod.NONE,
        at=ago(days),
    )
    assert placing.reservation is not None, placing.reasons
    return placing.reservation


def _scanned(reservation: Reservation, code: str, *, days: int) -> Reservation:
    copy = reservation.copy
    assert copy is not None
    take_back(copy, branch=branch(code), at=ago(days))
    reservation.refresh_from_db()
    return reservation


def _a_child_with_a_guardian() -> Patron:
    sakura = PatronFactory(
        name="多西 さくら",
        card_number="10000003",
        birth_date=timezone.localdate() - timedelta(days=11 * 365),
        password=PASSWORD,
    )
    address = MailAddressFactory(address="guardian@example.jp")
    GuardianMail.objects.create(patron=sakura, address=address, confirmed_at=ago(9))
    return sakura
