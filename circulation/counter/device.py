"""The cookie by which a device opens the counter with its branch, given by a supervisor.

It opens nothing by itself: without the login of a member of staff it has no effect.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from akiruno_library import policy
from catalog.models import Branch

SALT = "circulation.counter.device"


def branch_of_device(request: HttpRequest) -> int | None:
    code = request.get_signed_cookie(settings.COUNTER_COOKIE_NAME, default=None, salt=SALT)
    if code is None:
        return None
    return Branch.objects.filter(code=code).values_list("pk", flat=True).first()


def give_branch(response: HttpResponse, branch: Branch) -> None:
    response.set_signed_cookie(
        settings.COUNTER_COOKIE_NAME,
        branch.code,
        salt=SALT,
        max_age=int(policy.DEVICE_COOKIE_KEPT.total_seconds()),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
