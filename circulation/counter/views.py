from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from akiruno_library import policy
from catalog.models import Branch, Copy
from circulation.counter import scanning
from circulation.counter.answers import screen_answers
from circulation.counter.book_drop import last_day_in_time
from circulation.counter.borrower import borrower_of
from circulation.counter.desk import Answer, Desk
from circulation.counter.device import give_branch
from circulation.counter.slips import WITH_SLIP, slips_of
from circulation.counter.staff_pages import (
    StaffRequest,
    counter_staff,
    framed,
    log_change,
    number,
    staff_with,
    wants_part,
)
from circulation.forms import CodeForm, DropForm
from circulation.models import RecentScan
from patrons import cards
from patrons.models import Patron
from reservations.models import Reservation

GIVES_DEVICES = "patrons.change_terminal"
DeskView = Callable[[StaffRequest, Desk], HttpResponse]


def at_the_desk_on_screen(view: DeskView) -> Callable[[StaffRequest], HttpResponse]:
    """Do nothing if the desk is not as the form showed it (rule 9.7)."""

    @require_POST
    @wraps(view)
    def guarded(request: StaffRequest) -> HttpResponse:
        desk = Desk.of(request)
        if request.POST.get("seen") != desk.as_on_screen():
            return _answer(request, desk, Answer("changed"))
        return view(request, desk)

    return guarded


@counter_staff
@require_safe
def counter(request: StaffRequest) -> HttpResponse:
    return _show(request, Desk.of(request))


def _show(request: StaffRequest, desk: Desk) -> HttpResponse:
    branch, patron = desk.branch(), desk.patron()
    today = timezone.localdate()
    context = {
        "branch": branch,
        "all_branches": Branch.objects.all(),
        "borrower": borrower_of(patron, branch) if patron and branch else None,
        "said": screen_answers(desk.said(), patron),
        "seen": desk.as_on_screen(),
        "card_closes_in": desk.card_closes_in().total_seconds(),
        "dropped_on": desk.dropped_on(),
        "drop_first": today - policy.BOOK_DROP_FURTHEST,
        "drop_last": today,
        "drop_usual": last_day_in_time(branch, today) if branch else today,
    }
    if wants_part(request):
        return render(request, "circulation/counter/_desk.html", context)
    return render(request, "circulation/counter/counter.html", framed(request, "窓口", **context))


def _answer(request: StaffRequest, desk: Desk, answer: Answer | None = None) -> HttpResponse:
    if answer is not None:
        desk.say(answer)
    desk.keep(request.session)
    return _show(request, desk) if wants_part(request) else redirect("counter:counter")


@counter_staff
@at_the_desk_on_screen
def read_code(request: StaffRequest, desk: Desk) -> HttpResponse:
    branch, form = desk.branch(), CodeForm(request.POST)
    if branch is None or not form.is_valid():
        return _answer(request, desk)
    code = form.cleaned_data["code"]
    return _answer(request, desk, scanning.scan(desk, code, branch=branch, staff=request.user))


@counter_staff
@at_the_desk_on_screen
def finish(request: StaffRequest, desk: Desk) -> HttpResponse:
    desk.put_card_away()
    return _answer(request, desk)


@counter_staff
@require_POST
def choose_branch(request: StaffRequest) -> HttpResponse:
    # A dictionary, so that typed text is never part of a query.
    branch = {one.code: one for one in Branch.objects.all()}.get(request.POST.get("branch", ""))
    response = _answer(request, Desk(branch_id=branch.pk if branch else None))
    if branch and "device" in request.POST and request.user.has_perm(GIVES_DEVICES):
        give_branch(response, branch)
    return response


@counter_staff
@at_the_desk_on_screen
def drop(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Start to empty the book drop; without a day, end it."""
    form = DropForm(request.POST)
    if form.is_valid():
        desk.empty_drop(form.cleaned_data["day"])
        return _answer(request, desk)
    return _answer(request, desk, Answer("unknown", sentences=[str(e) for e in form.errors["day"]]))


@counter_staff
@at_the_desk_on_screen
def undo(request: StaffRequest, desk: Desk) -> HttpResponse:
    answer = scanning.undo_scan_of(desk, number(request, "scan"), staff=request.user)
    return _answer(request, desk, answer)


@counter_staff
@at_the_desk_on_screen
def take_back(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Return a copy of the patron at the counter although the card is open."""
    copy, branch = get_object_or_404(Copy, pk=number(request, "copy")), desk.branch()
    if branch is None:
        return _answer(request, desk)
    return _answer(request, desk, scanning.check_in(desk, copy, branch=branch, staff=request.user))


@counter_staff
@at_the_desk_on_screen
def return_and_lend(request: StaffRequest, desk: Desk) -> HttpResponse:
    copy, branch, patron = (
        get_object_or_404(Copy, pk=number(request, "copy")),
        desk.branch(),
        desk.patron(),
    )
    if branch is None or patron is None:
        return _answer(request, desk)
    answer = scanning.check_in_and_out(desk, copy, patron, branch=branch, staff=request.user)
    return _answer(request, desk, answer)


@counter_staff
@at_the_desk_on_screen
def renew(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Renew a loan of the open card only."""
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    loan = get_object_or_404(patron.loans.open().select_related("copy"), pk=number(request, "loan"))
    desk.touch_card()
    return _answer(request, desk, scanning.renew_for(loan, staff=request.user))


@counter_staff
@at_the_desk_on_screen
def damaged(request: StaffRequest, desk: Desk) -> HttpResponse:
    scan = get_object_or_404(RecentScan, pk=number(request, "scan"))
    return _answer(request, desk, scanning.report_damaged(scan, staff=request.user))


@counter_staff
@at_the_desk_on_screen
def lost(request: StaffRequest, desk: Desk) -> HttpResponse:
    """Report a loan of the open card as lost."""
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    loan = get_object_or_404(patron.loans.open(), pk=number(request, "loan"))
    return _answer(request, desk, scanning.report_lost(loan, staff=request.user))


@counter_staff
@require_POST
def open_card(request: StaffRequest) -> HttpResponse:
    """Open a card without scanning it, for a patron whom staff identified by other means."""
    desk = Desk.of(request)
    patron = get_object_or_404(Patron, pk=number(request, "patron"))
    answer = scanning.open_card(desk, patron, staff=request.user)
    return _answer(request, desk, answer if desk.branch() else None)


@staff_with("loans.add_loan", "patrons.change_patron")
@at_the_desk_on_screen
def renew_card(request: StaffRequest, desk: Desk) -> HttpResponse:
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    cards.renew_card(patron)
    log_change(request.user, patron, "窓口で利用者カードを更新")
    return _answer(request, desk, Answer("card_renewed"))


@counter_staff
@require_safe
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Reservation.objects.select_related(*WITH_SLIP), pk=pk)
    context = {"slips": slips_of([one]), "back": reverse("counter:counter")}
    return render(request, "circulation/counter/slips.html", context)
