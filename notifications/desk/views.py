"""Staff pages about mail: the state of the delivery, and a sample of each mail."""

from collections.abc import Callable

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import rendering
from notifications.delivery_status import delivery as how_it_stands

View = Callable[..., HttpResponseBase]
# The sample is shown in a frame. A mail has inline styles, and no script may run in it.
OF_A_SAMPLE = {
    "script-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": [SELF],
}


def mail_staff(view: View) -> View:
    """Restrict a view to staff who may see mails in the admin."""
    allowed = permission_required("notifications.view_mail", raise_exception=True)(view)
    return login_not_required(admin.site.admin_view(require_safe(allowed)))


def _context(request: HttpRequest, **facts: object) -> dict:
    return admin.site.each_context(request) | facts


@mail_staff
def delivery(request: HttpRequest) -> HttpResponse:
    context = _context(request, title="メールと日々の仕事", delivery=how_it_stands())
    return render(request, "notifications/desk/delivery.html", context)


@mail_staff
def samples(request: HttpRequest) -> HttpResponse:
    kinds = sorted(rendering.KINDS.items(), key=lambda item: item[1].name)
    context = _context(request, title="メールの見本", kinds=kinds)
    return render(request, "notifications/desk/samples.html", context)


@mail_staff
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # it passes arguments on
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    context = _context(
        request,
        title=f"メールの見本: {rendering.name_of(kind)}",
        kind=kind,
        mail=_sample(kind),
    )
    return render(request, "notifications/desk/sample.html", context)


@mail_staff
@xframe_options_sameorigin
@csp_replace(OF_A_SAMPLE)  # type: ignore[arg-type]  # it passes arguments on
def sample_html(request: HttpRequest, kind: str) -> HttpResponse:
    """The HTML part alone with its own styles, made of invented data."""
    return HttpResponse(_sample(kind).html())


def _sample(kind: str) -> rendering.MailText:
    found = rendering.KINDS.get(kind)
    if found is None or found.sample is None:
        raise Http404
    return found.sample()
