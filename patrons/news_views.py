"""Sending a notice: show the number and a sample, ask a second time, then start (rule 7.7)."""

import hashlib
from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from akiruno_library.methods import get_or_post
from akiruno_library.refusals import Refusal
from catalog.models import News
from patrons import news_sending
from patrons.models import NewsSending
from patrons.unsubscribing import sample_address

View = Callable[..., HttpResponse]


def news_staff(view: View) -> View:
    allowed = permission_required("patrons.change_newssending", raise_exception=True)(view)
    return login_not_required(admin.site.admin_view(allowed))


@news_staff
@get_or_post
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """First show the number and the sample; then ask again about exactly these."""
    news = get_object_or_404(News, pk=pk)
    step = request.POST.get("step", "")
    if step == "send" and _is_sure_of(request, news):
        try:
            sending = news_sending.begin(news, counted=_number(request), staff=request.user)  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{sending.counted:,}人へ送りはじめました。")
            return redirect("admin:patrons_newssending_change", sending.pk)
    elif step == "send":
        messages.error(
            request, "確かめたしるしがないか、本文が変わりました。もう一度お確かめください。"
        )
    return render(request, "admin/patrons/prepare_news.html", _page(request, news, step))


def _page(request: HttpRequest, news: News, step: str) -> dict:
    mail = news_sending.text_of(news, sample_address())
    return admin.site.each_context(request) | {
        "title": "お知らせをメールで送る",
        "news": news,
        "sending": NewsSending.objects.filter(news=news).first(),
        "counted": news_sending.recipients().count(),
        "mail": mail,
        "fingerprint": _fingerprint(news),
        "asks_to_confirm": step == "ask",
    }


@news_staff
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    sending = get_object_or_404(NewsSending, pk=pk)
    if news_sending.stop(sending):
        messages.success(request, "止めました。まだ送られていないメールは取りやめます。")
    return redirect("admin:patrons_newssending_change", pk)


def _is_sure_of(request: HttpRequest, news: News) -> bool:
    return bool(request.POST.get("sure")) and request.POST.get("fingerprint") == _fingerprint(news)


def _number(request: HttpRequest) -> int:
    given = request.POST.get("counted", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _fingerprint(news: News) -> str:
    """Return a hash of what was shown; a text that changed since then is shown again."""
    return hashlib.sha256(f"{news.title}\0{news.text}".encode()).hexdigest()[:16]
