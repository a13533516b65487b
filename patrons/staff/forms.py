from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from akiruno_library.refusals import Refusal
from japanese.days import read_day
from patrons import attempts, enrolment, throttling
from patrons.models import Patron
from patrons.origin import origin_of
from patrons.refusals import CardNumberTaken, StaffMustWait, TooManyAttempts


class StaffLoginForm(AdminAuthenticationForm):
    """The admin's login form, throttled by account and address before any hash (safety 2, 19)."""

    seconds_to_wait = 0

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        if self.request is None:
            return super().clean()
        try:
            attempt = throttling.begin(attempts.of_staff(name, origin_of(self.request)))
        except TooManyAttempts as refusal:
            self.seconds_to_wait = refusal.seconds
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


class TypedDayField(forms.DateField):
    """A day as it stands on paper: 昭和60年4月12日, S60.4.12, 1985-4-12."""

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        if (day := read_day(value)) is None:
            raise ValidationError("日付として読めません。例: 昭和60年4月12日、1985-4-12")
        return day


class PatronForm(forms.ModelForm):
    """What staff correct on a patron's page. An action of its own registers a mail address."""

    birth_date = TypedDayField(
        label="生年月日",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d"),
        help_text="例: 昭和60年4月12日、1985-4-12。中学生かどうかを決めるのに使います。"
        "団体は空けておきます。",
    )

    def clean_contact_method(self) -> str:
        given = self.cleaned_data["contact_method"]
        if given not in self.instance.contact_methods():
            raise ValidationError("先に、メールアドレスを登録してください。")
        return given


class NewPatronForm(PatronForm):
    """The contents of the paper application. The mail address is registered afterwards."""

    another = forms.BooleanField(
        label="同じ名前・生年月日の、別の方です",
        required=False,
        help_text="同じ方かもしれない登録が見つかったときだけ、確かめてから付けます。",
    )

    class Meta:
        model = Patron
        fields = [
            "card_number", "name", "name_reading", "birth_date", "telephone", "category",
            "card_expires_on", "contact_method", "pickup_branch",
        ]  # fmt: skip
        error_messages = {"card_number": {"unique": CardNumberTaken.sentence}}

    def clean_card_number(self) -> str:
        try:
            return enrolment.usable_number(self.cleaned_data["card_number"])
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("category") != Patron.Category.ORGANISATION and not given.get("birth_date"):
            if "birth_date" in given:
                self.add_error("birth_date", "生年月日を入れてください(団体だけは空けておきます)。")
        elif "name" in given and not given.get("another"):
            same = enrolment.possible_duplicates(
                Patron(name=given["name"], birth_date=given.get("birth_date"))
            )
            if same:
                self.add_error(
                    "another",
                    f"同じ名前と生年月日の登録があります(利用者番号 {'、'.join(same)})。"
                    "同じ方なら、その登録をひらいて「新しいカードを発行」へ進んでください。",
                )
        return given
