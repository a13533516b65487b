"""Copies for a catalogue that has none: how many, where, under which call number.

All is drawn from the source key, so the same catalogue always makes the same library.
"""

import unicodedata
from collections.abc import Iterator

import jaconv

from catalog.models import Copy
from demo.books import Book
from demo.copies import Place
from demo.dates import chance
from demo.popularity import FAMOUS, is_popular
from japanese.volume_labels import read_volume

BRANCHES = [("chuo", 0.45), ("el", 0.25), ("itsukaichi", 0.22), ("masuko", 0.08)]
FAMOUS_TITLES = {title for title, _ in FAMOUS}
OLD = 1970
SHARE_IN_THE_STACKS = 0.4
SHARE_OF_REFERENCE = 0.01
TROUBLES = [
    (0.006, Copy.Whereabouts.MISSING),
    (0.012, Copy.Whereabouts.REPAIR),
    (0.018, Copy.Whereabouts.WITHDRAWN),
    (0.022, Copy.Whereabouts.PROCESSING),
]
SHELF_OF_MATERIAL = {
    "picture_book": "絵本",
    "large_picture_book": "絵本",
    "comic": "コミック",
    "magazine": "雑誌",
    "kamishibai": "紙芝居",
    "large_kamishibai": "紙芝居",
    "large_print": "大活字",
    "cd": "視聴覚",
    "cassette": "視聴覚",
    "dvd": "視聴覚",
    "video": "視聴覚",
}
SIGN_OF_MATERIAL = {"picture_book": "E", "large_picture_book": "E", "kamishibai": "P"}


def invented_places(book: Book) -> list[Place]:
    """One copy of most, up to four of what everybody wants, each at another branch."""
    call_number = call_number_of(book)
    return [
        _place(book, branch, call_number, is_first=number == 0)
        for number, branch in enumerate(_branches(book))
    ]


def call_number_of(book: Book) -> str:
    """Class, the first kana of the author, the volume: 913.6/ナ, K913/ミ/2, E/ナ."""
    sign = SIGN_OF_MATERIAL.get(book.material) or _class(book)
    volume = read_volume(book.volume) if book.volume else None
    number = f"{volume.order.normalize():f}" if volume else ""
    return "/".join(filter(None, [sign, _author_sign(book), number]))


def _class(book: Book) -> str:
    return f"K{book.ndc.partition('.')[0]}" if book.for_children else book.ndc


def _author_sign(book: Book) -> str:
    spoken = book.author_reading or book.title
    without_voice = unicodedata.normalize("NFD", jaconv.hira2kata(spoken[:1]))[:1]
    return without_voice.upper()


def _branches(book: Book) -> Iterator[str]:
    """The branches that have it, the first one drawn by size."""
    wanted = _how_many(book)
    order = sorted(
        BRANCHES,
        key=lambda one: chance(book.source_key, one[0]) ** (1 / one[1]),
        reverse=True,
    )
    return (code for code, _ in order[:wanted])


def _how_many(book: Book) -> int:
    drawn = chance(book.source_key, "copies")
    usual = 1 + (drawn > 0.72) + (drawn > 0.92) + (drawn > 0.98)
    if book.title in FAMOUS_TITLES or is_popular(book.author):
        usual += 1
    return min(usual, len(BRANCHES))


def _place(book: Book, branch: str, call_number: str, *, is_first: bool) -> Place:
    drawn = chance(book.source_key, branch, "state")
    if not is_first and drawn < SHARE_OF_REFERENCE:
        return Place(branch, "参考", call_number, Copy.Lending.IN_LIBRARY)
    state = next((state for below, state in TROUBLES if drawn < below), Copy.Whereabouts.SHELF)
    return Place(branch, _shelf(book, branch), call_number, whereabouts=state)


def _shelf(book: Book, branch: str) -> str:
    if shelf := SHELF_OF_MATERIAL.get(book.material):
        return shelf
    if book.for_children:
        return "児童"
    is_old = 0 < book.year < OLD
    if branch == "chuo" and is_old and chance(book.source_key, "stacks") < SHARE_IN_THE_STACKS:
        return "書庫"
    return "文庫" if "文庫" in book.series else "一般"
