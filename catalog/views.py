"""The public pages: open to everyone, by GET, without cookie or session (safety 21)."""

from datetime import UTC

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from akiruno_library import metrics, policy
from akiruno_library.absolute_url import absolute
from catalog.bib_page.facts import bib_or_404
from catalog.bib_page.page import detail_page
from catalog.bib_page.permanent_links import leads_on
from catalog.calendar import branch_pages
from catalog.calendar.year_calendar import halves_of, school_year_of
from catalog.display.choices import Choices
from catalog.models import Branch, News, ReadingList
from catalog.readiness import can_serve, readiness
from catalog.refusals import SearchUnavailable
from catalog.results import shelves
from catalog.results.advanced import detailed_search
from catalog.results.page import bib_of_an_isbn, results_page
from catalog.results.request import read
from catalog.search import search as find
from japanese.date_format import spoken_day

ROBOTS = f"""\
# あきる野市図書館の資料検索です。まとめて集めたい方は、先にご相談ください。
# Please write to us before you fetch much: info@{policy.MAIL_DOMAIN}
User-agent: *
Disallow: /search/
Disallow: /api/v1/search/
Disallow: /feeds/search.atom
Disallow: /basket/
Disallow: /mypage/
Disallow: /admin/
Disallow: /terminal/
Crawl-delay: 2
"""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "branch_lines": branch_pages.branch_lines(Branch.objects.all()),
        "newest": shelves.newest_books(),
        "most_wanted": shelves.most_wanted_books(),
        "lists": ReadingList.objects.on_display().filter(on_home=True),
        "news": News.objects.on_display()[: policy.NEWS_ON_THE_HOME_PAGE],
    }
    return render(request, "catalog/home.html", context)


@login_not_required
@require_safe
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """Visible from its first day on; staff can see it before."""
    seen = News.objects.all() if request.user.is_staff else News.objects.begun()
    found = get_object_or_404(seen, pk=pk)
    context = {"news": found, "day": spoken_day(found.shows_from)}
    return render(request, "catalog/news.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    choices = Choices.load()
    wanted = read(request.GET)
    try:
        answer = find(wanted)
    except SearchUnavailable as refusal:
        context = {"q": wanted.q, "refusal": str(refusal)}
        return render(request, "catalog/search_unavailable.html", context, status=503)
    if only := bib_of_an_isbn(wanted, answer):
        return redirect("catalog:detail", pk=only)
    return render(request, "catalog/results.html", results_page(wanted, answer, choices))


@login_not_required
@require_safe
def advanced(request: HttpRequest) -> HttpResponse:
    """詳細検索, filled in with the search of the URL. The form sends to the result page."""
    choices = Choices.load()
    context = detailed_search(read(request.GET), choices)
    return render(request, "catalog/advanced.html", context)


@login_not_required
@require_safe
@leads_on
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    bib = bib_or_404(pk)
    branches = list(Choices.load().branches.values())
    context = detail_page(bib, branches) | {"branches": branches, "here": request.path}
    return render(request, "catalog/detail.html", context)


@login_not_required
@require_safe
def branches(request: HttpRequest) -> HttpResponse:
    lines = branch_pages.branch_lines(Branch.objects.all())
    return render(request, "catalog/branches.html", {"branch_lines": lines})


@login_not_required
@require_safe
def branch(request: HttpRequest, code: str) -> HttpResponse:
    page = branch_pages.branch_page(get_object_or_404(Branch, code=code))
    return render(request, "catalog/branch.html", page)


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A school year of all branches, half a year on each sheet of A4."""
    year = school_year_of(request.GET.get("year", ""))
    context = {"year": year, "before": year - 1, "after": year + 1, "halves": halves_of(year)}
    return render(request, "catalog/calendar.html", context)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers while the process is alive, even if the database is away."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the process can serve. Only operators see the details."""
    if metrics.is_for_operators(request):
        found = readiness()
        return JsonResponse(found.as_json(), status=200 if found.can_serve else 503)
    yes = can_serve()
    words, status = ("yes\n", 200) if yes else ("no\n", 503)
    return HttpResponse(words, content_type="text/plain", status=status)


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: the contact for vulnerabilities.

    The RFC requires an expiry date of at most about a year, so that the contact is reviewed.
    """
    expires = timezone.now() + policy.SECURITY_CONTACT_HOLDS
    lines = [
        f"Contact: mailto:info@{policy.MAIL_DOMAIN}",
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: ja, en",
        f"Canonical: {absolute(reverse('catalog:security_txt'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = absolute(reverse("api:sitemap"))
    return HttpResponse(f"{ROBOTS}\nSitemap: {sitemap}\n", content_type="text/plain; charset=utf-8")
