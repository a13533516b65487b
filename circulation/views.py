from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from akiruno_library.japanese_dates import spoken_day
from circulation.due_calendar import due_calendar
from circulation.forms import SettingsForm
from circulation.mypage import loan_lines, overview_of
from circulation.renewal import Renewals, renew_several
from circulation.settings import keep_settings
from patrons.access import PortalRequest, patron_required

CHOSEN_AT_ONCE = 200  # more than anybody has at home


@patron_required
@require_GET
def mypage(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/mypage.html", {"overview": overview_of(request.patron)})


@patron_required
@require_GET
def loans(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/loans.html", {"loans": loan_lines(request.patron)})


@patron_required
@require_GET
def printed(request: PortalRequest) -> HttpResponse:
    """利用状況 to take along, in large type."""
    return render(
        request,
        "circulation/print.html",
        {"overview": overview_of(request.patron), "today": spoken_day(timezone.localdate())},
    )


@patron_required
@require_GET
def due_days(request: PortalRequest) -> HttpResponse:
    return HttpResponse(
        due_calendar(request.patron),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="henkyaku-kigen.ics"'},
    )


@patron_required
@require_POST
def renew(request: PortalRequest) -> HttpResponse:
    """The loans that were chosen; another patron's are not found."""
    chosen = [value for value in request.POST.getlist("loan") if value.isdecimal()]
    mine = list(request.patron.loans.open().filter(pk__in=chosen[:CHOSEN_AT_ONCE]))
    if chosen and not mine:
        raise Http404
    if mine:
        say_what_became_of(request, renew_several(mine))
    else:
        messages.info(request, "延長する資料を選んでください。")
    from_the_list = request.POST.get("back") == "loans"
    return redirect("circulation:loans" if from_the_list else "circulation:mypage")


def say_what_became_of(request: PortalRequest, done: Renewals) -> None:
    if len(done.renewed) == 1:
        until = spoken_day(done.renewed[0].due_on)
        messages.success(request, f"返却期限を{until}まで延長しました。")
    elif done.renewed:
        messages.success(request, f"{len(done.renewed)}点の返却期限を延長しました。")
    if len(done.refused) == 1:
        for sentence in done.refused[0][1].sentences:
            messages.warning(request, sentence)
    elif done.refused:
        number = len(done.refused)
        messages.warning(
            request, f"{number}点は延長できませんでした。わけは、それぞれの資料のところにあります。"
        )


@patron_required
@require_http_methods(["GET", "POST"])
def settings(request: PortalRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, patron=request.patron)
    if request.method == "POST" and form.is_valid():
        keep_settings(request.patron, **form.cleaned_data)
        messages.success(request, "設定を保存しました。")
        return redirect("circulation:settings")
    return render(request, "circulation/settings.html", {"form": form})
