"""Draws a small book as SVG, because the library has no right to show cover pictures.

Drawn on 100 × 140 units with classes only (colours are in components.css), so a strict content
security policy and the dark theme work. The same bib always gives the same picture.
"""

from functools import lru_cache, partial
from html import escape
from zlib import crc32

from django.utils.safestring import SafeString

_escaped = partial(escape, quote=False)  # quotes need no escape between tags, and cost bytes

_FIRST_VERTICAL = "\u2e80"  # from here on scripts that are set vertically: kana, kanji, hangul
_NEVER_FIRST = frozenset(
    "、。,.・:;!?)]ー々ゝゞ」』】〉》〕\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\uff09\uff3d…"
    "ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
# Full-width forms stand upright in vertical text.
_UPRIGHT = {c: c + 0xFEE0 for c in b"0123456789!?"}
_READ = 160  # characters of a malformed title that are read
_SETTINGS = ((6, 1, 15), (16, 2, 13), (30, 3, 11))  # title up to n characters: columns, size
_MOST = 30
_ROOM = 98  # units of a column above the band or the author

_SIGNS = {
    "CD": "CD",
    "カセット": "カセット",
    "DVD": "DVD",
    "ビデオ": "ビデオ",
    "紙芝居": "紙芝居",
    "大型紙芝居": "紙芝居",
    "大型絵本": "大型",
    "大活字本": "大活字",
    "大活字": "大活字",
    "雑誌": "雑誌",
    "点字": "点字",
}
_DISCS = ("CD", "DVD")
_DISC = (
    '<g class="l"><circle cx="52" cy="104" r="25"/><circle cx="52" cy="104" r="18"/>'
    '<circle cx="52" cy="104" r="6"/></g>'
)
_MOTIFS = (
    # the river
    '<path class="l" d="M10 100q11-9 22 0t22 0 22 0 24 0M10 109q11-9 22 0t22 0 22 0 24 0'
    'M10 118q11-9 22 0t22 0 22 0 24 0M10 127q11-9 22 0t22 0 22 0 24 0"/>',
    # hills
    '<path class="m" d="M10 118q20-26 40-6t50-12v40H10z"/>'
    '<path class="m" d="M10 128q30-18 52-4t38-6v22H10z"/>',
    # the sun behind a hill
    '<circle class="m" cx="70" cy="106" r="16"/><path class="m" d="M10 122q40-24 90 2v16H10z"/>',
    # fish scales
    '<path class="m" d="M10 140l11-16 11 16zm22 0 11-16 11 16zm22 0 11-16 11 16zm22 0 11-16 11 16z'
    'M21 124l11-16 11 16zm22 0 11-16 11 16zm22 0 11-16 11 16z"/>',
    # stripes
    '<path class="l" d="M34 140V98m12 42V98m12 42V98m12 42V98m12 42V98m12 42V98"/>',
    # rings on water
    '<g class="l"><circle cx="64" cy="116" r="7"/><circle cx="64" cy="116" r="14"/>'
    '<circle cx="64" cy="116" r="21"/><circle cx="90" cy="132" r="6"/></g>',
    # a chequered cloth
    '<path class="m" d="M10 110h15v15H10zm30 0h15v15H40zm30 0h15v15H70z'
    'M25 125h15v15H25zm30 0h15v15H55zm30 0h15v15H85z"/>',
    # leaves
    '<path class="m" d="M38 138q-8-22 8-36 10 20-8 36zm20 0q-8-30 10-44 10 24-10 44z'
    'm20 0q-8-20 8-32 8 18-8 32z"/>',
    # stars over the valley
    '<path class="m" d="M22 96h3v3h-3zm20 12h2v2h-2zm22-10h3v3h-3zm18 14h2v2h-2zm-50 8h2v2h-2z'
    'M10 132l24-14 20 10 22-16 24 18v10H10z"/>',
    # dots
    '<path d="M20 104h72M28 113h64M20 122h72M28 131h64" class="l" stroke-linecap="round"'
    ' stroke-dasharray=".1 16"/>',
)


@lru_cache(maxsize=1_000)  # about a megabyte; popular books are drawn again and again
def cover_svg(title: str, author: str, volume: str, ndc: str, material: str) -> SafeString:
    """Return the book as inline SVG, hidden from screen readers, which read the title beside it.

    `material` is the name of the material type (図書, CD, 紙芝居 …), `ndc` the class.
    """
    title, author = _clean(title.partition(" : ")[0]), _clean(author)
    seed = crc32(title.encode())
    tone = ndc[0] if ndc[:1].isascii() and ndc[:1].isdigit() else "none"
    sign = _SIGNS.get(material, "")
    motif = _DISC if sign in _DISCS else _MOTIFS[seed % len(_MOTIFS)]
    face = ("deep" if (seed >> 4) % 2 else "pale") + ("", " one", " two")[(seed >> 12) % 3]
    return SafeString(  # nosec
        f'<svg class="cover cover-{tone} {face}"'
        ' viewBox="0 0 100 140" aria-hidden="true" focusable="false">'
        '<path class="g" d="M0 0h100v140H0z"/>'
        f"{_front(title, author, motif, seed >> 8, below_sign=bool(sign))}"
        '<path class="s" d="M0 0h8v140H0z"/><path class="w" d="M8 0h1.2v140H8z"/>'
        f"{_spine_mark(volume)}{_corner_sign(sign)}</svg>"
    )


def _clean(text: str) -> str:
    """Remove control and direction marks, and collapse spaces."""
    text = " ".join(text[:_READ].split())
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def _front(title: str, author: str, motif: str, seed: int, *, below_sign: bool) -> str:
    """One of three bindings: a title slip, a paper band (帯), or plain cloth with its ornament."""
    if not title or max(title) < _FIRST_VERTICAL:
        return motif + _latin_title(title) + _author_across(author)
    columns, size = _columns(title)
    length = size * max(map(len, columns))
    if below_sign or seed % 3 == 0 or length > _ROOM:
        texts = _vertical(columns, size, right=96, top=22 if below_sign else 12)
        return motif + texts + _author_down(author)
    width = (size + 4) * len(columns) + 8
    if seed % 3 == 1:
        slip = f'<path class="p" d="M{54 - width / 2:g} 9h{width}v{length + 14}h-{width}z"/>'
        texts = _vertical(columns, size, right=50 + width / 2, top=16)
        return f'{motif}{slip}<g class="on">{texts}</g>{_author_across(author)}'
    band = f'<path class="b" d="M0 114h100v26H0z"/><g class="ob">{_author_across(author)}</g>'
    return band + _vertical(columns, size, right=96, top=12)


def _columns(title: str) -> tuple[list[str], int]:
    """Return columns of similar length.

    No column begins with a mark that may not stand there (禁則); a space is the best break.
    """
    title = title.translate(_UPRIGHT)
    if len(title) > _MOST:
        title = title[: _MOST - 1] + "…"
    count, size = next((count, size) for most, count, size in _SETTINGS if len(title) <= most)
    columns = []
    for left in range(count, 1, -1):
        at = -(-len(title) // left)
        blank = title.find(" ", at - 2, at + 3)
        if blank > 0:
            at = blank
        elif title[at : at + 1] in _NEVER_FIRST:
            at += 1
        columns.append(title[:at].rstrip())
        title = title[at:].lstrip()
    columns.append(title)
    return [column for column in columns if column], size


def _vertical(columns: list[str], size: int, *, right: float, top: int) -> str:
    step = size + 4
    texts = "".join(
        f'<text class="v" x="{right - step / 2 - step * i:g}" y="{top}">{_escaped(column)}</text>'
        for i, column in enumerate(columns)
    )
    return f'<g font-size="{size}">{texts}</g>'


def _latin_title(title: str) -> str:
    words = title.split(" ")
    lines, size = _lines(words, 11), 14
    if len(lines) > 4 or max(map(len, words)) > 11:
        lines, size = _lines(words, 14), 11
    texts = "".join(
        f'<text x="15" y="{28 + (size + 3) * i}">{_escaped(line)}</text>'
        for i, line in enumerate(lines)
    )
    return f'<g font-size="{size}">{texts}</g>'


def _lines(words: list[str], room: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < room:
            lines[-1] += " " + word
        else:
            lines.append(word if len(word) <= room else word[: room - 1] + "…")
    return lines if len(lines) <= 5 else [*lines[:4], "…"]


def _author_down(author: str) -> str:
    if not author or max(author) < _FIRST_VERTICAL:
        return _author_across(author)
    short = author if len(author) <= 9 else author[:8] + "…"
    return f'<text class="v a" x="26" y="132" font-size="8">{_escaped(short)}</text>'


def _author_across(author: str) -> str:
    if not author:
        return ""
    most = 10 if max(author) >= _FIRST_VERTICAL else 18
    short = author if len(author) <= most else author[: most - 1] + "…"
    return f'<text class="c" x="54" y="131" font-size="8">{_escaped(short)}</text>'


def _spine_mark(volume: str) -> str:
    mark = _clean(volume).removeprefix("第").removesuffix("巻")[:4].rstrip()
    if not mark:
        return ""
    if len(mark) > 2:
        mark = _escaped(mark.translate(_UPRIGHT))
        return (
            '<path class="k" d="M-1 96h18v34H-1z"/>'
            f'<text class="v c" x="8" y="113" font-size="8">{mark}</text>'
        )
    size = 8 if len(mark) == 2 and max(mark) >= _FIRST_VERTICAL else 10
    return (
        '<path class="k" d="M-1 106h18v16H-1z"/>'
        f'<text class="c" x="8" y="{114 + size / 3:g}" font-size="{size}">{_escaped(mark)}</text>'
    )


def _corner_sign(sign: str) -> str:
    if not sign:
        return ""
    width = (10 if max(sign) >= _FIRST_VERTICAL else 8) * len(sign) + 6
    return (
        f'<path class="k" d="M{100 - width} 0h{width}v14h-{width}z"/>'
        f'<text class="c" x="{100 - width / 2:g}" y="10.5" font-size="9">{sign}</text>'
    )
