"""Forms of the actions that staff take for a patron: a reason, a day, a number, a name."""

from django import forms


class EmptyForm(forms.Form):
    """A form without fields, for actions that only need a confirmation."""


def _text(label: str, required: str, longest: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        error_messages={"required": required},
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    reason = _text("わけ", "わけを書いてください。")


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
    reason = _text("わけ", "わけを書いてください。")


class NumberForm(forms.Form):
    number = _text("新しい利用者番号", "新しい利用者番号を入れてください。", 40)


class NameForm(forms.Form):
    name = _text("新しい名前", "新しい名前を入れてください。", 100)
    name_reading = _text("読み(カタカナ)", "読みを入れてください。", 100)


class AddressForm(forms.Form):
    address = _text("メールアドレス", "メールアドレスを入れてください。", 254)
