"""Pages of a patron's password, mail address and logins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from akiruno_library import policy
from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from japanese.date_format import spoken_moment
from patrons import (
    address_rules,
    mail_address,
    password_change,
    registration,
    resetting,
    sessions,
)
from patrons.access import PortalRequest, patron_required, slow_down
from patrons.account import reset_session
from patrons.account.forms import (
    ChangePasswordForm,
    FactsForm,
    MailAddressForm,
    NewPasswordForm,
    RegisterForm,
)
from patrons.confirmation_page import ConfirmationPage, dead_link
from patrons.forms import QuietForm
from patrons.models import Patron
from patrons.origin import origin_of
from patrons.refusals import LinkNotUsable, TooManyAttempts, WrongPassword
from patrons.reset_links import FactsOutcome

REGISTERED = "パスワードを登録しました。ログインしてお使いください。"
CONFIRMATION = ConfirmationPage(
    find=mail_address.find_link,
    confirm=mail_address.confirm,
    find_fulfilled=mail_address.find_fulfilled,
    template="patrons/confirm_address.html",
    start_page="patrons:mail_address",
    subject="メールアドレスの確認",
)


def _filled(form: type[QuietForm], request: PortalRequest) -> Any:
    return form(request.POST or None, on_terminal=request.terminal)


def _sent(request: PortalRequest, form: QuietForm) -> bool:
    return request.method == "POST" and form.is_valid()


def _tell(form: QuietForm, refusal: Refusal, field: str | None = None) -> None:
    for sentence in refusal.sentences:
        form.add_error(field, sentence)


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def register(request: PortalRequest) -> HttpResponse:
    """Register a password with the four facts, or with the password alone right after a reset."""
    anew = reset_session.patron_of(request.session)
    if anew is not None:
        return _register_anew(request, anew)
    form = _filled(RegisterForm, request)
    if _sent(request, form):
        password = form.cleaned_data["password"]
        try:
            outcome = registration.register(form.facts(), password, origin=origin_of(request))
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            return _link_sent(request, outcome) or _registered(request, outcome.patron)
    return render(request, "patrons/register.html", {"form": form})


def _link_sent(request: PortalRequest, outcome: FactsOutcome) -> HttpResponse | None:
    """Show that a mail is on its way: the same page for a registration and for a reset."""
    if not outcome.link_goes_to:
        return None
    return render(request, "patrons/reset_link_sent.html", {"outcome": outcome})


def _register_anew(request: PortalRequest, patron: Patron) -> HttpResponse:
    form = _filled(NewPasswordForm, request)
    if _sent(request, form):
        try:
            patron = registration.register_anew(patron, form.cleaned_data["password"])
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            reset_session.forget(request.session)
            return _registered(request, patron)
    return render(request, "patrons/register_anew.html", {"form": form, "card": patron.card_number})


def _registered(request: PortalRequest, patron: Patron) -> HttpResponse:
    """Confirm the registration; after one by facts, say what is closed and until when."""
    messages.success(request, REGISTERED)
    if patron.closed_until and patron.is_closed():
        until = spoken_moment(patron.closed_until)
        messages.info(
            request,
            f"大切な情報を守るため、読書履歴と、お子さんの来館のお知らせは、{until}から使えます。",
        )
    return redirect("patrons:login")


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def reset(request: PortalRequest) -> HttpResponse:
    """Take the four facts, then go on to the new password or to the mailbox."""
    form = _filled(FactsForm, request)
    if _sent(request, form):
        try:
            outcome = resetting.ask(form.facts(), origin=origin_of(request))
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal)
        else:
            return _link_sent(request, outcome) or _on_to_the_password(request, outcome.patron)
    return render(request, "patrons/reset.html", {"form": form})


def _on_to_the_password(request: PortalRequest, patron: Patron) -> HttpResponse:
    """Let the visitor set the new password, under a session key that nobody knew before (2.2)."""
    _leave(request)
    request.session.cycle_key()
    reset_session.remember(request.session, patron)
    return redirect("patrons:register")


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def reset_by_link(request: PortalRequest, token: str) -> HttpResponse:
    """Show the link's page, which changes nothing; the posted password resets."""
    form = _filled(NewPasswordForm, request)
    try:
        link = resetting.find_link(token)
        if _sent(request, form):
            resetting.reset_by_link(token, form.cleaned_data["password"])
            _leave(request)
            messages.success(request, REGISTERED)
            return redirect("patrons:login")
    except LinkNotUsable as refusal:
        return dead_link(request, refusal, "patrons:reset", "パスワードの初期化")
    except Refusal as refusal:
        _tell(form, refusal, "password")
    context = {"form": form, "card": link.patron.card_number}
    return render(request, "patrons/reset_by_link.html", context)


