"""Access to the counter's pages, and the frame of all of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required, permission_required
from django.db.models import Model
from django.http import HttpRequest
from django.views.decorators.cache import never_cache

from akiruno_library.row_numbers import row_number
from patrons.access import View
from patrons.models import User


class StaffRequest(HttpRequest):
    user: User


def staff_with(*permissions: str) -> Callable[[View], View]:
    """Restrict a view to staff with these permissions; redirect to the login of the admin."""

    def guard(view: View) -> View:
        allowed = permission_required(permissions, raise_exception=True)(never_cache(view))
        return login_not_required(staff_member_required(allowed))

    return guard


counter_staff = staff_with("loans.add_loan")


def framed(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """Return the context of the admin's frame, without its list of tables."""
    return admin.site.each_context(request) | {
        "title": title,
        "is_nav_sidebar_enabled": False,
        **context,
    }


def log_change(staff: User, row: Model, what: str) -> None:
    """Write to the admin's log who changed what, and when (rule 9.3)."""
    LogEntry.objects.log_actions(staff.pk, [row], CHANGE, change_message=what, single_object=True)


def wants_part(request: HttpRequest) -> bool:
    """Whether the counter's script requests a fragment. Without the script the whole page loads."""
    return request.headers.get("X-Desk") == "part"


def number(request: HttpRequest, name: str) -> int:
    return row_number(request.POST.get(name, ""))
