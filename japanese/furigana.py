"""Furigana from the reading of a record: わがはい above 吾輩, ねこ above 猫.

The reading is aligned with the title: kana of the title must occur in it, and the kana between them
are the readings of the kanji. If several alignments are possible, the runs that differ get one
reading together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar, Token
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

Span = tuple[int, int]

# Text with a reading (also figures and letters), kana, and signs without a reading.
_RUN = re.compile(
    r"(?P<kana>[ぁ-ゖァ-ヺー]+)|(?P<read>(?:[々〆〇&＆+＋%％]|(?![ぁ-ゖァ-ヺー])\w|(?<=[一-鿿\d])[ヶヵケ](?=[一-鿿]))+)"
    r"|(?P<mute>.)",
    re.DOTALL,
)
_WORTH_READING = re.compile(r"[\u3400-\u9fff々〆〇\U00020000-\U0003ffff\d]")
_KANJI = re.compile(r"[\u3400-\u9fff々〆〇\U00020000-\U0003ffff]")
_SPELLED = re.compile(r"([\u3400-\u9fff々〆ヶ]+)《([ぁ-ゖァ-ヺー]+)》")
_RUBY = '<ruby>{}<rp>(</rp><rt aria-hidden="true">{}</rt><rp>)</rp></ruby>'
_NOT_READ = re.compile(r"[^\wー]+")
_LONGEST = 200  # characters of a title and of its reading that are aligned
_LONGEST_BASE = 14  # a browser cannot break a line inside ruby
_KANA_OF_A_SIGN = 6  # 承る is ウケタマワ+ル, 1 in 1985 is セン

_SMALL = dict(
    zip("ァィゥェォッャュョヮヵヶヂヅヰヱヲ", "アイウエオツヤユヨワカケジズイエオ", strict=True)
)
_AS_IT_SOUNDS = {"ハ": "ワ", "ヘ": "エ"}  # particles; their places are unknown

_wanted: ContextVar[bool] = ContextVar("furigana_is_wanted", default=False)


def is_wanted() -> bool:
    """Whether the page that is being rendered shows furigana."""
    return _wanted.get()


def show(wanted: bool) -> Token[bool]:
    return _wanted.set(wanted)


def as_before(token: Token[bool]) -> None:
    _wanted.reset(token)


class Part(NamedTuple):
    """A span of the text, with its reading; empty for kana."""

    first: int
    last: int
    reading: str


def with_reading(text: str, reading: str, marks: Iterable[Span] = ()) -> SafeString:
    """Return the escaped text with marks, and with furigana if the page shows them."""
    spans = _disjoint(marks)
    if not _wanted.get():
        return SafeString(_marked(text, 0, len(text), spans))  # nosec
    return SafeString("".join(_ruby(text, part, spans) for part in parts(text, reading)))  # nosec


@lru_cache(maxsize=5_000)
def parts(text: str, reading: str) -> tuple[Part, ...]:
    """Return the parts of the text with certain readings, in order and without gaps."""
    read, starts = _spoken(reading)
    nothing_to_say = not read or not _WORTH_READING.search(text)
    if nothing_to_say or len(text) > _LONGEST or len(read) > _LONGEST:
        return (Part(0, len(text), ""),)
    runs = list(_RUN.finditer(text))
    for may_cut in _ways_to_cut(starts, len(read)):
        cuts = _cuts(runs, read, *may_cut)
        if cuts:
            return tuple(_joined(_parts(text, runs, cuts, reading)))
    return (Part(0, len(text), _in_hiragana(read, starts, 0, len(read))),)


def _ways_to_cut(starts: frozenset[int], end: int) -> Iterator[tuple[frozenset[int], bool]]:
    """Yield assumptions, the strictest first, because it leaves the fewest possible alignments.

    An assumption says where signs without reading may be, and whether a word starts after kana.
    """
    at_words = starts | {0, end}
    anywhere = frozenset(range(end + 1))
    yield at_words, True
    yield at_words, False
    yield anywhere, False


def _cuts(
    runs: Sequence[re.Match[str]], read: str, mute: frozenset[int], words_begin: bool
) -> list[set[int]]:
    """Return for each run, and the end, its possible positions in the reading; [] if none fits.

    The forward pass finds reachable positions; the backward pass keeps those that reach the end.
    """
    forward: list[set[int]] = [{0}]
    for number, run in enumerate(runs):
        here = forward[-1]
        if words_begin and run["read"] and number and runs[number - 1]["kana"]:
            here &= mute
        forward.append({end for at in here for end in _ends(run, read, at, mute)})
    backward = {len(read)} & forward[-1]
    cuts = [backward]
    for number in range(len(runs) - 1, -1, -1):
        run = runs[number]
        backward = {
            at
            for at in forward[number]
            if any(end in backward for end in _ends(run, read, at, mute))
        }
        cuts.append(backward)
    cuts.reverse()
    return cuts if cuts[0] else []


def _ends(run: re.Match[str], read: str, at: int, mute: frozenset[int]) -> Iterable[int]:
    """Return the possible ends of this run in the reading, if it starts at `at`."""
    if run["mute"]:
        return (at,) if at in mute else ()
    if run["kana"]:
        end = _past(run["kana"], read, at)
        return () if end is None else (end,)
    length = len(run["read"])
    least = max(1, len(_KANJI.findall(run["read"])) // 2)
    return range(at + least, min(at + _KANA_OF_A_SIGN * length, len(read)) + 1)


def _past(kana: str, read: str, at: int) -> int | None:
    """Return the position after these kana, or None. Either side may omit a long vowel mark."""
    for sign in map(_katakana, kana):
        if sign == "ー":
            at += read[at : at + 1] == "ー"
            continue
        if at < len(read) and read[at] == "ー" and read[at] != sign:
            at += 1
        if at >= len(read) or not _sounds_like(sign, read[at]):
            return None
        at += 1
    return at


def _sounds_like(written: str, read: str) -> bool:
    written, read = _SMALL.get(written, written), _SMALL.get(read, read)
    return written == read or _AS_IT_SOUNDS.get(written) == read


def _parts(
    text: str, runs: Sequence[re.Match[str]], cuts: Sequence[set[int]], reading: str
) -> Iterator[Part]:
    """Yield the text between two certain positions: one run, or several with a common reading."""
    read, starts = _spoken(reading)
    first = 0
    for number in range(1, len(runs) + 1):
        if len(cuts[number]) > 1:
            continue
        (begins,), (ends,) = cuts[first], cuts[number]
        together = runs[first:number]
        said = any(_WORTH_READING.search(run["read"] or "") for run in together)
        spoken = _in_hiragana(read, starts, begins, ends) if said else ""
        yield Part(together[0].start(), together[-1].end(), spoken)
        first = number


def _joined(found: Iterable[Part]) -> Iterator[Part]:
    """Join neighbouring parts without reading."""
    last: Part | None = None
    for part in found:
        if last and not last.reading and not part.reading:
            last = Part(last.first, part.last, "")
            continue
        if last:
            yield last
        last = part
    if last:
        yield last


@lru_cache(maxsize=500)
def _spoken(reading: str) -> tuple[str, frozenset[int]]:
    """Return the reading in katakana without spaces, and the positions where words begin."""
    words = _NOT_READ.sub(" ", unicodedata.normalize("NFKC", reading)).split()
    starts, at = set(), 0
    for word in words:
        starts.add(at)
        at += len(word)
    return "".join(map(_katakana, "".join(words))), frozenset(starts)


def _katakana(sign: str) -> str:
    return chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign


def _in_hiragana(read: str, starts: frozenset[int], first: int, last: int) -> str:
    signs = []
    for at in range(first, last):
        if at in starts and at > first:
            signs.append(" ")
        signs.append(chr(ord(read[at]) - 0x60) if "ァ" <= read[at] <= "ヶ" else read[at])
    return "".join(signs)


def spelled(text: str) -> SafeString:
    """Return text with inline readings, 漢字《かんじ》, as furigana, or without readings."""
    if not _wanted.get():
        return SafeString(escape(without_readings(text)))  # nosec
    return SafeString(in_ruby(escape(text)))  # nosec


def without_readings(text: str) -> str:
    return _SPELLED.sub(r"\1", text)


def in_ruby(markup: str) -> str:
    """The same for markup."""
    return _SPELLED.sub(_RUBY.format(r"\1", r"\2"), markup)


def _ruby(text: str, part: Part, marks: Sequence[Span]) -> str:
    """Return the HTML. Furigana are hidden from screen readers, which read the kanji."""
    base = _marked(text, part.first, part.last, marks)
    if not part.reading:
        return base
    reading = escape(part.reading)
    if part.last - part.first > _LONGEST_BASE:
        return f'{base}<small class="reading" aria-hidden="true">({reading})</small>'
    return _RUBY.format(base, reading)


def _marked(text: str, first: int, last: int, marks: Sequence[Span]) -> str:
    """Return this part of the text, escaped, with <mark> around its marks."""
    found, done = [], first
    for begins, ends in marks:
        begins, ends = max(begins, done), min(ends, last)
        if begins >= ends:
            continue
        found.append(f"{escape(text[done:begins])}<mark>{escape(text[begins:ends])}</mark>")
        done = ends
    return "".join([*found, escape(text[done:last])])


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, with overlapping ones joined."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
