"""Mail on its way. PostgreSQL is the truth: what is written here is sent, late if need be."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class MailAddress(models.Model):
    """An address and what the world's mail servers said about it. Knows nobody."""

    address = models.CharField("メールアドレス", max_length=254, unique=True)
    undeliverable_since = models.DateTimeField("送信できなくなった日時", null=True, blank=True)
    undeliverable_reason = models.CharField("届かないわけ", max_length=200, blank=True)

    class Meta:
        verbose_name = "メールアドレス"
        verbose_name_plural = "メールアドレス"

    def __str__(self) -> str:
        return self.address


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, at: datetime | None = None) -> "MailQuerySet":
        """Mails that a sender may take now: never sent, not resting, in nobody's hands."""
        at = at or timezone.now()
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
            state=Mail.State.WAITING,
            next_attempt_at__lte=at,
        )


class Mail(models.Model):
    """One message to one address. Its Message-ID is fixed when it is composed."""

    class State(models.TextChoices):
        WAITING = "waiting", "送信待ち"
        SENT = "sent", "送信済み"
        REFUSED = "refused", "届きませんでした"
        WITHDRAWN = "withdrawn", "取りやめ"

    message_id = models.CharField("Message-ID", max_length=120, unique=True)
    kind = models.CharField("種類", max_length=40)
    address = models.ForeignKey(
        MailAddress, on_delete=models.PROTECT, related_name="mails", verbose_name="あて先"
    )
    state = models.CharField("状態", max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField("作成", default=timezone.now)
    next_attempt_at = models.DateTimeField("次に送る日時", default=timezone.now)
    leased_until = models.DateTimeField("送信中", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("送信回数", default=0)
    sent_at = models.DateTimeField("送信した日時", null=True, blank=True)
    last_reply = models.CharField("サーバーの返事", max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "メール"
        verbose_name_plural = "メール"
        indexes = [
            models.Index(fields=["next_attempt_at"], name="mail_due", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def loose(self, at: datetime | None = None) -> "NoticeQuerySet":
        """Notices whose time has come and which no mail carries yet."""
        return self.filter(
            mail__isnull=True, withdrawn_at__isnull=True, not_before__lte=at or timezone.now()
        )

    def true_now(self) -> "NoticeQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Notice(models.Model):
    """An event somebody is to be told of, written in the transaction of the event (rule 7.6)."""

    key = models.CharField(
        "見分け", max_length=120, help_text="同じ出来事を二度知らせないための名前です。"
    )
    kind = models.CharField("種類", max_length=40)
    address = models.ForeignKey(
        MailAddress, on_delete=models.PROTECT, related_name="notices", verbose_name="あて先"
    )
    subject_ids = models.JSONField(
        "番号", default=dict, help_text="番号だけ。名前や題名は書きません。"
    )
    created_at = models.DateTimeField("出来事の日時", default=timezone.now)
    not_before = models.DateTimeField("送りはじめ", default=timezone.now)
    expires_at = models.DateTimeField("これを過ぎたら送らない", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取りやめた日時", null=True, blank=True)
    mail = models.ForeignKey(
        Mail,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="メール",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        indexes = [
            models.Index(
                fields=["not_before"],
                name="notice_loose",
                condition=Q(mail__isnull=True, withdrawn_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="notice_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class JobRun(models.Model):
    """One run of a daily job. The row is the right to run: nobody else runs it that day."""

    job = models.CharField("仕事", max_length=60)
    day = models.DateField("日")
    leased_until = models.DateTimeField("実行中", null=True, blank=True)
    started_at = models.DateTimeField("はじめ", default=timezone.now)
    finished_at = models.DateTimeField("おわり", null=True, blank=True)
    result = models.CharField("結果", max_length=200, blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = "日々の仕事"
        verbose_name_plural = "日々の仕事"
        constraints = [
            models.UniqueConstraint(fields=["job", "day"], name="job_run_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.day}"
