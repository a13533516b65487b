"""What the library writes about a patron's password and mail address, and when (2.2, 3.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from akiruno_library.japanese_dates import spoken_moment
from catalog.machines.addresses import absolute
from notifications import outbox
from notifications.letters import Letter, Link, letter, sample
from notifications.models import MailAddress, Notice
from patrons import links
from patrons.models import OneTimeLink, Patron

PASSWORD_REGISTERED, PASSWORD_RESET = "password_registered", "password_reset"
PASSWORD_CHANGED = "password_changed"  # noqa: S105
ADDRESS_CHANGED, ADDRESS_CONFIRM = "address_changed", "address_confirm"
RESET_LINK = "reset_link"

CALL_US = "すぐに図書館へお電話ください。利用者カードをお持ちいただければ、窓口でお調べします。"
LEAVE_IT = "このメールは削除してください。リンクを開かなければ、何も変わりません。"


def tell(kind: str, patron: Patron, *, at: datetime, address: MailAddress | None = None) -> None:
    """Tell the registered address, confirmed or not, at once; nobody when there is none."""
    address = address or patron.mail_address
    if address is not None:
        outbox.announce(
            key=f"{kind}:{patron.pk}:{address.pk}:{at.isoformat()}",
            kind=kind,
            address=address,
            subject_ids={"patron": patron.pk},
            at=at,
        )


def send_link(kind: str, link: OneTimeLink, *, at: datetime) -> None:
    """A link that has expired before its mail could leave is not sent."""
    outbox.announce(
        key=f"{kind}:{link.pk}",
        kind=kind,
        address=link.address,
        subject_ids={"patron": link.patron_id, "link": link.pk},
        at=at,
        expires_at=link.expires_at,
    )


def _account(subject: str, fact: str, moment: datetime, at: datetime) -> Letter:
    return Letter(
        subject=subject,
        template="patrons/email/account",
        context={"fact": fact, "moment": spoken_moment(moment, at=at)},
        if_unknown=CALL_US,
    )


@letter(PASSWORD_REGISTERED, name="パスワードの登録")
def _password_registered(notices: Sequence[Notice], at: datetime) -> Letter | None:
    return _registered(notices[-1].created_at, at)


def _registered(moment: datetime, at: datetime) -> Letter:
    return _account(
        "パスワードが登録されました", "マイページのパスワードが登録されました。", moment, at
    )


@letter(PASSWORD_RESET, name="パスワードの初期化")
def _password_reset(notices: Sequence[Notice], at: datetime) -> Letter | None:
    return _reset(notices[-1].created_at, at)


def _reset(moment: datetime, at: datetime) -> Letter:
    return _account(
        "パスワードが初期化されました",
        "マイページのパスワードが初期化されました。前のパスワードはもう使えません。",
        moment,
        at,
    )


@letter(PASSWORD_CHANGED, name="パスワードの変更")
def _password_changed(notices: Sequence[Notice], at: datetime) -> Letter | None:
    return _changed(notices[-1].created_at, at)


def _changed(moment: datetime, at: datetime) -> Letter:
    return _account(
        "パスワードが変更されました", "マイページのパスワードが変更されました。", moment, at
    )


@letter(ADDRESS_CHANGED, name="メールアドレスの変更")
def _address_changed(notices: Sequence[Notice], at: datetime) -> Letter | None:
    return _moved(notices[-1].created_at, at)


def _moved(moment: datetime, at: datetime) -> Letter:
    return _account(
        "登録のメールアドレスが変更されました",
        "図書館からのメールの送り先が、別のメールアドレスに変わりました。",
        moment,
        at,
    )


@letter(ADDRESS_CONFIRM, name="メールアドレスの確認")
def _address_confirm(notices: Sequence[Notice], at: datetime) -> Letter | None:
    link = _newest_usable(notices, at)
    return _confirm_letter(links.token_of(link), link.expires_at, at) if link else None


def _confirm_letter(token: str, until: datetime, at: datetime) -> Letter:
    return Letter(
        subject="メールアドレスの確認をお願いします",
        template="patrons/email/address_confirm",
        context={
            "link": absolute(reverse("patrons:confirm_address", args=[token])),
            "until": spoken_moment(until, at=at),
        },
        setting=Link(
            "メールアドレスはマイページで変えられます。",
            absolute(reverse("patrons:mail_address")),
        ),
        if_unknown=LEAVE_IT,
    )


@letter(RESET_LINK, name="パスワード初期化のリンク")
def _reset_link(notices: Sequence[Notice], at: datetime) -> Letter | None:
    link = _newest_usable(notices, at)
    return _reset_link_letter(links.token_of(link), link.expires_at, at) if link else None


def _reset_link_letter(token: str, until: datetime, at: datetime) -> Letter:
    return Letter(
        subject="パスワードの初期化のお手続き",
        template="patrons/email/reset_link",
        context={
            "link": absolute(reverse("patrons:reset_by_link", args=[token])),
            "until": spoken_moment(until, at=at),
        },
        if_unknown="リンクは開かず、図書館へお電話ください。パスワードは変わっていません。",
    )


def _newest_usable(notices: Sequence[Notice], at: datetime) -> OneTimeLink | None:
    """Several asked for in a row make one mail, with the link that lives longest."""
    asked = [notice.subject_ids["link"] for notice in notices]
    return OneTimeLink.objects.usable(at).filter(pk__in=asked).order_by("-created_at").first()


def _moment() -> datetime:
    return datetime.fromisoformat("2026-11-24T10:05:00+09:00")


@sample(PASSWORD_REGISTERED)
def _sample_of_registered() -> Letter:
    return _registered(_moment(), _moment())


@sample(PASSWORD_RESET)
def _sample_of_reset() -> Letter:
    return _reset(_moment(), _moment())


@sample(PASSWORD_CHANGED)
def _sample_of_changed() -> Letter:
    return _changed(_moment(), _moment())


@sample(ADDRESS_CHANGED)
def _sample_of_moved() -> Letter:
    return _moved(_moment(), _moment())


@sample(ADDRESS_CONFIRM)
def _sample_of_confirm() -> Letter:
    return _confirm_letter("0123456789abcdef", _moment(), _moment())


@sample(RESET_LINK)
def _sample_of_reset_link() -> Letter:
    return _reset_link_letter("0123456789abcdef", _moment(), _moment())
