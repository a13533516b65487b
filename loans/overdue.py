"""期限を過ぎたお知らせ: the day after the due day and once more a week later (rule 4.6).

Who wants the mail before the due day gets these, too; a return withdraws them. No penalty follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat, JSONObject
from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from japanese.date_format import spoken_day
from loans.due_soon import iso_day
from loans.loan_notices import DUE_SOON, OVERDUE
from loans.models import Loan
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import Link, MailText, my_page, sample, writes
from patrons.unsubscribing import sample_address, unsubscribe_address


def announce_overdue(*, at: datetime | None = None) -> int:
    """Announce what is overdue; return how many notices are new. A missed run is made up for."""
    now = at or timezone.now()
    if not policy.OVERDUE_MAIL:
        return 0
    first, again = policy.OVERDUE_FIRST, policy.OVERDUE_AGAIN
    return _announce(1, first, now) + _announce(2, first + again, now)


def _announce(number: int, since: timedelta, now: datetime) -> int:
    """Announce loans whose due day lies `since` ago, or not much more if a run was missed."""
    latest = timezone.localdate(now) - since
    loans = Loan.objects.open().filter(due_on__lte=latest, due_on__gt=latest - policy.OVERDUE_AGAIN)
    return outbox.announce_rows(_with_columns(loans, number, now), OVERDUE, at=now)


def _with_columns(loans: QuerySet[Loan], number: int, now: datetime) -> QuerySet[Loan]:
    """Add the columns of the notices; the key excludes known ones."""
    return loans.filter(
        patron__notification_preferences__due_soon_since__isnull=False,
        patron__mail_address__isnull=False,
        patron__mail_address__undeliverable_since__isnull=True,
    ).annotate(
        # The same key as `overdue_key` makes: a return withdraws the notice by it.
        key=Concat(
            Value("overdue:"),
            "pk",
            Value(":"),
            iso_day("due_on"),
            Value(f":{number}"),
            output_field=CharField(),
        ),
        address_id=F("patron__mail_address"),
        recipient=F("patron"),
        # One mail a day, whichever of the two a loan is announced by.
        digest=Concat("patron", Value(f":{timezone.localdate(now)}"), output_field=CharField()),
        subject_ids=JSONObject(patron="patron", loan="pk"),
        expires_at=Value(now + policy.MAIL_GIVES_UP),
    )


@dataclass(frozen=True)
class OverdueDay:
    day: str
    count: int


@writes(OVERDUE, name="返却期限を過ぎたお知らせ", bulk=True, follows=True)
def overdue(notices: Sequence[Notice], at: datetime) -> MailText | None:
    """Write the days and the number of loans; no titles. None when all were returned or renewed."""
    subjects = [notice.subject_ids for notice in notices]
    if not subjects:
        return None
    patron_id = subjects[0]["patron"]
    days: list[date] = list(
        Loan.objects.open()
        .filter(
            pk__in=[ids["loan"] for ids in subjects],
            patron=patron_id,
            patron__notification_preferences__due_soon_since__isnull=False,
            due_on__lt=timezone.localdate(at),
        )
        .order_by("due_on")
        .values_list("due_on", flat=True)
    )
    if not days:
        return None
    counted = [OverdueDay(spoken_day(day, at=at), days.count(day)) for day in dict.fromkeys(days)]
    return _text(counted, unsubscribe_address(patron_id, DUE_SOON))


@sample(OVERDUE)
def _sample() -> MailText:
    return _text([OverdueDay("11月23日(月)", 2)], sample_address())


def _text(days: Sequence[OverdueDay], unsubscribe: str) -> MailText:
    return MailText(
        subject="返却期限を過ぎています",
        template="loans/email/overdue",
        context={"days": days, "mypage": my_page()},
        setting=Link(
            "このお知らせは「メールの設定」で変えられます。",
            absolute(reverse("patrons:newsletter")),
        ),
        unsubscribe=unsubscribe,
    )
