"""Buttons beside a patron in the admin: each asks for confirmation and is logged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from akiruno_library import policy
from akiruno_library.refusals import Refusal
from akiruno_library.spans import in_days, in_hours
from japanese.date_format import spoken_day, spoken_moment
from patrons import counter_actions
from patrons.children import guarding
from patrons.models import Patron
from patrons.staff.action_forms import (
    AddressForm,
    BarForm,
    EmptyForm,
    NameForm,
    NumberForm,
    ReasonForm,
    UntilForm,
)

CLOSED_HOURS = in_hours(policy.CLOSED_AFTER_FACTS)


Verb = Callable[..., None]


@dataclass(frozen=True)
class PatronAction:
    """One action that staff can take for this patron now."""

    title: str
    explained: str
    verb: Verb
    done: str
    form: type[forms.Form] = EmptyForm
    now: Callable[[Patron], bool] = lambda patron: True


def _has_password(patron: Patron) -> bool:
    return patron.user.has_usable_password()


PATRON_ACTIONS = {
    "reset": PatronAction(
        "パスワードを初期化",
        "いまのパスワードは使えなくなり、すべての機器のログインが終わります。"
        "ご本人は「パスワードの登録」から登録しなおします。",
        counter_actions.reset_password,
        "パスワードを初期化しました。",
        now=_has_password,
    ),
    "unlock": PatronAction(
        "待ち時間を解除",
        "間違いが続いて待ち時間がついているとき、この方の分をなくします。",
        counter_actions.unlock,
        "待ち時間を解除しました。",
    ),
    "lift": PatronAction(
        f"{CLOSED_HOURS}時間の制限を解除",
        "読書履歴、子どものお知らせ、メールアドレスの変更を、すぐに使えるようにします。"
        "ご本人であることを確かめてください。",
        counter_actions.lift,
        f"{CLOSED_HOURS}時間の制限を解除しました。",
        now=Patron.is_closed,
    ),
    "guardian": PatronAction(
        "きたよ・かえるよの送り先の変更を認める",
        "届け出の内容だけでパスワードが登録・初期化されたため、保護者の送り先はマイページで"
        "変えられなくなっています。保護者の方であることを確かめてください。",
        counter_actions.let_the_guardian_be_replaced,
        "きたよ・かえるよの送り先の変更を認めました。",
        now=guarding.is_guarded,
    ),
    "bar": PatronAction(
        "ウェブでの登録を止める",
        "ウェブと館内の検索機で、パスワードの登録と初期化ができないようにします。"
        "ご家族などに情報を知られている方のお申し出で使います。",
        counter_actions.bar,
        "ウェブでの登録を止めました。",
        form=BarForm,
        now=lambda patron: patron.web_barred_at is None,
    ),
    "unbar": PatronAction(
        "ウェブでの登録を再び認める",
        "パスワードの登録と初期化が、またウェブでできるようになります。",
        counter_actions.unbar,
        "ウェブでの登録を再び認めました。",
        now=lambda patron: patron.web_barred_at is not None,
    ),
    "card": PatronAction(
        "新しいカードを発行",
        "前の番号はすぐに使えなくなり、ログインは終わります。貸出や予約はそのまま移ります。",
        counter_actions.issue_card,
        "新しい利用者番号にしました。",
        form=NumberForm,
    ),
    "rename": PatronAction(
        "名前を変更",
        f"前の名前でも、{in_days(policy.FORMER_NAME_ACCEPTED)}日間はパスワードの登録と初期化ができます。",
        counter_actions.rename,
        "名前を変更しました。",
        form=NameForm,
    ),
    "address": PatronAction(
        "メールアドレスを登録",
        "確認のメールをお送りし、前のメールアドレスには変わったことをお知らせします。"
        "送信できない形のものは、そのまま残して印をつけます。",
        counter_actions.register_address,
        "メールアドレスを登録しました。",
        form=AddressForm,
    ),
    "suspend": PatronAction(
        "利用を停止",
        "予約と延長ができなくなります。わけはご本人の画面には出ません。",
        counter_actions.suspend,
        "利用を停止しました。",
        form=ReasonForm,
        now=lambda patron: not patron.is_suspended,
    ),
    "reinstate": PatronAction(
        "利用停止を解く",
        "予約と延長が、またできるようになります。",
        counter_actions.reinstate,
        "利用停止を解きました。",
        now=lambda patron: patron.is_suspended,
    ),
    "exception": PatronAction(
        "中学生になる前の予約を認める",
        "最後の日まで、ウェブでの予約を使えるようにします。",
        counter_actions.let_reserve,
        "予約を認めました。",
        form=UntilForm,
        now=lambda patron: patron.category != Patron.Category.ORGANISATION,
    ),
    "no-exception": PatronAction(
        "予約の特例をやめる",
        "中学生になるまで、ウェブでの予約はできなくなります。",
        counter_actions.end_exception,
        "予約の特例をやめました。",
        now=lambda patron: patron.may_reserve_until is not None,
    ),
}


# Only the actions write these fields, because each needs a reason or has consequences.
WRITTEN_BY_ACTIONS = (
    "card_number",
    "name",
    "name_reading",
    "suspended_at",
    "suspension_reason",
    "closed_until",
    "web_barred_at",
    "web_barred_reason",
    "may_reserve_until",
    "may_reserve_reason",
    "mail_address",
    "mail_confirmed_at",
)


class PatronActions(admin.ModelAdmin):
    """For the admin of patrons: `<pk>/act/<which>/` asks, its POST calls the verb."""

    change_form_template = "admin/patrons/patron/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return [*dict.fromkeys([*super().get_readonly_fields(request, obj), *WRITTEN_BY_ACTIONS])]

    def get_urls(self) -> list:
        action = path(
            "<int:pk>/act/<slug:which>/",
            self.admin_site.admin_view(self.act_on),
            name="patrons_patron_action",
        )
        return [action, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        patron = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if patron is not None and self.has_change_permission(request, patron):
            context = {"patron_actions": list(_possible(patron)), "states": list(_states(patron))}
        if patron is not None:
            context["subtitle"] = f"{patron.name}さん(利用者番号 {patron.card_number})"
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    def act_on(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        patron, action = self.get_object(request, str(pk)), PATRON_ACTIONS.get(which)
        if patron is None or action is None:
            raise Http404
        if not self.has_change_permission(request, patron):
            raise PermissionDenied
        form = action.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                action.verb(patron, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, patron, _logged(action, form))
                messages.success(request, action.done)
                return redirect("admin:patrons_patron_change", pk)
        context = self.admin_site.each_context(request) | {
            "action": action, "form": form, "patron": patron,
            "opts": self.opts, "title": action.title,
        }  # fmt: skip
        return TemplateResponse(request, "admin/patrons/patron/action.html", context)


def _possible(patron: Patron) -> list[dict[str, str]]:
    return [
        {
            "title": action.title,
            "url": reverse("admin:patrons_patron_action", args=[patron.pk, which]),
        }
        for which, action in PATRON_ACTIONS.items()
        if action.now(patron)
    ]


def _logged(action: PatronAction, form: forms.Form) -> str:
    """Return the log entry: what was done and why. It repeats no name and no address."""
    reason = form.cleaned_data.get("reason")
    done = action.done + "".join(
        f"{form.fields[name].label}。" for name, value in form.cleaned_data.items() if value is True
    )
    return f"{done}(わけ: {reason})" if reason else done


def _states(patron: Patron) -> list[str]:
    """Return what is unusual about this card, for the member of staff at the counter."""
    said = []
    if not _has_password(patron):
        said.append("パスワードは登録されていません。")
    if patron.closed_until and patron.is_closed():
        until = spoken_moment(patron.closed_until)
        said.append(f"読書履歴と子どものお知らせは{until}まで閉じています。")
    if guarding.is_guarded(patron):
        said.append("きたよ・かえるよの送り先は、そこに届くリンクか窓口でだけ変えられます。")
    if patron.web_barred_at:
        said.append(f"ウェブでの登録を止めています。(わけ: {patron.web_barred_reason})")
    if patron.is_suspended:
        said.append(f"利用を停止しています。(わけ: {patron.suspension_reason})")
    if patron.card_expired():
        said.append(f"カードの有効期限が{spoken_day(patron.card_expires_on)}で切れています。")
    if patron.may_reserve_until:
        until = spoken_day(patron.may_reserve_until)
        said.append(f"{until}まで予約を認めています。(わけ: {patron.may_reserve_reason})")
    return said
