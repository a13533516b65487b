"""What somebody typed when their login had ended, for some minutes, for them alone; no password."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from akiruno_library import policy
from patrons.models import Session
from patrons.session_store import TYPED_KEY
from patrons.unfinished.filling import Typed

# Fields of passwords, codes and tokens are never kept (a test reads every form of ours).
SECRET = re.compile("password|current|code|token|secret", re.IGNORECASE)


def keep(request: HttpRequest, *, at: datetime | None = None) -> None:
    """In a session of the server, when the browser shows whose login it was that has ended."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    owner = Session.objects.filter(pk=key, user__isnull=False).values_list("user", flat=True)
    typed = {name: request.POST.getlist(name) for name in request.POST if not SECRET.search(name)}
    size = sum(len(name) + sum(map(len, values)) for name, values in typed.items())
    if not typed or size > policy.UNFINISHED_LARGEST or not (found := owner.first()):
        return
    until = (at or timezone.now()) + policy.UNFINISHED_KEPT
    request.session[TYPED_KEY] = {
        "user": found,
        "action": request.path,
        "until": until.timestamp(),
        "typed": typed,
    }


def take(request: HttpRequest, action: str, *, at: datetime | None = None) -> Typed | None:
    """The fields of this press, once; what is another person's or too old is forgotten."""
    kept = request.session.pop(TYPED_KEY, None)
    if kept is None or kept["until"] < (at or timezone.now()).timestamp():
        return None
    if kept["user"] != request.user.pk or kept["action"] != action:
        return None
    typed: Typed = kept["typed"]
    return typed
