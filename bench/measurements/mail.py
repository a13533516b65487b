"""Mail to many: the newsletter of 50,000 readers, a day's due dates, and how fast mail leaves."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from bench.figures import Figures
from bench.library import Library
from bench.registry import measurement
from catalog.models import BibStatus, Contributor
from demo import ports
from loans.due_soon import tell_due_soon
from loans.models import Loan
from notifications import sender
from notifications.gathering import gather
from notifications.models import Mail, MailAddress, Notice
from patrons.mail_wishes import named_authors
from patrons.models import MailWishes, NewsletterAuthor, NewsletterGenre, Patron, User
from patrons.newsletter import issues

SUBSCRIBERS, NEW_TITLES = 50_000, 2_000
SENT = 2_000
BATCH = 5_000
GENRES = ["0", "2", "3", "4", "7", "9", "child", "young", "material:dvd"]


@measurement("newsletter", place=95)
def newsletter(library: Library) -> Iterator[Figures]:
    """Two Saturdays: the issue is made, matched, queued and composed into mails."""
    _subscribe()
    times, busy, grown, queued = [], [], 0.0, 0
    for day in (timezone.localdate() - timedelta(days=8), timezone.localdate() - timedelta(days=1)):
        _arrive(day)
        before, begun, worked = _megabytes(), time.perf_counter(), time.process_time()
        at = timezone.now()
        issues.publish(day, at=at)
        while gather(at=at):
            pass
        times.append((time.perf_counter() - begun) * 1000)
        busy.append(time.process_time() - worked)
        grown, queued = max(grown, _megabytes() - before), Mail.objects.count()
        Notice.objects.all().delete()
        Mail.objects.all().delete()
    what = (
        f"newsletter: {SUBSCRIBERS:,} readers, {NEW_TITLES:,} titles, {queued:,} mails queued, "
        f"+{grown:.0f} MB, {min(busy):.0f} s of processor time of its own"
    )
    yield Figures(what, times, aim="≤ 60,000")


@measurement("due-soon", place=96)
def due_soon(library: Library) -> Iterator[Figures]:
    """Every open loan within the window and its reader consenting: the most a day can bring."""
    readers = Patron.objects.filter(mail_wishes__isnull=False)[:BATCH]
    MailWishes.objects.update(due_soon_since=timezone.now())
    loans = list(Loan.objects.open().values_list("pk", flat=True))
    for place, reader in enumerate(readers):
        Loan.objects.filter(pk__in=loans[place :: len(readers)]).update(patron=reader)
    today = timezone.localdate()
    Loan.objects.open().update(due_on=today + timedelta(days=2))
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        told = tell_due_soon()
        times.append((time.perf_counter() - begun) * 1000)
        Notice.objects.all().delete()
    yield Figures(f"due soon: {told:,} loans told of", times, aim="≤ 20,000 for 300,000 loans")


@measurement("sending", place=97)
def sending(library: Library) -> Iterator[Figures]:
    """One sender, a server on loopback that takes at once: what our own side can do."""
    _arrive(timezone.localdate())
    issue = issues.make_issue(timezone.localdate(), at=timezone.now())
    notices = list(issues._notices(issue, timezone.now()))[:SENT]
    Notice.objects.bulk_create(notices)
    with _server_that_takes_all():
        begun, sent = time.perf_counter(), 0
        times = []
        while more := sender.send_due_mail():
            sent += more
            times.append((time.perf_counter() - begun) * 1000 / sent)
        rate = sent / (time.perf_counter() - begun)
    yield Figures("sending newsletters, one sender", times * 2, rate)


def _subscribe() -> None:
    draw = random.Random("subscribers")
    authors = list(Contributor.objects.order_by("pk").values_list("name", flat=True)[:5_000])
    now = timezone.now()
    for first in range(0, SUBSCRIBERS, BATCH):
        users = User.objects.bulk_create(User(kind=User.Kind.PATRON) for _ in range(BATCH))
        addresses = MailAddress.objects.bulk_create(
            MailAddress(address=f"reader{first + n}@example.jp") for n in range(BATCH)
        )
        patrons = Patron.objects.bulk_create(
            Patron(
                user=user,
                mail_address=address,
                card_number=f"n{first + place}",
                name="草花 一子",
                name_reading="クサバナ カズコ",
                card_expires_on=date(2099, 3, 31),
            )
            for place, (user, address) in enumerate(zip(users, addresses, strict=True))
        )
        MailWishes.objects.bulk_create(MailWishes(patron=p, newsletter_since=now) for p in patrons)
        NewsletterGenre.objects.bulk_create(
            NewsletterGenre(patron=patron, genre=genre)
            for patron in patrons
            for genre in draw.sample(GENRES, 2)
        )
        NewsletterAuthor.objects.bulk_create(
            NewsletterAuthor(patron=patron, name=name, folded=folded)
            for patron in patrons
            for folded, name in named_authors(draw.sample(authors, 3)).items()
        )


def _arrive(day: date) -> None:
    """So many titles, spread over the catalogue, came on that day."""
    new = BibStatus.objects.filter(circulating__gt=0).exclude(first_accepted_on=day)
    untold = new.exclude(pk__in=issues.NewsletterTitle.objects.values("bib"))
    chosen = list(untold.order_by(F("pk") % 97, "pk").values_list("pk", flat=True)[:NEW_TITLES])
    BibStatus.objects.filter(first_accepted_on__isnull=False).update(first_accepted_on=None)
    BibStatus.objects.filter(pk__in=chosen).update(first_accepted_on=day)


def _megabytes() -> float:
    return psutil.Process().memory_info().rss / 1e6


class _TakesAll:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 OK"


@contextmanager
def _server_that_takes_all() -> Iterator[None]:
    port = ports.free_port()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.create_server(lambda: SMTP(_TakesAll()), ports.LOOPBACK, port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = ports.LOOPBACK, port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
