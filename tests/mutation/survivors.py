"""Mutants that no test notices, each with the reason why that is right.

The key is the target, the place and the change as the report prints them. An entry whose mutant
does not exist any more fails a test, so the list never grows old.
"""

ONE_BY_ONE = "each is ended in a transaction of its own, so their order changes nothing"
LOOKS_AGAIN = "the verb looks again under its lock; asking for fewer only spares work"
TWO_AT_ONCE = "only two at once can meet it: tests/circulation/test_races.py"

EXPLAINED: dict[tuple[str, str, str], str] = {
    (
        "hold-shelf",
        "lapse_all_overdue",
        "s.past_deadline(at).order_by('bib_id', 'pk'): → s.past_deadline(at).order_by('pk'):",
    ): ONE_BY_ONE,
    (
        "hold-shelf",
        "lapse_all_overdue",
        "deadline(at).order_by('bib_id', 'pk'): → deadline(at).order_by('bib_id'):",
    ): ONE_BY_ONE,
    (
        "hold-shelf",
        "lapse_all_overdue",
        "s.past_deadline(at).order_by('bib_id', 'pk'): →"
        " s.past_deadline(at).order_by('-bib_id', 'pk'):",
    ): ONE_BY_ONE,
    (
        "hold-shelf",
        "lapse_all_overdue",
        "dline(at).order_by('bib_id', 'pk'): → dline(at).order_by('bib_id', '-pk'):",
    ): ONE_BY_ONE,
    (
        "hold-shelf",
        "lapse_all_overdue",
        "vation in Reservation.objects.past_deadline(at).order_by('bib_id', 'pk'): →"
        " vation in Reservation.objects.order_by('bib_id', 'pk'):",
    ): LOOKS_AGAIN,
    (
        "hold-shelf",
        "forget_closed_reservations",
        "s.filter(closed_at__lte=before, patron__isnull=False).values_list('pk', flat=True) →"
        " s.filter(closed_at__lte=before).values_list('pk', flat=True)",
    ): "those that name nobody already are only forgotten once more",
    (
        "renewal",
        "renew",
        "ects.open().filter(pk=found.pk, renewals__lt=policy.RENEWALS) →"
        " ects.open().filter(pk=found.pk)",
    ): TWO_AT_ONCE,
    (
        "renewal",
        "renew",
        "renewed = Loan.objects.open().filter(pk=found.pk, renewals__ →"
        " renewed = Loan.objects.filter(pk=found.pk, renewals__",
    ): TWO_AT_ONCE,
    ("renewal", "renew", "raise RenewedAlready(due_on=found.due_on) → pass"): TWO_AT_ONCE,
}