def _leave(request: PortalRequest) -> None:
    """Log out, because the login ended with its password; an anonymous basket stays (5.2)."""
    if request.user.is_authenticated:
        logout(request)


@patron_required
@sensitive_post_parameters()
@get_or_post
def password(request: PortalRequest) -> HttpResponse:
    form = _filled(ChangePasswordForm, request)
    if _sent(request, form):
        try:
            patron = password_change.change(
                request.patron,
                old=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
                origin=origin_of(request),
                this_session=request.session.session_key,
            )
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal, "current" if isinstance(refusal, WrongPassword) else "password")
        else:
            update_session_auth_hash(request, patron.user)
            messages.success(
                request, "パスワードを変更しました。ほかの機器のログインは、すべて終わりました。"
            )
            return redirect("patrons:password")
    return render(request, "patrons/password.html", {"form": form})


@patron_required
@sensitive_post_parameters("current")
@get_or_post
def address(request: PortalRequest) -> HttpResponse:
    """Show the state of the mail address; a new one needs the password again."""
    form = _filled(MailAddressForm, request)
    if _sent(request, form):
        patron, at, origin = request.patron, timezone.now(), origin_of(request)
        try:
            password_change.ask_again(patron, form.cleaned_data["current"], origin=origin, at=at)
            mail_address.change(patron, form.cleaned_data["address"], at=at)
        except TooManyAttempts as refusal:
            return slow_down(request, refusal)
        except Refusal as refusal:
            _tell(form, refusal, "current" if isinstance(refusal, WrongPassword) else "address")
        else:
            messages.success(request, "メールアドレスを登録し、確認のメールをお送りしました。")
            return redirect("patrons:mail_address")
    return render(request, "patrons/mail_address.html", {"form": form} | _state(request))


def _state(request: PortalRequest) -> dict[str, Any]:
    """Return what the page says about the address on file, read anew."""
    registered = request.patron.mail_address
    meant = address_rules.likely_meant(registered.address) if registered else ""
    confirmed = request.patron.mail_confirmed_at
    stays = [str(refusal) for refusal in mail_address.change_refusals(request.patron)]
    return {"registered": registered, "meant": "" if confirmed else meant, "stays": stays}


@patron_required
@require_POST
def send_confirmation(request: PortalRequest) -> HttpResponse:
    try:
        mail_address.resend(request.patron)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "確認のメールをもう一度お送りしました。")
    return redirect("patrons:mail_address")


@login_not_required
@never_cache
@get_or_post
def confirm_address(request: PortalRequest, token: str) -> HttpResponse:
    """Show the page of the link; a press confirms, wherever the mail is read."""
    return CONFIRMATION.answer(request, token)


@login_not_required
@require_safe
def allow_our_mail(request: PortalRequest) -> HttpResponse:
    return render(request, "patrons/allow_our_mail.html", {"mail_domain": policy.MAIL_DOMAIN})


@patron_required
@require_safe
def logins(request: PortalRequest) -> HttpResponse:
    found = sessions.open_logins(request.patron.user, request.session.session_key or "")
    return render(request, "patrons/sessions.html", {"logins": found})


@patron_required
@require_POST
def end_login(request: PortalRequest) -> HttpResponse:
    sessions.end_one(request.patron.user, request.POST.get("login", ""))
    messages.success(request, "ログインを終わらせました。")
    return redirect("patrons:sessions")


@patron_required
@require_POST
def end_logins(request: PortalRequest) -> HttpResponse:
    """End every login of the patron, this one included."""
    sessions.end_all(request.patron.user, but=request.session.session_key)
    logout(request)
    messages.success(request, "すべての機器からログアウトしました。")
    response = redirect("patrons:login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
