"""Mails about a patron's password and mail address (rules 2.2, 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from akiruno_library.absolute_url import absolute
from japanese.date_format import spoken_moment
from notifications import outbox
from notifications.models import MailAddress, Notice
from notifications.rendering import Link, MailText, sample, writes
from patrons import links
from patrons.models import OneTimeLink, Patron

PASSWORD_REGISTERED, PASSWORD_RESET = "password_registered", "password_reset"
PASSWORD_CHANGED = "password_changed"  # noqa: S105
ADDRESS_CHANGED, ADDRESS_CONFIRM = "address_changed", "address_confirm"
NEW_DEVICE = "new_device"
RESET_LINK = "reset_link"

LOGINS = "ログイン中の機器は、マイページで見たり終わらせたりできます。"
CALL_US = "すぐに図書館へお電話ください。利用者カードをお持ちいただければ、窓口でお調べします。"
LEAVE_IT = "このメールは削除してください。リンクを開かなければ、何も変わりません。"


def tell(kind: str, patron: Patron, *, at: datetime, address: MailAddress | None = None) -> None:
    """Tell the registered address of a change, confirmed or not. Without one, do nothing."""
    address = address or patron.mail_address
    if address is not None:
        outbox.announce(
            key=f"{kind}:{patron.pk}:{address.pk}:{at.isoformat()}",
            kind=kind,
            address=address,
            subject_ids={"patron": patron.pk},
            at=at,
        )


def tell_a_few(kind: str, patron: Patron, *, most: int, at: datetime) -> None:
    """Tell of a recent at most a few times a day; people stop reading what comes too often."""
    yesterday = at - timedelta(days=1)
    recent = Notice.objects.filter(recipient=patron.pk, kind=kind, created_at__gt=yesterday)
    if recent.count() < most:
        tell(kind, patron, at=at)


def send_link(kind: str, link: OneTimeLink, *, at: datetime) -> None:
    """Announce a link. It is not sent when it has expired before its mail could leave."""
    outbox.announce(
        key=f"{kind}:{link.pk}",
        kind=kind,
        address=link.address,
        subject_ids={"patron": link.patron_id, "link": link.pk},
        at=at,
        expires_at=link.expires_at,
    )


@dataclass(frozen=True)
class ChangeMail:
    """One kind of change of an account: the name of its mail, the subject and the fact."""

    name: str
    subject: str
    fact: str
    page: str = ""
    """Where the patron looks it up, if not on My Page."""

    def write(self, notices: Sequence[Notice], at: datetime) -> MailText | None:
        return self._text([notice.created_at for notice in notices], at)

    def sample(self) -> MailText:
        return self._text([_moment()], _moment())

    def _text(self, moments: Sequence[datetime], at: datetime) -> MailText:
        """Write one mail about the fact. A family with one address reads each moment of it."""
        when = [spoken_moment(moment, at=at) for moment in moments]
        return MailText(
            subject=self.subject,
            template="patrons/email/account",
            context={"fact": self.fact, "moments": when},
            setting=Link(LOGINS, absolute(reverse(self.page))) if self.page else None,
            if_unknown=CALL_US,
        )


CHANGES = {
    PASSWORD_REGISTERED: ChangeMail(
        "パスワードの登録",
        "パスワードが登録されました",
        "マイページのパスワードが登録されました。",
    ),
    PASSWORD_RESET: ChangeMail(
        "パスワードの初期化",
        "パスワードが初期化されました",
        "マイページのパスワードが初期化されました。前のパスワードはもう使えません。",
    ),
    PASSWORD_CHANGED: ChangeMail(
        "パスワードの変更",
        "パスワードが変更されました",
        "マイページのパスワードが変更されました。",
    ),
    ADDRESS_CHANGED: ChangeMail(
        "メールアドレスの変更",
        "登録のメールアドレスが変更されました",
        "図書館からのメールの送り先が、別のメールアドレスに変わりました。",
    ),
    NEW_DEVICE: ChangeMail(
        "はじめての機器でのログイン",
        "はじめての機器でログインがありました",
        "これまでに使われたことのない機器で、マイページにログインがありました。"
        "ご本人のログインなら、何もなさらなくて大丈夫です。",
        page="patrons:sessions",
    ),
}
for kind, change in CHANGES.items():
    writes(kind, name=change.name)(change.write)
    sample(kind)(change.sample)


@dataclass(frozen=True)
class LinkInMail:
    """A link as the mail shows it, and until when it works."""

    address: str
    until: str


def _links(notices: Sequence[Notice], page: str, at: datetime) -> list[LinkInMail]:
    """Return the newest link of each patron. Several requests of one patron make one link, but a
    family shares one address among several cards.
    """
    link_ids = [notice.subject_ids["link"] for notice in notices]
    usable = OneTimeLink.objects.usable(at).filter(pk__in=link_ids)
    newest = usable.order_by("patron", "-created_at", "-pk").distinct("patron")
    return [_link(page, links.token_of(link), link.expires_at, at) for link in newest]


def _link(page: str, token: str, until: datetime, at: datetime) -> LinkInMail:
    return LinkInMail(absolute(reverse(page, args=[token])), spoken_moment(until, at=at))


@writes(ADDRESS_CONFIRM, name="メールアドレスの確認")
def _address_confirm(notices: Sequence[Notice], at: datetime) -> MailText | None:
    found = _links(notices, "patrons:confirm_address", at)
    return _confirm_text(found) if found else None


def _confirm_text(found: Sequence[LinkInMail]) -> MailText:
    return MailText(
        subject="メールアドレスの確認をお願いします",
        template="patrons/email/address_confirm",
        context={"links": found},
        setting=Link(
            "メールアドレスはマイページで変えられます。",
            absolute(reverse("patrons:mail_address")),
        ),
        if_unknown=LEAVE_IT,
    )


@writes(RESET_LINK, name="パスワードのお手続きのリンク")
def _reset_link(notices: Sequence[Notice], at: datetime) -> MailText | None:
    found = _links(notices, "patrons:reset_by_link", at)
    return _reset_link_text(found) if found else None


def _reset_link_text(found: Sequence[LinkInMail]) -> MailText:
    return MailText(
        subject="パスワードのお手続き",
        template="patrons/email/reset_link",
        context={"links": found},
        if_unknown="リンクは開かず、図書館へお電話ください。パスワードは変わっていません。",
    )


def _moment() -> datetime:
    return datetime.fromisoformat("2026-11-24T10:05:00+09:00")


def _sample_link(page: str) -> LinkInMail:
    return _link(page, "0123456789abcdef", _moment(), _moment())


@sample(ADDRESS_CONFIRM)
def _sample_of_confirm() -> MailText:
    return _confirm_text([_sample_link("patrons:confirm_address")])


@sample(RESET_LINK)
def _sample_of_reset_link() -> MailText:
    return _reset_link_text([_sample_link("patrons:reset_by_link")])
