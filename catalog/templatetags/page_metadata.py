"""Metadata in the head of a page, for programs."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from akiruno_library.links import numbered_url
from catalog.feeds.linked_data import bib_node, json_ld, library_node, meta_tags
from catalog.models import Bib, Branch

register = template.Library()


@register.inclusion_tag("catalog/feeds/_bib_head.html", takes_context=True)
def bib_for_programs(context: Context, bib: Bib) -> dict[str, Any]:
    return {
        "answer": numbered_url("api:bib", bib.pk),
        "bibtex": numbered_url("api:bibtex", bib.pk),
        "ris": numbered_url("api:ris", bib.pk),
        "tags": meta_tags(bib),
        "json_ld": json_ld(bib_node(bib, context["branches"])),
    }


@register.simple_tag
def library_for_programs(branch: Branch) -> SafeString:
    return json_ld(library_node(branch))


@register.simple_tag
def search_feed(kept: list[tuple[str, str]]) -> str:
    """Return the URL of the feed for a search with these parameters."""
    return f"{reverse('api:search_feed')}?{urlencode(kept)}"
