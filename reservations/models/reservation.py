"""予約・取り寄せ: one patron's reservation of one bib, or a request, from placing to its end."""

from datetime import datetime

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from akiruno_library import policy
from catalog.models import Bib, Branch, Copy
from patrons.models import Patron
from patrons.models.patron import ContactMethod
from reservations.models.states import (
    CLOSED_STATES,
    ENDED_WITHOUT_LOAN,
    OPEN_STATES,
    WITH_COPY,
    WITHOUT_COPY,
    Actor,
    CloseReason,
    State,
    why_closed,
)
from reservations.models.suspension import Suspension


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def open(self) -> "ReservationQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def waiting(self) -> "ReservationQuerySet":
        return self.filter(state=State.WAITING)

    def with_copy(self) -> "ReservationQuerySet":
        return self.filter(state__in=WITH_COPY)

    def in_queue_order(self) -> "ReservationQuerySet":
        """Sort by priority, then by the moment of placing. Nothing else counts (rule 5.5)."""
        return self.order_by("-priority", "placed_at", "id")

    def ahead_of_outer(self) -> "ReservationQuerySet":
        """Inside a subquery: those ahead of the outer reservation in its queue."""
        priority, placed_at = OuterRef("priority"), OuterRef("placed_at")
        return self.filter(
            Q(priority__gt=priority)
            | Q(priority=priority, placed_at__lt=placed_at)
            | Q(priority=priority, placed_at=placed_at, pk__lt=OuterRef("pk")),
            bib=OuterRef("bib"),
        )

    def with_position(self) -> "ReservationQuerySet":
        """Add `position` in the queue of the bib: 1 is next, 0 does not wait."""
        ahead = (
            Reservation.objects.waiting()
            .ahead_of_outer()
            .order_by()
            .values("bib")
            .annotate(number=Count("pk"))
            .values("number")
        )
        waiting = When(state=State.WAITING, then=Coalesce(Subquery(ahead), Value(0)) + 1)
        return self.annotate(position=Case(waiting, default=Value(0)))

    def predecessors_of_outer(self) -> "ReservationQuerySet":
        """Inside a subquery: those before the outer reservation in its sequence."""
        return self.filter(order_group=OuterRef("order_group"), order_no__lt=OuterRef("order_no"))

    def with_obstacles(self, at: datetime | None = None) -> "ReservationQuerySet":
        """Add `suspended` and `has_open_predecessor`: why it may be given no copy now."""
        return self.annotate(
            suspended=Exists(Suspension.objects.running(at).filter(patron=OuterRef("patron"))),
            has_open_predecessor=Exists(Reservation.objects.open().predecessors_of_outer()),
        )

    def eligible(self, at: datetime | None = None) -> "ReservationQuerySet":
        """Keep those that may be given a copy now (rule 5.8).

        The card is valid, no 利用停止 and no suspension of reservations is in force, and no
        predecessor in the sequence is open.
        """
        today = timezone.localdate(at)
        running = Suspension.objects.running(at).filter(patron=OuterRef("patron"))
        predecessors = Reservation.objects.open().predecessors_of_outer()
        return self.filter(
            ~Exists(running),
            # Most reservations are in no sequence: the first condition spares their subquery.
            Q(order_group__isnull=True) | ~Exists(predecessors),
            patron__card_expires_on__gte=today,
            patron__suspended_at__isnull=True,
        )

    def past_deadline(self, at: datetime | None = None) -> "ReservationQuerySet":
        """The last day counts as inside (rule 5.9)."""
        return self.filter(state=State.READY, deadline__lt=timezone.localdate(at))

    def ended_without_loan(self) -> "ReservationQuerySet":
        return self.filter(state__in=ENDED_WITHOUT_LOAN)

    def closed_lately(self, at: datetime | None = None) -> "ReservationQuerySet":
        """キャンセル履歴(1週間) (rule 5.10)."""
        since = (at or timezone.now()) - policy.CLOSED_RESERVATION_VISIBLE
        return self.ended_without_loan().filter(closed_at__gt=since)


