from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.spans import in_years
from patrons.models import Patron


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def running(self, at: datetime | None = None) -> "SuspensionQuerySet":
        today = timezone.localdate(at)
        return self.filter(first_day__lte=today, last_day__gte=today)


class Suspension(models.Model):
    """予約取置スキップ: from its first to its last day copies go to the next person (5.7).

    Only the dates decide, at the moment of assignment. No job has to end a suspension: a
    job that did not run would keep a patron waiting.
    """

    patron = models.OneToOneField(
        Patron, on_delete=models.CASCADE, related_name="suspension", verbose_name="利用者"
    )
    first_day = models.DateField("はじめの日")
    last_day = models.DateField("おわりの日")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        db_table = "reservations_holdskip"
        verbose_name = "予約取置スキップ"
        verbose_name_plural = "予約取置スキップ"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    last_day__gte=F("first_day"),
                    last_day__lte=F("first_day") + policy.SUSPENSION_LONGEST.days,
                ),
                name="skip_within_a_year",
                violation_error_message=f"おわりの日は、はじめの日から{in_years(policy.SUSPENSION_LONGEST)}年以内にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
