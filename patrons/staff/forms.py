from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from patrons import throttling, tries
from patrons.origin import origin_of
from patrons.refusals import StaffMustWait, TooManyTries


class StaffLoginForm(AdminAuthenticationForm):
    """The admin's own, slowed down by account and address before any hash (safety 2, 19)."""

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        if self.request is None:
            return super().clean()
        try:
            attempt = throttling.begin(tries.of_staff(name, origin_of(self.request)))
        except TooManyTries as refusal:
            raise ValidationError(str(StaffMustWait(seconds=refusal.seconds))) from refusal
        facts = super().clean()
        attempt.succeeded()
        return facts


def _code_field(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        help_text=help_text,
        error_messages={"required": "コードを入れてください。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": ""}
        ),
    )


class _WithCode(forms.Form):
    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class CodeForm(_WithCode):
    code = _code_field("確認コード", "認証アプリの6けたの数字か、控えのコード。")


class EnrolForm(_WithCode):
    code = _code_field("確認コード", "認証アプリに出た6けたの数字。")
    password = forms.CharField(
        label="パスワード",
        strip=False,
        help_text="ご本人であることを、もう一度確かめます。",
        error_messages={"required": "パスワードを入れてください。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
