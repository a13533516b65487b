"""お気に入り: up to five lists of a patron, and これまでのお気に入り (rule 6.2)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Bib
from patrons.models.patron import Patron

OLD_SLOT = 0  # これまでのお気に入り


class FavouriteList(models.Model):
    """A list in a slot from 1 to 5. Slot 0 is これまでのお気に入り, which takes no new entry."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="favourite_lists")
    slot = models.PositiveSmallIntegerField("番")
    name = models.CharField("名前", max_length=40)

    class Meta:
        ordering = ["patron", "slot"]
        verbose_name = "お気に入りリスト"
        verbose_name_plural = "お気に入りリスト"
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "slot"], name="favourite_list_one_in_each_slot"
            ),
            models.CheckConstraint(
                condition=Q(slot__lte=policy.FAVOURITE_LISTS), name="favourite_list_at_most_five"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_in(self) -> bool:
        """Return whether entries may be added (rule 6.2)."""
        return self.slot != OLD_SLOT


class FavouriteEntry(models.Model):
    list = models.ForeignKey(FavouriteList, on_delete=models.CASCADE, related_name="entries")
    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField("登録", default=timezone.now)
    place = models.IntegerField("並び", default=0, help_text="小さいものが上。新しいものは上に。")
    note = models.CharField("メモ", max_length=200, blank=True)

    class Meta:
        ordering = ["place", "-added_at", "-id"]
        verbose_name = "お気に入り"
        verbose_name_plural = "お気に入り"
        constraints = [
            models.UniqueConstraint(fields=["list", "bib"], name="favourite_once_in_a_list"),
        ]

    def __str__(self) -> str:
        return f"favourite {self.pk}"
