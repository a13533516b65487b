"""Bibs that were merged (まとめる): the number and the source key lead to the bib that stays."""

from django.db import models

from catalog.models.bibs import Bib


class MergedBib(models.Model):
    number = models.BigIntegerField("もとの番号", primary_key=True)
    source = models.CharField("取込元", max_length=40)
    source_key = models.CharField("取込元の番号", max_length=100)
    bib = models.ForeignKey(
        Bib, on_delete=models.CASCADE, related_name="merged_numbers", verbose_name="まとめた先"
    )
    merged_at = models.DateTimeField("まとめた日時")

    class Meta:
        db_table = "catalog_formerbib"  # triggers and reports of operators use this name
        verbose_name = "まとめた資料"
        verbose_name_plural = "まとめた資料"
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="former_once_per_source"),
            models.CheckConstraint(
                condition=~models.Q(number=models.F("bib")), name="former_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} → {self.bib_id}"
