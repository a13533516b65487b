"""図書館からのお知らせ by mail: counted, confirmed, sent in portions, and stoppable (rule 7.7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from akiruno_library.constraints import broken_constraint
from akiruno_library.refusals import Refusal
from catalog.models import News
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import Link, MailText, sample, writes
from patrons.models import NewsSending, Patron, User
from patrons.unsubscribing import sample_address, unsubscribe_address

NEWS = "news"
State = NewsSending.State


class SentAlready(Refusal):
    sentence = "このお知らせは、もう送っています。"


class CountChanged(Refusal):
    sentence = "送る人数が{before:,}人から{now:,}人に変わりました。もう一度お確かめください。"


class NotOpenYet(Refusal):
    sentence = "ホームに出す最初の日より前なので、まだ送れません。"


def recipients() -> QuerySet[Patron]:
    """Return the patrons who have an address that takes mail and have not declined news."""
    return Patron.objects.filter(
        mail_address__isnull=False, mail_address__undeliverable_since__isnull=True
    ).exclude(notification_preferences__news_declined_at__isnull=False)


def begin(
    news: News, *, counted: int, staff: User | None, at: datetime | None = None
) -> NewsSending:
    """Start a sending to as many patrons as staff saw. A job queues the mails in portions."""
    now = at or timezone.now()
    if not news.is_open(timezone.localdate(now)):
        raise NotOpenYet
    number = recipients().count()
    # Staff confirmed a number. If it has changed since, they are asked again.
    if number != counted:
        raise CountChanged(before=counted, now=number)
    try:
        # Two members of staff may press at once. The unique constraint decides who was first;
        # a check before the INSERT would let both through.
        with transaction.atomic():
            return NewsSending.objects.create(
                news=news, counted=counted, begun_by=staff, begun_at=now
            )
    except IntegrityError as error:
        if broken_constraint(error) == "patrons_newssending_news_id_key":
            raise SentAlready from error
        raise


def send_portions(*, at: datetime | None = None) -> int:
    """Queue the next portion of each running sending; return how many mails were queued."""
    running = NewsSending.objects.filter(state=State.RUNNING).order_by("begun_at")
    return sum(
        _send_portion(pk, at or timezone.now()) for pk in running.values_list("pk", flat=True)
    )


@transaction.atomic
def _send_portion(pk: int, at: datetime) -> int:
    """Queue one portion under the row's lock, so that a stop waits for one portion at most."""
    sending = (
        # Another worker may be at the same sending: it is skipped, not waited for.
        NewsSending.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=pk, state=State.RUNNING)
        .first()
    )
    if sending is None:
        return 0
    portion = list(
        recipients()
        .filter(pk__gt=sending.reached)
        .order_by("pk")
        .values_list("pk", "mail_address_id")[: policy.NEWS_PORTION]
    )
    outbox.announce_all(
        (
            outbox.notice_of(
                key=f"{NEWS}:{sending.news_id}:{patron_id}",
                kind=NEWS,
                address_id=address_id,  # type: ignore[arg-type]  # the address is there
                subject_ids={"patron": patron_id, "news": sending.news_id},
                at=at,
            )
            for patron_id, address_id in portion
        ),
        at=at,
    )
    if portion:
        sending.reached, sending.queued = portion[-1][0], F("queued") + len(portion)
    else:
        sending.state, sending.ended_at = State.DONE, at
    sending.save()
    return len(portion)


@transaction.atomic
def stop(sending: NewsSending, *, at: datetime | None = None) -> bool:
    """Queue no further portion and withdraw the queued mails that have not gone out yet."""
    now = at or timezone.now()
    stopped = (
        NewsSending.objects.exclude(state=State.STOPPED)
        .filter(pk=sending.pk)
        .update(state=State.STOPPED, ended_at=now)
    )
    outbox.withdraw_subject(NEWS, subject="news", pk=sending.news_id, at=now)
    return stopped == 1


@writes(NEWS, name="図書館からのお知らせ", bulk=True, follows=True)
def news(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write the mail from the notice as it is now, so that a corrected mistake stays corrected."""
    ids = notices[-1].subject_ids
    sending = (
        NewsSending.objects.exclude(state=State.STOPPED)
        .select_related("news")
        .filter(news=ids["news"])
        .first()
    )
    wants = recipients().filter(pk=ids["patron"]).exists()
    if sending is None or not wants:
        return None
    return text_of(sending.news, unsubscribe_address(ids["patron"], NEWS))


@sample(NEWS)
def _sample() -> MailText:
    text = (
        "12月15日(火)は、館内整理のため中央図書館をお休みします。\n\n返却ポストはお使いになれます。"
    )
    return text_of(News(pk=1, title="中央図書館の臨時休館", text=text), sample_address())


def text_of(news: News, unsubscribe: str) -> MailText:
    return MailText(
        subject=f"{news.title}(あきる野市図書館からのお知らせ)",
        template="patrons/email/news",
        context={"news": news, "page": absolute(reverse("catalog:news", args=[news.pk]))},
        setting=Link(
            "お知らせを受け取るかどうかは「メールの設定」で変えられます。",
            absolute(reverse("patrons:newsletter")),
        ),
        unsubscribe=unsubscribe,
    )
