"""Mails to a guardian (rules 7.5, 8.3): never a card number or a full name."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.absolute_url import absolute
from catalog.models import Branch
from japanese.date_format import spoken_day, spoken_moment
from notifications import outbox
from notifications.models import Notice
from notifications.rendering import Link, MailText, sample, writes
from patrons import links
from patrons.models import GuardianMail, OneTimeLink, Visit

VISIT, CONFIRM = "child_visit", "child_confirm"
CHANGED, STOPPED = "child_changed", "child_stopped"
OPENED_BY_FACTS, REPLACE = "child_opened", "child_replace"
KIND_OF_A_LINK = {OneTimeLink.Purpose.GUARDIAN: CONFIRM, OneTimeLink.Purpose.REPLACE: REPLACE}
SUBJECT = "きたよ・かえるよのお知らせ"


def key_of(visit: Visit) -> str:
    return f"visit:{visit.pk}"


def tell(visit: Visit, guardian_mail: GuardianMail, *, at: datetime) -> None:
    """Announce the visit. The mail goes at once or late that day, never on a later day (7.5)."""
    outbox.announce(
        key=key_of(visit),
        kind=VISIT,
        address=guardian_mail.address,
        subject_ids={"visit": visit.pk},
        at=at,
        expires_at=_midnight_after(at),
    )


def forget(visit_ids: Sequence[int]) -> None:
    outbox.forget(VISIT, subject="visit", ids=visit_ids)


def tell_change(guardian_mail: GuardianMail, kind: str, *, at: datetime) -> None:
    """Tell the guardian's address of a change to the setting."""
    outbox.announce(
        key=f"{kind}:{guardian_mail.pk}:{at.isoformat()}",
        kind=kind,
        address=guardian_mail.address,
        subject_ids={},
        at=at,
    )


def send_link(link: OneTimeLink, *, at: datetime) -> None:
    """Send the link to the guardian's address: to confirm it, or to replace it."""
    kind = KIND_OF_A_LINK[OneTimeLink.Purpose(link.purpose)]
    outbox.announce(
        key=f"{kind}:{link.pk}",
        kind=kind,
        address=link.address,
        subject_ids={"link": link.pk},
        at=at,
        expires_at=link.expires_at,
    )


def _midnight_after(at: datetime) -> datetime:
    """Return the end of this day in Tokyo."""
    local = timezone.localtime(at)
    return datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=local.tzinfo)


@writes(VISIT, name="きたよ・かえるよのお知らせ", kept=policy.VISITS_KEPT, discreet=True)
def _visit(notices: Sequence[Notice], at: datetime) -> MailText | None:
    visit = (
        Visit.objects.filter(pk=notices[-1].subject_ids["visit"])
        .select_related("branch", "patron__guardian_mail")
        .first()
    )
    guardian_mail = getattr(visit.patron, "guardian_mail", None) if visit else None
    if visit is None or guardian_mail is None or guardian_mail.address_id != notices[-1].address_id:
        return None
    return _visit_text(visit, guardian_mail.call_name, at)


def _visit_text(visit: Visit, call_name: str, at: datetime) -> MailText:
    moment = timezone.localtime(visit.pressed_at)
    came = visit.button == Visit.Button.CAME
    return MailText(
        subject=SUBJECT,
        template="patrons/email/child_visit",
        context={
            "who": f"{call_name}さん" if call_name else "お子さん",
            "clock": f"{moment:%H時%M分}",
            "day": spoken_day(moment.date(), at=at),
            "branch": visit.branch,
            "did": "来館しました" if came else "かえりました",
            "button": visit.get_button_display(),
            "late": at - visit.pressed_at > policy.VISIT_MAIL_LATE,
        },
        branches=[visit.branch],
        setting=_setting(),
    )


@writes(CONFIRM, name="きたよ・かえるよのあて先の確認")
def _confirm(notices: Sequence[Notice], at: datetime) -> MailText | None:
    link = _newest(notices, at)
    return _confirm_text(links.token_of(link), link.expires_at, at) if link else None


def _newest(notices: Sequence[Notice], at: datetime) -> OneTimeLink | None:
    links_of_notices = [notice.subject_ids["link"] for notice in notices]
    return (
        OneTimeLink.objects.usable(at)
        .filter(pk__in=links_of_notices)
        .order_by("-created_at")
        .first()
    )


