from typing import Any

from django import forms

from akiruno_library import policy
from patrons.card_numbers import plain_number


class QuietForm(forms.Form):
    """A form that a terminal's browser never fills in with an earlier visitor's words (8.2)."""

    def __init__(self, *args: Any, on_terminal: object = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on_terminal:
            for field in self.fields.values():
                field.widget.attrs["autocomplete"] = "off"


class LoginForm(QuietForm):
    card_number = forms.CharField(
        label="利用者番号",
        max_length=40,
        help_text="利用者カードの番号です。",
        error_messages={"required": "利用者番号を入れてください。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "username", "class": "short"}
        ),
    )
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=policy.PASSWORD_MAX_LENGTH,
        error_messages={
            "required": "パスワードを入れてください。",
            "max_length": f"パスワードは{policy.PASSWORD_MAX_LENGTH}文字までです。",
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_card_number(self) -> str:
        return plain_number(self.cleaned_data["card_number"])
