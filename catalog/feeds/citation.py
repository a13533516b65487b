"""One bib for literature lists: BibTeX and RIS."""

from collections.abc import Iterator

from akiruno_library.absolute_url import bib_address
from akiruno_library.plain_text import one_line
from catalog.feeds.bib_data import MaterialTerms, full_title, language_tag, material_term, names
from catalog.models import Bib

# Words instead of backslashes, because BibTeX counts even escaped braces.
_TEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
    }
    | {sign: f"\\{sign}" for sign in "&%$#_"}
)

_RIS_TYPES = {
    MaterialTerms.BOOK: "BOOK",
    MaterialTerms.SERIAL: "SER",
    MaterialTerms.SOUND: "SOUND",
    MaterialTerms.FILM: "VIDEO",
}


def bibtex(bib: Bib) -> str:
    entry = "book" if material_term(bib.material_type) is MaterialTerms.BOOK else "misc"
    fields = [f"  {name} = {{{value}}}," for name, value in _bibtex_fields(bib) if value]
    return "\n".join([f"@{entry}{{akiruno{bib.pk},", *fields, "}", ""])


def ris(bib: Bib) -> str:
    """RIS has no escapes; a value only must not contain a line break."""
    lines = [f"{tag}  - {line}" for tag, value in _ris_lines(bib) if (line := one_line(value))]
    return "\r\n".join([*lines, "ER  - ", ""])


def _bibtex_fields(bib: Bib) -> Iterator[tuple[str, str]]:
    for share in ("author", "editor", "translator"):
        yield share, " and ".join(_bibtex_name(name) for name in names(bib, share))
    readings = [one.contributor.reading for one in bib.credits]
    yield "yomi", _tex(readings[0] if readings else "")  # pBibTeX sorts Japanese names by it
    yield "title", f"{{{_tex(full_title(bib))}}}"
    yield "volume", _tex(bib.volume)
    yield "series", _tex(bib.series.title if bib.series else "")
    yield "number", _tex(bib.series_number)
    yield "edition", _tex(bib.edition)
    yield "publisher", _tex(bib.publisher)
    yield "year", str(bib.year or "")
    yield "isbn", ", ".join(map(_tex, bib.isbns))
    yield "language", language_tag(_tex(bib.language))
    yield "howpublished", _tex(_medium(bib))
    yield "keywords", ", ".join(map(_tex, bib.subjects))
    yield "url", bib_address(bib.pk)


def _bibtex_name(name: str) -> str:
    """Put a name in braces if BibTeX would split it wrongly."""
    written = _tex(name)
    is_split = " and " in f" {written.lower()} " or written.count(",") > 1
    return f"{{{written}}}" if is_split or " " not in written else written


def _ris_lines(bib: Bib) -> Iterator[tuple[str, str]]:
    yield "TY", _RIS_TYPES[material_term(bib.material_type)]
    for share, tag in (("author", "AU"), ("editor", "ED"), ("translator", "A4")):
        for name in names(bib, share):
            yield tag, name
    yield "TI", full_title(bib)
    yield "VL", bib.volume
    yield "T2", bib.series.title if bib.series else ""
    yield "M1", bib.series_number
    yield "ET", bib.edition
    yield "PB", bib.publisher
    yield "PY", str(bib.year or "")
    for number in bib.isbns:
        yield "SN", number
    yield "LA", language_tag(bib.language)
    for subject in bib.subjects:
        yield "KW", subject
    yield "AB", bib.contents
    yield "UR", bib_address(bib.pk)
    yield "DP", "あきる野市図書館"


def _medium(bib: Bib) -> str:
    """Return CD, DVD or 雑誌; empty for a book, the default."""
    return "" if material_term(bib.material_type) is MaterialTerms.BOOK else bib.material_type.name


def _tex(text: str) -> str:
    return one_line(text).translate(_TEX)
