from django.conf import settings
from django.db import models

from reservations.models.reservation import Reservation


class PhoneCall(models.Model):
    """電話連絡: a call about a copy on the hold shelf, and its result (rule 9.2)."""

    class Result(models.TextChoices):
        SPOKEN = "spoken", "本人"
        RECORDED = "recorded", "留守電"
        NOBODY = "nobody", "不在"

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField("日時")
    result = models.CharField("結果", max_length=8, choices=Result)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="職員",
    )

    class Meta:
        ordering = ["at", "id"]
        verbose_name = "電話連絡"
        verbose_name_plural = "電話連絡"

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.pk}"
