from typing import Any

from django import forms

DAY = "日付を入れてください。"
TIME = "時刻は10:00のように入れてください。"


class DaysForm(forms.Form):
    """Days of a branch: closed, open in special hours, or as usual."""

    CLOSED, HOURS, USUAL = "closed", "hours", "usual"

    last = forms.DateField(
        label="おわりの日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="1日だけのときは、そのままにします。",
        error_messages={"required": DAY, "invalid": DAY},
    )
    kind = forms.ChoiceField(
        label="この日は",
        widget=forms.RadioSelect,
        choices=[
            (CLOSED, "休館する"),
            (HOURS, "時間を変えて開ける"),
            (USUAL, "ふだんどおりに戻す"),
        ],
        error_messages={
            "required": "どれか選んでください。",
            "invalid_choice": "どれか選んでください。",
        },
    )
    opens = forms.TimeField(
        label="開館",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": TIME},
    )
    closes = forms.TimeField(
        label="閉館",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": TIME},
    )
    reason = forms.CharField(
        label="わけ",
        max_length=60,
        required=False,
        help_text="利用者に示します。例: 特別整理日、臨時開館",
        error_messages={"max_length": "わけは%(limit_value)d文字までにしてください。"},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == self.USUAL:
            return given | {"opens": None, "closes": None, "reason": ""}
        if "reason" in given and not given["reason"]:
            self.add_error("reason", "わけを書いてください。利用者に示します。")
        if given.get("kind") == self.CLOSED:
            return given | {"opens": None, "closes": None}
        for name in ("opens", "closes"):
            if name in given and given[name] is None:
                self.add_error(name, "時刻を入れてください。")
        return given
