"""What logins leave behind goes by itself: rule 10."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry

from akiruno_library import policy
from notifications import jobs
from patrons import devices, links, throttling
from patrons.models import FormerName, KnownDevice, OneTimeLink, Patron, Session, Throttle
from patrons.session_store import SessionStore
from tests.conftest import tokyo
from tests.factories import MailAddressFactory, PatronFactory, staff

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-24")
KEPT = [Throttle, KnownDevice, OneTimeLink, Session, FormerName]


@pytest.fixture
def traces() -> Patron:
    """Of each kind one row of now, in use."""
    with time_machine.travel(NOW, tick=False):
        patron = PatronFactory()
        throttling.begin([throttling.subject("x", "y", policy.LOGIN_WAITS["card"])])
        devices.remember(patron.user, "")
        links.make(
            patron,
            OneTimeLink.Purpose.CONFIRM,
            MailAddressFactory(),
            valid_for=policy.CONFIRMATION_VALID,
            at=NOW,
        )
        session = SessionStore()
        session["basket"] = []
        session.save()
        FormerName.objects.create(patron=patron, name="前", name_reading="マエ", changed_at=NOW)
    return patron


def left_after(days: int) -> set[str]:
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        for name in ("forget_old_logins", "forget_former_names"):
            jobs.run(jobs.JOBS[name])
    return {model.__name__ for model in KEPT if model.objects.exists()}


def test_what_staff_changed_is_forgotten_after_two_years():
    who = staff()
    with time_machine.travel(NOW, tick=False):
        LogEntry.objects.log_actions(who.pk, [who], CHANGE, change_message="x")
    job = jobs.JOBS["forget_old_actions"]
    assert jobs.run(job, at=NOW + policy.STAFF_ACTIONS_KEPT - timedelta(days=1))
    assert LogEntry.objects.exists()
    assert jobs.run(job, at=NOW + policy.STAFF_ACTIONS_KEPT + timedelta(days=1))
    assert not LogEntry.objects.exists()


def test_each_trace_stays_as_long_as_it_is_used_and_no_longer(traces):
    assert left_after(0) == {model.__name__ for model in KEPT}
    assert left_after(2) == {"Throttle", "KnownDevice", "OneTimeLink", "FormerName"}
    assert left_after(5) == {"KnownDevice", "FormerName"}
    assert left_after(89) == {"KnownDevice", "FormerName"}
    assert left_after(90) == {"KnownDevice"}
    assert left_after(366) == set()
    assert Patron.objects.filter(pk=traces.pk).exists()
