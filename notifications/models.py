"""Mail in PostgreSQL: every row is sent, late if necessary. Redis holds no mail."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from akiruno_library import policy


class MailAddress(models.Model):
    """An address and its answers from mail servers. It has no link to a person."""

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
        """Mails that a sender may take: waiting, not paused, not leased."""
        at = at or timezone.now()
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
            state=Mail.State.WAITING,
            next_attempt_at__lte=at,
        )

    def of(self, recipient: int) -> "MailQuerySet":
        return self.filter(recipient=recipient)

    def failed(self) -> "MailQuerySet":
        """Mails that staff should look at: refused, expired or bounced."""
        return self.filter(state__in=[Mail.State.REFUSED, Mail.State.EXPIRED, Mail.State.BOUNCED])


class Mail(models.Model):
    """One message to one address. Its Message-ID never changes, also when it is sent again."""

    class State(models.TextChoices):
        WAITING = "waiting", "送信待ち"
        SENT = "sent", "送信済み"
        REFUSED = "refused", "届きませんでした"
        BOUNCED = "bounced", "戻ってきました"
        EXPIRED = "expired", "送れないまま期限が過ぎました"
        WITHDRAWN = "withdrawn", "取りやめ"

    message_id = models.CharField("Message-ID", max_length=120, unique=True)
    kind = models.CharField("種類", max_length=40)
    address = models.ForeignKey(
        MailAddress, on_delete=models.PROTECT, related_name="mails", verbose_name="あて先"
    )
    recipient = models.BigIntegerField(
        "だれへ",
        null=True,
        blank=True,
        help_text="その人の「図書館からのメール」に載ります。だれのことかは、上の階だけが知ります。",
    )
    bulk = models.BooleanField("急がない", default=False, db_default=False)
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
            models.Index(
                fields=["bulk", "next_attempt_at"], name="mail_due", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["recipient", "-created_at"],
                name="mail_of_somebody",
                condition=Q(recipient__isnull=False),
            ),
            models.Index(fields=["created_at"], name="mail_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
                name="mail_sent_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def loose(self, at: datetime | None = None) -> "NoticeQuerySet":
        """Notices that are due and belong to no mail yet."""
        return self.filter(
            mail__isnull=True, withdrawn_at__isnull=True, not_before__lte=at or timezone.now()
        )

    def true_now(self) -> "NoticeQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def in_time(self, at: datetime) -> "NoticeQuerySet":
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))


class Notice(models.Model):
    """A reason to write, stored in the transaction of its event (rule 7.6)."""

    key = models.CharField(
        "見分け", max_length=120, help_text="同じ出来事を二度知らせないための名前です。"
    )
    kind = models.CharField("種類", max_length=40)
    address = models.ForeignKey(
        MailAddress, on_delete=models.PROTECT, related_name="notices", verbose_name="あて先"
    )
    recipient = models.BigIntegerField("だれへ", null=True, blank=True)
    digest = models.CharField(
        "まとめ",
        max_length=80,
        blank=True,
        help_text="同じ種類で同じまとめのものは1通になります。",
    )
    bulk = models.BooleanField("急がない", default=False, db_default=False)
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
                fields=["bulk", "address", "kind", "digest", "id"],  # the order of build_mails
                name="notice_loose",
                condition=Q(mail__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(
                fields=["recipient", "kind"],
                name="notice_of_somebody",
                condition=Q(recipient__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="notice_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class MailServer(models.Model):
    """The state of the mail server, in one row. While it fails, no address is blamed."""

    failing_since = models.DateTimeField("送れなくなった日時", null=True, blank=True)
    failures = models.PositiveIntegerField("続けて失敗した回数", default=0)
    paused_until = models.DateTimeField("次に試す日時", null=True, blank=True)
    last_reply = models.CharField("サーバーの返事", max_length=300, blank=True)

    class Meta:
        verbose_name = "メールサーバー"
        verbose_name_plural = "メールサーバー"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_server_is_one"),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, paused_until__isnull=True, failures=0)
                | Q(failing_since__isnull=False, paused_until__isnull=False, failures__gt=0),
                name="mail_server_fails_or_works",
            ),
        ]

    def __str__(self) -> str:
        return self.last_reply or "mail server"


class JobRun(models.Model):
    """A job on its business day. Its lease is the right to run.

    `started_at` belongs to the last run, `finished_at` to the last completed run.
    """

    job = models.CharField("仕事", max_length=60)
    day = models.DateField("日")
    leased_until = models.DateTimeField("実行中", null=True, blank=True)
    started_at = models.DateTimeField("はじめ", default=timezone.now)
    finished_at = models.DateTimeField("おわり", null=True, blank=True)
    runs = models.PositiveIntegerField("動いた回数", default=0, db_default=0)
    failures = models.PositiveSmallIntegerField("失敗した回数", default=0, db_default=0)
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

    @property
    def took(self) -> timedelta | None:
        """The length of the last run; None while it runs or if it failed."""
        if self.finished_at is None or self.finished_at < self.started_at:
            return None
        return self.finished_at - self.started_at


class Pulse(models.Model):
    """The last sign of life. That of the clock passes through beat, queue, worker and database."""

    name = models.CharField("仕事", max_length=60, unique=True)
    at = models.DateTimeField("最後に動いた日時")
    took = models.DurationField("かかった時間", default=timedelta)
    result = models.CharField("結果", max_length=200, blank=True)

    class Meta:
        verbose_name = "くりかえす仕事"
        verbose_name_plural = "くりかえす仕事"

    def __str__(self) -> str:
        return self.name

    def is_silent(self, at: datetime) -> bool:
        return at - self.at > policy.PULSE_MISSED
