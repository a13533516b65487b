from django import forms

from akiruno_library import policy
from patrons.account.forms import CurrentPasswordField
from patrons.card_numbers import plain_number
from patrons.forms import QuietForm
from patrons.models import Visit


class GuardianForm(QuietForm):
    address = forms.CharField(
        label="保護者のメールアドレス",
        max_length=254,
        help_text="きょうだいで同じアドレスも使えます。",
        error_messages={"required": "メールアドレスを入れてください。"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    call_name = forms.CharField(
        label="呼び名",
        max_length=20,
        required=False,
        help_text="メールに「○○さんが来館しました」と書く名前です。空けておくと「お子さん」になります。"
        "お名前の全部は書かないでください。",
        error_messages={"max_length": "呼び名は%(limit_value)d文字までです。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    current = CurrentPasswordField()

    def clean_call_name(self) -> str:
        return " ".join(self.cleaned_data["call_name"].split())


class NewAddressForm(QuietForm):
    """The form behind the link that the present address received; it asks for no password."""

    address = forms.CharField(
        label="新しい送り先のメールアドレス",
        max_length=254,
        error_messages={"required": "メールアドレスを入れてください。"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class StopForm(QuietForm):
    current = CurrentPasswordField()


class PressForm(QuietForm):
    """Card number, password, and one of the two buttons."""

    card_number = forms.CharField(
        label="カードの ばんごう",
        max_length=40,
        error_messages={"required": "カードの ばんごうを いれてね。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=policy.PASSWORD_MAX_LENGTH,
        error_messages={
            "required": "パスワードを いれてね。",
            "max_length": "ばんごうか パスワードが ちがうよ。もういちど やってみてね。",
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    button = forms.ChoiceField(choices=Visit.Button.choices, widget=forms.HiddenInput)

    def clean_card_number(self) -> str:
        return plain_number(self.cleaned_data["card_number"])
