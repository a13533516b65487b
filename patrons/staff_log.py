"""The log of what staff looked at and did for a patron (rules 9.3, 4.4; safety 19).

Code that shows a patron's loans to staff calls `looked_at_loans` where it reads them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Patron, User
from patrons.models.staff_actions import StaffAction

# The id is random: ascending ones would tell the order of looks within a day (decision 0010).
NOTE = """
INSERT INTO patrons_staffact (id, day, staff_id, patron_id, what, times)
VALUES (gen_random_uuid(), %s, %s, %s, %s, 1)
ON CONFLICT ON CONSTRAINT staff_act_one_row_a_day
DO UPDATE SET times = patrons_staffact.times + 1
"""

NOTE_SEVERAL = """
INSERT INTO patrons_staffact (id, day, staff_id, patron_id, what, times)
SELECT gen_random_uuid(), %s, %s, patron, %s, 1 FROM unnest(%s::bigint[]) AS patron
ON CONFLICT ON CONSTRAINT staff_act_one_row_a_day
DO UPDATE SET times = patrons_staffact.times + 1
"""


def note(
    staff: User, what: StaffAction.What, patron: Patron, *, at: datetime | None = None
) -> None:
    """Count one kind of action of one member of staff for one patron, in one row a day."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [timezone.localdate(at), staff.pk, patron.pk, str(what)])


def looked_at(staff: User, patron: Patron, *, at: datetime | None = None) -> None:
    note(staff, StaffAction.What.LOOKED, patron, at=at)


def looked_at_loans(staff: User, patron: Patron, *, at: datetime | None = None) -> None:
    note(staff, StaffAction.What.LOOKED_AT_LOANS, patron, at=at)


def looked_at_each(
    staff: User, patrons: Iterable[int], what: StaffAction.What, *, at: datetime | None = None
) -> None:
    """Log a list that names several patrons as one look at each, in one statement."""
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(NOTE_SEVERAL, [day, staff.pk, str(what), sorted(set(patrons))])


def forget_old_actions(*, at: datetime | None = None) -> int:
    """Delete old rows of the staff log and of the admin's own log; return how many."""
    oldest = (at or timezone.now()) - policy.STAFF_ACTIONS_KEPT
    actions = StaffAction.objects.filter(day__lt=timezone.localdate(oldest)).delete()[0]
    return actions + LogEntry.objects.filter(action_time__lt=oldest).delete()[0]
