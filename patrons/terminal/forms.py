from django import forms

from patrons.card_numbers import plain_number


class EnrolForm(forms.Form):
    code = forms.CharField(
        label="登録コード",
        max_length=40,
        help_text="管理画面の「館内の検索機」で発行した、12けたの数字です。",
        error_messages={"required": "登録コードを入れてください。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
    )

    def clean_code(self) -> str:
        return plain_number(self.cleaned_data["code"])
