"""Data of the counter: scans of the last minutes, and compensations that are not settled."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch, Copy
from loans.models import Loan
from patrons.models import Patron, User
from reservations.models import Reservation, State


class RecentScanQuerySet(models.QuerySet["RecentScan"]):
    def forgotten(self, at: datetime | None = None) -> "RecentScanQuerySet":
        """Scans too old to be undone; they must not be used any more."""
        return self.filter(at__lte=(at or timezone.now()) - policy.UNDO_WITHIN)

    def undoable(self, at: datetime | None = None) -> "RecentScanQuerySet":
        return self.filter(at__gt=(at or timezone.now()) - policy.UNDO_WITHIN)


class RecentScan(models.Model):
    """One scan, with the state of copy, loan and reservation before it.

    The only row that still names the patron of a returned loan; it is deleted after five minutes.
    """

    class Kind(models.TextChoices):
        LENT = "lent", "貸出"
        TAKEN_BACK = "taken_back", "返却・確認"

    kind = models.CharField("種類", max_length=10, choices=Kind)
    at = models.DateTimeField("日時")
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="+")
    was_whereabouts = models.CharField(max_length=10, choices=Copy.Whereabouts)
    was_branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+")
    was_sent_from = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, related_name="+")
    was_sent_at = models.DateTimeField(null=True)

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, null=True, related_name="+")
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, null=True, related_name="+")

    reservation = models.ForeignKey(
        Reservation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    was_state = models.CharField(max_length=10, choices=State, blank=True)
    was_copy = models.ForeignKey(Copy, on_delete=models.CASCADE, null=True, related_name="+")
    was_assigned_at = models.DateTimeField(null=True)
    was_ready_at = models.DateTimeField(null=True)
    was_deadline = models.DateField(null=True)

    objects = RecentScanQuerySet.as_manager()

    class Meta:
        verbose_name = "取り消せる読み取り"
        verbose_name_plural = "取り消せる読み取り"
        indexes = [models.Index(fields=["at"], name="recent_scan_by_moment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @classmethod
    def begin(
        cls,
        kind: "RecentScan.Kind",
        copy: Copy,
        *,
        branch: Branch,
        staff: User | None,
        at: datetime,
    ) -> "RecentScan":
        """Return an unsaved scan. The verb adds what it changes, and saves it at its end."""
        return cls(
            kind=kind,
            at=at,
            branch=branch,
            staff=staff,
            copy=copy,
            was_whereabouts=copy.whereabouts,
            was_branch_id=copy.current_branch_id,
            was_sent_from_id=copy.sent_from_id,
            was_sent_at=copy.sent_at,
        )

    def touches(self, reservation: Reservation) -> None:
        """Record the state of the reservation before the scan changes it."""
        self.reservation = reservation
        self.was_state, self.was_copy_id = reservation.state, reservation.copy_id
        self.was_assigned_at = reservation.assigned_at
        self.was_ready_at, self.was_deadline = reservation.ready_at, reservation.deadline


class Compensation(models.Model):
    """弁償の相談: a lost or damaged copy that is not settled (rule 10.1).

    The ended loan names no patron; this row does, and is deleted when the matter is settled.
    """

    class Kind(models.TextChoices):
        LOST = "lost", "紛失"
        DAMAGED = "damaged", "破損・汚損"

    patron = models.ForeignKey(
        Patron, on_delete=models.PROTECT, related_name="compensations", verbose_name="利用者"
    )
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="+", verbose_name="所蔵")
    kind = models.CharField("わけ", max_length=7, choices=Kind)
    opened_on = models.DateField("申し出の日")

    class Meta:
        ordering = ["opened_on", "id"]
        verbose_name = "弁償の相談"
        verbose_name_plural = "弁償の相談"
        constraints = [
            models.UniqueConstraint(fields=["patron", "copy"], name="compensation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
