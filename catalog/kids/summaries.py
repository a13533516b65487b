"""Books on children's pages: large covers, and availability in few words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from akiruno_library.links import numbered_url
from catalog.copies import web_eligibility
from catalog.display.covers import cover_svg
from catalog.display.highlighting import Highlighter
from catalog.display.summaries import BibSummary, PersonSummary, StatusSummary, bib_summaries
from catalog.kids.readings import read_out
from catalog.models import BibStatus, Branch
from catalog.results.rows import authors_of
from catalog.search import SearchRequest
from japanese.furigana import spelled, with_reading

_PEOPLE_NAMED = 2
_BRANCHES_NAMED = 2
_NOTHING_TYPED = Highlighter(SearchRequest())


@dataclass(frozen=True)
class KidsAvailability:
    words: SafeString
    tone: str


@dataclass(frozen=True)
class KidsBook:
    pk: int
    url: str
    cover: SafeString
    title: SafeString
    name: str  # the title as plain text
    people: SafeString
    availability: KidsAvailability
    is_reservable: bool
    comment: SafeString


def kids_books(
    bib_ids: Sequence[int],
    branches: Iterable[Branch],
    *,
    marks: Highlighter = _NOTHING_TYPED,
    comments: Mapping[int, str] | None = None,
) -> list[KidsBook]:
    """Return the books in the given order, in one query."""
    bibs, branches = bib_summaries(bib_ids), list(branches)
    said = comments or {}
    return [_book(bibs[pk], branches, marks, said.get(pk, "")) for pk in bib_ids if pk in bibs]


def _book(
    bib: BibSummary, branches: Sequence[Branch], marks: Highlighter, comment: str
) -> KidsBook:
    title = marks.title(bib.title, bib.title_reading)
    return KidsBook(
        pk=bib.pk,
        url=numbered_url("kids:bib", bib.pk),
        cover=cover_svg(bib.title, authors_of(bib), bib.volume, bib.ndc, bib.material_type.name),
        title=title_with_volume(title, bib.volume),
        name=bib.title_with_volume,
        people=people_of(bib.people, marks),
        availability=availability_of(bib.status, branches),
        is_reservable=web_eligibility.is_reservable(bib.status, bib.material_type),
        comment=spelled(comment),
    )


def title_with_volume(title: SafeString, volume: str) -> SafeString:
    if not volume:
        return format_html("<bdi>{}</bdi>", title)
    return format_html('<bdi>{}</bdi><span class="volume">{}</span>', title, read_out(volume))


def people_of(people: Sequence[PersonSummary], marks: Highlighter = _NOTHING_TYPED) -> SafeString:
    named = (
        (marks.name(person.name, [person.reading]), _role(person.role))
        for person in people[:_PEOPLE_NAMED]
    )
    return format_html_join("・", "{}{}", named)


def _role(role: str) -> SafeString:
    return SafeString("") if role == "著" else format_html(" {}", read_out(role))


def availability_of(
    status: StatusSummary | BibStatus, branches: Iterable[Branch]
) -> KidsAvailability:
    if status.free_at:
        there = [branch for branch in branches if branch.pk in status.free_at]
        if len(there) > _BRANCHES_NAMED:
            words = f"{len(there)}か所《しょ》の 図書館《としょかん》に あるよ"
            return KidsAvailability(spelled(words), "good")
        return KidsAvailability(format_html("{}に あるよ", _names(there)), "good")
    if status.circulating:
        waiting = f"(予約《よやく》 {status.waiting}件《けん》)" if status.waiting else ""
        return KidsAvailability(spelled(f"いまは 棚《たな》に ないよ{waiting}"), "plain")
    if status.in_library_only:
        return KidsAvailability(
            spelled("図書館《としょかん》の 中《なか》で 読《よ》んでね"), "plain"
        )
    if status.on_order:
        return KidsAvailability(spelled("もうすぐ 来《く》るよ"), "plain")
    return KidsAvailability(spelled("いまは ないよ"), "plain")


def _names(branches: Iterable[Branch]) -> SafeString:
    return format_html_join("・", "{}", ((name_of(branch),) for branch in branches))


def name_of(branch: Branch) -> SafeString:
    return with_reading(branch.name, branch.reading)
