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

CLOSED_HOURS = in_hours(policy.CLOSED_AFTER_FACTS)


class AskForm(forms.Form):
    """A form without fields, for actions that only need a confirmation."""


def _words(label: str, required: str, longest: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        error_messages={"required": required},
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    reason = _words("わけ", "わけを書いてください。")


class BarForm(ReasonForm):
    """Both boxes are ticked at first: the patron is threatened, and staff are in a hurry (2.2).

    Somebody else may know the password or be logged in elsewhere. A reset ends every login, too.
    """

    reset = forms.BooleanField(
        label="いまのパスワードも初期化する",
        required=False,
        initial=True,
        help_text="ほかの方に知られているおそれがあるときは、付けたままにします。"
        "登録しなおすのは、この停止を解いてからになります。",
    )
    end_logins = forms.BooleanField(
        label="すべての機器のログインを終わらせる",
        required=False,
        initial=True,
        help_text="パスワードを残すときも、いま開いているログインはすべて終わります。",
    )


class UntilForm(forms.Form):
    until = forms.DateField(
        label="最後の日",
        error_messages={"required": "最後の日を入れてください。", "invalid": "例: 2027-03-31"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = _words("わけ", "わけを書いてください。")


class NumberForm(forms.Form):
    number = _words("新しい利用者番号", "新しい利用者番号を入れてください。", 40)


class NameForm(forms.Form):
    name = _words("新しい名前", "新しい名前を入れてください。", 100)
    name_reading = _words("読み(カタカナ)", "読みを入れてください。", 100)


class AddressForm(forms.Form):
    address = _words("メールアドレス", "メールアドレスを入れてください。", 254)


Verb = Callable[..., None]


@dataclass(frozen=True)
class Act:
    """One action that staff can take for this patron now."""

    title: str
    explained: str
    verb: Verb
    done: str
    form: type[forms.Form] = AskForm
    now: Callable[[Patron], bool] = lambda patron: True


def _has_password(patron: Patron) -> bool:
    return patron.user.has_usable_password()


ACTS = {
    "reset": Act(
        "パスワードを初期化",
        "いまのパスワードは使えなくなり、すべての機器のログインが終わります。"
        "ご本人は「パスワードの登録」から登録しなおします。",
        counter_actions.reset_password,
        "パスワードを初期化しました。",
        now=_has_password,
    ),
    "unlock": Act(
        "待ち時間を解除",
        "間違いが続いて待ち時間がついているとき、この方の分をなくします。",
        counter_actions.unlock,
        "待ち時間を解除しました。",
    ),
    "lift": Act(
        f"{CLOSED_HOURS}時間の制限を解除",
        "読書履歴、子どものお知らせ、メールアドレスの変更を、すぐに使えるようにします。"
        "ご本人であることを確かめてください。",
        counter_actions.lift,
        f"{CLOSED_HOURS}時間の制限を解除しました。",
        now=Patron.is_closed,
    ),
    "guardian": Act(
        "きたよ・かえるよの送り先の変更を認める",
        "届け出の内容だけでパスワードが登録・初期化されたため、保護者の送り先はマイページで"
        "変えられなくなっています。保護者の方であることを確かめてください。",
        counter_actions.let_the_guardian_be_replaced,
        "きたよ・かえるよの送り先の変更を認めました。",
        now=guarding.is_guarded,
    ),
    "bar": Act(
        "ウェブでの登録を止める",
        "ウェブと館内の検索機で、パスワードの登録と初期化ができないようにします。"
        "ご家族などに情報を知られている方のお申し出で使います。",
        counter_actions.bar,
        "ウェブでの登録を止めました。",
        form=BarForm,
        now=lambda patron: patron.web_barred_at is None,
    ),
    "unbar": Act(
        "ウェブでの登録を再び認める",
        "パスワードの登録と初期化が、またウェブでできるようになります。",
        counter_actions.unbar,
        "ウェブでの登録を再び認めました。",
        now=lambda patron: patron.web_barred_at is not None,
    ),
    "card": Act(
        "新しいカードを発行",
        "前の番号はすぐに使えなくなり、ログインは終わります。貸出や予約はそのまま移ります。",
        counter_actions.issue_card,
        "新しい利用者番号にしました。",
        form=NumberForm,
    ),
    "rename": Act(
        "名前を変更",
        f"前の名前でも、{in_days(policy.FORMER_NAME_ACCEPTED)}日間はパスワードの登録と初期化ができます。",
        counter_actions.rename,
        "名前を変更しました。",
        form=NameForm,
    ),
    "address": Act(
        "メールアドレスを登録",
        "確認のメールをお送りし、前のメールアドレスには変わったことをお知らせします。"
        "送信できない形のものは、そのまま残して印をつけます。",
        counter_actions.register_address,
        "メールアドレスを登録しました。",
        form=AddressForm,
    ),
    "suspend": Act(
        "利用を停止",
        "予約と延長ができなくなります。わけはご本人の画面には出ません。",
        counter_actions.suspend,
        "利用を停止しました。",
        form=ReasonForm,
        now=lambda patron: not patron.is_suspended,
    ),
    "reinstate": Act(
        "利用停止を解く",
        "予約と延長が、またできるようになります。",
        counter_actions.reinstate,
        "利用停止を解きました。",
        now=lambda patron: patron.is_suspended,
    ),
    "exception": Act(
        "中学生になる前の予約を認める",
        "最後の日まで、ウェブでの予約を使えるようにします。",
        counter_actions.let_reserve,
        "予約を認めました。",
        form=UntilForm,
        now=lambda patron: patron.category != Patron.Category.ORGANISATION,
    ),
    "no-exception": Act(
        "予約の特例をやめる",
        "中学生になるまで、ウェブでの予約はできなくなります。",
        counter_actions.end_exception,
        "予約の特例をやめました。",
        now=lambda patron: patron.may_reserve_until is not None,
    ),
}


# Only the actions write these fields, because each needs a reason or has consequences.
ACTED_UPON = (
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


class PatronActs(admin.ModelAdmin):
    """For the admin of patrons: `<pk>/act/<which>/` asks, its POST calls the verb."""

    change_form_template = "admin/patrons/patron/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return [*dict.fromkeys([*super().get_readonly_fields(request, obj), *ACTED_UPON])]

    def get_urls(self) -> list:
        act = path(
            "<int:pk>/act/<slug:which>/",
            self.admin_site.admin_view(self.act),
            name="patrons_patron_act",
        )
        return [act, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        patron = self.get_object(request, object_id)
        told: dict[str, Any] = {}
        if patron is not None and self.has_change_permission(request, patron):
            told = {"acts": list(_possible(patron)), "states": list(_states(patron))}
        if patron is not None:
            told["subtitle"] = f"{patron.name}さん(利用者番号 {patron.card_number})"
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    def act(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        patron, act = self.get_object(request, str(pk)), ACTS.get(which)
        if patron is None or act is None:
            raise Http404
        if not self.has_change_permission(request, patron):
            raise PermissionDenied
        form = act.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                act.verb(patron, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, patron, _logged(act, form))
                messages.success(request, act.done)
                return redirect("admin:patrons_patron_change", pk)
        context = self.admin_site.each_context(request) | {
            "act": act, "form": form, "patron": patron, "opts": self.opts, "title": act.title,
        }  # fmt: skip
        return TemplateResponse(request, "admin/patrons/patron/act.html", context)


def _possible(patron: Patron) -> list[dict[str, str]]:
    return [
        {"title": act.title, "href": reverse("admin:patrons_patron_act", args=[patron.pk, which])}
        for which, act in ACTS.items()
        if act.now(patron)
    ]


def _logged(act: Act, form: forms.Form) -> str:
    """Return the log entry: what was done and why. It repeats no name and no address."""
    reason = form.cleaned_data.get("reason")
    done = act.done + "".join(
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
