"""The staff log: who did what for which patron, on which day, how often (9.3). Never a title.

A row counts a day, not a moment, and its key has no order. Otherwise a comparison with the day's
loans would show whose they were (rule 12.14).
"""

import uuid

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import models

from patrons.models.patron import Patron


class StaffAction(models.Model):
    """One kind of action of one member of staff for one patron on one day."""

    class What(models.TextChoices):
        LOOKED = "looked", "利用者の情報を見た"
        LOOKED_AT_LOANS = "looked_loans", "貸出と予約を見た"
        RENEWED = "renewed", "返却期限を延長した"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField("日")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="職員",
    )
    patron = models.ForeignKey(
        Patron, on_delete=models.CASCADE, related_name="+", verbose_name="利用者"
    )
    what = models.CharField("したこと", max_length=12, choices=What)
    times = models.PositiveIntegerField("回数", default=1)

    class Meta:
        db_table = "patrons_staffact"  # the table keeps its first name
        ordering = ["-day", "staff", "patron"]
        verbose_name = "職員の記録"
        verbose_name_plural = "職員の記録"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "staff", "patron", "what"], name="staff_act_one_row_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(times__gte=1), name="staff_act_happened_once_at_least"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_what_display()}"


class ChangeRecord(LogEntry):
    """The admin's own log, under a name that says what it is."""

    class Meta:
        proxy = True
        verbose_name = "変更の記録"
        verbose_name_plural = "変更の記録"
