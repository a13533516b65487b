"""Bibs, headings and copies in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, TextField, Value
from django.forms import BaseInlineFormSet, Textarea
from django.http import HttpRequest
from django.utils import timezone

from akiruno_library.admin_lists import LibraryAdmin, LibraryInline
from akiruno_library.refusals import Refusal
from catalog.copies import whereabouts
from catalog.copies.interlibrary import give_back
from catalog.models import Bib, Contribution, Contributor, Copy, Series
from catalog.staff.bib_search import bibs_found

OUT_OF_HAND = frozenset(
    {
        Copy.Whereabouts.CLAIMED,
        Copy.Whereabouts.IN_TRANSIT,
        Copy.Whereabouts.HOLD_SHELF,
        Copy.Whereabouts.ON_LOAN,
    }
)
BIB_HELP = {
    "source": "どこから取り込んだかです。手で作るときは「手入力」と入れます。",
    "source_key": "取込元の中での番号です。同じ番号は、次の取り込みで書きかえられます。",
    "title_reading": "カタカナで、ことばの切れめを空けて入れます。並び順と検索に使います。",
    "volume_order": "巻の順を数で入れます。上・中・下は1・2・3です。",
    "series_number": "シリーズの中の番号です。巻ではありません。",
    "subjects": "いくつかあるときは、半角のカンマで区切ります。",
    "language": "3文字の言語の記号です。日本語はjpn、英語はengです。",
    "audience": "検索の絞り込みと、児童の棚の表示に使います。",
}
COPY_HELP = {
    "barcode": "資料に貼ったバーコードの番号です。",
    "home_branch": "ふだん置いてある館です。ほかの館へ返された資料は、この館へ送られます。",
    "call_number": "背のラベルのとおりに入れます。例: 913.6/ミ/1",
    "shelf": "置いてある棚です。例: 一般、児童、郷土、参考、書庫",
    "lending": "館内だけの資料と雑誌の最新号は、貸出も予約もできません。",
    "supplements": "貸出と返却のときに窓口で知らせます。例: CD付き、地図1枚",
    "accepted_on": "新着に出す日です。移行で入れた所蔵は空けておきます。",
}


class InterlibraryFilter(admin.SimpleListFilter):
    """Borrowed copies that must go back to another library (rule 12.10)."""

    title = "借受"
    parameter_name = "interlibrary"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("here", "借りている資料"), ("late", "借受先への期限を過ぎた資料")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Copy] | None:
        if self.value() not in ("here", "late"):
            return None
        here = queryset.owned().interlibrary()
        late = self.value() == "late"
        return here.filter(lender_due_on__lt=timezone.localdate()) if late else here


class ContributionInline(LibraryInline):
    model = Contribution
    autocomplete_fields = ["contributor"]


class CopyInline(LibraryInline):
    """The copies of the bib, read-only; a copy is edited on its own page."""

    model = Copy
    fields = [
        "barcode",
        "home_branch",
        "call_number",
        "shelf",
        "lending",
        "supplements",
        "accepted_on",
        "lender",
        "lender_due_on",
        "whereabouts",
    ]
    readonly_fields = ["whereabouts"]
    show_change_link = True
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Copy]:
        return super().get_queryset(request).select_related("home_branch")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Contributor)
class ContributorAdmin(LibraryAdmin):
    list_display = ["name", "reading"]
    ordering = ("kana", "reading", "id")
    search_fields = ["name", "reading"]
    search_help_text = "名前か読みの一部でさがせます。"


@admin.register(Series)
class SeriesAdmin(LibraryAdmin):
    list_display = ["title", "reading"]
    ordering = ("kana", "reading", "id")
    search_fields = ["title", "reading"]
    search_help_text = "シリーズ名か読みの一部でさがせます。"


@admin.register(Bib)
class BibAdmin(LibraryAdmin):
    list_display = ["title", "volume", "publisher", "published", "material_type"]
    sortable_by = ()  # no index could sort half a million rows by these
    list_filter = ["material_type", "audience", "hidden"]
    list_select_related = ["material_type"]
    search_fields = ["title"]  # enables the search field; get_search_results does the search
    search_help_text = "題名、著者、ISBN、資料番号、取込元の番号でさがせます。"
    autocomplete_fields = ["series"]
    raw_id_fields = ["volume_set"]
    inlines = [ContributionInline, CopyInline]
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 80})}}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        return super().get_form(request, obj, change, help_texts=BIB_HELP, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Bib], search_term: str
    ) -> tuple[QuerySet[Bib], bool]:
        if not search_term.strip("\0 \u3000"):
            return queryset, False
        ids = bibs_found(search_term)
        place = Func(
            Value(ids, output_field=ArrayField(BigIntegerField())),
            F("pk"),
            function="array_position",
            output_field=IntegerField(),
        )
        return queryset.filter(pk__in=ids).order_by(place), False

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool
    ) -> None:
        if formset.model is not Copy:
            super().save_formset(request, form, formset, change)
            return
        whereabouts.lock_statuses([form.instance.pk])
        for copy in formset.save(commit=False):
            copy.current_branch_id = copy.home_branch_id
            copy.save()
        whereabouts.count_copies([form.instance.pk])


@admin.register(Copy)
class CopyAdmin(LibraryAdmin):
    """Staff edit the facts of a copy here; its whereabouts change by scans only."""

    list_display = ["barcode", "bib", "home_branch", "call_number", "lending", "whereabouts"]
    sortable_by = ("barcode",)
    list_filter = ["home_branch", "whereabouts", "lending", InterlibraryFilter]
    list_select_related = ["bib", "home_branch"]
    search_fields = ["barcode__startswith", "call_number__startswith"]
    search_help_text = "資料番号か請求記号の、はじめの部分でさがせます。"
    autocomplete_fields = ["bib"]
    readonly_fields = ["whereabouts", "current_branch", "times_lent"]
    actions = ["give_back"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        return super().get_form(request, obj, change, help_texts=COPY_HELP, **kwargs)

    @admin.action(description="借受先へ返したことを記録する", permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Copy]) -> None:
        chosen = list(queryset)
        try:
            gone = give_back(chosen)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return
        for copy in gone:
            self.log_change(request, copy, "借受先へ返しました。")
        self.message_user(request, f"{len(gone)}点を、借受先へ返した(除籍)と記録しました。")
        if left := len(chosen) - len(gone):
            why = "借受の資料でないか、貸出・予約の途中のため、そのままです。"
            self.message_user(request, f"{left}点は、{why}", messages.WARNING)

    def get_readonly_fields(self, request: HttpRequest, obj: Copy | None = None) -> list[str]:
        """Facts that a loan or a reservation needs are fixed while the copy is off its shelf."""
        fixed = list(self.readonly_fields)
        if obj is not None and obj.whereabouts in OUT_OF_HAND:
            fixed += ["bib", "lending"]
        return fixed

    def has_delete_permission(self, request: HttpRequest, obj: Copy | None = None) -> bool:
        in_hand = obj is None or obj.whereabouts not in OUT_OF_HAND
        return in_hand and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Copy, form: object, change: bool) -> None:
        if not change:
            obj.current_branch_id = obj.home_branch_id
        before = Copy.objects.filter(pk=obj.pk).values_list("bib_id", flat=True).first()
        touched = {obj.bib_id, before or obj.bib_id}
        whereabouts.lock_statuses(touched)
        obj.save()
        whereabouts.count_copies(touched)

    def delete_model(self, request: HttpRequest, obj: Copy) -> None:
        whereabouts.lock_statuses([obj.bib_id])
        obj.delete()
        whereabouts.count_copies([obj.bib_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Copy]) -> None:
        touched = set(queryset.values_list("bib_id", flat=True))
        whereabouts.lock_statuses(touched)
        queryset.delete()
        whereabouts.count_copies(touched)
