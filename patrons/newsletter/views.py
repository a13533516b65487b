from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from patrons import unsubscribing
from patrons.access import PortalRequest, patron_required
from patrons.models import NewsletterIssue
from patrons.newsletter.archive import issue_page
from patrons.newsletter.forms import NotificationPreferencesForm
from patrons.newsletter.preview import preview
from patrons.notification_preferences import preferences_of, save_preferences
from patrons.sent_mails import explained, mail_summaries, send_test_mail


@patron_required
@get_or_post
def notification_preferences(request: PortalRequest) -> HttpResponse:
    """Show the preferences with a preview of matching titles; a press previews or saves them."""
    patron, preferences = request.patron, preferences_of(request.patron)
    form = NotificationPreferencesForm(request.POST or None, patron=patron, preferences=preferences)
    chosen = {**form.initial, "authors": form.initial["authors"].splitlines()}
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if "try" not in request.POST:
            try:
                save_preferences(patron, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "メールの設定を保存しました。")
                return redirect("patrons:newsletter")
    context = {"form": form, "preview": preview(chosen["genres"], chosen["authors"])}
    return render(request, "patrons/newsletter/notification_preferences.html", context)


@csrf_exempt  # RFC 8058: a mail program posts without having loaded a page, so it has no CSRF token
@login_not_required
@never_cache
@get_or_post
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        patron, kind = unsubscribing.read(token)
    except unsubscribing.UnknownToken:
        return render(request, "patrons/newsletter/unsubscribe_unknown.html", status=404)
    if request.method == "POST":
        if "resubscribe" in request.POST:
            unsubscribing.resubscribe(patron, kind)
        else:
            unsubscribing.stop(patron, kind)
    context = {
        "name": unsubscribing.STOPPABLE[kind],
        "wanted": unsubscribing.is_wanted(patron, kind),
        "done": request.method == "POST",
    }
    return render(request, "patrons/newsletter/unsubscribe.html", context)


@login_not_required
@require_safe
def issue(request: HttpRequest, number: int) -> HttpResponse:
    if number > 2**31 - 1:
        raise Http404
    found = get_object_or_404(NewsletterIssue, number=number)
    return render(request, "patrons/newsletter/issue.html", issue_page(found))


@patron_required
@require_safe
def notices(request: PortalRequest) -> HttpResponse:
    """Show 図書館からのメール."""
    address = request.patron.mail_address
    context = {
        "lines": mail_summaries(request.patron),
        "address": address,
        "why": explained(address.undeliverable_reason) if address else "",
    }
    return render(request, "patrons/notices.html", context)


@patron_required
@require_POST
def test_mail(request: PortalRequest) -> HttpResponse:
    try:
        send_test_mail(request.patron)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "ためしのメールを送ります。少しお待ちください。")
    return redirect("patrons:notices")
