from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from akiruno_library import policy
from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal, Refusals
from catalog.models import Bib, Branch
from catalog.refusals import SearchUnavailable
from catalog.results.rows import ResultRow, rows_of
from catalog.search import SearchRequest, search
from circulation.counter.desk import Desk
from circulation.counter.queues import events_of, facts_of, log_of_queue, queue_of
from circulation.counter.sentences import CHANGED, NOTHING_DONE
from circulation.counter.staff_pages import StaffRequest, framed, staff_with
from circulation.forms import BibForm, PriorityForm, ReserveForm, WhyForm
from patrons import staff_log
from reservations import material_requests, staff_actions
from reservations.cancelling import cancel_by_staff
from reservations.models import Reservation, State
from reservations.placing import PlacingResult, place
from reservations.transitions import by_staff

BIBS_FOUND = 10
see = staff_with("reservations.view_reservation")
work = staff_with("reservations.change_reservation")


@see
@require_safe
def reservation(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one reservation with its log. The view is logged as a look at the patron's data."""
    one = get_object_or_404(
        Reservation.objects.select_related("patron", "bib", "copy", "pickup_branch"), pk=pk
    )
    if one.patron is not None:
        staff_log.looked_at_loans(request.user, one.patron)
    context = framed(
        request,
        f"予約 {one.pk}",
        reservation=one,
        facts=facts_of(one),
        events=events_of(one),
        waiting=one.state == State.WAITING,
        requested=one.state == State.REQUESTED,
        may_change=request.user.has_perm("reservations.change_reservation"),
    )
    return render(request, "circulation/counter/reservation.html", context)


@see
@require_safe
def queue(request: StaffRequest, pk: int) -> HttpResponse:
    bib = get_object_or_404(Bib.objects.select_related("status"), pk=pk)
    context = framed(
        request,
        "予約の順番",
        bib=bib,
        lines=queue_of(bib),
        log=log_of_queue(bib),
        log_rows=policy.QUEUE_LOG_ROWS,
    )
    return render(request, "circulation/counter/queue.html", context)


def _answered(request: StaffRequest, pk: int, refusal: Refusal | None, done: str) -> HttpResponse:
    if refusal is not None:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("counter:reservation", pk=pk)


@work
@require_POST
def priority(request: StaffRequest, pk: int) -> HttpResponse:
    one, form = get_object_or_404(Reservation, pk=pk, bib__isnull=False), PriorityForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "優先の数と、わけを入れてください。")
        return redirect("counter:reservation", pk=pk)
    try:
        staff_actions.set_priority(one, **form.cleaned_data, staff=request.user)
    except Refusal as refusal:
        return _answered(request, pk, refusal, "")
    return _answered(request, pk, None, "優先を変えました。わけは記録に残ります。")


@work
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    one, form = get_object_or_404(Reservation, pk=pk), WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        cancel_by_staff(one, why, staff=request.user)
    except Refusal as refusal:
        return _answered(request, pk, refusal, "")
    return _answered(request, pk, None, "予約を取り消しました。")


@work
@require_POST
def grant(request: StaffRequest, pk: int) -> HttpResponse:
    one, form = get_object_or_404(Reservation, pk=pk), BibForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(error) for error in form.errors["code"]))
        return redirect("counter:reservation", pk=pk)
    try:
        material_requests.grant(one, form.cleaned_data["code"], staff=request.user)
    except Refusal as refusal:
        return _answered(request, pk, refusal, "")
    return _answered(request, pk, None, "リクエストを資料につなぎました。順番に加わりました。")


@work
@require_POST
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    one, form = get_object_or_404(Reservation, pk=pk), WhyForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "お断りするわけを書いてください。利用者も読みます。")
        return redirect("counter:reservation", pk=pk)
    try:
        material_requests.decline(one, form.cleaned_data["why"], staff=request.user)
    except Refusal as refusal:
        return _answered(request, pk, refusal, "")
    return _answered(request, pk, None, "リクエストをお断りしました。")


@work
@get_or_post
def reserve(request: StaffRequest) -> HttpResponse:
    """Reserve for the open card. Staff may exceed the limit with a reason (rule 5.3)."""
    desk = Desk.of(request)
    patron, branch = desk.patron(), desk.branch()
    if patron is None or branch is None:
        messages.info(request, "はじめに、予約する方の利用者カードを読み取ってください。")
        return redirect("counter:counter")
    if request.method == "POST" and request.POST.get("seen") != desk.as_on_screen():
        messages.warning(request, f"{CHANGED}{NOTHING_DONE}")
        return redirect("counter:reserve")
    form = ReserveForm(request.POST or None, patron=patron, branch=branch)
    if request.method == "POST" and form.is_valid():
        desk.touch_card()
        desk.keep(request.session)
        try:
            if form.cleaned_data["request_text"]:
                material_requests.request(patron, **form.for_request(), staff=request.user)
                messages.success(request, "リクエストを受け付けました。")
                return redirect("counter:reserve")
            [placing] = place(patron, **form.for_placing(), by=by_staff(request.user))
        except Refusal as refusal:
            form.add_error(None, refusal.sentences_to_staff)
        else:
            if placing.reservation is not None:
                return _placed(request, placing)
            form.add_error(None, Refusals(placing.reasons).sentences_to_staff)
    words = request.GET.get("q", "").strip()
    context = framed(
        request,
        f"{patron.name}さんの予約を受ける",
        form=form,
        seen=desk.as_on_screen(),
        words=words,
        found=_found(words) if words else None,
    )
    return render(request, "circulation/counter/reserve.html", context)


def _found(words: str) -> list[ResultRow]:
    """Return the first bibs of the search of the portal; none while the index is away."""
    try:
        ids = search(SearchRequest(q=words, per_page=BIBS_FOUND)).ids
    except SearchUnavailable:
        return []
    return rows_of(ids, Branch.objects.all())


def _placed(request: StaffRequest, placing: PlacingResult) -> HttpResponse:
    kind = "取り寄せ" if placing.reservation and placing.reservation.is_transfer else "予約"
    messages.success(request, f"「{placing.bib.title_with_volume}」の{kind}を受け付けました。")
    return redirect("counter:reserve")
