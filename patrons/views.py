from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.safe_next import go_on, safe_next
from japanese.date_format import spoken_day
from patrons import session_expiry
from patrons.access import PortalRequest, patron_required, slow_down
from patrons.card_page import barcode_svg, spoken_number
from patrons.device_names import device_name
from patrons.forms import LoginForm
from patrons.login import enter, remember_device
from patrons.models import Patron
from patrons.origin import give_device_cookie, origin_of
from patrons.refusals import TooManyAttempts, WrongCardOrPassword


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@get_or_post
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with card number and password, then return to the page before."""
    then = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.patron:  # type: ignore[attr-defined]
        return HttpResponseRedirect(then)
    form = LoginForm(request.POST or None, on_terminal=request.terminal)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            patron = enter(**form.cleaned_data, origin=origin_of(request))
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except WrongCardOrPassword as refusal:
            form.add_error(None, str(refusal))
        else:
            return _welcome(request, patron, then)
    ended = session_expiry.ENDED in request.GET
    return render(request, "patrons/login.html", {"form": form, "next": then, "ended": ended})


def _welcome(request: HttpRequest, patron: Patron, then: str) -> HttpResponse:
    """Open the session; outside the library the device becomes a known one."""
    origin = origin_of(request)
    login(request, patron.user, backend="patrons.backends.PatronBackend")
    request.session.begin_login(device=device_name(request))  # type: ignore[attr-defined]
    response = HttpResponseRedirect(then)
    if origin.terminal is None:
        give_device_cookie(response, remember_device(patron, origin))
    return response


@login_not_required
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, "ログアウトしました。")
    response = redirect("catalog:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@login_not_required
@never_cache
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Answer the warning: the request itself has already moved the end (session_expiry.py)."""
    left = session_expiry.session_end(request).get("session_left")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"left": left}, status=401 if left is None else 200)
    return go_on(request, settings.LOGIN_REDIRECT_URL)


@patron_required
@require_safe
def card(request: PortalRequest) -> HttpResponse:
    """Show 利用者カード, to be presented at a counter."""
    patron = request.patron
    context = {
        "barcode": barcode_svg(patron.card_number),
        "number": spoken_number(patron.card_number),
        "until": spoken_day(patron.card_expires_on),
        "expired": patron.card_expired(),
    }
    return render(request, "patrons/card.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that a form was open too long or came from another site."""
    return render(request, "403_csrf.html", status=403)
