from django.conf import settings
from django.db import models
from django.utils import timezone

from reservations.models.reservation import Reservation
from reservations.models.states import Actor, State


class ReservationEvent(models.Model):
    """The log of a reservation (rule 5.14). Only members of staff are named in it."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField("日時", default=timezone.now)
    actor = models.CharField("だれが", max_length=7, choices=Actor)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="職員",
    )
    from_state = models.CharField("前の状態", max_length=10, choices=State, blank=True)
    to_state = models.CharField("後の状態", max_length=10, choices=State)
    why = models.CharField("わけ", max_length=200)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = "予約の記録"
        verbose_name_plural = "予約の記録"

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
