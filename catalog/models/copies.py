from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from catalog.models.bibs import Bib
from catalog.models.branches import Branch


class CopyQuerySet(models.QuerySet["Copy"]):
    def owned(self) -> "CopyQuerySet":
        """Copies that the library has and could lend or show one day."""
        return self.exclude(whereabouts__in=Copy.Whereabouts.gone())

    def circulating(self) -> "CopyQuerySet":
        """Copies that can be lent, now or after the next issue arrived."""
        return self.owned().exclude(lending=Copy.Lending.IN_LIBRARY)

    def interlibrary(self) -> "CopyQuerySet":
        """Copies of other libraries (相互貸借, rule 12.10)."""
        return self.exclude(lender="")

    def not_wanted_back(self, today: date) -> "CopyQuerySet":
        """Copies without those whose day of return to the lender has passed."""
        return self.filter(Q(lender_due_on__isnull=True) | Q(lender_due_on__gte=today))

    def free(self) -> "CopyQuerySet":
        """Copies on a shelf that no reservation has claimed."""
        return self.filter(lending=Copy.Lending.LENT, whereabouts=Copy.Whereabouts.SHELF)


class Copy(models.Model):
    """One thing with a barcode. It knows its whereabouts but not its borrower, which Loan knows."""

    class Whereabouts(models.TextChoices):
        SHELF = "shelf", "在庫"
        CLAIMED = "claimed", "取り寄せ準備中"
        IN_TRANSIT = "in_transit", "配送中"
        HOLD_SHELF = "hold_shelf", "予約取置中"
        ON_LOAN = "on_loan", "貸出中"
        PROCESSING = "processing", "整理中"
        ON_ORDER = "on_order", "発注中"
        REPAIR = "repair", "修理中"
        MISSING = "missing", "所在不明"
        LOST = "lost", "紛失"
        WITHDRAWN = "withdrawn", "除籍"

        @classmethod
        def gone(cls) -> list["Copy.Whereabouts"]:
            """Not owned any more, or not yet: no reservation can wait for these (rule 5.1)."""
            return [cls.ON_ORDER, cls.MISSING, cls.LOST, cls.WITHDRAWN]

    class Lending(models.TextChoices):
        LENT = "lent", "貸出できます"
        IN_LIBRARY = "in_library", "館内でご覧ください"
        NEWEST_ISSUE = "newest_issue", "最新号(次の号が出るまで館内でご覧ください)"

    barcode = models.CharField("資料番号", max_length=20, unique=True)
    bib = models.ForeignKey(
        Bib, on_delete=models.PROTECT, related_name="copies", verbose_name="資料"
    )
    home_branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="copies", verbose_name="所蔵館"
    )
    current_branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="いまある館",
        help_text="配送中は、行き先の館です。",
    )
    call_number = models.CharField("請求記号", max_length=60, blank=True)
    shelf = models.CharField("配架場所", max_length=30, blank=True)
    lending = models.CharField("帯出区分", max_length=12, choices=Lending, default=Lending.LENT)
    whereabouts = models.CharField(
        "状態", max_length=10, choices=Whereabouts, default=Whereabouts.SHELF
    )
    hold_place = models.PositiveSmallIntegerField(
        "取置棚の番号", null=True, blank=True, help_text="取置棚にあるあいだだけ付く番号です。"
    )
    sought_on = models.DateField(
        "棚になかった日", null=True, blank=True, help_text="次もなければ所在不明にします。"
    )
    sent_from = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="送り出した館",
    )
    sent_at = models.DateTimeField("送り出した日時", null=True, blank=True)
    supplements = models.CharField("付属資料", max_length=60, blank=True, help_text="例: CD付き")
    accepted_on = models.DateField(
        "受入日", null=True, blank=True, help_text="移行で入れた所蔵は空けておきます。"
    )
    times_lent = models.PositiveIntegerField("貸出回数", default=0)
    lender = models.CharField(
        "借受先",
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="ほかの図書館から借りた資料のとき、その図書館の名前を入れます。",
    )
    lender_due_on = models.DateField(
        "借受先への返却期限",
        null=True,
        blank=True,
        help_text="借受先が決めた日です。貸出の返却期限はこの日を越えません。延長もできません。",
    )

    objects = CopyQuerySet.as_manager()

    class Meta:
        verbose_name = "所蔵"
        verbose_name_plural = "所蔵"
        indexes = [
            models.Index(
                fields=["current_branch", "whereabouts"],
                name="copy_off_the_shelf",
                condition=~Q(whereabouts__in=["shelf", "on_loan"]),
            ),
            models.Index(
                fields=["home_branch", "shelf", "call_number", "id"],
                name="copy_in_shelf_order",
            ),
            models.Index(fields=["lender_due_on"], name="copy_borrowed", condition=~Q(lender="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["current_branch", "hold_place"],
                condition=Q(whereabouts="hold_shelf"),
                name="copy_one_at_a_hold_place",
            ),
            models.CheckConstraint(
                condition=~Q(lending="in_library")
                | ~Q(whereabouts__in=["claimed", "hold_shelf", "on_loan"]),
                name="copy_for_the_library_stays_in_the_library",
                violation_error_message="館内でご覧いただく所蔵は、貸出や取置の状態にできません。",
            ),
            models.CheckConstraint(
                condition=Q(lender="", lender_due_on__isnull=True)
                | (~Q(lender="") & Q(lender_due_on__isnull=False)),
                name="copy_lender_and_day_together",
                violation_error_message="借受先とその返却期限は、両方入れるか、両方空けてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.barcode

    def clean(self) -> None:
        """A borrowed copy needs a hidden bib, so that only staff can promise it."""
        bib = self._state.fields_cache.get("bib") or Bib.objects.filter(pk=self.bib_id).first()
        if self.lender and bib is not None and not bib.hidden:
            raise ValidationError(
                {"lender": "借受の所蔵は、「利用者に見せない」印のある資料に付けてください。"}
            )

    def is_wanted_back(self, today: date) -> bool:
        return self.lender_due_on is not None and self.lender_due_on < today
