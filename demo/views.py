"""Pages of the demo only: whom to log in as, the mails, the parts pages are made of."""

from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Branch
from catalog.outage import known_telephones
from demo.cards import PASSWORD, STAFF_NAME
from demo.people import PEOPLE
from demo.received_mails import newest_mails
from patrons.models import Terminal
from patrons.same_origin import from_this_site
from patrons.terminal import enrolment_codes
from patrons.terminal.device import give_key

REFUSALS = (400, 403, 404, 429, 500, 503)
SAMPLE_BOOKS = [  # for the covers of the component sheet
    SimpleNamespace(
        title="坂の上の雲", author="司馬遼太郎", volume="8", ndc="913.6", material="図書"
    ),
    SimpleNamespace(
        title="ぐりとぐら", author="中川李枝子", volume="", ndc="726.6", material="絵本"
    ),
]


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "people": [(person, person.birth_date(today)) for person in PEOPLE],
        "password": PASSWORD,
        "staff_name": STAFF_NAME,
    }
    return render(request, "demo/people.html", context)


@login_not_required
@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    folder: Path = settings.MAILBOX_DIR  # type: ignore[assignment]  # the demo always has one
    return render(request, "demo/mails.html", {"mails": newest_mails(folder)})


@login_not_required
@require_POST
@from_this_site
def become_terminal(request: HttpRequest) -> HttpResponse:
    """Whoever tries the demo gets a terminal of their own without the walk through the admin."""
    place = Branch.objects.get(code="chuo")
    name = f"見本の検索機 {Terminal.objects.count() + 1}"
    terminal = Terminal.objects.create(branch=place, name=name)
    _, key = enrolment_codes.enrol(enrolment_codes.issue_code(terminal))
    request.session.flush()
    response = redirect("terminal:home")
    give_key(response, key)
    return response


@login_not_required
@require_POST
@from_this_site
def leave_terminal(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    response = redirect("demo:people")
    response.delete_cookie(settings.TERMINAL_COOKIE_NAME)
    return response


@login_not_required
@require_safe
def refused(request: HttpRequest, status: int) -> HttpResponse:
    """The pages that tell what did not go; elsewhere they come only when something is wrong."""
    if status not in REFUSALS:
        raise Http404
    context = {"seconds": 30, "telephones": known_telephones()}
    return render(request, f"{status}.html", context, status=status)


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The component sheet: the parts that pages are made of, in every state."""
    return render(request, "demo/components.html", {"rows": SAMPLE_BOOKS})
