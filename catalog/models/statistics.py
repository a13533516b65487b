"""Figures of use (rule 9.3): what happened, in which month, where, with what kind of material.

Nobody is in them: a row knows no person, no copy, no title and no day, and its key has no order.
"""

import uuid

from django.db import models

from catalog.models.branches import Branch
from catalog.models.material import MaterialType


class Kind(models.TextChoices):
    LOAN = "loan", "貸出"
    RESERVATION = "reservation", "予約・取り寄せ"
    REGISTRATION = "registration", "パスワードの登録"
    VISIT = "visit", "来館(こども)"


class Cell(models.Model):
    """What a figure is counted by."""

    kind = models.CharField("種類", max_length=12, choices=Kind)
    month = models.DateField("月", help_text="その月の1日です。")
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="館"
    )
    material_type = models.ForeignKey(
        MaterialType,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="資料形態",
    )
    ndc = models.CharField("分類", max_length=1, blank=True, help_text="NDCの類の数字です。")
    number = models.IntegerField("件数")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.month} {self.number}"


CELL = ("kind", "month", "branch", "material_type", "ndc")
FIRST_OF_A_MONTH = models.Q(month__day=1)


class Happening(Cell):
    """One event, written in the transaction of the verb; a nightly job adds it to its figure.

    Inserted, never updated: two counters that lend at once do not wait for one another's cell.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "集計前のできごと"
        verbose_name_plural = "集計前のできごと"
        constraints = [
            models.CheckConstraint(condition=FIRST_OF_A_MONTH, name="happening_knows_no_day"),
        ]


class Figure(Cell):
    """How many of a kind there were in a month."""

    class Meta:
        verbose_name = "統計"
        verbose_name_plural = "統計"
        constraints = [
            models.UniqueConstraint(
                fields=[*CELL], name="figure_one_for_each_cell", nulls_distinct=False
            ),
            models.CheckConstraint(condition=FIRST_OF_A_MONTH, name="figure_is_of_a_whole_month"),
        ]
