"""館内の資料検索機: a device that staff enrolled to a branch (rule 8.2)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Branch

ENROLLED = Q(enrolled_at__isnull=False, revoked_at__isnull=True)


class TerminalQuerySet(models.QuerySet["Terminal"]):
    def enrolled(self) -> "TerminalQuerySet":
        return self.filter(ENROLLED)

    def awaiting(self, code_digest: str, at: datetime | None = None) -> "TerminalQuerySet":
        """Return the terminals with this enrolment code, while the code is valid."""
        return self.filter(code_digest=code_digest, code_expires_at__gt=at or timezone.now())


class Terminal(models.Model):
    """Code and device key are stored as digests, so whoever reads the table can enrol nothing."""

    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="terminals", verbose_name="館"
    )
    name = models.CharField(
        "名前", max_length=60, help_text="置いてある場所など。例: 1階 児童コーナー"
    )
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField("登録コードの期限", null=True, blank=True)
    device_digest = models.CharField(max_length=64, blank=True, editable=False)
    enrolled_at = models.DateTimeField("登録した日時", null=True, blank=True)
    revoked_at = models.DateTimeField("登録を取り消した日時", null=True, blank=True)

    objects = TerminalQuerySet.as_manager()

    class Meta:
        ordering = ["branch__position", "name"]
        verbose_name = "館内の検索機"
        verbose_name_plural = "館内の検索機"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "name"],
                name="terminal_one_of_a_name",
                violation_error_message="その館には同じ名前の検索機があります。",
            ),
            models.UniqueConstraint(
                fields=["device_digest"], condition=~Q(device_digest=""), name="terminal_one_device"
            ),
            models.UniqueConstraint(
                fields=["code_digest"], condition=~Q(code_digest=""), name="terminal_one_code"
            ),
            models.CheckConstraint(
                condition=(ENROLLED & ~Q(device_digest="")) | (~ENROLLED & Q(device_digest="")),
                name="terminal_enrolled_knows_its_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch.short_name} {self.name}"

    @property
    def is_enrolled(self) -> bool:
        return self.enrolled_at is not None and self.revoked_at is None
