"""Holders of a library card. The number is not the person: a new card changes it."""

from datetime import datetime

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.spans import in_hours
from catalog.models import Branch, MaterialType
from notifications.models import MailAddress
from patrons.models.folded import DigitsOf, FoldedName


class ContactMethod(models.TextChoices):
    """How a patron learns that a reservation is ready (rule 5.2)."""

    NONE = "none", "連絡不要(マイページで確認)"
    MAIL = "mail", "メール"
    TELEPHONE = "telephone", "電話"


class Patron(models.Model):
    class Category(models.TextChoices):
        RESIDENT = "resident", "市内"
        WIDE_AREA = "wide_area", "広域"
        ORGANISATION = "organisation", "団体"

    user = models.OneToOneField(
        "patrons.User", on_delete=models.PROTECT, related_name="patron", verbose_name="ログイン"
    )
    card_number = models.CharField("利用者番号", max_length=20, unique=True)
    name = models.CharField("名前", max_length=100)
    name_reading = models.CharField("読み", max_length=100)
    birth_date = models.DateField("生年月日", null=True, blank=True)
    telephone = models.CharField("電話番号", max_length=20, blank=True)
    category = models.CharField("区分", max_length=12, choices=Category, default=Category.RESIDENT)
    card_expires_on = models.DateField("利用者カードの有効期限")
    suspended_at = models.DateTimeField("利用停止の日時", null=True, blank=True)
    suspension_reason = models.CharField("利用停止のわけ", max_length=200, blank=True)

    closed_until = models.DateTimeField(
        "読書履歴と子どものお知らせを閉じておく期限",
        null=True,
        blank=True,
        help_text="利用者番号・名前・生年月日・電話番号だけでパスワードを登録・初期化すると、"
        f"{in_hours(policy.CLOSED_AFTER_FACTS)}時間閉じます。",
    )
    web_barred_at = models.DateTimeField("ウェブでの登録を止めた日時", null=True, blank=True)
    web_barred_reason = models.CharField("ウェブでの登録を止めたわけ", max_length=200, blank=True)
    may_reserve_until = models.DateField(
        "中学生になる前の予約を認める最後の日", null=True, blank=True
    )
    may_reserve_reason = models.CharField(
        "中学生になる前の予約を認めるわけ", max_length=200, blank=True
    )

    mail_address = models.ForeignKey(
        MailAddress,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="メールアドレス",
    )
    mail_confirmed_at = models.DateTimeField("メールアドレスの確認", null=True, blank=True)
    contact_method = models.CharField(
        "予約の連絡方法", max_length=9, choices=ContactMethod, default=ContactMethod.NONE
    )
    pickup_branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="予約の受取館",
    )
    search_branch = models.ForeignKey(
        Branch,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="検索する館",
    )
    search_material = models.ForeignKey(
        MaterialType,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="検索する資料形態",
    )
    search_sort = models.CharField("検索結果の並び順", max_length=12, blank=True)
    search_per_page = models.PositiveSmallIntegerField("検索結果の件数", null=True, blank=True)
    history_consented_at = models.DateTimeField("読書履歴の同意", null=True, blank=True)

    name_folded = models.GeneratedField(
        expression=FoldedName("name"), output_field=models.TextField(), db_persist=True
    )
    reading_folded = models.GeneratedField(
        expression=FoldedName("name_reading"), output_field=models.TextField(), db_persist=True
    )
    telephone_digits = models.GeneratedField(
        expression=DigitsOf("telephone"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        indexes = [
            models.Index(
                OpClass("telephone_digits", "text_pattern_ops"), name="patron_telephone_begins"
            ),
            models.Index(
                OpClass(Reverse("telephone_digits"), "text_pattern_ops"),
                name="patron_telephone_ends",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(contact_method="mail") | Q(mail_address__isnull=False),
                name="patron_contact_by_mail_needs_an_address",
                violation_error_message="メールで連絡するには、メールアドレスの登録が要ります。",
            ),
            models.CheckConstraint(
                condition=Q(mail_confirmed_at__isnull=True) | Q(mail_address__isnull=False),
                name="patron_confirmed_an_address_that_exists",
            ),
            models.CheckConstraint(
                condition=~Q(category="organisation") | Q(birth_date__isnull=True),
                name="patron_organisation_has_no_birth_date",
                violation_error_message="団体には生年月日を登録できません。",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True) | ~Q(suspension_reason=""),
                name="patron_suspension_has_a_reason",
                violation_error_message="利用停止にはわけを書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(web_barred_at__isnull=True) | ~Q(web_barred_reason=""),
                name="patron_bar_has_a_reason",
                violation_error_message="ウェブでの登録を止めるわけを書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(may_reserve_until__isnull=True) | ~Q(may_reserve_reason=""),
                name="patron_exception_has_a_reason",
                violation_error_message="予約を認めるわけを書いてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"利用者 {self.pk}"

    def card_expired(self, at: datetime | None = None) -> bool:
        """Return whether the card's last day is over."""
        return self.card_expires_on < timezone.localdate(at)

    def is_closed(self, at: datetime | None = None) -> bool:
        """Return whether history and children's mail are closed after facts alone (2.1, 2.2)."""
        return self.closed_until is not None and (at or timezone.now()) < self.closed_until

    def contact_methods(self) -> list[ContactMethod]:
        """Return the ways to reach this patron: mail only with a mail address (rule 5.2)."""
        has_address = self.mail_address_id is not None
        return [way for way in ContactMethod if way != ContactMethod.MAIL or has_address]

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None
