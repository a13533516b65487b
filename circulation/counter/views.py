from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from akiruno_library import policy
from catalog.models import Branch, Copy
from circulation.counter import scanning
from circulation.counter.answers import screen_answers
from circulation.counter.book_drop import last_day_in_time
from circulation.counter.borrower import borrower_of
from circulation.counter.desk import Answer, Desk
from circulation.counter.lists import LISTS
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
from circulation.refusals import NothingToUndo
from patrons import cards
from patrons.models import Patron
from reservations.models import Reservation


@counter_staff
@require_GET
def counter(request: StaffRequest) -> HttpResponse:
    return _show(request, Desk.of(request.session))


def _show(request: StaffRequest, desk: Desk) -> HttpResponse:
    branch, patron = desk.branch(), desk.patron()
    today = timezone.localdate()
    context = {
        "branch": branch,
        "all_branches": Branch.objects.all(),
        "borrower": borrower_of(patron, branch) if patron and branch else None,
        "said": screen_answers(desk.said()),
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
@require_POST
def read_code(request: StaffRequest) -> HttpResponse:
    desk, form = Desk.of(request.session), CodeForm(request.POST)
    branch = desk.branch()
    if branch is None or not form.is_valid():
        return _answer(request, desk)
    code = form.cleaned_data["code"]
    return _answer(request, desk, scanning.scan(desk, code, branch=branch, staff=request.user))


@counter_staff
@require_POST
def finish(request: StaffRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    desk.put_card_away()
    return _answer(request, desk)


@counter_staff
@require_POST
def choose_branch(request: StaffRequest) -> HttpResponse:
    # A dictionary, so that typed text is never part of a query.
    by_code = dict(Branch.objects.values_list("code", "pk"))
    return _answer(request, Desk(branch_id=by_code.get(request.POST.get("branch", ""))))


@counter_staff
@require_POST
def drop(request: StaffRequest) -> HttpResponse:
    """Start to empty the book drop; without a day, end it."""
    desk, form = Desk.of(request.session), DropForm(request.POST)
    if form.is_valid():
        desk.empty_drop(form.cleaned_data["day"])
        return _answer(request, desk)
    return _answer(request, desk, Answer("unknown", sentences=[str(e) for e in form.errors["day"]]))


@counter_staff
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    wanted = number(request, "scan")
    # Only scans of this session can be undone, not any id that a form sends.
    said_here = {answer.scan for answer in desk.said()}
    scan = RecentScan.objects.filter(pk=wanted).first() if wanted in said_here else None
    if scan is None:
        answer = scanning.refused(NothingToUndo())
    else:
        answer = scanning.undo_scan(scan, staff=request.user)
    worked = request.POST.get("list", "")
    if worked not in LISTS:
        return _answer(request, desk, answer)
    desk.say(answer)
    desk.keep(request.session)
    return redirect(reverse("counter:list", args=[worked], query={"scanned": 1}))


@counter_staff
@require_POST
def take_back(request: StaffRequest) -> HttpResponse:
    """Return a copy of the patron at the counter although the card is open."""
    desk = Desk.of(request.session)
    copy, branch = get_object_or_404(Copy, pk=number(request, "copy")), desk.branch()
    if branch is None:
        return _answer(request, desk)
    return _answer(request, desk, scanning.check_in(desk, copy, branch=branch, staff=request.user))


@counter_staff
@require_POST
def return_and_lend(request: StaffRequest) -> HttpResponse:
    desk = Desk.of(request.session)
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
@require_POST
def renew(request: StaffRequest) -> HttpResponse:
    """Renew a loan of the open card only."""
    desk = Desk.of(request.session)
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    loan = get_object_or_404(patron.loans.open().select_related("copy"), pk=number(request, "loan"))
    desk.touch_card()
    return _answer(request, desk, scanning.renew_for(loan, staff=request.user))


@counter_staff
@require_POST
def damaged(request: StaffRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    scan = get_object_or_404(RecentScan, pk=number(request, "scan"))
    return _answer(request, desk, scanning.report_damaged(scan, staff=request.user))


@counter_staff
@require_POST
def lost(request: StaffRequest) -> HttpResponse:
    """Report a loan of the open card as lost."""
    desk = Desk.of(request.session)
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    loan = get_object_or_404(patron.loans.open(), pk=number(request, "loan"))
    return _answer(request, desk, scanning.report_lost(loan, staff=request.user))


@counter_staff
@require_POST
def open_card(request: StaffRequest) -> HttpResponse:
    """Open a card without scanning it, for a patron whom staff identified by other means."""
    desk = Desk.of(request.session)
    patron = get_object_or_404(Patron, pk=number(request, "patron"))
    answer = scanning.open_card(desk, patron, staff=request.user)
    return _answer(request, desk, answer if desk.branch() else None)


@staff_with("loans.add_loan", "patrons.change_patron")
@require_POST
def renew_card(request: StaffRequest) -> HttpResponse:
    desk = Desk.of(request.session)
    patron = desk.patron()
    if patron is None:
        return _answer(request, desk)
    cards.renew_card(patron)
    log_change(request.user, patron, "窓口で利用者カードを更新")
    return _answer(request, desk, Answer("card_renewed"))


@counter_staff
@require_GET
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Reservation.objects.select_related(*WITH_SLIP), pk=pk)
    context = {"slips": slips_of([one]), "back": reverse("counter:counter")}
    return render(request, "circulation/counter/slips.html", context)
