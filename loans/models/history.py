"""読書履歴: rows of its own, kept on consent only (rule 6.4). Staff never see them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Bib
from patrons.models import Patron


class HistoryQuerySet(models.QuerySet["HistoryEntry"]):
    def containing(self, folded_words: list[str]) -> "HistoryQuerySet":
        """Keep those whose title or authors contain each of the words, however spelled."""
        found = self
        for word in folded_words:
            found = found.filter(folded__contains=word)
        return found


class HistoryEntry(models.Model):
    """One loan as its patron wants to remember it: the day, but neither loan nor copy."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="history")
    bib = models.ForeignKey(Bib, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.TextField("題名")
    authors = models.TextField("著者", blank=True)
    folded = models.TextField("探すためのつづり")
    lent_on = models.DateField("借りた日")
    written_at = models.DateTimeField("記録した日時", default=timezone.now)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        ordering = ["-lent_on", "-id"]
        verbose_name = "読書履歴"
        verbose_name_plural = "読書履歴"
        indexes = [models.Index(fields=["patron", "-lent_on", "-id"], name="history_of_a_patron")]

    def __str__(self) -> str:
        return f"history entry {self.pk}"


class HistoryDeletion(models.Model):
    """A deletion that must be repeated when an older backup is restored.

    It outlives patron and entry, so it holds only their numbers. Without an entry's number it means
    everything the patron had until then; `withdrew` means the consent as well.
    """

    patron_number = models.BigIntegerField("利用者の行")
    entry_number = models.BigIntegerField("履歴の行", null=True)
    withdrew = models.BooleanField("同意を取り消した", default=False)
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = "消した読書履歴"
        verbose_name_plural = "消した読書履歴"
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrew=False) | Q(entry_number__isnull=True),
                name="history_deletion_withdrawn_is_of_everything",
            ),
        ]

    def __str__(self) -> str:
        return f"history deletion {self.pk}"
