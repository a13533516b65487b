from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from circulation.forms import SettingsForm
from circulation.mypage import overview_of
from circulation.settings import keep_settings
from patrons.access import PortalRequest, patron_required


@patron_required
@require_GET
def mypage(request: PortalRequest) -> HttpResponse:
    return render(request, "circulation/mypage.html", {"overview": overview_of(request.patron)})


@patron_required
@require_http_methods(["GET", "POST"])
def settings(request: PortalRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, patron=request.patron)
    if request.method == "POST" and form.is_valid():
        keep_settings(request.patron, **form.cleaned_data)
        messages.success(request, "設定を保存しました。")
        return redirect("circulation:settings")
    return render(request, "circulation/settings.html", {"form": form})
