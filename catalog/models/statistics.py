"""Figures of use (rule 9.3): what happened, in which month and branch, with which material.

No row names a person, a copy, a title or a day, and the keys are random, so that no order of events
can be read from them.
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
    """The dimensions of a figure."""

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

    Rows are inserted, never updated: two counters that lend at once would otherwise wait for the
    same row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "集計前のできごと"
        verbose_name_plural = "集計前のできごと"
        constraints = [
            models.CheckConstraint(condition=FIRST_OF_A_MONTH, name="happening_knows_no_day"),
        ]


class Figure(Cell):
    """The number of events of one cell."""

    class Meta:
        verbose_name = "統計"
        verbose_name_plural = "統計"
        constraints = [
            models.UniqueConstraint(
                fields=[*CELL], name="figure_one_for_each_cell", nulls_distinct=False
            ),
            models.CheckConstraint(condition=FIRST_OF_A_MONTH, name="figure_is_of_a_whole_month"),
        ]
