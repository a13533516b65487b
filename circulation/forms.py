from datetime import date
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils import timezone

from akiruno_library import policy
from catalog.choices import PER_PAGE, SORTS
from catalog.models import Branch, MaterialType
from circulation.refusals import DropDayOutOfReach
from patrons.card_numbers import plain_number
from patrons.models import Patron
from patrons.models.patron import ContactMethod

FROM_THE_LIST = "一覧から選んでください。"
FIELDS = (
    "search_branch",
    "search_material",
    "search_sort",
    "search_per_page",
    "pickup_branch",
    "contact_method",
)


class SettingsForm(forms.Form):
    search_branch = forms.ModelChoiceField(
        label="図書館",
        queryset=Branch.objects.all(),
        required=False,
        empty_label="すべての館",
        help_text="詳細検索を開いたときに選んであるものです。",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_material = forms.ModelChoiceField(
        label="資料形態",
        queryset=MaterialType.objects.all(),
        required=False,
        empty_label="すべての形",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_sort = forms.ChoiceField(
        label="検索結果の並び順",
        choices=[(code if code != "relevance" else "", words) for code, words in SORTS.items()],
        required=False,
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_per_page = forms.TypedChoiceField(
        label="1ページの件数",
        choices=[("" if size == PER_PAGE[0] else size, f"{size}件") for size in PER_PAGE],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    pickup_branch = forms.ModelChoiceField(
        label="受け取る館",
        queryset=Branch.objects.all(),
        required=False,
        empty_label="予約のたびに選ぶ",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    contact_method = forms.ChoiceField(
        label="用意ができたときの連絡",
        widget=forms.RadioSelect,
        error_messages={
            "required": "連絡方法を選んでください。",
            "invalid_choice": FROM_THE_LIST,
        },
    )

    def __init__(self, *args: Any, patron: Patron, **kwargs: Any) -> None:
        kwargs["initial"] = model_to_dict(patron, FIELDS)
        super().__init__(*args, **kwargs)
        self.fields["contact_method"].choices = [  # type: ignore[attr-defined]
            (value, label)
            for value, label in ContactMethod.choices
            if value != ContactMethod.MAIL or patron.mail_address_id is not None
        ]


class CodeForm(forms.Form):
    """What a scanner or a hand typed into the counter's field."""

    code = forms.CharField(max_length=40)

    def clean_code(self) -> str:
        code = plain_number(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("番号を読み取ってください。")
        return code


class DropForm(forms.Form):
    """The day as of which the book drop counts; none ends it."""

    day = forms.DateField(
        required=False, error_messages={"invalid": "日にちを選び直してください。"}
    )

    def clean_day(self) -> date | None:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day and not today - policy.BOOK_DROP_FURTHEST <= day <= today:
            raise forms.ValidationError(str(DropDayOutOfReach()))
        return day
