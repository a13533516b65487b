from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Bib
from patrons.models import Patron


class BasketEntry(models.Model):
    """予約かご of a patron who has logged in. Before the login it is in the session."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="basket")
    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField("入れた日時", default=timezone.now)
    order_group = models.PositiveSmallIntegerField("順番予約の組", null=True, blank=True)
    order_no = models.PositiveSmallIntegerField("順番", null=True, blank=True)

    class Meta:
        ordering = ["added_at", "id"]
        verbose_name = "予約かごの資料"
        verbose_name_plural = "予約かご"
        constraints = [
            models.UniqueConstraint(fields=["patron", "bib"], name="basket_each_bib_once"),
            models.CheckConstraint(
                condition=Q(order_group__isnull=True, order_no__isnull=True)
                | Q(order_group__isnull=False, order_no__isnull=False),
                name="basket_order_both_or_neither",
            ),
            models.UniqueConstraint(
                fields=["patron", "order_group", "order_no"],
                name="basket_place_in_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"basket entry {self.pk}"
