from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Branch
from circulation.counter.desk import Desk
from circulation.counter.scanning import scan
from loans.models import Loan
from patrons.access import View
from patrons.card_numbers import plain_number
from reservations.models import Reservation, State


def at_the_counter(view: View) -> View:
    """Staff who may lend; the admin's login asks for them, not the patrons'."""
    allowed = permission_required("loans.add_loan", raise_exception=True)(view)
    return login_not_required(staff_member_required(allowed))


@at_the_counter
@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    patron = desk.patron()
    context = admin.site.each_context(request) | {
        "title": "窓口",
        "is_nav_sidebar_enabled": False,
        "desk": desk,
        "branch": desk.branch(),
        "all_branches": Branch.objects.all(),
        "borrower": patron,
    }
    if patron is not None:
        context["ready"] = Reservation.objects.filter(
            patron=patron, state=State.READY
        ).select_related("bib", "copy", "pickup_branch")
        context["on_loan"] = Loan.objects.open().filter(patron=patron).count()
    return render(request, "circulation/counter.html", context)


@at_the_counter
@require_POST
def read_code(request: HttpRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    branch, code = desk.branch(), plain_number(request.POST.get("code", "")[:40])
    if branch is not None and code:
        desk.say(scan(desk, code, branch=branch, staff=request.user))  # type: ignore[arg-type]
        desk.keep(request.session)
    return redirect("counter:counter")


@at_the_counter
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    desk.patron_id = None
    desk.keep(request.session)
    return redirect("counter:counter")


@at_the_counter
@require_POST
def choose_branch(request: HttpRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    desk.branch_id = (
        Branch.objects.filter(code=request.POST.get("branch", "")[:50])
        .values_list("pk", flat=True)
        .first()
    )
    desk.keep(request.session)
    return redirect("counter:counter")
