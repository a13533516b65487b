from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from akiruno_library.refusals import Refusal
from patrons.access import PortalRequest, patron_required
from patrons.eligibility import may_use_reservations
from patrons.same_origin import from_our_own_pages
from reservations import cancelling
from reservations.basket import confirm, open_basket
from reservations.forms import BibsForm, ConfirmForm
from reservations.lines import basket_lines, gauge
from reservations.placed import placed_lines, remember


@login_not_required
@never_cache
@require_GET
def basket(request: PortalRequest) -> HttpResponse:
    return _show_basket(request, ConfirmForm(patron=request.patron) if request.patron else None)


def _show_basket(request: PortalRequest, form: ConfirmForm | None) -> HttpResponse:
    patron = request.patron
    lines = basket_lines(open_basket(request.session, patron).bib_ids(), patron)
    context: dict[str, Any] = {"lines": lines, "form": form}
    if patron:
        context["gauge"], context["room"] = gauge(patron)
        context["any_reservable"] = any(line.reservable for line in lines)
    return render(request, "reservations/basket.html", context)


@login_not_required
@require_POST
@from_our_own_pages
def add(request: PortalRequest) -> HttpResponse:
    bib_ids = BibsForm(request.POST).bib_ids()
    new = open_basket(request.session, request.patron).add(bib_ids)
    if new:
        messages.success(request, f"予約かごに{new}点入れました。")
    elif bib_ids:
        messages.info(request, "その資料は、もう予約かごに入っています。")
    else:
        messages.info(request, "予約かごに入れる資料を選んでください。")
    return redirect(_back_to(request))


@login_not_required
@require_POST
@from_our_own_pages
def remove(request: PortalRequest) -> HttpResponse:
    open_basket(request.session, request.patron).remove(BibsForm(request.POST).bib_ids())
    messages.info(request, "予約かごから出しました。")
    return redirect("reservations:basket")


@patron_required
@require_http_methods(["GET", "POST"])
def confirm_basket(request: PortalRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect("reservations:basket")
    form = ConfirmForm(request.POST, patron=request.patron)
    open_basket(request.session, request.patron)
    if not form.is_valid():
        return _show_basket(request, form)
    try:
        placings = confirm(request.patron, form.bib_ids(), **form.cleaned_data)
    except Refusal as refusal:
        for sentence in refusal.sentences:
            form.add_error(None, sentence)
        return _show_basket(request, form)
    remember(request.session, placings)
    return redirect("reservations:placed")


@patron_required
@never_cache
@require_GET
def placed(request: PortalRequest) -> HttpResponse:
    """What became of each line; may be read again and again."""
    return render(
        request, "reservations/placed.html", placed_lines(request.session, request.patron)
    )


@patron_required
@require_POST
def cancel(request: PortalRequest, pk: int) -> HttpResponse:
    if not may_use_reservations(request.patron):
        return redirect("circulation:mypage")
    reservation = get_object_or_404(request.patron.reservations, pk=pk)
    try:
        cancelling.cancel(reservation)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "予約を取り消しました。")
    return redirect("circulation:mypage")


def _back_to(request: PortalRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return "reservations:basket"
