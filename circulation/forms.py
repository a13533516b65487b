import re
from datetime import date
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils import timezone
from stdnum import isbn

from akiruno_library import policy
from catalog.display.choices import PER_PAGE, SORTS
from catalog.models import Bib, Branch, MaterialType
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
        help_text="詳細検索を開いたとき、この館が選んであります。",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_material = forms.ModelChoiceField(
        label="資料形態",
        queryset=MaterialType.objects.all(),
        required=False,
        empty_label="すべての形",
        help_text="詳細検索を開いたとき、この形が選んであります。",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_sort = forms.ChoiceField(
        label="検索結果の並び順",
        help_text="検索の結果が、この順に並びます。",
        choices=[(code if code != "relevance" else "", words) for code, words in SORTS.items()],
        required=False,
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    search_per_page = forms.TypedChoiceField(
        label="1ページの件数",
        help_text="検索の結果を、1ページにこの数だけ並べます。",
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
        help_text="予約するとき、この館が選んであります。予約ごとに変えられます。",
        error_messages={"invalid_choice": FROM_THE_LIST},
    )
    contact_method = forms.ChoiceField(
        label="用意ができたときの連絡",
        widget=forms.RadioSelect,
        help_text="予約した資料を受け取れるようになったときの、お知らせのしかたです。",
        error_messages={
            "required": "連絡方法を選んでください。",
            "invalid_choice": FROM_THE_LIST,
        },
    )

    def __init__(self, *args: Any, patron: Patron, **kwargs: Any) -> None:
        kwargs["initial"] = model_to_dict(patron, FIELDS)
        super().__init__(*args, **kwargs)
        self.fields["contact_method"].choices = [  # type: ignore[attr-defined]
            (method.value, method.label) for method in patron.contact_methods()
        ]


class CodeForm(forms.Form):
    """The number in the counter's field, scanned or typed."""

    code = forms.CharField(max_length=40)

    def clean_code(self) -> str:
        code = plain_number(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("番号を読み取ってください。")
        return code


class DropForm(forms.Form):
    """The day on which the returns of the book drop count; empty ends it."""

    day = forms.DateField(
        required=False, error_messages={"invalid": "日にちを選び直してください。"}
    )

    def clean_day(self) -> date | None:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day and not today - policy.BOOK_DROP_FURTHEST <= day <= today:
            raise forms.ValidationError(str(DropDayOutOfReach()))
        return day


class WhyForm(forms.Form):
    why = forms.CharField(max_length=200)


class PriorityForm(WhyForm):
    priority = forms.IntegerField(min_value=-9, max_value=9)


NO_SUCH_BIB = "この資料番号・ISBN・資料のページの番号では見つかりません。"


class BibForm(forms.Form):
    """A bib by the barcode of a copy, an ISBN, or the URL of its page."""

    code = forms.CharField(
        label="資料番号・ISBN・資料のページのアドレス",
        max_length=200,
        error_messages={"required": "資料の番号を入れてください。"},
    )

    def clean_code(self) -> Bib:
        return found_bib(self.cleaned_data["code"])


def found_bib(typed: str) -> Bib:
    """Return the bib. Raises ValidationError if there is none, or several with this ISBN."""
    page = re.search(r"/bib/(\d{1,18})", typed)
    bibs = Bib.objects.select_related("material_type", "status")
    if page:
        found = list(bibs.filter(pk=int(page[1])))
    else:
        number = plain_number(typed)
        found = list(bibs.filter(copies__barcode=number)[:1])
        found = found or list(bibs.filter(isbns__contains=[to_isbn13(number)])[:2])
    if len(found) > 1:
        raise forms.ValidationError(
            "このISBNの資料は二つ以上あります。資料のページのアドレスを入れてください。"
        )
    if not found:
        raise forms.ValidationError(NO_SUCH_BIB)
    return found[0]


class MergeForm(forms.Form):
    """Two bibs of the same material: the one to delete and the one to keep."""

    duplicate = forms.CharField(label="まとめる資料(なくなるほう)", max_length=200)
    into = forms.CharField(label="残す資料", max_length=200)

    def clean_duplicate(self) -> Bib:
        return _numbered_bib(self.cleaned_data["duplicate"])

    def clean_into(self) -> Bib:
        return _numbered_bib(self.cleaned_data["into"])


def _numbered_bib(typed: str) -> Bib:
    """Accept the number of the page, too, because duplicates share their ISBN."""
    number = plain_number(typed)
    copies = Bib.objects.filter(copies__barcode=number)
    if number.isascii() and number.isdigit() and len(number) < 10 and not copies.exists():
        return found_bib(f"/bib/{number}/")
    return found_bib(typed)


def to_isbn13(number: str) -> str:
    return isbn.to_isbn13(number) if isbn.is_valid(number) else number


class ReserveForm(forms.Form):
    """A reservation at the counter: an owned bib, or a request in words."""

    code = forms.CharField(
        label="資料番号・ISBN・資料のページのアドレス", max_length=200, required=False
    )
    request_text = forms.CharField(
        label="所蔵していないとき: リクエストの内容(題名・著者・出版者)",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    pickup_branch = forms.ModelChoiceField(
        label="受け取る館",
        queryset=Branch.objects.all(),
        empty_label=None,
        error_messages={"invalid_choice": FROM_THE_LIST, "required": FROM_THE_LIST},
    )
    contact_method = forms.ChoiceField(
        label="用意ができたときの連絡", error_messages={"invalid_choice": FROM_THE_LIST}
    )
    beyond_limit = forms.CharField(
        label="上限を超えて受けるわけ(ふだんは空けておきます)", max_length=150, required=False
    )

    def __init__(self, *args: Any, patron: Patron, branch: Branch, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.initial["pickup_branch"] = patron.pickup_branch_id or branch.pk
        self.initial["contact_method"] = patron.contact_method
        self.fields["contact_method"].choices = [  # type: ignore[attr-defined]
            (method.value, method.label) for method in patron.contact_methods()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code, text = cleaned.get("code", ""), cleaned.get("request_text", "").strip()
        if bool(code) == bool(text):
            raise forms.ValidationError(
                "資料の番号か、リクエストの内容の、どちらかを入れてください。"
            )
        if code:
            cleaned["bib"] = found_bib(code)
        return cleaned

    def _common(self) -> dict[str, Any]:
        return {
            "pickup_branch": self.cleaned_data["pickup_branch"],
            "contact_method": ContactMethod(self.cleaned_data["contact_method"]),
            "beyond_limit": self.cleaned_data["beyond_limit"],
        }

    def for_placing(self) -> dict[str, Any]:
        return {"bibs": [self.cleaned_data["bib"]], **self._common()}

    def for_request(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["request_text"], **self._common()}
