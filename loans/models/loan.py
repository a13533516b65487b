"""What is lent to whom. A returned loan names nobody (rule 10.1)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Branch, Copy
from patrons.models import Patron


class LoanQuerySet(models.QuerySet["Loan"]):
    def open(self) -> "LoanQuerySet":
        return self.filter(returned_at__isnull=True)

    def overdue(self, at: datetime | None = None) -> "LoanQuerySet":
        """Due today is not overdue (rule 4.3)."""
        return self.open().filter(due_on__lt=timezone.localdate(at))


class Loan(models.Model):
    copy = models.ForeignKey(
        Copy, on_delete=models.PROTECT, related_name="loans", verbose_name="所蔵"
    )
    patron = models.ForeignKey(
        Patron,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="loans",
        verbose_name="利用者",
    )
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="+", verbose_name="貸出館"
    )
    lent_at = models.DateTimeField("貸出日時", default=timezone.now)
    due_on = models.DateField("返却期限")
    renewals = models.PositiveSmallIntegerField("延長回数", default=0)
    returned_at = models.DateTimeField("返却日時", null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "貸出"
        verbose_name_plural = "貸出"
        indexes = [
            models.Index(
                fields=["due_on"], name="loan_open_by_due_day", condition=Q(returned_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["copy"],
                condition=Q(returned_at__isnull=True),
                name="loan_one_open_per_copy",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(returned_at__gte=F("lent_at")),
                name="loan_returned_after_lent",
            ),
            models.CheckConstraint(
                condition=Q(renewals__lte=policy.RENEWALS), name="loan_renewed_once_at_most"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=False) | Q(patron__isnull=False),
                name="loan_open_has_a_patron",
            ),
            # The database keeps rule 10.1 as well: no code can leave a reader's name on a
            # returned loan.
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(patron__isnull=True),
                name="loan_returned_has_no_patron",
            ),
        ]

    def __str__(self) -> str:
        return f"loan {self.pk}"

    def is_overdue(self, at: datetime | None = None) -> bool:
        return self.returned_at is None and self.due_on < timezone.localdate(at)
