"""Patrons in the admin: found by card, name or telephone. Every view of one is logged (9.3)."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from akiruno_library.posted_search import PostedSearch
from akiruno_library.refusals import Refusal
from patrons import cards, enrolment, staff_log
from patrons.card_numbers import plain_number
from patrons.identity import plain_telephone
from patrons.models import Patron
from patrons.models.folded import folded_name
from patrons.staff.forms import NewPatronForm, PatronForm
from patrons.staff.patron_actions import PatronActions

FEWEST_DIGITS = 4
HELP = {
    "telephone": "本人確認にも使います。ハイフンはあってもなくてもかまいません。",
    "category": "広域の方は、リクエストのほかは市内の方と同じです。団体は窓口だけで使えます。",
    "card_expires_on": "この日までは使えます。期限を過ぎると、予約と貸出ができません。",
    "contact_method": "これから受け付ける予約の連絡方法です。",
    "pickup_branch": "これから受け付ける予約の受取館です。",
}


class CardState(admin.SimpleListFilter):
    title = "利用者カード"
    parameter_name = "card"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("valid", "使えます"), ("expired", "期限切れ"), ("suspended", "利用停止中")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Patron]) -> QuerySet[Patron]:
        today = timezone.localdate()
        if self.value() == "valid":
            return queryset.filter(card_expires_on__gte=today, suspended_at__isnull=True)
        if self.value() == "expired":
            return queryset.filter(card_expires_on__lt=today)
        if self.value() == "suspended":
            return queryset.filter(suspended_at__isnull=False)
        return queryset


@admin.register(Patron)
class PatronAdmin(PatronActions, PostedSearch):
    list_display = ["card_number", "name", "name_reading", "category", "card_expires_on"]
    list_filter = [CardState, "category", "pickup_branch"]
    search_fields = ["card_number"]  # enables the search box; get_search_results does the search
    search_help_text = "利用者番号、名前、読み、電話番号でさがせます(かな・全角半角を問いません)。"
    readonly_fields = ["mail_address", "mail_confirmed_at"]
    add_fieldsets = [
        (None, {"fields": ["card_number", "name", "name_reading", "birth_date", "telephone"]}),
        ("利用者カード", {"fields": ["category", "card_expires_on"]}),
        ("予約の設定", {"fields": ["contact_method", "pickup_branch"]}),
        ("同じ方がいないか", {"fields": ["another"]}),
    ]
    fieldsets = [
        (None, {"fields": ["card_number", "name", "name_reading", "birth_date", "telephone"]}),
        ("利用者カード", {"fields": ["category", "card_expires_on"]}),
        ("利用停止", {"fields": ["suspended_at", "suspension_reason"]}),
        ("中学生になる前の予約", {"fields": ["may_reserve_until", "may_reserve_reason"]}),
        ("メール", {"fields": ["mail_address", "mail_confirmed_at"]}),
        ("予約の設定", {"fields": ["contact_method", "pickup_branch"]}),
        ("ウェブの利用", {"fields": ["closed_until", "web_barred_at", "web_barred_reason"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        kwargs["form"] = PatronForm if obj else NewPatronForm
        return super().get_form(request, obj, change, help_texts=HELP, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"card_expires_on": cards.expiry_of_a_card_given_now()}

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().add_view(request, *args, **kwargs)
        except Refusal as refusal:  # another counter used the number at the same moment
            messages.warning(request, str(refusal))
            return redirect("admin:patrons_patron_add")

    def save_model(self, request: HttpRequest, obj: Patron, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            enrolment.enrol(obj)

    def response_add(
        self, request: HttpRequest, obj: Patron, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(
            request,
            f"{obj.name}さん(利用者番号 {obj.card_number})を登録しました。"
            "〔窓口で開く〕から貸出を始められます。"
            "パスワードは、ご本人がマイページか館内の検索機で登録します。",
        )
        return redirect("admin:patrons_patron_change", obj.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Patron], search_term: str
    ) -> tuple[QuerySet[Patron], bool]:
        if not search_term.strip("\0 \u3000"):
            return queryset, False
        numbered = queryset.alias(telephone_reversed=Reverse("telephone_digits"))
        return numbered.filter(found_by(search_term.replace("\0", ""))), False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any):
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        self._note_the_look(request, object_id)
        return response

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any):
        response: HttpResponse = super().history_view(request, object_id, *args, **kwargs)
        self._note_the_look(request, object_id)
        return response

    def _note_the_look(self, request: HttpRequest, object_id: str) -> None:
        patron = self.get_object(request, object_id)
        if patron is not None:
            staff_log.looked_at(request.user, patron)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def found_by(term: str) -> Q:
    """Search by the start of a card number, either end of a telephone number, or a part of a name.

    Numbers have indexes. A part of a name is searched in all rows, which 80,000 patrons allow.
    """
    number, digits = plain_number(term), plain_telephone(term)
    found = Q(card_number__startswith=number or "-")
    if len(digits) >= FEWEST_DIGITS:
        backwards = digits[::-1]
        found |= Q(telephone_digits__startswith=digits)
        found |= Q(telephone_reversed__startswith=backwards)
    if number != digits and (name := folded_name(term)):
        found |= Q(name_folded__contains=name) | Q(reading_folded__contains=name)
    return found
