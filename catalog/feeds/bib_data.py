"""Bibs with the data of all export formats, in a constant number of queries."""

from collections.abc import Sequence
from enum import Enum

from catalog.bib_page.facts import bibs_with_everything
from catalog.display.choices import LANGUAGE_TAGS
from catalog.models import Bib, MaterialType

_EDITORS = frozenset({"編", "編集", "責任編集", "監修"})
_TRANSLATORS = frozenset({"訳", "共訳", "監訳", "編訳", "やく"})


def in_order(bib_ids: Sequence[int]) -> list[Bib]:
    """Return the bibs in this order. Bibs that exist only in the index are left out."""
    found = bibs_with_everything().in_bulk(bib_ids)
    return [found[pk] for pk in bib_ids if pk in found]


def names(bib: Bib, share: str | None = None) -> list[str]:
    """Return all contributors, or only those with this share: author, editor or translator."""
    return [
        contribution.contributor.name
        for contribution in bib.credits
        if share in (None, _share(contribution.role))
    ]


def full_title(bib: Bib) -> str:
    """Return the title with the subtitle. The volume has a field of its own."""
    return f"{bib.title} : {bib.subtitle}" if bib.subtitle else bib.title


class MaterialTerms(Enum):
    """The kinds of other vocabularies, coarser than the library's."""

    BOOK = "book"
    SERIAL = "serial"
    SOUND = "sound"
    FILM = "film"


def material_term(material: MaterialType) -> MaterialTerms:
    if material.medium == MaterialType.Medium.AUDIO:
        return MaterialTerms.SOUND
    if material.medium == MaterialType.Medium.VIDEO:
        return MaterialTerms.FILM
    return MaterialTerms.SERIAL if material.code == "magazine" else MaterialTerms.BOOK


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of a code: ja for jpn."""
    return LANGUAGE_TAGS.get(code, code)


def _share(role: str) -> str:
    if role in _EDITORS:
        return "editor"
    return "translator" if role in _TRANSLATORS else "author"
