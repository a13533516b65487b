"""Loans and reservations of a patron, for staff. Every look is logged (rule 9.3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.refusals import Refusal
from akiruno_library.row_numbers import row_number
from circulation import renewal
from circulation.counter.staff_pages import StaffRequest, framed, staff_with
from circulation.mypage import loan_lines
from japanese.date_format import spoken_day
from patrons import staff_log
from patrons.models import Patron
from reservations.summaries import reservation_summaries
from reservations.summary_text import reservation_texts


@staff_with("patrons.view_patron", "loans.view_loan", "reservations.view_reservation")
@require_safe
def patron(request: StaffRequest, pk: int) -> HttpResponse:
    looked_at = get_object_or_404(Patron, pk=pk)
    staff_log.looked_at_loans(request.user, looked_at)
    context = framed(
        request,
        f"{looked_at.name}さんの貸出と予約",
        looked_at=looked_at,
        loans=loan_lines(looked_at).lines,
        reservations=reservation_texts(reservation_summaries(looked_at).open),
    )
    return render(request, "circulation/library/patron.html", context)


@staff_with("loans.change_loan")
@require_POST
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """Renew by the same rule as the patron on My Page (rule 4.4)."""
    borrower = get_object_or_404(Patron, pk=pk)
    wanted = row_number(request.POST.get("loan", ""))
    loan = get_object_or_404(borrower.loans.open(), pk=wanted)
    try:
        renewed = renewal.renew(loan, staff=request.user)
    except Refusal as refusal:
        for sentence in refusal.sentences_to_staff:
            messages.warning(request, sentence)
    else:
        messages.success(request, f"返却期限を{spoken_day(renewed.due_on)}まで延長しました。")
    return redirect("library:patron", pk=pk)