class Reservation(models.Model):
    patron = models.ForeignKey(
        Patron,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name="利用者",
    )
    bib = models.ForeignKey(
        Bib,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name="資料",
    )
    request_text = models.TextField(
        "リクエストの内容", blank=True, help_text="所蔵していない資料の題名・著者・出版者など。"
    )
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    # PROTECT: no cascade may take away what a patron waits for or has to collect.
    copy = models.ForeignKey(
        Copy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name="所蔵",
    )
    pickup_branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="+", verbose_name="受取館"
    )
    contact_method = models.CharField(
        "連絡方法", max_length=9, choices=ContactMethod, default=ContactMethod.NONE
    )
    beyond_limit_reason = models.CharField(
        "上限を超えて受け付けたわけ", max_length=200, blank=True, default=""
    )
    priority = models.SmallIntegerField("優先", default=0)
    placed_at = models.DateTimeField("受付日時", default=timezone.now)
    is_transfer = models.BooleanField(
        "取り寄せ", default=False, help_text="受け付けたとき棚にあった資料は取り寄せになります。"
    )
    became_hold_at = models.DateTimeField("予約に変更した日時", null=True, blank=True)
    order_group = models.BigIntegerField("順番予約の組", null=True, blank=True)
    order_no = models.PositiveSmallIntegerField("順番", null=True, blank=True)
    assigned_at = models.DateTimeField("所蔵を割り当てた日時", null=True, blank=True)
    ready_at = models.DateTimeField("取り置いた日時", null=True, blank=True)
    deadline = models.DateField("取置期限", null=True, blank=True)
    closed_at = models.DateTimeField("終わった日時", null=True, blank=True)
    closed_by = models.CharField("終わらせた人", max_length=7, choices=Actor, blank=True)
    close_reason = models.CharField("終わったわけ", max_length=9, choices=CloseReason, blank=True)
    close_note = models.CharField("終わったときのことば", max_length=200, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = "予約・取り寄せ"
        verbose_name_plural = "予約・取り寄せ"
        indexes = [
            # The order of `in_queue_order`, of waiting rows only: a queue is read from the index.
            models.Index(
                F("bib"),
                F("priority").desc(),
                F("placed_at"),
                F("id"),
                name="reservation_queue",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["deadline"], name="reservation_on_shelf", condition=Q(state="ready")
            ),
            models.Index(fields=["closed_at"], name="reservation_closed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "bib"],
                condition=Q(state__in=OPEN_STATES),
                name="reservation_one_open_per_patron_and_bib",
            ),
            models.UniqueConstraint(
                fields=["copy"],
                condition=Q(state__in=WITH_COPY),
                name="reservation_one_per_copy",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=WITHOUT_COPY) & Q(copy__isnull=True))
                | (Q(state__in=WITH_COPY) & Q(copy__isnull=False))
                | Q(state__in=CLOSED_STATES),
                name="reservation_has_a_copy_when_it_should",
            ),
            models.CheckConstraint(
                condition=(~Q(state=State.READY) | Q(deadline__isnull=False))
                & (Q(deadline__isnull=True) | Q(state__in=(State.READY, *CLOSED_STATES))),
                name="reservation_deadline_from_ready_on",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=OPEN_STATES,
                    closed_at__isnull=True,
                    closed_by="",
                    close_reason="",
                    close_note="",
                )
                | Q(state__in=CLOSED_STATES, closed_at__isnull=False, closed_by__in=Actor.values),
                name="reservation_closed_has_moment_and_actor",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES)
                | Q(state=State.COLLECTED, close_reason=CloseReason.LENT)
                | Q(state=State.LAPSED, close_reason=CloseReason.LAPSED)
                | Q(
                    state=State.CANCELLED,
                    close_reason__in=[
                        CloseReason.CANCELLED,
                        CloseReason.DECLINED,
                        CloseReason.MERGED,
                    ],
                ),
                name="reservation_closed_for_a_reason_of_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(
                    close_reason__in=[CloseReason.CANCELLED, CloseReason.DECLINED],
                    closed_by=Actor.STAFF,
                    close_note="",
                ),
                name="reservation_cancelled_by_staff_has_a_note",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED_STATES) | Q(patron__isnull=False),
                name="reservation_open_has_a_patron",
            ),
            models.CheckConstraint(
                condition=(Q(bib__isnull=True) & ~Q(request_text=""))
                | (Q(bib__isnull=False) & Q(request_text="")),
                name="reservation_of_a_bib_or_a_request",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REQUESTED) | Q(bib__isnull=True),
                name="reservation_requested_has_no_bib",
            ),
            models.CheckConstraint(
                condition=Q(order_group__isnull=True, order_no__isnull=True)
                | Q(order_group__isnull=False, order_no__isnull=False),
                name="reservation_order_both_or_neither",
            ),
            models.UniqueConstraint(
                fields=["order_group", "order_no"],
                name="reservation_place_in_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"予約 {self.pk}"

    @property
    def title(self) -> str:
        """What was reserved, or the text of a request."""
        return self.bib.title_with_volume if self.bib else self.request_text

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def is_past_deadline(self, at: datetime | None = None) -> bool:
        """The last day counts as inside (rule 5.9)."""
        today = timezone.localdate(at)
        return self.state == State.READY and self.deadline is not None and self.deadline < today

    @property
    def why_closed(self) -> str:
        return why_closed(self.close_reason, self.close_note) if self.close_reason else ""

    @property
    def queue_bib(self) -> int:
        """The bib in whose queue it is. Raises ValueError for a request: it is in none."""
        if self.bib_id is None:
            raise ValueError("a request stands in no queue")
        return self.bib_id
