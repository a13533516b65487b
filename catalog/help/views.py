from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from akiruno_library import policy
from catalog.display.choices import Choices
from catalog.help.accessibility import CRITERIA, TESTED_ON, Walk
from catalog.help.loan_periods import loan_periods
from catalog.help.topic_search import found
from catalog.help.topics import GROUPS, TOPICS, related_to


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[: policy.QUERY_MAX_CHARACTERS]
    context = {"groups": GROUPS, "query": query, "found": found(query) if query else []}
    return render(request, "catalog/help/index.html", context)


@login_not_required
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in TOPICS:
        raise Http404
    topic = TOPICS[slug]
    materials = list(Choices.load().materials.values())
    context = {
        "topic": topic,
        "related": related_to(topic),
        "mail_domain": policy.MAIL_DOMAIN,
        "lending": loan_periods(materials),
        "counter_only": [material.name for material in materials if not material.reservable_on_web],
        "criteria": CRITERIA,
        "walks": list(Walk),
        "tested_on": TESTED_ON,
    }
    return render(request, topic.template, context)
