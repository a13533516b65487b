"""開館日: a year in which staff change a day by a click (rule 11)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from catalog.calendar.opening_hours import OpeningCalendar
from catalog.calendar.year_calendar import branch_years, months_from, year_of
from catalog.models import Branch
from circulation.counter.staff_pages import StaffRequest, framed, log_change, staff_with
from circulation.library.forms import DaysForm
from circulation.opening_days import DaysToChange, Effects, change_days, effects_of
from japanese.date_format import spoken_day

keepers = staff_with("catalog.change_branch", "catalog.change_calendarexception")


@keepers
@require_safe
def year(request: StaffRequest) -> HttpResponse:
    branches = list(Branch.objects.all())
    chosen = next((b for b in branches if b.code == request.GET.get("branch")), branches[0])
    number = year_of(request.GET.get("year", ""))
    [branch_year] = branch_years([chosen], months_from(date(number, 1, 1), 12), url_of=_day_address)
    context = framed(
        request,
        f"開館日 {chosen.name} {number}年",
        branches=branches,
        chosen=chosen,
        months=branch_year.months,
        year=number,
        before=number - 1,
        after=number + 1,
    )
    return render(request, "circulation/library/year.html", context)


def _day_address(branch: Branch, day: date) -> str:
    return reverse("library:day", args=[branch.code, day.isoformat()])


@keepers
@get_or_post
def day(request: StaffRequest, code: str, day: str) -> HttpResponse:
    """First show what the change would move, then change."""
    branch, first = get_object_or_404(Branch, code=code), _day_of(day)
    form = DaysForm(
        request.POST if request.method == "POST" else None, initial=_as_it_is(branch, first)
    )
    change, effects = None, None
    if request.method == "POST" and form.is_valid():
        change = _change_of(branch, first, form)
        try:
            if "confirmed" in request.POST:
                change_days(change, staff=request.user)
                log_change(request.user, branch, str(change))
                messages.success(request, f"{branch.name} {change}にしました。")
                return redirect(f"{reverse('library:year')}?branch={code}&year={first.year}")
            effects = effects_of(change)
        except Refusal as refusal:
            for sentence in refusal.sentences:
                form.add_error(None, sentence)
            change = None
    context = framed(
        request,
        f"{branch.name} {spoken_day(first)}",
        branch=branch,
        day=first,
        form=form,
        change=change,
        moves=list(_moves(effects)) if effects else [],
    )
    return render(request, "circulation/library/day.html", context)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _as_it_is(branch: Branch, day: date) -> dict[str, object]:
    calendar = OpeningCalendar([branch], day, day)
    hours = calendar.hours_on(branch, day)
    return {
        "last": day,
        "kind": DaysForm.HOURS if hours is None else DaysForm.CLOSED,
        "opens": hours.opens if hours else None,
        "closes": hours.closes if hours else None,
        "reason": calendar.why_closed(branch, day) or calendar.extra_opening(branch, day),
    }


def _change_of(branch: Branch, first: date, form: DaysForm) -> DaysToChange:
    given = form.cleaned_data
    return DaysToChange(
        branch, first, given["last"], given["opens"], given["closes"], given["reason"]
    )


def _moves(effects: Effects) -> Iterable[str]:
    """Yield 取置期限 12月3日(木) → 12月5日(土) 3件."""
    for name, moves in (("取置期限", effects.deadlines), ("返却期限", effects.due_days)):
        counted = Counter((move.before, move.after) for move in moves)
        for (before, after), number in sorted(counted.items()):
            yield f"{name} {spoken_day(before)} → {spoken_day(after)} {number}件"
