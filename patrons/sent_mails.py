"""図書館からのメール: which mails a patron was sent, when, to which address, with what result.

Titles and texts are not stored. The rows are deleted after ninety days, those of visits after
thirty.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_moment
from notifications import outbox
from notifications.models import Mail, Notice
from notifications.rendering import MailText, name_of, sample, writes
from patrons.models import Patron

TEST_MAIL = "test_mail"
State = Mail.State
TONES = {
    State.SENT: "good",
    State.WAITING: "plain",
    State.WITHDRAWN: "plain",
    State.REFUSED: "bad",
    State.BOUNCED: "bad",
    State.EXPIRED: "bad",
}


class NoAddressForMail(Refusal):
    sentence = "メールアドレスが登録されていません。先に登録してください。"


class TooManyTestMails(Refusal):
    sentence = (
        f"ためしのメールは1日{policy.TEST_MAILS_A_DAY}通までです。明日またお試しください。"
        "届かないときは、図書館へお電話ください。"
    )


@dataclass(frozen=True)
class MailSummary:
    name: str
    when: str
    address: str
    words: str
    tone: str


def mail_summaries(patron: Patron, *, at: datetime | None = None) -> list[MailSummary]:
    """Return the mails, newest first, before them the notices that are still to be sent."""
    mails = (
        Mail.objects.of(patron.pk)
        .select_related("address")
        .order_by("-created_at", "-pk")[: policy.NOTICES_LISTED]
    )
    soon = (
        Notice.objects.filter(recipient=patron.pk, mail__isnull=True, withdrawn_at__isnull=True)
        .select_related("address")
        .order_by("-created_at", "-pk")[: policy.NOTICES_LISTED]
    )
    return [*_waiting_summaries(soon, at), *(_summary(mail, at) for mail in mails)]


def _waiting_summaries(notices: Iterable[Notice], at: datetime | None) -> Iterator[MailSummary]:
    """Yield one line for each digest: notices that make one mail make one line."""
    seen = set()
    for notice in notices:
        together = (notice.kind, notice.address_id, notice.digest or notice.key)
        if together not in seen:
            seen.add(together)
            yield MailSummary(
                name_of(notice.kind),
                spoken_moment(notice.created_at, at=at),
                notice.address.address,
                "まもなく送ります",
                "plain",
            )


def _summary(mail: Mail, at: datetime | None) -> MailSummary:
    state = State(mail.state)
    return MailSummary(
        name_of(mail.kind),
        spoken_moment(mail.sent_at or mail.created_at, at=at),
        mail.address.address,
        _status_words(mail, state),
        TONES[state],
    )


def _status_words(mail: Mail, state: State) -> str:
    if state == State.SENT:
        return "送りました"
    if state == State.WITHDRAWN:
        return "お知らせする用がなくなったので、送りませんでした"
    if state == State.WAITING and mail.attempts == 0:
        return "まもなく送ります"
    if state == State.WAITING:
        return "まだ受け取ってもらえません。時間をおいて、また送ります"
    if state == State.EXPIRED:
        return "受け取ってもらえないまま、お知らせする期限が過ぎました"
    return f"届きませんでした。{explained(mail.last_reply)}"


def explained(reply: str) -> str:
    """Explain a mail server's answer without its codes."""
    if "5.2.2" in reply or reply.startswith("552"):
        return "メールボックスがいっぱいのようです。"
    if "5.7" in reply:
        return "迷惑メールの設定などで、受け取りを断られました。"
    if "5.1" in reply or reply[:3] in ("550", "551", "553"):
        return "そのメールアドレスはない、という返事でした。"
    return "送り先が受け取りませんでした。"


def send_test_mail(patron: Patron, *, at: datetime | None = None) -> None:
    """Send a test mail to the registered address, a few times a day; the keys count them."""
    now = at or timezone.now()
    address = patron.mail_address
    if address is None:
        raise NoAddressForMail
    day = timezone.localdate(now)
    keys = [f"test-mail:{patron.pk}:{day}:{n}" for n in range(1, policy.TEST_MAILS_A_DAY + 1)]
    taken = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    free = next((key for key in keys if key not in taken), None)
    if free is None:
        raise TooManyTestMails
    outbox.announce(
        key=free,
        kind=TEST_MAIL,
        address=address,
        subject_ids={"patron": patron.pk},
        at=now,
        expires_at=now + policy.TEST_MAIL_GIVES_UP,
    )


@writes(TEST_MAIL, name="ためしのメール")
def test_mail(notices: Sequence[Notice], at: datetime) -> MailText | None:
    return _test_text()


@sample(TEST_MAIL)
def _sample() -> MailText:
    return _test_text()


def _test_text() -> MailText:
    return MailText(
        subject="ためしのメール",
        template="patrons/email/test_mail",
        if_unknown="このメールは削除してください。何も変わりません。",
    )