def _confirm_text(token: str, until: datetime, at: datetime) -> MailText:
    return MailText(
        subject="「きたよ・かえるよ」のあて先の確認をお願いします",
        template="patrons/email/child_confirm",
        context={
            "link": absolute(reverse("children:confirm", args=[token])),
            "until": spoken_moment(until, at=at),
        },
        setting=_setting(),
        if_unknown="このメールは削除してください。リンクを開かなければ、何も送られません。",
    )


@writes(CHANGED, name="きたよ・かえるよの設定の変更")
def _changed(notices: Sequence[Notice], at: datetime) -> MailText | None:
    return _change_text(
        "「きたよ・かえるよ」の設定が変わりました",
        "お知らせの送り先か、呼び名が変わりました。",
        notices[-1].created_at,
        at,
    )


@writes(REPLACE, name="きたよ・かえるよの送り先の変更")
def _replace(notices: Sequence[Notice], at: datetime) -> MailText | None:
    link = _newest(notices, at)
    return _replace_text(links.token_of(link), link.expires_at, at) if link else None


def _replace_text(token: str, until: datetime, at: datetime) -> MailText:
    return MailText(
        subject="「きたよ・かえるよ」の送り先の変更",
        template="patrons/email/child_replace",
        context={
            "link": absolute(reverse("children:replace", args=[token])),
            "until": spoken_moment(until, at=at),
        },
        setting=_setting(),
        if_unknown="リンクは開かず、図書館へお電話ください。送り先は変わっていません。",
    )


@writes(OPENED_BY_FACTS, name="お子さんのパスワードの登録・初期化")
def _opened_by_facts(notices: Sequence[Notice], at: datetime) -> MailText | None:
    return _change_text(
        "お子さんのパスワードが登録または初期化されました",
        "お子さんの利用者番号・お名前・生年月日・電話番号で、マイページのパスワードが登録または"
        "初期化されました。「きたよ・かえるよ」のお知らせは、このメールアドレスに届きつづけます。"
        "送り先は、このメールアドレスに届くリンクか、図書館の窓口でだけ変えられます。",
        notices[-1].created_at,
        at,
    )


@writes(STOPPED, name="きたよ・かえるよの終わり")
def _stopped(notices: Sequence[Notice], at: datetime) -> MailText | None:
    return _change_text(
        "「きたよ・かえるよ」のお知らせが終わりました",
        "このメールアドレスへのお知らせは、これからは届きません。",
        notices[-1].created_at,
        at,
    )


def _change_text(subject: str, fact: str, moment: datetime, at: datetime) -> MailText:
    return MailText(
        subject=subject,
        template="patrons/email/child_changed",
        context={"fact": fact, "moment": spoken_moment(moment, at=at)},
        setting=_setting(),
        if_unknown="お子さんの利用者カードをお持ちのうえ、図書館の窓口へお越しください。",
    )


def _setting() -> Link:
    return Link(
        "お知らせは、お子さんのマイページで変えられます。", absolute(reverse("children:settings"))
    )


MOMENT = datetime.fromisoformat("2026-11-24T14:05:00+09:00")


@sample(VISIT)
def _sample_of_visit() -> MailText:
    branch = Branch(pk=1, name="中央図書館", telephone="042-000-0000")
    visit = Visit(branch=branch, button=Visit.Button.CAME, pressed_at=MOMENT)
    return _visit_text(visit, "さくら", MOMENT)


@sample(CONFIRM)
def _sample_of_confirm() -> MailText:
    return _confirm_text("0123456789abcdef", MOMENT + policy.CONFIRMATION_VALID, MOMENT)


@sample(REPLACE)
def _sample_of_replace() -> MailText:
    return _replace_text("0123456789abcdef", MOMENT + policy.CONFIRMATION_VALID, MOMENT)


@sample(OPENED_BY_FACTS)
def _sample_of_opened() -> MailText:
    return _opened_by_facts([Notice(created_at=MOMENT)], MOMENT)  # type: ignore[return-value]


@sample(CHANGED)
def _sample_of_changed() -> MailText:
    return _changed([Notice(created_at=MOMENT)], MOMENT)  # type: ignore[return-value]


@sample(STOPPED)
def _sample_of_stopped() -> MailText:
    return _stopped([Notice(created_at=MOMENT)], MOMENT)  # type: ignore[return-value]
