"""重なった資料をまとめる: both bibs side by side, then one press (rule 5.5)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from catalog.models import Bib
from circulation.counter.duplicate_bibs import DuplicatePair
from circulation.counter.staff_pages import StaffRequest, framed, log_change, number, staff_with
from circulation.forms import MergeForm
from reservations.merging import merge
from reservations.transitions import by_staff

tidy = staff_with("catalog.change_bib", "catalog.delete_bib")


@tidy
@get_or_post
def merging(request: StaffRequest) -> HttpResponse:
    """GET with both numbers shows what a merge would do; POST merges."""
    if request.method == "POST":
        return _merge(request)
    form = MergeForm(request.GET or None)
    pair = DuplicatePair.of(**form.cleaned_data) if form.is_valid() else None
    context = framed(request, "重なった資料をまとめる", form=form, pair=pair)
    return render(request, "circulation/counter/merge.html", context)


def _merge(request: StaffRequest) -> HttpResponse:
    both = Bib.objects.in_bulk([number(request, "duplicate"), number(request, "into")])
    duplicate, into = (both.get(number(request, name)) for name in ("duplicate", "into"))
    if duplicate is None or into is None:
        messages.warning(request, "資料が見つかりません。もうまとめられたかもしれません。")
        return redirect("counter:merge")
    # After the merge the duplicate no longer exists, so the log entry needs its names before.
    gone = f"番号{duplicate.pk}「{duplicate.title_with_volume}」"
    gone += f"(取込元 {duplicate.source} {duplicate.source_key})"
    try:
        merge(duplicate, into, by=by_staff(request.user))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("counter:merge")
    log_change(request.user, into, f"重なっていた資料をまとめました: {gone}")
    messages.success(
        request, f"「{into.title_with_volume}」にまとめました。所蔵も予約も移りました。"
    )
    return redirect("counter:merge")
