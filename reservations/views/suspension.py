from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from akiruno_library.messages import Kind, tell
from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_day
from patrons.access import PortalRequest
from patrons.models import Patron
from reservations import suspension
from reservations.forms import SuspensionForm
from reservations.models import Suspension
from reservations.suspension_preview import preview
from reservations.views.mypage import reservations_open


@reservations_open
@get_or_post
def suspension_page(request: PortalRequest) -> HttpResponse:
    """A GET with a period shows its effect in words; a POST sets it (rule 5.7)."""
    kept = suspension.suspension_of(request.patron)
    form = _form(request, kept)
    effect = _effect(request.patron, form)
    if request.method == "POST" and effect and _was_set(request, form):
        return redirect("reservations:suspension")
    context = {
        "form": form,
        "kept": kept,
        "kept_in_words": suspension.suspension_sentence(kept) if kept else "",
        "preview": effect,
    }
    return render(request, "reservations/suspension.html", context)


def _form(request: PortalRequest, kept: Suspension | None) -> SuspensionForm:
    sent = request.POST if request.method == "POST" else request.GET
    days = {"first_day": kept.first_day, "last_day": kept.last_day} if kept else {}
    return SuspensionForm(sent or None, initial={"first_day": timezone.localdate()} | days)


def _effect(patron: Patron, form: SuspensionForm) -> list[str]:
    """Return the effect of the period in words; nothing when the form has errors."""
    if not form.is_bound or not form.is_valid():
        return []
    for refusal in suspension.refusals(patron, **form.cleaned_data):
        form.add_error(None, str(refusal))
    return preview(patron, **form.cleaned_data) if form.is_valid() else []


def _was_set(request: PortalRequest, form: SuspensionForm) -> bool:
    try:
        period = suspension.set_suspension(request.patron, **form.cleaned_data)
    except Refusal as refusal:
        tell(request, Kind.WARNING, "".join(refusal.sentences))
        return False
    last = spoken_day(period.last_day)
    tell(request, Kind.SUCCESS, f"予約取置スキップを{last}まで設定しました。")
    return True


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
    return redirect("reservations:suspension")
