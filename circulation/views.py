from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.row_numbers import row_numbers
from akiruno_library.spreadsheets import csv_response
from circulation.due_calendar import due_calendar
from circulation.export import LEFT_OUT, everything_about
from circulation.forms import SettingsForm
from circulation.mypage import loan_lines, overview_of
from circulation.renewal import Renewals, renew_several
from circulation.settings import keep_settings
from japanese.date_format import spoken_day
from patrons.access import PortalRequest, patron_required
from patrons.privileges import closed_refusals


@patron_required
@require_safe
def mypage(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/mypage.html", {"overview": overview_of(request.patron)})


@patron_required
@require_safe
def loans(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/loans.html", {"loans": loan_lines(request.patron)})


@patron_required
@require_safe
def printed(request: PortalRequest) -> HttpResponse:
    """利用状況 on paper, in large type."""
    return render(
        request,
        "circulation/print.html",
        {"overview": overview_of(request.patron), "today": spoken_day(timezone.localdate())},
    )


@patron_required
@require_safe
def due_days(request: PortalRequest) -> HttpResponse:
    return HttpResponse(
        due_calendar(request.patron),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="henkyaku-kigen.ics"'},
    )


@patron_required
@require_POST
def renew(request: PortalRequest) -> HttpResponse:
    """Renew the chosen loans. Loans of other patrons are not found."""
    chosen = row_numbers(request.POST, "loan")
    mine = list(request.patron.loans.open().filter(pk__in=chosen))
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
@get_or_post
def settings(request: PortalRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, patron=request.patron)
    if request.method == "POST" and form.is_valid():
        keep_settings(request.patron, **form.cleaned_data)
        messages.success(request, "設定を保存しました。")
        return redirect("circulation:settings")
    return render(request, "circulation/settings.html", {"form": form})


@patron_required
@require_safe
def export(request: PortalRequest) -> HttpResponse:
    context = {
        "sections": everything_about(request.patron),
        "closed": " ".join(str(refusal) for refusal in closed_refusals(request.patron)),
        "left_out": LEFT_OUT.values(),
    }
    return render(request, "circulation/export.html", context)


@patron_required
@require_safe
def export_csv(request: PortalRequest) -> HttpResponse:
    """One line for each value, because every table has other columns.

    A terminal is shared, so it offers no download.
    """
    if request.terminal:
        return redirect("circulation:export")
    rows = [
        (section.name, number, name, words)
        for section in everything_about(request.patron)
        for number, row in enumerate(section.rows, start=1)
        for name, words in row.items()
    ]
    return csv_response("toshokan", ("記録", "番", "項目", "内容"), rows)


@patron_required
@require_safe
def export_json(request: PortalRequest) -> HttpResponse:
    if request.terminal:
        return redirect("circulation:export")
    sections = {section.name: section.rows for section in everything_about(request.patron)}
    answer = JsonResponse(sections, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="toshokan.json"'
    return answer
