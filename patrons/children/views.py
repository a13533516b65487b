"""きたよ・かえるよ: pages of the guardian's settings and of the child's press (rule 8.3)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from patrons.access import PortalRequest, patron_required, slow_down
from patrons.children import guardians, guarding, visits
from patrons.children.forms import GuardianForm, NewAddressForm, PressForm, StopForm
from patrons.confirmation_page import ConfirmationPage, dead_link
from patrons.models import GuardianMail, Visit
from patrons.origin import origin_of
from patrons.password_change import ask_again
from patrons.refusals import (
    LinkNotUsable,
    TooManyAttempts,
    WrongCardOrPassword,
    WrongPassword,
    spoken_wait,
)
from patrons.same_origin import from_this_site
from patrons.terminal.access import terminal_required

GREETINGS = {Visit.Button.CAME: "hello", Visit.Button.LEFT: "goodbye"}
SPOKEN = {"hello": "こんにちは", "goodbye": "またきてね"}
CONFIRMATION = ConfirmationPage(
    find=guardians.find_link,
    confirm=guardians.confirm,
    find_fulfilled=guardians.find_fulfilled,
    template="patrons/children/confirm.html",
    start_page="children:settings",
    subject="きたよ・かえるよ",
)
WRONG = "ばんごうか パスワードが ちがうよ。もういちど やってみてね。"


@patron_required
@sensitive_post_parameters("current")
@get_or_post
def settings(request: PortalRequest) -> HttpResponse:
    """Show and change the guardian's address and the call name; a change needs the password."""
    closed = [str(refusal) for refusal in guardians.refusals(request.patron)]
    if closed:
        return render(request, "patrons/children/settings.html", {"closed": closed})
    form = GuardianForm(
        request.POST or None, initial=_on_file(request), on_terminal=request.terminal
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            ask_again(
                request.patron, facts["current"], origin=origin_of(request), at=timezone.now()
            )
            guardians.choose(request.patron, facts["address"], call_name=facts["call_name"])
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal, "current" if isinstance(refusal, WrongPassword) else "address")
        else:
            messages.success(request, "保存しました。")
            return redirect("children:settings")
    context = {"form": form, "guardian_mail": _guardian_mail(request)}
    return render(request, "patrons/children/settings.html", context)


@patron_required
@sensitive_post_parameters("current")
@get_or_post
def stop(request: PortalRequest) -> HttpResponse:
    form = StopForm(request.POST or None, on_terminal=request.terminal)
    if request.method == "POST" and form.is_valid():
        password, origin = form.cleaned_data["current"], origin_of(request)
        try:
            ask_again(request.patron, password, origin=origin, at=timezone.now())
            guardians.stop(request.patron)
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal, "current")
        else:
            messages.success(request, "お知らせをやめました。")
            return redirect("children:settings")
    closed = [str(refusal) for refusal in guardians.refusals(request.patron)]
    return render(request, "patrons/children/stop.html", {"form": form, "closed": closed})


@patron_required
@require_POST
def resend(request: PortalRequest) -> HttpResponse:
    try:
        guardians.resend(request.patron)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "確認のメールをもう一度お送りしました。")
    return redirect("children:settings")


@patron_required
@require_POST
def send_replace_link(request: PortalRequest) -> HttpResponse:
    try:
        guarding.send_link(request.patron)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "いまの送り先に、変更のためのメールをお送りしました。")
    return redirect("children:settings")


@login_not_required
@never_cache
@get_or_post
def replace(request: PortalRequest, token: str) -> HttpResponse:
    """Show the page of the guardian's link: another address, or none. It needs no login."""
    stops = "stop" in request.POST
    form = NewAddressForm(None if stops else request.POST or None, on_terminal=request.terminal)
    done = False
    try:
        link = guarding.find_link(token)
        if request.method == "POST" and (stops or form.is_valid()):
            _replace(token, "" if stops else form.cleaned_data["address"])
            done = True
    except LinkNotUsable as refusal:
        return dead_link(request, refusal, CONFIRMATION.start_page, CONFIRMATION.subject)
    except Refusal as refusal:
        _tell(form, refusal, "address")
    context = {"form": form, "address": link.address, "done": done, "stopped": stops}
    return render(request, "patrons/children/replace.html", context)


def _replace(token: str, address: str) -> None:
    if address:
        guarding.replace_by_link(token, address)
    else:
        guarding.stop_by_link(token)


@login_not_required
@never_cache
@get_or_post
def confirm(request: PortalRequest, token: str) -> HttpResponse:
    """Show the page of the link; a press confirms, wherever the mail is read."""
    return CONFIRMATION.answer(request, token)


@login_not_required
@terminal_required
@sensitive_post_parameters("password")
@from_this_site
@get_or_post
def press(request: PortalRequest) -> HttpResponse:
    """Take a press. It opens no session and answers with a greeting."""
    form = PressForm(request.POST or None, on_terminal=True)
    if request.method == "POST" and form.is_valid():
        button = Visit.Button(form.cleaned_data["button"])
        card, password = form.cleaned_data["card_number"], form.cleaned_data["password"]
        try:
            visits.press(card, password, button, terminal=request.terminal)  # type: ignore[arg-type]
        except TooManyAttempts as refusal:
            response = render(
                request,
                "patrons/children/wait.html",
                {"wait": spoken_wait(refusal.seconds)},
                status=429,
            )
            response.headers["Retry-After"] = str(refusal.seconds)
            return response
        except WrongCardOrPassword:
            form.add_error(None, WRONG)
        else:
            return redirect("children:answer", GREETINGS[button])
    return render(request, "patrons/children/press.html", {"form": form, "buttons": Visit.Button})


@login_not_required
@terminal_required
@require_safe
def answer(request: PortalRequest, greeting: str) -> HttpResponse:
    if greeting not in SPOKEN:
        raise Http404
    return render(request, "patrons/children/answer.html", {"spoken": SPOKEN[greeting]})


def _guardian_mail(request: PortalRequest) -> GuardianMail | None:
    return GuardianMail.objects.select_related("address").filter(patron=request.patron).first()


def _on_file(request: PortalRequest) -> dict[str, Any]:
    kept = _guardian_mail(request)
    return {"address": kept.address.address, "call_name": kept.call_name} if kept else {}


def _tell(form: Any, refusal: Refusal, field: str) -> None:
    for sentence in refusal.sentences:
        form.add_error(field, sentence)
