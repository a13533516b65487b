"""よく借りられている資料, 予約の多い資料: from counters of copies and queues, without personal
data."""

from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.http import QueryDict

from akiruno_library import policy
from catalog.browsing.arrivals import material_choice
from catalog.browsing.genres import AUDIENCES
from catalog.browsing.lists import Choice, ListRequest, page_of_rows
from catalog.models import BibStatus, Branch

LENT, RESERVED = "lent", "reserved"
KINDS = {LENT: "よく借りられている資料", RESERVED: "予約の多い資料"}
_COUNTERS = {LENT: ("times_lent", "これまでに{:,}回"), RESERVED: ("waiting", "予約{:,}件")}


def ranking_page(path: str, parameters: QueryDict) -> dict[str, Any]:
    kinds = Choice("", "by", KINDS)
    choices = [material_choice(), Choice("対象", "audience", AUDIENCES)]
    list_request = ListRequest.read(path, parameters, [kinds, *choices])
    kind = list_request.chosen.get("by", LENT)
    ranked = ranking(
        kind, list_request.chosen.get("material", ""), list_request.chosen.get("audience", "")
    )
    on_page = ranked[list_request.span()]
    page = page_of_rows(
        list_request, [b for b, _ in on_page], len(ranked), list(Branch.objects.all())
    )
    _, words = _COUNTERS[kind]
    places, counts = _places(ranked), dict(on_page)
    rows = [
        replace(row, mark=f"{places[row.pk]}位", note=words.format(counts[row.pk]))
        for row in page["rows"]  # type: ignore[attr-defined]
    ]
    tabs = [
        replace(link, is_chosen=link.words == KINDS[kind]) for link in list_request.links(kinds)[1:]
    ]
    return page | {
        "rows": rows,
        "heading": KINDS[kind],
        "tabs": tabs,
        "groups": list_request.groups(choices),
    }


def ranking(kind: str, material: str = "", audience: str = "") -> list[tuple[int, int]]:
    """Return the first RANKING_LENGTH bibs with their counts.

    Reservations are counted now, with an index. A filter on loans may read the whole catalogue, so
    that result is cached for minutes.
    """
    if kind == RESERVED:
        return _most(kind, material, audience)
    key = f"ranking.{material}.{audience}"
    kept = cache.get(key)
    if kept is None:
        kept = _most(kind, material, audience)
        cache.set(key, kept, policy.RELATED_SHELVES_KEPT.total_seconds())
    return kept


def _most(kind: str, material: str, audience: str) -> list[tuple[int, int]]:
    counter, _ = _COUNTERS[kind]
    wanted = Q(**{f"{counter}__gt": 0}, bib__hidden=False)
    if material:
        wanted &= Q(bib__material_type__code=material)
    if audience:
        wanted &= Q(bib__audience=audience)
    most = BibStatus.objects.filter(wanted).order_by(f"-{counter}", "-pk")
    return list(most.values_list("pk", counter)[: policy.RANKING_LENGTH])


def _places(ranked: list[tuple[int, int]]) -> dict[int, int]:
    """Return places; bibs with equal counts share a place."""
    places: dict[int, int] = {}
    place, before = 0, 0
    for at, (bib, count) in enumerate(ranked, 1):
        place = place if count == before else at
        before = count
        places[bib] = place
    return places
