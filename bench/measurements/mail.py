"""Mail to many: the newsletter of 50,000 readers, a day's due dates, and how fast mail leaves."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.db.models import Count, F, Max, Min
from django.utils import timezone

from bench.figures import Figures
from bench.library import Library, errand, manage
from bench.registry import measurement
from catalog.models import BibStatus, Contributor, Copy
from demo import ports
from loans.due_soon import announce_due_soon
from loans.models import Loan
from notifications.digests import build_mails
from notifications.models import Mail, MailAddress, Notice
from patrons.models import NewsletterAuthor, NewsletterGenre, NotificationPreferences, Patron, User
from patrons.newsletter import issues
from patrons.notification_preferences import named_authors

SUBSCRIBERS, NEW_TITLES = 50_000, 2_000
SENT, DUE = 2_000, 300_000
SEND = "from notifications import sender\nwhile sender.send_due_mail(): pass"
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
        while build_mails(at=at):
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
    """Loans of which every one is told of: the most a day could bring. Then the same run again,
    which finds that all is told, as after a job that was killed in its last moment."""
    _subscribe()
    _lend_to_readers(DUE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for what in ("told of", "told of already"):
        before, begun, worked = _megabytes(), time.perf_counter(), time.process_time()
        loans = announce_due_soon()
        took, grown = (time.perf_counter() - begun) * 1000, _megabytes() - before
        yield Figures(
            f"due soon: {loans:,} loans {what}, {Notice.objects.count():,} notices, "
            f"{grown:+.0f} MB, {time.process_time() - worked:.0f} s of processor time of its own",
            [took, took],
            aim="≤ 20,000 for 300,000 loans",
        )
    begun, before = time.perf_counter(), _megabytes()
    while build_mails():
        pass
    took, grown = (time.perf_counter() - begun) * 1000, _megabytes() - before
    what = f"due soon: composed into {Mail.objects.count():,} mails, {grown:+.0f} MB"
    yield Figures(what, [took, took])
    Notice.objects.all().delete()
    Mail.objects.all().delete()


@measurement("sending", place=97)
def sending(library: Library) -> Iterator[Figures]:
    """Processes that only send, and a server on loopback that takes at once: what our own side can
    do. Then a server that thinks before each answer: there senders wait, and more of them help."""
    _subscribe()
    _arrive(timezone.localdate())
    issue = issues.make_issue(timezone.localdate(), at=timezone.now())
    notices = list(issues._notices(issue, timezone.now()))[:SENT]
    for thinks in (0.0, 0.1):
        for senders in (1, 2, 4):
            yield _sent_by(senders, thinks, notices[: 500 if thinks else SENT])


def _sent_by(senders: int, thinks: float, notices: list[Notice]) -> Figures:
    Notice.objects.all().delete()
    Mail.objects.all().delete()
    for notice in notices:
        notice.pk = None
    Notice.objects.bulk_create(notices)
    while build_mails():  # a sender that finds nothing to take goes home
        pass
    with _server_that_takes_all(thinks) as port, ExitStack() as stack:
        for _ in range(senders):
            program = manage("shell", "-v", "0", "-c", SEND, EMAIL_URL=f"smtp://127.0.0.1:{port}")
            stack.enter_context(errand(program))
    sent = Mail.objects.filter(state=Mail.State.SENT).aggregate(
        number=Count("pk"), first=Min("sent_at"), last=Max("sent_at")
    )
    rate = sent["number"] / (sent["last"] - sent["first"]).total_seconds()
    manner = f"that thinks {thinks * 1000:.0f} ms" if thinks else "on loopback"
    what = f"sending {sent['number']:,} newsletters, {senders} at once, to a server {manner}"
    return Figures(what, [1000 / rate] * 2, rate)


def _subscribe() -> None:
    if NotificationPreferences.objects.exists():
        return
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
        NotificationPreferences.objects.bulk_create(
            NotificationPreferences(patron=patron, newsletter_since=now, due_soon_since=now)
            for patron in patrons
        )
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


LEND_TO_READERS = """
WITH readers AS (
    SELECT patron_id, row_number() OVER (ORDER BY patron_id) - 1 AS place
    FROM patrons_mailwishes
), models AS (
    SELECT * FROM catalog_copy WHERE lending = 'lent' ORDER BY id LIMIT 1000
), copies AS (
    INSERT INTO catalog_copy (barcode, whereabouts, {same})
    SELECT 'd' || models.id || '-' || n, 'on_loan', {same}
    FROM models, generate_series(1, %(number)s / 1000) n
    RETURNING id, home_branch_id
)
INSERT INTO loans_loan (copy_id, patron_id, branch_id, lent_at, due_on, renewals)
SELECT copies.id, readers.patron_id, copies.home_branch_id, now(), %(due_on)s, 0
FROM copies JOIN readers ON readers.place = copies.id %% (SELECT count(*) FROM readers)
"""


def _lend_to_readers(number: int) -> None:
    """Set-based: copies of a thousand bibs, all due in two days at readers who consented."""
    if Loan.objects.open().count() > number:  # in a library that is kept
        Loan.objects.open().update(due_on=timezone.localdate() + timedelta(days=2))
        return
    own = ("id", "barcode", "whereabouts", "hold_place")
    names = [field.attname for field in Copy._meta.concrete_fields]
    same = ", ".join(connection.ops.quote_name(name) for name in names if name not in own)
    due_on = timezone.localdate() + timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute(LEND_TO_READERS.format(same=same), {"number": number, "due_on": due_on})


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
    def __init__(self, thinks: float) -> None:
        self.thinks = thinks

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.thinks)
        return "250 OK"


@contextmanager
def _server_that_takes_all(thinks: float) -> Iterator[int]:
    port = ports.free_port()
    loop = asyncio.new_event_loop()
    serving = loop.create_server(lambda: SMTP(_TakesAll(thinks)), ports.LOOPBACK, port)
    loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
