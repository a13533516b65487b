"""Pages of お気に入り on My Page (rule 6.2). Reserving from a list belongs to the basket."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.messages import Kind, tell
from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from akiruno_library.row_numbers import row_number, row_numbers
from patrons import favourites
from patrons.access import PortalRequest, patron_required
from patrons.favourite_lists.forms import ListNameForm, NoteForm, slot_in
from patrons.favourite_lists.links import see_favourites
from patrons.favourite_lists.page import list_page, overview_of
from patrons.models import FavouriteEntry, FavouriteList


def _list(request: PortalRequest, slot: int) -> FavouriteList:
    return get_object_or_404(request.patron.favourite_lists, slot=slot)


def _back_to(slot: int) -> HttpResponse:
    return redirect("patrons:favourite_list", slot)


@patron_required
@get_or_post
def overview(request: PortalRequest) -> HttpResponse:
    """Show all lists; a posted name makes a new one."""
    form = ListNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = favourites.make_list(request.patron, name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"リスト「{made.name}」を作りました。")
            return _back_to(made.slot)
    context = {"overview": overview_of(request.patron), "form": form}
    return render(request, "patrons/favourites/overview.html", context)


@patron_required
@require_safe
def one_list(request: PortalRequest, slot: int) -> HttpResponse:
    chosen = _list(request, slot)
    page = list_page(request.patron, chosen, order=request.GET.get("sort", ""))
    context = {"page": page, "rename": ListNameForm(instance=chosen)}
    return render(request, "patrons/favourites/list.html", context)


@patron_required
@require_POST
def rename(request: PortalRequest, slot: int) -> HttpResponse:
    form = ListNameForm(request.POST, instance=_list(request, slot))
    if form.is_valid():
        form.save()
        messages.success(request, "リストの名前を変えました。")
    else:
        messages.error(request, str(form.errors["name"][0]))
    return _back_to(slot)


@patron_required
@get_or_post
def delete(request: PortalRequest, slot: int) -> HttpResponse:
    """Ask before deleting: a list goes with all its entries."""
    chosen = _list(request, slot)
    if request.method != "POST":
        context = {"chosen": chosen, "number": chosen.entries.count()}
        return render(request, "patrons/favourites/delete.html", context)
    chosen.delete()
    messages.success(request, f"リスト「{chosen.name}」を消しました。")
    return redirect("patrons:favourites")


@patron_required
@require_POST
def add(request: PortalRequest) -> HttpResponse:
    """Add from the page of a bib: to the chosen list, or to the first."""
    bib_ids = row_numbers(request.POST, "bib")
    if not bib_ids:
        return redirect("patrons:favourites")
    try:
        chosen, new = favourites.add_to_list(
            request.patron, bib_ids, slot=slot_in(request.POST, "list")
        )
    except FavouriteList.DoesNotExist:
        messages.error(request, "そのリストはもうありません。リストを選び直してください。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = "に入れました。" if new else "に、もう入っています。"
        sentence = f"お気に入り「{chosen.name}」{sentence}"
        tell(request, Kind.SUCCESS, sentence, action=see_favourites())
    if len(bib_ids) == 1:
        return redirect("catalog:detail", bib_ids[0])
    return redirect("patrons:favourites")


@patron_required
@require_POST
def move(request: PortalRequest, slot: int) -> HttpResponse:
    return _to_another(request, slot, favourites.move_entries, "移しました")


@patron_required
@require_POST
def copy(request: PortalRequest, slot: int) -> HttpResponse:
    return _to_another(request, slot, favourites.copy_entries, "写しました")


def _to_another(request: PortalRequest, slot: int, verb, done: str) -> HttpResponse:  # type: ignore[no-untyped-def]
    chosen, bib_ids = _list(request, slot), row_numbers(request.POST, "bib")
    to_slot = slot_in(request.POST, "to")
    if not bib_ids or to_slot is None:
        messages.error(request, "資料と、行き先のリストを選んでください。")
        return _back_to(slot)
    try:
        there, _ = verb(request.patron, bib_ids, from_slot=chosen.slot, to_slot=to_slot)
    except FavouriteList.DoesNotExist:
        messages.error(request, "そのリストはもうありません。リストを選び直してください。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{len(bib_ids)}点を「{there.name}」へ{done}。")
    return _back_to(slot)


@patron_required
@require_POST
def take_out(request: PortalRequest, slot: int) -> HttpResponse:
    bib_ids = row_numbers(request.POST, "bib")
    number = favourites.take_out(request.patron, bib_ids, slot=_list(request, slot).slot)
    if number:
        messages.success(request, f"{number}点をリストから外しました。")
    else:
        messages.error(request, "外す資料を選んでください。")
    return _back_to(slot)


@patron_required
@require_POST
def arrange(request: PortalRequest, slot: int) -> HttpResponse:
    """Move one entry up or down by one."""
    chosen = _list(request, slot)
    for name, by, where in (("up", 1, "上"), ("down", -1, "下")):
        for bib_id in row_numbers(request.POST, name):
            favourites.move_up(request.patron, bib_id, slot=chosen.slot, by=by)
            tell(request, Kind.QUIET, f"一つ{where}へ動かしました。")
    return _back_to(slot)


@patron_required
@require_POST
def note(request: PortalRequest, slot: int) -> HttpResponse:
    bib = row_number(request.POST.get("bib", ""))
    entry = get_object_or_404(FavouriteEntry, list=_list(request, slot), bib=bib)
    form = NoteForm(request.POST, instance=entry)
    if form.is_valid():
        form.save()
        messages.success(request, "メモを書きました。" if entry.note else "メモを消しました。")
    else:
        messages.error(request, str(form.errors["note"][0]))
    return _back_to(slot)
