from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from akiruno_library import policy
from akiruno_library.messages import Action, Kind, tell
from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from akiruno_library.safe_next import go_on
from patrons.access import PortalRequest, patron_required
from patrons.favourite_lists.links import see_favourites
from patrons.favourites import add_to_list
from patrons.models import FavouriteList
from patrons.privileges import card_refusals, may_use_reservations, web_reservation_refusals
from patrons.same_origin import from_our_own_pages
from reservations import basket_sequence
from reservations.basket import Basket, confirm, open_basket, sequences_of
from reservations.basket_lines import basket_contents, quota_sentence, quota_sentence_after
from reservations.confirmation import confirmation_context, remember
from reservations.eligibility import quota_of
from reservations.forms import BibsForm, ConfirmForm
from reservations.refusals import BasketFull


@login_not_required
@never_cache
@require_safe
def basket(request: PortalRequest) -> HttpResponse:
    """Show the basket. `?pickup_branch=` shows the days for another branch beforehand."""
    form = None
    if request.patron:
        initial = {key: request.GET[key] for key in ("pickup_branch",) if key in request.GET}
        form = ConfirmForm(patron=request.patron, initial=initial)
    return _show_basket(request, form)


def _show_basket(request: PortalRequest, form: ConfirmForm | None) -> HttpResponse:
    patron = request.patron
    inside = open_basket(request.session, patron)
    context: dict[str, Any] = {"form": form}
    if patron and form:
        entries = list(patron.basket.all())
        quota = quota_of(patron)
        contents = basket_contents(
            [entry.bib_id for entry in entries],
            patron,
            pickup_branch=form.chosen_branch(),
            in_sequence=sequences_of(entries),
        )
        refused = [str(one) for one in web_reservation_refusals(patron)]
        refused += [str(one) for one in card_refusals(patron)]
        context |= {
            "quota": quota,
            "quota_sentence": quota_sentence(quota),
            "quota_sentence_after": quota_sentence_after(quota, contents.quota_after),
            "refused": refused,
        }
    else:
        contents = basket_contents(inside.bib_ids(), None)
    return render(request, "reservations/basket.html", context | {"contents": contents})


@login_not_required
@require_POST
@from_our_own_pages
def add(request: PortalRequest) -> HttpResponse:
    bib_ids = BibsForm(request.POST).bib_ids()
    inside = open_basket(request.session, request.patron)
    try:
        new = inside.add(bib_ids)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    else:
        _say_what_was_put_in(request, inside, bib_ids, new)
    return go_on(request, "reservations:basket")


def _say_what_was_put_in(
    request: PortalRequest, inside: Basket, bib_ids: list[int], new: int
) -> None:
    if new:
        left = ""
        if request.patron and may_use_reservations(request.patron):
            left = quota_sentence(quota_of(request.patron)) + "。"
        sentence = f"予約かごに{new}点入れました。{left.replace('。。', '。')}"
        see_basket = Action.link("予約かごを見る", reverse("reservations:basket"))
        tell(request, Kind.SUCCESS, sentence, action=see_basket)
    if not bib_ids:
        tell(request, Kind.INFO, "予約かごに入れる資料を選んでください。")
    elif len(inside.bib_ids()) >= policy.BASKET_LARGEST and new < len(bib_ids):
        tell(request, Kind.WARNING, str(BasketFull()))
    elif not new:
        tell(request, Kind.INFO, "その資料は、もう予約かごに入っています。")


@login_not_required
@require_POST
@from_our_own_pages
def remove(request: PortalRequest) -> HttpResponse:
    open_basket(request.session, request.patron).remove(BibsForm(request.POST).bib_ids())
    tell(request, Kind.INFO, "予約かごから出しました。")
    return go_on(request, "reservations:basket")


@patron_required
@get_or_post
def confirm_basket(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
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
@require_safe
def placed(request: PortalRequest) -> HttpResponse:
    """Show the result of the confirmed basket. It may be read again."""
    return render(
        request,
        "reservations/confirmation.html",
        confirmation_context(request.session, request.patron),
    )


@patron_required
@require_POST
def keep_as_favourite(request: PortalRequest) -> HttpResponse:
    """Add a bib to the chosen list, or the first one; it stays in the basket (rule 6.2)."""
    form = BibsForm(request.POST)
    try:
        chosen, new = add_to_list(request.patron, form.bib_ids(), slot=form.slot())
    except FavouriteList.DoesNotExist:
        tell(request, Kind.ERROR, "そのリストはもうありません。リストを選び直してください。")
    except Refusal as refusal:
        tell(request, Kind.ERROR, str(refusal))
    else:
        said = "に入れました。" if new else "に、もう入っています。"
        kind = Kind.SUCCESS if new else Kind.INFO
        tell(request, kind, f"お気に入り「{chosen.name}」{said}", action=see_favourites())
    return redirect("reservations:basket")


SEQUENCE_ACTIONS = {
    "together": (basket_sequence.form_sequence, "順番予約にしました。"),
    "up": (
        lambda patron, bibs: basket_sequence.move(patron, bibs[0], -1),
        "一つ前へ動かしました。",
    ),
    "down": (
        lambda patron, bibs: basket_sequence.move(patron, bibs[0], 1),
        "一つ後へ動かしました。",
    ),
    "out": (
        lambda patron, bibs: basket_sequence.leave_sequence(patron, bibs[0]),
        "順番から外しました。",
    ),
}


@patron_required
@require_POST
def order(request: PortalRequest, action: str) -> HttpResponse:
    """順番予約 in the basket: form a sequence, move a line up or down, or take it out."""
    if action not in SEQUENCE_ACTIONS:
        raise Http404
    (do, said), bib_ids = SEQUENCE_ACTIONS[action], BibsForm(request.POST).bib_ids()
    try:
        if bib_ids or action == "together":
            do(request.patron, bib_ids)
            tell(request, Kind.QUIET, said)
    except Refusal as refusal:
        tell(request, Kind.WARNING, str(refusal))
    return redirect("reservations:basket")
