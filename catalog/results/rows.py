"""The rows of a result page, prepared for the template in a constant number of queries."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from akiruno_library.links import numbered_url
from catalog.copies.availability import Branches, availability_of
from catalog.display.choices import LANGUAGE_TAGS
from catalog.display.covers import cover_svg
from catalog.display.highlighting import Highlighter
from catalog.display.summaries import BibSummary, PersonSummary, bib_summaries
from catalog.models import Bib, Branch, Copy
from catalog.search import SearchRequest
from japanese.furigana import with_reading

AUTHORS_NAMED = 3
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_NO_TITLE = SafeString("")


@dataclass(frozen=True)
class ResultRow:
    pk: int
    url: str
    cover: SafeString
    heading: SafeString
    subtitle: SafeString
    name: str
    authors: SafeString
    imprint: str
    availability: str
    tone: str
    is_reservable: bool
    mark: str = ""  # the place in a ranking
    note: str = ""  # a note of the list
    group: str = ""  # a heading before this row
    mine: str = ""  # the visitor's own relation to the bib
    volume_set: int | None = None
    title: SafeString = _NO_TITLE  # the title of the work, without the volume
    work: str = ""  # the same as plain text, for screen readers
    volume: str = ""
    volume_order: Decimal = Decimal(0)
    year: int | None = None
    made_by: str = ""  # the imprint without the year


_NOTHING_TYPED = Highlighter(SearchRequest())


def rows_of(
    bib_ids: Sequence[int], branches: Iterable[Branch], marks: Highlighter = _NOTHING_TYPED
) -> list[ResultRow]:
    """Return the rows in the given order. Bibs that exist only in the index are left out.

    The index lags by up to a second, so it can still return a deleted bib.
    """
    by_number = {branch.pk: branch for branch in branches}
    bibs = bib_summaries(bib_ids)
    copies = _copies_of_what_is_not_free(bibs.values())
    return [_row(bibs[pk], copies[pk], by_number, marks) for pk in bib_ids if pk in bibs]


def title_html(bib: BibSummary) -> SafeString:
    """Return the title, with furigana if the reader wants them: 舟を編む."""
    title = with_reading(bib.title, bib.title_reading)
    return format_html("{} {}", title, bib.volume) if bib.volume else title


def authors_html(bib: BibSummary) -> SafeString:
    return _named_with_marks(bib.people, _NOTHING_TYPED)


def authors_of(bib: BibSummary) -> str:
    """Return the authors as text: 夏目漱石・岡本一平 絵."""
    return joined_authors([f"{person.name}{_role(person)}" for person in bib.people])


def _named_with_marks(people: Sequence[PersonSummary], marks: Highlighter) -> SafeString:
    named = people[:AUTHORS_NAMED]
    names = format_html_join(
        "・", "{}{}", ((_marked_name(person, marks), _role(person)) for person in named)
    )
    return names + SafeString(" ほか") if len(people) > len(named) else names


def _marked_name(person: PersonSummary, marks: Highlighter) -> SafeString:
    return marks.name(person.name, [person.reading, person.romanised, *person.other_names])


def _role(person: PersonSummary) -> str:
    return "" if person.role == "著" else f" {person.role}"


def joined_authors(people: Sequence[str]) -> str:
    named = "・".join(people[:AUTHORS_NAMED])
    return f"{named} ほか" if len(people) > AUTHORS_NAMED else named


def imprint_of(bib: Bib | BibSummary) -> str:
    """Return publisher, year and material: 新潮社 1961年 図書."""
    year = f"{bib.year}年" if bib.year else bib.published
    return " ".join(part for part in (bib.publisher, year, bib.material_type.name) if part)


def _edition(bib: BibSummary) -> str:
    """Return series and edition, by which two books of a work differ: 新潮文庫 な-1-1 改版."""
    return " ".join(part for part in (bib.series, bib.series_number, bib.edition) if part)


def heading_of(bib: Bib) -> SafeString:
    title = with_reading(bib.title, bib.title_reading)
    return _with_volume(_isolated(title, bib), bib.volume)


def _isolated(title: str, bib: Bib | BibSummary) -> SafeString:
    """Isolate the title with <bdi>, because it may contain marks of direction, and name its
    language.

    The language is that of the title itself: a title in kana is Japanese whatever the language
    of the book.
    """
    is_japanese = bib.language == "jpn" or _KANA.search(bib.title)
    tag = "" if is_japanese else LANGUAGE_TAGS.get(bib.language, "")
    lang = format_html(' lang="{}"', tag) if tag else ""
    return format_html("<bdi{}>{}</bdi>", lang, title)


def _with_volume(title: SafeString, volume: str) -> SafeString:
    return format_html('{}<span class="volume">{}</span>', title, volume) if volume else title


def _copies_of_what_is_not_free(bibs: Iterable[BibSummary]) -> defaultdict[int, list[Copy]]:
    copies: defaultdict[int, list[Copy]] = defaultdict(list)
    for copy in Copy.objects.filter(bib__in=[bib.pk for bib in bibs if not bib.status.free_at]):
        copies[copy.bib_id].append(copy)
    return copies


def _row(bib: BibSummary, copies: list[Copy], branches: Branches, marks: Highlighter) -> ResultRow:
    material = bib.material_type
    availability = availability_of(bib.status, material, copies, branches)
    title = _isolated(marks.title(bib.title, bib.title_reading), bib)
    return ResultRow(
        pk=bib.pk,
        url=numbered_url("catalog:detail", bib.pk),
        cover=cover_svg(bib.title, authors_of(bib), bib.volume, bib.ndc, material.name),
        heading=_with_volume(title, bib.volume),
        subtitle=marks.title(bib.subtitle),
        name=bib.title_with_volume,
        authors=_named_with_marks(bib.people, marks),
        imprint=" ".join(filter(None, [_edition(bib), imprint_of(bib)])),
        availability=availability.words,
        tone=availability.tone,
        is_reservable=availability.is_reservable,
        volume_set=bib.volume_set,
        title=title,
        work=bib.title,
        volume=bib.volume,
        volume_order=bib.volume_order or Decimal(0),
        year=bib.year,
        made_by=" ".join(part for part in (bib.series, bib.publisher, material.name) if part),
    )
