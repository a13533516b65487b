"""返却期限のお知らせ: three days before, on consent, one mail a day per patron (rule 7.3).

A loan is announced when it is due within three days and was not announced for this due date. So the
next run makes up for a missed one, and a renewal, which changes the date, is announced again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import CharField, DateTimeField, F, Func, QuerySet, Value
from django.db.models.functions import Concat, JSONObject
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from japanese.date_format import days_left, spoken_day
from loans.loan_notices import DUE_SOON
from loans.models import Loan
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import Link, MailText, my_page, sample, writes
from patrons.unsubscribing import sample_address, unsubscribe_address


def announce_due_soon(*, at: datetime | None = None) -> int:
    """Announce the day's due dates; return how many loans are announced for the first time.

    One statement does it: a sender that saw half of a patron's loans would make two mails.
    """
    now = at or timezone.now()
    return outbox.announce_rows(_loans_to_announce(timezone.localdate(now)), DUE_SOON, at=now)


def _loans_to_announce(today: date) -> QuerySet[Loan]:
    """Select the loans with the columns of their notices; the key excludes known ones."""
    return (
        Loan.objects.open()
        .filter(
            due_on__gte=today,
            due_on__lte=today + policy.DUE_SOON,
            patron__notification_preferences__due_soon_since__isnull=False,
            patron__mail_address__isnull=False,
            patron__mail_address__undeliverable_since__isnull=True,
        )
        .annotate(
            # The same key as `due_soon_key` makes: a return withdraws the notice by it.
            key=Concat(
                Value("due-soon:"), "pk", Value(":"), iso_day("due_on"), output_field=CharField()
            ),
            address_id=F("patron__mail_address"),
            recipient=F("patron"),
            digest=Concat("patron", Value(f":{today}"), output_field=CharField()),
            subject_ids=JSONObject(patron="patron", loan="pk"),
            expires_at=MidnightAfter("due_on"),
        )
    )


def iso_day(day: str) -> Func:
    return Func(day, Value("YYYY-MM-DD"), function="to_char", output_field=CharField())


# In SQL, because the rows are announced in one statement and never come to Python.
class MidnightAfter(Func):
    """The end of a day in Tokyo, as a moment."""

    template = f"((%(expressions)s + 1)::timestamp AT TIME ZONE '{settings.TIME_ZONE}')"
    output_field = DateTimeField()


@dataclass(frozen=True)
class DueDay:
    day: str
    left: str
    count: int


@writes(DUE_SOON, name="返却期限のお知らせ", bulk=True, follows=True)
def due_soon(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write the days and the number of loans on each; no titles. None when all were returned."""
    subjects = [notice.subject_ids for notice in notices]
    patron_id = subjects[0]["patron"]
    days = list(
        Loan.objects.open()
        .filter(
            pk__in=[ids["loan"] for ids in subjects],
            patron=patron_id,
            patron__notification_preferences__due_soon_since__isnull=False,
            due_on__gte=timezone.localdate(at),
            due_on__lte=timezone.localdate(at) + policy.DUE_SOON,
        )
        .order_by("due_on")
        .values_list("due_on", flat=True)
    )
    if not days:
        return None
    counted = [
        DueDay(spoken_day(day, at=at), days_left(day, at=at), days.count(day))
        for day in dict.fromkeys(days)
    ]
    return _text(counted, unsubscribe_address(patron_id, DUE_SOON))


@sample(DUE_SOON)
def _sample() -> MailText:
    return _text(
        [DueDay("11月25日(水)", "あと1日", 1), DueDay("11月27日(金)", "あと3日", 2)],
        sample_address(),
    )


def _text(days: Sequence[DueDay], unsubscribe: str) -> MailText:
    return MailText(
        subject="返却期限が近づいています",
        template="loans/email/due_soon",
        context={"days": days, "mypage": my_page()},
        setting=Link(
            "このお知らせは「メールの設定」で変えられます。",
            absolute(reverse("patrons:newsletter")),
        ),
        unsubscribe=unsubscribe,
    )
