from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from akiruno_library.messages import Kind, tell
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_day
from patrons.access import PortalRequest
from reservations import suspension
from reservations.forms import SuspensionForm
from reservations.list_page import suspension_sentence
from reservations.suspension_preview import preview
from reservations.views.mypage import reservations_open


@reservations_open
@require_http_methods(["GET", "POST"])
def suspension_page(request: PortalRequest) -> HttpResponse:
    """A GET with a period shows its effect in words; a POST sets it (rule 5.7)."""
    patron, kept = request.patron, suspension.suspension_of(request.patron)
    sent = request.POST if request.method == "POST" else request.GET
    days = {"first_day": kept.first_day, "last_day": kept.last_day} if kept else {}
    form = SuspensionForm(sent or None, initial={"first_day": timezone.localdate()} | days)
    said: list[str] = []
    if form.is_bound and form.is_valid():
        for refusal in suspension.refusals(patron, **form.cleaned_data):
            form.add_error(None, str(refusal))
        said = preview(patron, **form.cleaned_data) if form.is_valid() else []
    if request.method == "POST" and said:
        try:
            set_now = suspension.set_suspension(patron, **form.cleaned_data)
        except Refusal as refusal:
            tell(request, Kind.WARNING, "".join(refusal.sentences))
        else:
            until = spoken_day(set_now.last_day)
            tell(request, Kind.SUCCESS, f"予約取置スキップを{until}まで設定しました。")
            return redirect("reservations:skip")
    context = {
        "form": form,
        "kept": kept,
        "kept_in_words": suspension_sentence(kept),
        "preview": said,
    }
    return render(request, "reservations/suspension.html", context)


@reservations_open
@require_POST
def end_suspension(request: PortalRequest) -> HttpResponse:
    try:
        ended = suspension.end_suspension(request.patron)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        said = "予約取置スキップをやめました。順番が来れば、ご用意します。"
        tell(request, Kind.SUCCESS, said if ended else "予約取置スキップは設定されていません。")
    return redirect("reservations:skip")
