"""A former name is still accepted for a while after a change (rule 12.8)."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from akiruno_library import policy
from patrons.models.patron import Patron


class FormerNameQuerySet(models.QuerySet["FormerName"]):
    def accepted(self, at: datetime | None = None) -> "FormerNameQuerySet":
        return self.filter(changed_at__gt=(at or timezone.now()) - policy.FORMER_NAME_ACCEPTED)


class FormerName(models.Model):
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField("前の名前", max_length=100)
    name_reading = models.CharField("前の読み", max_length=100)
    changed_at = models.DateTimeField("変わった日時")

    objects = FormerNameQuerySet.as_manager()

    class Meta:
        verbose_name = "前の名前"
        verbose_name_plural = "前の名前"

    def __str__(self) -> str:
        return f"former name {self.pk}"
