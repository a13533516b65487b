"""Spans of the policy in the units that sentences say them in."""

from datetime import time, timedelta

import pytest

from akiruno_library import spans
from akiruno_library.rule_numbers import rule_numbers
from notifications.jobs import JOBS
from notifications.rendering import MailText


@pytest.mark.parametrize(
    ("in_units", "span", "number"),
    [
        (spans.in_minutes, timedelta(minutes=5), 5),
        (spans.in_hours, timedelta(days=3), 72),
        (spans.in_days, timedelta(days=90), 90),
        (spans.in_weeks, timedelta(days=28), 4),
        (spans.in_years, timedelta(days=365), 1),
    ],
)
def test_a_span_is_a_whole_number_of_its_unit(in_units, span, number):
    assert in_units(span) == number


def test_a_span_that_is_no_whole_number_is_never_shown_as_one():
    with pytest.raises(ValueError, match="no whole number"):
        spans.in_hours(timedelta(minutes=90))


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(0), "午前0時"),
        (time(9), "午前9時"),
        (time(12), "午後0時"),
        (time(15, 30), "午後3時30分"),
    ],
)
def test_times_are_said_as_people_say_them(clock, said):
    assert spans.spoken_time(clock) == said


def test_a_period_is_weeks_where_it_is_whole_weeks():
    assert spans.spoken_weeks(timedelta(days=7)) == "1週間"
    assert spans.spoken_weeks(timedelta(days=8)) == "8日間"


def test_r7_3_r7_4_the_jobs_run_when_the_help_says():
    said, newsletter = rule_numbers(), JOBS["newsletter"]
    assert said["due_soon_at"] == spans.spoken_time(JOBS["due_soon"].clock) == "午前9時"
    assert said["newsletter_at"] == spans.spoken_time(newsletter.clock) == "午後3時30分"
    assert newsletter.weekday is not None
    assert said["newsletter_weekday"] == spans.spoken_weekday(newsletter.weekday) == "土曜日"


@pytest.mark.django_db
def test_mails_read_the_numbers_of_the_rules():
    mail = MailText(subject="", template="loans/email/due_soon")
    assert "1回だけ延長できます" in mail.text()
    assert "1回だけ延長できます" in mail.html()
