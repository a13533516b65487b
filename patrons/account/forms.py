from datetime import date
from typing import Any

from django import forms

from akiruno_library import policy
from japanese.days import read_day
from patrons import password_rules
from patrons.card_numbers import plain_number
from patrons.forms import QuietForm
from patrons.identity import Facts

LONGEST_NAME = 100


def _text(autocomplete: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete} | attrs)


class NewPasswordField(forms.CharField):
    """A single password field that can be shown, instead of two hidden ones. Paste works."""

    widget = forms.PasswordInput(
        attrs={"autocomplete": "new-password", "data-showable": "", "spellcheck": "false"}
    )

    def __init__(self, *, label: str = "新しいパスワード") -> None:
        super().__init__(
            label=label,
            strip=False,
            help_text=f"{policy.PASSWORD_MIN_LENGTH}文字以上。文字の種類は問いません。"
            "長いことばほど安全です。",
            error_messages={"required": "パスワードを決めて入れてください。"},
        )


class CurrentPasswordField(forms.CharField):
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})

    def __init__(self) -> None:
        super().__init__(
            label="いまのパスワード",
            strip=False,
            max_length=policy.PASSWORD_MAX_LENGTH,
            error_messages={
                "required": "いまのパスワードを入れてください。",
                "max_length": f"パスワードは{policy.PASSWORD_MAX_LENGTH}文字までです。",
            },
        )


class FactsForm(QuietForm):
    """The four facts, in the order of the library card and of its application form."""

    card_number = forms.CharField(
        label="利用者番号",
        max_length=40,
        help_text="利用者カードの番号です。",
        error_messages={"required": "利用者番号を入れてください。"},
        widget=_text("username", inputmode="numeric", **{"class": "short"}),
    )
    name = forms.CharField(
        label="お名前",
        max_length=LONGEST_NAME,
        help_text="漢字でも、かなでもかまいません。",
        error_messages={
            "required": "お名前を入れてください。",
            "max_length": f"お名前は{LONGEST_NAME}文字までで入れてください。",
        },
        widget=_text("name"),
    )
    birth_date = forms.CharField(
        label="生年月日",
        max_length=40,
        help_text="例: 1985年4月12日、1985/4/12、昭和60年4月12日、S60.4.12",
        error_messages={"required": "生年月日を入れてください。"},
        widget=_text("bday", **{"class": "short"}),
    )
    telephone = forms.CharField(
        label="電話番号",
        max_length=40,
        help_text="図書館に届け出た番号です。ハイフンはなくてもかまいません。",
        error_messages={"required": "電話番号を入れてください。"},
        widget=_text("tel", inputmode="tel", **{"class": "short"}),
    )

    def clean_card_number(self) -> str:
        return plain_number(self.cleaned_data["card_number"])

    def clean_birth_date(self) -> date:
        day = read_day(self.cleaned_data["birth_date"])
        if day is None:
            raise forms.ValidationError(
                "日付として読めませんでした。1985/4/12 や S60.4.12 のように入れてください。"
            )
        return day

    def facts(self) -> Facts:
        typed = ("card_number", "name", "birth_date", "telephone")
        return Facts.typed(**{name: self.cleaned_data[name] for name in typed})


class RegisterForm(FactsForm):
    password = NewPasswordField()

    def clean(self) -> dict[str, Any] | None:
        """Check the password without looking whether the card exists."""
        cleaned = super().clean()
        if "password" in self.cleaned_data and not self.errors:
            facts, name = self.facts(), self.cleaned_data["name"]
            found = password_rules.refusals(self.cleaned_data["password"], facts, name=name)
            for refusal in found:
                self.add_error("password", str(refusal))
        return cleaned


class NewPasswordForm(QuietForm):
    password = NewPasswordField()

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        for refusal in password_rules.shape_refusals(password):
            raise forms.ValidationError(str(refusal))
        return str(password)


class ChangePasswordForm(NewPasswordForm):
    current = CurrentPasswordField()
    field_order = ["current", "password"]


class MailAddressForm(QuietForm):
    address = forms.CharField(
        label="メールアドレス",
        max_length=300,
        error_messages={
            "required": "メールアドレスを入れてください。",
            "max_length": "メールアドレスが長すぎます。もう一度お確かめください。",
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    current = CurrentPasswordField()
