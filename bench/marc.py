"""The invented bibs as a national library would send them: MARC 21 in ISO 2709.

As JAPAN/MARC has it: the original in the field, readings in 880, ISBN, NDC, responsibility.
"""

from collections.abc import Iterator
from pathlib import Path

from bench.invention import AUTHORS, Author, InventedBib, invented
from bench.words import SERIES

KINDS = {"cd": "j", "dvd": "g"}
FIELD, RECORD = b"\x1e", b"\x1d"


def write_marc(path: Path, bibs: int) -> None:
    with path.open("wb") as file:
        for bib in invented(bibs):
            file.write(_record(bib))


def _record(bib: InventedBib) -> bytes:
    directory, contents, start = [], [], 0
    for tag, text in _fields(bib):
        content = text.encode() + FIELD
        directory.append(f"{tag}{len(content):04}{start:05}")
        contents.append(content)
        start += len(content)
    base = 24 + 12 * len(directory) + 1
    serial = "s" if bib.material == "magazine" else "m"
    head = f"{base + start + 1:05}n{KINDS.get(bib.material, 'a')}{serial} a22{base:05} i 4500"
    return (head + "".join(directory)).encode() + FIELD + b"".join(contents) + RECORD


def _fields(bib: InventedBib) -> Iterator[tuple[str, str]]:
    """Tag and content in the order of tags; a subfield begins with $ here."""
    linked: list[str] = []
    for tag, text in _described(bib, linked):
        yield tag, text if tag < "010" else text.replace("$", "\x1f")
    for text in linked:
        yield "880", text.replace("$", "\x1f").replace("/~1", "/$1")


def _described(bib: InventedBib, linked: list[str]) -> Iterator[tuple[str, str]]:
    for_children = "j" if bib.material == "picture_book" else " "
    yield "001", f"{bib.number:09}"
    yield "008", f"200101s{bib.year}    ja     {for_children}      000 0 jpn  "
    if bib.isbn:
        yield "020", f"  $a{bib.isbn}"
    yield "084", f"  $a{bib.ndc}$2njb/10"
    first, *others = (AUTHORS[author] for author in bib.authors)
    names = [f"{one.surname[0]}{one.given[0]}" for one in (first, *others)]
    subtitle = f" :$b{bib.subtitle}" if bib.subtitle else ""
    volume = f"$n第{bib.volume}巻" if bib.volume else ""
    yield from _with_reading(linked, "100", _heading(first, 0), _heading(first, 1), first.born)
    title = f"{bib.title}{subtitle}{volume} /$c{', '.join(names)} 著"
    yield from _with_reading(linked, "245", title, bib.reading, "")
    yield "264", f" 1$a東京 :$b{bib.publisher},$c{bib.year}.{bib.month}"
    yield "300", f"  $a{bib.pages}p ;$c19cm"
    if bib.series is not None:
        written, spoken = SERIES[bib.series]
        number = f" ;$v{bib.series_number}"
        yield from _with_reading(linked, "490", written + number, spoken.replace("_", " "), "")
    if bib.contents:
        yield "505", f"0 $a{bib.contents}"
    yield from _with_reading(linked, "650", bib.topic[0], bib.topic[1], "")
    for one in others:
        yield from _with_reading(linked, "700", _heading(one, 0), _heading(one, 1), one.born)


def _heading(author: Author, script: int) -> str:
    return f"{author.surname[script]}, {author.given[script]}"


def _with_reading(
    linked: list[str], tag: str, text: str, reading: str, born: str
) -> Iterator[tuple[str, str]]:
    """The field, and its reading put aside for 880."""
    occurrence = len(linked) + 1
    linked.append(f"  $6{tag}-{occurrence:02}/~1$a{reading}")
    yield tag, f"  $6880-{occurrence:02}$a{text}" + (f",$d{born}" if born else "")
