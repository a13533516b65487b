from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as pass_the_door
from django_otp.models import Device

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from akiruno_library.safe_next import safe_next
from patrons.origin import origin_of
from patrons.refusals import StaffMustWait, TooManyAttempts
from patrons.staff import second_factor
from patrons.staff.forms import CodeForm, EnrolForm


class StaffRequest(HttpRequest):
    """A request that has passed the guard: of staff, whose second factor django_otp knows."""

    user: Any


ENROL = "認証アプリの登録"


@login_not_required  # the guard of the staff pages asks (middleware.py)
@never_cache
@get_or_post
def code(request: StaffRequest) -> HttpResponse:
    """Ask for the code after the password."""
    if not second_factor.has_one(request.user):
        return HttpResponseRedirect(reverse("staff:enrol", query={"next": _then(request)}))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed, origin = form.cleaned_data["code"], origin_of(request)
            device = second_factor.verify(request.user, typed, origin=origin)
        except TooManyAttempts as refusal:
            return _slow_down(request, refusal)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            _pass(request, device)
            return HttpResponseRedirect(_then(request))
    return render(request, "patrons/staff/code.html", _page(request, "確認コード", form))


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@get_or_post
def enrol(request: StaffRequest) -> HttpResponse:
    """Show the secret, take a code, show the backup codes; a change needs the old second factor."""
    if second_factor.has_one(request.user) and not request.user.is_verified():
        return redirect("staff:code")
    if request.method != "POST":
        return render(request, "patrons/staff/begin.html", _page(request, ENROL, None))
    form = EnrolForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            device, codes = second_factor.finish(
                request.user,
                facts["code"],
                password=facts["password"],
                origin=origin_of(request),
            )
        except TooManyAttempts as refusal:
            return _slow_down(request, refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _pass(request, device)
            page = _page(request, "控えのコード", None) | {"codes": codes}
            return render(request, "patrons/staff/backup_codes.html", page)
    page = _page(request, ENROL, form)
    page["enrolment"] = second_factor.begin(request.user)
    return render(request, "patrons/staff/enrol.html", page)


def _pass(request: StaffRequest, device: Device) -> None:
    """Let the session open the staff pages, under a session key that nobody knew before."""
    pass_the_door(request, device)
    request.session.cycle_key()


def _slow_down(request: StaffRequest, refusal: TooManyAttempts) -> HttpResponse:
    """Show how long to wait and accept no code meanwhile; a wait is not a wrong code."""
    page = _page(request, "少しお待ちください", None)
    page["sentence"] = str(StaffMustWait(seconds=refusal.seconds))
    response = render(request, "patrons/staff/wait.html", page, status=429)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _page(request: StaffRequest, title: str, form: Any) -> dict[str, Any]:
    return admin.site.each_context(request) | {
        "title": title,
        "form": form,
        "then": _then(request),
        "is_nav_sidebar_enabled": False,
    }


def _then(request: StaffRequest) -> str:
    return safe_next(request, "admin:index")
