"""Branches and their opening days (rule 11)."""

from django.db import models
from django.db.models import F, Q


class Weekday(models.IntegerChoices):
    """The values of date.weekday(), and HOLIDAY, which overrides them."""

    MONDAY = 0, "月曜日"
    TUESDAY = 1, "火曜日"
    WEDNESDAY = 2, "水曜日"
    THURSDAY = 3, "木曜日"
    FRIDAY = 4, "金曜日"
    SATURDAY = 5, "土曜日"
    SUNDAY = 6, "日曜日"
    HOLIDAY = 7, "祝日"


class Branch(models.Model):
    code = models.SlugField("略号", unique=True, help_text="アドレスに使う英字の名前です。")
    name = models.CharField("館名", max_length=60)
    reading = models.CharField(
        "館名の読み",
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="カタカナで、ことばの切れめを空けて入れます。例: チュウオウ トショカン",
    )
    short_name = models.CharField("短い館名", max_length=20, help_text="一覧や伝票に使います。")
    address = models.CharField("所在地", max_length=200, blank=True)
    telephone = models.CharField("電話番号", max_length=20, blank=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)
    opens_on_weekly_closed_holidays = models.BooleanField(
        "休館の曜日でも祝日は開ける",
        default=False,
        help_text="休館の曜日に祝日が重なったとき、祝日の時間で開館する館だけ選びます。",
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "館"
        verbose_name_plural = "館"

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """The hours of one weekday. A weekday without a row is a closed day."""

    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, related_name="opening_hours", verbose_name="館"
    )
    weekday = models.PositiveSmallIntegerField("曜日", choices=Weekday)
    opens = models.TimeField("開館")
    closes = models.TimeField("閉館")

    class Meta:
        ordering = ["branch", "weekday"]
        verbose_name = "開館時間"
        verbose_name_plural = "開館時間"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "weekday"],
                name="opening_hours_once_per_weekday",
                violation_error_message="その曜日の開館時間はもう登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="opening_hours_close_after_opening",
                violation_error_message="閉館は開館より後の時刻にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class NthWeekdayClosing(models.Model):
    """A monthly closure, for example every third Tuesday."""

    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, related_name="nth_weekday_closings", verbose_name="館"
    )
    nth = models.PositiveSmallIntegerField("第何")
    weekday = models.PositiveSmallIntegerField("曜日", choices=Weekday)

    class Meta:
        verbose_name = "毎月の休館日"
        verbose_name_plural = "毎月の休館日"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "nth", "weekday"], name="nth_weekday_closing_once"
            ),
            models.CheckConstraint(
                condition=Q(nth__gte=1, nth__lte=5, weekday__lte=6),
                name="nth_weekday_closing_is_a_day_of_the_month",
                violation_error_message="第1から第5までの曜日を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.nth}{self.get_weekday_display()}"


class PublicHoliday(models.Model):
    """Public holidays, first filled from the government's calendar; staff can change them."""

    day = models.DateField("日", primary_key=True)
    name = models.CharField("名称", max_length=40)

    class Meta:
        ordering = ["day"]
        verbose_name = "祝日"
        verbose_name_plural = "祝日"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarException(models.Model):
    """One day of one branch that differs from the rule: 特別整理日 or an extra opening."""

    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, related_name="calendar_exceptions", verbose_name="館"
    )
    day = models.DateField("日")
    opens = models.TimeField("開館", null=True, blank=True, help_text="休館の日は空けておきます。")
    closes = models.TimeField("閉館", null=True, blank=True)
    reason = models.CharField("わけ", max_length=60, help_text="例: 特別整理日")

    class Meta:
        ordering = ["day"]
        verbose_name = "特別な日"
        verbose_name_plural = "特別な日"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "day"],
                name="calendar_exception_once_per_day",
                violation_error_message="その日の特別な開館・休館はもう登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="calendar_exception_hours_both_or_neither",
                violation_error_message="開館と閉館は両方入れるか、両方空けてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
