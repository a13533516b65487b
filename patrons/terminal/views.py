from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from catalog.results import shelves
from patrons.access import PortalRequest, slow_down
from patrons.origin import origin_of
from patrons.refusals import NotInTheLibrary, TooManyAttempts
from patrons.same_origin import from_this_site
from patrons.terminal import enrolment_codes
from patrons.terminal.access import terminal_required
from patrons.terminal.device import give_key, give_key_again, may_stand_here
from patrons.terminal.forms import EnrolForm


@login_not_required
@terminal_required
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Show the terminal's start page: four choices, and recent arrivals."""
    response = render(request, "terminal/home.html", {"newest": shelves.newest_books()})
    give_key_again(request, response)
    return response


@login_not_required
@never_cache
@get_or_post
def enrol(request: PortalRequest) -> HttpResponse:
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not may_stand_here(request):
                raise NotInTheLibrary
            _, key = enrolment_codes.enrol_device(
                form.cleaned_data["code"], origin=origin_of(request)
            )
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            request.session.flush()  # end a login that was made before the device became a terminal
            response = redirect("terminal:home")
            give_key(response, key)
            return response
    return render(request, "terminal/enrol.html", {"form": form, "terminal": request.terminal})


@login_not_required
@terminal_required
@require_POST
@from_this_site
def here(request: PortalRequest) -> HttpResponse:
    """Prolong the session: somebody touches or types (safety 11)."""
    return HttpResponse(status=204)


@login_not_required
@terminal_required
@require_POST
@from_this_site
def end(request: PortalRequest) -> HttpResponse:
    """End the visit: nothing of the visitor stays (rules 8.2, 12.11)."""
    logout(request)
    if "left" in request.POST:
        messages.info(request, "しばらく操作がなかったので、はじめの画面に戻りました。")
    response = redirect("terminal:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
