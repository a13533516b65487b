import functools
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.messages import Kind, tell
from akiruno_library.refusals import Refusal
from akiruno_library.row_numbers import row_numbers
from akiruno_library.safe_next import go_on
from patrons.access import PortalRequest, View, patron_required
from patrons.models.patron import ContactMethod
from patrons.privileges import web_reservation_refusals
from reservations import cancelling, changing, sequences
from reservations.deadlines_calendar import deadlines_calendar
from reservations.forms import ChangeForm, PickupForm
from reservations.list_page import event_texts, reservation_list_page
from reservations.models import Reservation
from reservations.place_again import place_again
from reservations.summaries import summaries_of
from reservations.summary_text import closed_text, reservation_texts

LIST = "reservations:list"
USUAL_PAGE = "circulation:mypage"


def reservations_open(view: View) -> View:
    """Close a page to patrons below 中学生 and to organisations (rule 2.5)."""

    @patron_required
    @functools.wraps(view)
    def for_those_who_may(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = [str(refusal) for refusal in web_reservation_refusals(request.patron)]
        if refused and request.method != "POST":
            return render(request, "reservations/closed.html", {"refused": refused})
        if refused:
            tell(request, Kind.WARNING, "".join(refused))
            return redirect(USUAL_PAGE)
        return view(request, *args, **kwargs)

    return for_those_who_may


@reservations_open
@require_safe
def list_all(request: PortalRequest) -> HttpResponse:
    page = reservation_list_page(request.patron)
    return render(request, "reservations/list.html", {"page": page, "pickup": PickupForm()})


@reservations_open
@require_safe
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    return _show(request, _own(request, pk))


def _own(request: PortalRequest, pk: int) -> Reservation:
    own = request.patron.reservations.select_related("bib__material_type", "pickup_branch")
    return get_object_or_404(own, pk=pk)


def _show(
    request: PortalRequest, reservation: Reservation, form: ChangeForm | None = None
) -> HttpResponse:
    mine = summaries_of(request.patron, [reservation.pk])
    [summary] = reservation_texts(mine.open) or [closed_text(one) for one in mine.closed]
    if summary.changeable and form is None:
        initial = {
            "pickup_branch": reservation.pickup_branch_id,
            "contact_method": reservation.contact_method,
        }
        form = ChangeForm(patron=request.patron, initial=initial)
    context = {"summary": summary, "form": form, "history": event_texts(reservation)}
    return render(request, "reservations/detail.html", context)


@reservations_open
@require_POST
def cancel(request: PortalRequest, pk: int) -> HttpResponse:
    reservation = _own(request, pk)
    try:
        cancelling.cancel(reservation)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        tell(request, Kind.SUCCESS, f"「{reservation.title}」の予約を取り消しました。")
    return go_on(request, USUAL_PAGE)


@reservations_open
@require_POST
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change pickup branch or contact method of a waiting reservation (rule 5.12)."""
    reservation = _own(request, pk)
    form = ChangeForm(request.POST, patron=request.patron)
    if not form.is_valid():
        return _show(request, reservation, form)
    try:
        changing.change(
            reservation,
            pickup_branch=form.cleaned_data["pickup_branch"],
            contact_method=ContactMethod(form.cleaned_data["contact_method"]),
        )
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        tell(request, Kind.SUCCESS, f"「{reservation.title}」の予約を変更しました。")
    return redirect("reservations:detail", pk)


@reservations_open
@require_POST
def change_pickup(request: PortalRequest) -> HttpResponse:
    form = PickupForm(request.POST)
    if form.is_valid():
        branch = form.cleaned_data["pickup_branch"]
        try:
            number = changing.change_all_waiting(request.patron, pickup_branch=branch)
        except Refusal as refusal:
            tell(request, Kind.WARNING, str(refusal))
        else:
            tell(request, Kind.SUCCESS, f"{number}件の受け取る館を、{branch.name}に変更しました。")
    else:
        tell(request, Kind.WARNING, "受け取る館を選んでください。")
    return redirect(LIST)


@reservations_open
@require_POST
def place_one_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Place a lapsed or cancelled reservation again by one press (rule 5.10)."""
    ended = _own(request, pk)
    try:
        placing = place_again(request.patron, ended)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
        return redirect(LIST)
    if placing and placing.reservation:
        tell(
            request,
            Kind.SUCCESS,
            f"「{ended.title}」をもう一度予約しました。順番は、いまからの受付になります。",
        )
    elif placing:
        tell(request, Kind.WARNING, "".join(str(reason) for reason in placing.reasons))
    return redirect(LIST)


@reservations_open
@require_POST
def form_sequence(request: PortalRequest) -> HttpResponse:
    """Put waiting reservations into a sequence, in the order of the form (rule 5.6)."""
    named = row_numbers(request.POST, "reservation")
    own = request.patron.reservations.open().in_bulk(named)
    try:
        sequences.form_sequence(request.patron, [own[pk] for pk in named if pk in own])
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        tell(request, Kind.SUCCESS, "順番予約にしました。前のものを借りられたあとにご用意します。")
    return redirect(LIST)


SEQUENCE_ACTIONS = {
    "up": (sequences.move_up, "「{title}」の順番を変えました。"),
    "down": (sequences.move_down, "「{title}」の順番を変えました。"),
    "out": (
        sequences.leave_sequence,
        "「{title}」を順番予約から外しました。順番が来ればご用意します。",
    ),
    "lift": (
        sequences.dissolve,
        "「{title}」の順番予約をやめました。用意のできたものからお知らせします。",
    ),
}


@reservations_open
@require_POST
def order(request: PortalRequest, pk: int, action: str) -> HttpResponse:
    """Move a member of a sequence up or down, take it out, or dissolve the sequence."""
    if action not in SEQUENCE_ACTIONS:
        raise Http404
    (do, said), reservation = SEQUENCE_ACTIONS[action], _own(request, pk)
    try:
        do(reservation)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        tell(request, Kind.SUCCESS, said.format(title=reservation.title))
    return redirect(LIST)


@reservations_open
@require_safe
def deadlines(request: PortalRequest) -> HttpResponse:
    response = HttpResponse(
        deadlines_calendar(request.patron), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response
