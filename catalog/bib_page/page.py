"""The page of a bib in three blocks: description, availability, actions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from akiruno_library.links import coded_url, numbered_url
from catalog.bib_page.facts import copies_of
from catalog.bib_page.related import related_shelves
from catalog.copies import web_eligibility
from catalog.copies.availability import availability_of
from catalog.display.choices import LANGUAGES
from catalog.display.covers import cover_svg
from catalog.models import Bib, Branch, Copy
from catalog.ndc import class_within, name_of
from catalog.results.rows import heading_of, imprint_of, joined_authors
from japanese.furigana import with_reading
from japanese.volume_labels import unit_of

SPINES_IN_A_ROW = 60


@dataclass(frozen=True)
class Linked:
    words: str | SafeString
    url: str
    after: str = ""  # role and reading of a person


@dataclass(frozen=True)
class Fact:
    label: str
    words: str = ""
    links: tuple[Linked, ...] = ()


@dataclass(frozen=True)
class Spine:
    pk: int
    label: str
    words: str
    url: str
    is_this: bool


@dataclass(frozen=True)
class CopyLine:
    pk: int
    branch: str
    branch_url: str
    shelf: str
    call_number: str
    barcode: str
    lending: str
    state: str
    tone: str
    supplements: str
    is_on_loan: bool = False


def detail_page(bib: Bib, branches: Iterable[Branch]) -> dict[str, Any]:
    by_number = {branch.pk: branch for branch in branches}
    copies = copies_of(bib)
    order = list(by_number)
    copies.sort(key=lambda copy: (order.index(copy.home_branch_id), copy.shelf, copy.barcode))
    people = [contribution.contributor.name for contribution in bib.credits]
    spines = list(spines_of(bib))
    unit = unit_of(spine.words for spine in spines)
    availability = availability_of(bib.status, bib.material_type, copies, by_number)
    return {
        "bib": bib,
        "cover": cover_svg(
            bib.title, joined_authors(people), bib.volume, bib.ndc, bib.material_type.name
        ),
        "heading": heading_of(bib),
        "imprint": imprint_of(bib),
        "people": list(people_of(bib)),
        "facts": list(facts_of(bib)),
        "spines": _near(spines),
        "before": _beside(spines, -1),
        "after": _beside(spines, 1),
        "related": related_shelves(bib, copies, by_number),
        "place_in_set": place_in_set(spines, unit),
        "unit": unit,
        "availability": availability,
        "holdings": holdings_in_words(bib),
        "bibtex": numbered_url("api:bibtex", bib.pk),
        "ris": numbered_url("api:ris", bib.pk),
        "copies": [copy_line(copy, by_number) for copy in copies],
        "refusals": [
            str(reason) for reason in web_eligibility.refusals(bib.status, bib.material_type)
        ],
    }


def people_of(bib: Bib) -> Iterator[Linked]:
    for contribution in bib.credits:
        person = contribution.contributor
        reading = f"({person.reading})" if person.reading else ""
        page = numbered_url("browsing:author", person.pk)
        name = with_reading(person.name, person.reading)
        yield Linked(name, page, f"{contribution.role}{reading}")


def facts_of(bib: Bib) -> Iterator[Fact]:
    """Yield the catalogued facts in the order of a catalogue card; empty ones are left out."""
    title_reading = Fact("題名の読み", bib.title_reading)
    series = Fact("シリーズ", links=tuple(_series_of(bib)))
    subjects = Fact("件名", links=tuple(Linked(s, _search(subject=s)) for s in bib.subjects))
    ndc = Fact("分類 (NDC)", links=tuple(_class_of(bib)))
    for fact in (
        title_reading,
        Fact("副題", bib.subtitle),
        Fact("版", bib.edition),
        Fact("出版者", links=_one(bib.publisher, publisher=bib.publisher)),
        Fact("出版年月", bib.published or str(bib.year or "")),
        Fact("ページ数・大きさ", bib.extent),
        series,
        Fact("ISBN", "、".join(bib.isbns)),
        ndc,
        subjects,
        Fact("言語", "" if bib.language == "jpn" else LANGUAGES.get(bib.language, bib.language)),
        Fact("対象", "" if bib.audience == Bib.Audience.ADULT else bib.get_audience_display()),
        Fact("内容", bib.contents),
        Fact("注記", bib.notes),
    ):
        if fact.words or fact.links:
            yield fact


def spines_of(bib: Bib) -> Iterator[Spine]:
    """Yield the volumes of its set in order; nothing if the bib has no set."""
    if bib.volume_set_id is None:
        return
    in_set = Bib.objects.public().filter(volume_set=bib.volume_set_id)
    siblings = in_set.order_by("volume_order", "pk")
    for at, (pk, title, volume) in enumerate(siblings.values_list("pk", "title", "volume"), 1):
        yield Spine(
            pk,
            volume.removeprefix("第").removesuffix("巻") or str(at),
            f"{title} {volume}".strip(),
            numbered_url("catalog:detail", pk),
            pk == bib.pk,
        )


def _near(spines: list[Spine]) -> list[Spine]:
    """Return the spines around this one, if the set is too long for a shelf."""
    at = next((at for at, spine in enumerate(spines) if spine.is_this), 0)
    first = max(0, min(at - SPINES_IN_A_ROW // 2, len(spines) - SPINES_IN_A_ROW))
    return spines[first : first + SPINES_IN_A_ROW]


def _beside(spines: list[Spine], step: int) -> Spine | None:
    at = next((at for at, spine in enumerate(spines) if spine.is_this), 0) + step
    return spines[at] if 0 <= at < len(spines) else None


def place_in_set(spines: list[Spine], unit: str) -> str:
    """Return 全3巻の2, for example."""
    if len(spines) < 2:
        return ""
    place = next(at for at, spine in enumerate(spines, 1) if spine.is_this)
    return f"全{len(spines)}{unit}の{place}"


def holdings_in_words(bib: Bib) -> str:
    """Return 予約2件・所蔵3冊, for example."""
    status, unit = bib.status, "点" if bib.material_type.is_audiovisual else "冊"
    owned = status.circulating + status.in_library_only
    return f"予約{status.waiting}件・所蔵{owned}{unit}" if owned or status.waiting else ""


def copy_line(copy: Copy, branches: dict[int, Branch]) -> CopyLine:
    home = branches[copy.home_branch_id]
    tone = "plain"
    if copy.whereabouts == Copy.Whereabouts.SHELF and copy.lending == Copy.Lending.LENT:
        tone = "good"
    return CopyLine(
        pk=copy.pk,
        branch=home.name,
        branch_url=coded_url("catalog:branch", home.code),
        shelf=copy.shelf,
        call_number=copy.call_number,
        barcode=copy.barcode,
        lending=copy.get_lending_display(),
        state=_state_of(copy, branches),
        tone=tone,
        supplements=copy.supplements,
        is_on_loan=copy.whereabouts == Copy.Whereabouts.ON_LOAN,
    )


def _state_of(copy: Copy, branches: dict[int, Branch]) -> str:
    here = branches[copy.current_branch_id].name
    away = copy.current_branch_id != copy.home_branch_id
    if copy.whereabouts == Copy.Whereabouts.SHELF:
        return f"いまは{here}の棚にあります" if away else "棚にあります"
    if copy.whereabouts == Copy.Whereabouts.IN_TRANSIT:
        return f"配送中({here}へ)"
    return copy.get_whereabouts_display()


def _series_of(bib: Bib) -> Iterator[Linked]:
    if bib.series:
        page = numbered_url("browsing:series", bib.series.pk)
        yield Linked(bib.series.title, page, bib.series_number)


def _class_of(bib: Bib) -> Iterator[Linked]:
    """Yield 913.6 小説・物語, or a class mark that is not in the NDC."""
    if number := class_within(bib.ndc):
        yield Linked(bib.ndc, reverse("browsing:class", args=[number]), name_of(number))
    elif bib.ndc:
        yield Linked(bib.ndc, _search(ndc=bib.ndc))


def _one(words: str, **search: str) -> tuple[Linked, ...]:
    return (Linked(words, _search(**search)),) if words else ()


def _search(**search: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode(search)}"
