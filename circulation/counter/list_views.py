"""The lists of a branch: pages, scans, actions and slips."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.refusals import Refusal
from catalog.models import Branch
from circulation.counter import scanning
from circulation.counter.answers import screen_answers
from circulation.counter.desk import Answer, Desk
from circulation.counter.lists import LISTS, WorkList
from circulation.counter.lists.base import RowAction
from circulation.counter.slips import WITH_SLIP, slips_of
from circulation.counter.staff_pages import StaffRequest, framed, number, staff_with, wants_part
from circulation.forms import CodeForm
from patrons import staff_log

ROWS_ON_A_PAGE = 200
see_lists = staff_with("reservations.view_reservation")


def _list(request: StaffRequest, slug: str) -> WorkList:
    found = LISTS.get(slug)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):
        raise PermissionDenied
    return found


@see_lists
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    branch = Desk.of(request).branch()
    if branch is None:
        return redirect("counter:counter")
    counted = [
        (one, one.count(branch)) for one in LISTS.values() if request.user.has_perm(one.permission)
    ]
    context = framed(request, f"{branch.name}の一覧", branch=branch, lists=counted)
    return render(request, "circulation/counter/lists.html", context)


@see_lists
@require_safe
def work_list(request: StaffRequest, slug: str) -> HttpResponse:
    found, desk = _list(request, slug), Desk.of(request)
    branch = desk.branch()
    if branch is None:
        return redirect("counter:counter")
    return _show(request, found, branch, desk)


def _show(request: StaffRequest, found: WorkList, branch: Branch, desk: Desk) -> HttpResponse:
    page = Paginator(found.read(branch, None), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    # Only the rows of this page were read, so only they are logged (rule 9.3).
    if found.patron_of is not None:
        seen = {pk for one in entries if (pk := found.patron_of(one)) is not None}
        staff_log.looked_at_each(request.user, seen, found.look)
    just_scanned = "scanned" in request.GET or wants_part(request)
    context = {
        "list": found,
        "branch": branch,
        "page": page,
        "rows": found.rows(entries),
        "said": screen_answers(desk.said()[:1]) if just_scanned else [],
        "seen": desk.as_on_screen(with_card=False),
        "may_work": request.user.has_perm(found.action_permission),
        "read_at": timezone.localtime(),
    }
    if wants_part(request):
        return render(request, "circulation/counter/_list.html", context)
    return render(request, "circulation/counter/list.html", framed(request, found.title, **context))


@staff_with("loans.add_loan")
@require_POST
def scan(request: StaffRequest, slug: str) -> HttpResponse:
    """Scan a copy of the list. It never lends, even if a card is open at the counter."""
    found, desk = _list(request, slug), Desk.of(request)
    branch, form = desk.branch(), CodeForm(request.POST)
    if branch is None:
        return redirect("counter:counter")
    if request.POST.get("seen") != desk.as_on_screen(with_card=False):
        desk.say(Answer("changed"))
    elif form.is_valid():
        code = form.cleaned_data["code"]
        desk.say(scanning.scan_on_a_list(desk, code, branch=branch, staff=request.user))
    return _answer(request, found, branch, desk)


@staff_with("loans.add_loan")
@require_POST
def undo(request: StaffRequest, slug: str) -> HttpResponse:
    found, desk = _list(request, slug), Desk.of(request)
    branch = desk.branch()
    if branch is None:
        return redirect("counter:counter")
    desk.say(scanning.undo_scan_of(desk, number(request, "scan"), staff=request.user))
    return _answer(request, found, branch, desk)


def _answer(request: StaffRequest, found: WorkList, branch: Branch, desk: Desk) -> HttpResponse:
    desk.keep(request.session)
    if wants_part(request):
        return _show(request, found, branch, desk)
    return redirect(reverse("counter:list", args=[found.slug], query={"scanned": 1}))


@see_lists
@require_POST
def list_action(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    found, branch = _list(request, slug), Desk.of(request).branch()
    wanted = found.action(name)
    if wanted is None or not request.user.has_perm(found.action_permission):
        raise PermissionDenied
    if branch is None:
        return redirect("counter:counter")
    seen = request.POST.get("seen", "")[:20]
    try:
        done = wanted.do(RowAction(number(request, "row"), seen, branch, request.user))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    # Another member of staff handled the row first; that is no error.
    except ObjectDoesNotExist:
        messages.info(request, "この行は、もう片づいています。")
    else:
        messages.success(request, done)
    return redirect("counter:list", slug=slug)


@see_lists
@require_safe
def slips(request: StaffRequest, slug: str) -> HttpResponse:
    """Print a slip for everything on the hold shelf, when slips were lost."""
    found, branch = _list(request, slug), Desk.of(request).branch()
    if not found.slips:
        raise Http404
    if branch is None:
        return redirect("counter:counter")
    entries = found.read(branch, None).select_related(*WITH_SLIP)[:ROWS_ON_A_PAGE]
    return render(request, "circulation/counter/slips.html", {"slips": slips_of(entries)})
