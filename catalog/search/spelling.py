"""Another search for one that finds nothing: a slip of the finger, a wrong conversion.

1. words that are found somewhere stay as they are; each of the others is looked at alone
2. titles, contributors and series that share enough of it are read from the index
3. what differs least, as written or as read, stands in its place: a wrong conversion
   (宮沢健二) is read as the right one is, and 鬼めつの刃 is half converted
4. the search so mended must find something

A poor guess is worse than none. A part of a title is offered only if it is whole words of it and
begins as what was typed; the shorter that is, the more of it must be right (`_is_likely`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, takewhile

from tantivy import DocAddress, Occur, Query, Schema, Searcher

from catalog.display.highlighting import aligned, part_as_written
from catalog.search import index as on_disk
from catalog.search import morphemes
from catalog.search.field_values import SPELLING, letters, sounded
from catalog.search.query import SearchRequest, count
from catalog.search.tokens import kanji, query_terms, tokens
from japanese import loanwords
from japanese.normalise import compact
from japanese.romaji import hepburn, loose_romaji, romaji_keys

LONGEST_MENDED = 30  # characters of one word
_COMPARED = 30  # books whose titles, contributors and series are compared
_LONGEST_COMPARED = 60  # characters of a candidate
_SHORTEST_KANA, _SHORTEST_LATIN = 3, 4
_MOST_DIFFERENCES = 3
_CHARACTERS_A_DIFFERENCE = 4  # one in so many may be wrong
_NEARLY_WHOLE = 0.8  # what is meant is then the whole title
_NEVER_FIRST = frozenset("んンーっッゃゅょャュョぁぃぅぇぉァィゥェォ々")  # of a word
_KANA = re.compile("[ァ-ヺー]+")
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_BETWEEN_NAMES = re.compile(r"[\s・,、.=＝-]+")
_SCRIPT = re.compile(r"[一-鿿㐀-䶿々〇]+|[ァ-ヺー]+|[ぁ-ゖー]+|[^\W_一-鿿ぁ-ヺー]+|\W+")
_SHORTEST_PART_OF_KANJI = _SHORTEST_PART_OF_KANA = 4
_SHORTEST_PART_OF_LATIN, _SHORTEST_PART_OF_ROMAJI = 4, 5
_SHORTEST_NEARLY_READ_SO = 5  # kana; what is read shorter must be read just so
_MOST_RUNS = 8  # of kana and kanji
_SHORT_READING = 4  # of which the first is right
_SHORT_WORD = 3  # characters: what is a word itself, as 年金, is no slip of another
_AROUND = "『』「」（）()〈〉《》【】［］[]、。・ "


@dataclass(frozen=True, slots=True)
class _Way:
    """What was typed: as it is written, or as it is read."""

    text: str
    is_reading: bool = False
    is_conversion: bool = False  # kanji were typed, and may be the wrong ones
    sought: str = ""  # as the index has it, where that is not how it sounds

    @property
    def allowed(self) -> int:
        shortest = _SHORTEST_LATIN if self.text.isascii() else _SHORTEST_KANA
        if len(self.text) < shortest and not kanji(self.text):
            return 0
        return min(_MOST_DIFFERENCES, max(1, len(self.text) // _CHARACTERS_A_DIFFERENCE))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A title, or the name of a contributor or series, with all its spellings."""

    spellings: list[str]
    is_title: bool = False
    is_person: bool = False

    @property
    def name(self) -> str:
        return self.spellings[0]


@dataclass(frozen=True, order=True, slots=True)
class _Likeness:
    differences: int
    left_over: int  # characters that are offered beside what was typed
    is_part: bool
    unlike_from: int  # the earlier a slip, the less likely it is; negative
    words: str


def did_you_mean(q: str) -> str | None:
    """What to type in place of `q`, where that finds anything at all; or SearchUnavailable."""
    typed = query_terms(q)
    mended = [_kept_or_mended(term) for term in typed]
    whole = " ".join(mended)
    return whole if mended != typed and count(SearchRequest(q=whole)) else None


def _kept_or_mended(term: str) -> str:
    if len(term) > LONGEST_MENDED or count(SearchRequest(q=term)):
        return term
    best = min(_likenesses(term), default=None)
    return best.words if best else term


def _likenesses(term: str) -> Iterator[_Likeness]:
    ways = [way for way in _ways(term) if way.allowed]
    with on_disk.reading() as reader:
        searcher, schema = reader.searcher(), reader.schema
        candidates = _candidates(searcher, schema, ways)
    for candidate in candidates:
        yield from _half_converted(term, candidate)
        for way in ways:
            yield from _compared(way, candidate)


def _ways(term: str) -> list[_Way]:
    """As typed and, where kanji are typed, as they are read; Latin letters may be romaji, too."""
    written = compact(term)
    if written.isascii():
        romaji = loose_romaji(term).replace(" ", "")
        return [_Way(written), *([_Way(romaji, is_reading=True)] if romaji else [])]
    if _KANA.fullmatch(written):
        return [_as_read(term)]
    read = morphemes.reading(term)
    ways = [_Way(written)] if len(written) > _SHORT_WORD or not morphemes.is_one(term) else []
    if _KANA.fullmatch(compact(read)):
        ways.append(_as_read(read, is_conversion=True))
    return ways


def _as_read(kana: str, *, is_conversion: bool = False) -> _Way:
    return _Way(sounded(kana), True, is_conversion, sought=compact(kana))


def _is_two_kanji(way: _Way) -> bool:
    return len(way.text) == 2 and not way.is_reading and kanji(way.text) == list(way.text)


def _candidates(searcher: Searcher, schema: Schema, ways: Iterable[_Way]) -> list[_Candidate]:
    titles: dict[str, None] = {}
    people: dict[str, None] = {}
    series: dict[str, None] = {}
    for way in ways:
        for place in _PLACES:
            query = _sharing(schema, way.sought or way.text, place)
            hits = query and searcher.search(query, _COMPARED, count=False).hits
            if not hits:
                continue
            addresses = [address for _, address in hits]
            if place.names is None:
                shown = (searcher.doc(address).get_first("shown") for address in addresses)
                titles |= {bytes(title or b"").decode(): None for title in shown}
            else:
                found = dict.fromkeys(_names(searcher, schema, addresses, place.names))
                (people if place.names == "who" else series).update(found)
    return [
        *(_Candidate(title.split(SPELLING), is_title=True) for title in titles),
        *(_person(name.split(SPELLING)) for name in people),
        *(_Candidate(name.split(SPELLING)) for name in series),
    ]


def _person(spellings: list[str]) -> _Candidate:
    """Looked for by each part of the name alone, too: ユゴー, ヴィクトル by ユーゴー."""
    parts = [part for name in spellings for part in _BETWEEN_NAMES.split(name) if len(part) > 1]
    return _Candidate(list(dict.fromkeys([*spellings, *parts])), is_person=True)


@dataclass(frozen=True, slots=True)
class _Place:
    pairs: str
    kanji: str
    romaji: str
    names: str | None = None  # the field that tells them; of a title the document does


_PLACES = (
    _Place("ti", "ut", "tr"),
    _Place("au", "ua", "ar", "who"),
    _Place("se", "u", "tr", "of"),
)


def _sharing(schema: Schema, text: str, place: _Place) -> Query | None:
    """Books that share half of it at the least: of pairs, of kanji where it is short."""
    if text.isascii():
        field, parts = place.romaji, letters(text)
    elif len(text) <= _SHORTEST_KANA and kanji(text):
        field, parts = place.kanji, kanji(text)
    else:
        field, parts = place.pairs, tokens(text)
    if not parts:
        return None
    shared = [(Occur.Should, Query.term_query(schema, field, part)) for part in parts]
    return Query.boolean_query(shared, minimum_number_should_match=max(1, len(parts) // 2))


def _names(
    searcher: Searcher, schema: Schema, addresses: list[DocAddress], field: str
) -> Iterator[str]:
    bibs = [bib for bib in searcher.fast_field_values("bib", addresses) if bib is not None]
    those = Query.term_set_query(schema, "bib", bibs)
    asked = {"names": {"terms": {"field": field, "size": _COMPARED}}}
    for bucket in searcher.aggregate(those, asked)["names"]["buckets"]:
        yield str(bucket["key"])


def _half_converted(term: str, candidate: _Candidate) -> Iterator[_Likeness]:
    """鬼めつの刃: every kanji stands in the name, and every kana is how the rest of it is read."""
    runs = _KANA_OR_NOT.findall(compact(term))
    signs, name = set(kanji(term)), compact(candidate.name)[:_LONGEST_COMPARED]
    if not 1 < len(runs) <= _MOST_RUNS or not signs or not signs <= set(name):
        return
    as_written = "".join(
        f"(?:{run}|.{{1,{len(run)}}}?)" if _KANA.fullmatch(run) else re.escape(run) for run in runs
    )
    as_read = "".join(sounded(run) if _KANA.fullmatch(run) else ".+?" for run in runs)
    found = re.fullmatch(as_written, name) or re.search(as_written, name)
    if found and any(re.search(as_read, sounded(other)) for other in candidate.spellings[1:]):
        if found[0] == name or not candidate.is_title:
            yield _Likeness(0, 0, False, 0, candidate.name)
        elif set(found.span()) <= _word_ends(candidate, candidate.name, name):
            yield _Likeness(0, 0, True, 0, part_as_written(candidate.name, found.span()))


def _compared(way: _Way, candidate: _Candidate) -> Iterator[_Likeness]:
    for spelling in candidate.spellings:
        text = _comparable(way, spelling)[:_LONGEST_COMPARED]
        if len(set(way.text) - set(text)) > way.allowed:
            continue
        differences, first, last = closest_part(way.text, text)
        if differences > way.allowed or last - first <= way.allowed:
            continue
        is_whole = not first and last >= _NEARLY_WHOLE * len(text)
        if not is_whole:
            ends = _word_ends(candidate, spelling, text)
            differences, first, last = closest_part(way.text, text, ends)
            if not {first, last} <= ends:
                continue
        is_part = not is_whole and not candidate.is_person
        meant_by = text[first:last]
        begins_so = is_whole or text[first] == way.text[0]
        if not begins_so or not _is_likely(way, meant_by, differences, candidate, is_part=is_part):
            continue
        meant = _meant(candidate, spelling, text, (first, last)).strip(_AROUND)
        if not meant or meant[0] in _NEVER_FIRST:
            continue
        left_over = len(text) - (last - first) if meant == candidate.name else 0
        together = zip(way.text, text[first:last], strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], together))
        yield _Likeness(differences + way.is_conversion, left_over, is_part, -same, meant)


def _is_likely(
    way: _Way, text: str, differences: int, candidate: _Candidate, *, is_part: bool
) -> bool:
    """Whether so much is right that hardly anything else can have been meant."""
    length = len(way.text)
    if way.is_conversion:
        return differences <= (length >= _SHORTEST_NEARLY_READ_SO)
    if _is_two_kanji(way):
        return candidate.is_person
    if length <= _SHORT_WORD and way.is_reading and not way.text.isascii():
        return loanwords.sound_alike(way.text, text)
    if not is_part:
        return not way.is_reading or length > _SHORT_READING or text[0] == way.text[0]
    if way.text.isascii():
        return length >= (_SHORTEST_PART_OF_ROMAJI if way.is_reading else _SHORTEST_PART_OF_LATIN)
    if way.is_reading:
        return length >= _SHORTEST_PART_OF_KANA
    # Without a dictionary nothing is known of how kanji are read: 飛行期 is 飛行機.
    return length >= _SHORTEST_PART_OF_KANJI - (not morphemes.known())


def _word_ends(candidate: _Candidate, spelling: str, text: str) -> frozenset[int]:
    """Where words begin and end in a spelling as it is compared; else its own two ends."""
    if text.isascii() and _KANA.fullmatch(compact(spelling)):
        parts = [romaji_keys(part).replace(" ", "") for part in spelling.split()]
    elif _KANA.fullmatch(text):
        parts = [sounded(part) for part in spelling.split()]
        if len(parts) == 1 and morphemes.known():
            parts = [sounded(word.reading_form()) for word in morphemes.words_of(candidate.name)]
    elif text.isascii():
        parts = [compact(part) for part in re.split(r"\W+", spelling)]
    elif morphemes.known():
        parts = [compact(word.surface()) for word in morphemes.words_of(spelling)]
    elif candidate.is_person:
        parts = [*text]  # nobody knows where 夏目 ends
    else:
        parts = [compact(part) for part in _SCRIPT.findall(spelling)]
    ends = frozenset({0, *accumulate(map(len, parts))})
    return ends if "".join(parts).startswith(text) else frozenset({0, len(text)})


def _comparable(way: _Way, spelling: str) -> str:
    """The spelling as far as it can be set beside what was typed; empty where it cannot."""
    folded = compact(spelling)
    is_reading = bool(_KANA.fullmatch(folded))
    if is_reading != way.is_reading:
        return ""
    if way.text.isascii() and is_reading:
        return romaji_keys(spelling).replace(" ", "")
    return sounded(spelling) if is_reading else folded


def _meant(candidate: _Candidate, spelling: str, text: str, span: tuple[int, int]) -> str:
    """The whole name; of a title the part that was typed, unless that is nearly all of it."""
    first, last = span
    if last - first >= _NEARLY_WHOLE * len(text):
        return candidate.name
    if text.isascii():
        is_reading = bool(_KANA.fullmatch(compact(spelling)))
        return _in_romaji(spelling, span) if is_reading else text[first:last]
    if not candidate.is_title:
        return candidate.name
    if spelling is candidate.name:
        return part_as_written(spelling, span)
    at = compact(candidate.name).find(text[first:last])
    if at >= 0:  # kana of the title itself
        return part_as_written(candidate.name, (at, at + last - first))
    spans = aligned(candidate.name, text, span)
    return candidate.name[spans[0][0] : spans[-1][1]]


def _in_romaji(reading: str, span: tuple[int, int]) -> str:
    """The words of a reading that lie there, in the romaji of signposts."""
    found, at = [], 0
    for word in reading.split():
        length = len(romaji_keys(word).replace(" ", ""))
        if at < span[1] and at + length > span[0]:
            found.append(hepburn(word))
        at += length
    return "".join(found)


def closest_part(typed: str, text: str, ends: frozenset[int] = frozenset()) -> tuple[int, int, int]:
    """The part of the text that differs least from what was typed: how much, and where it lies.

    Of those that differ as little, one that ends with a word.

    Counted are letters that are wrong, missing, too many, or exchanged with their neighbour.
    """
    # Of each row: the fewest differences up to here, and where that part of the text begins.
    rows = [[(0, at) for at in range(len(text) + 1)]]
    for number, letter in enumerate(typed, start=1):
        above, row = rows[-1], [(number, 0)]
        for at, sign in enumerate(text, start=1):
            cost, start = above[at - 1]
            ways = [(cost + (letter != sign), start)]
            ways += [(cost + 1, start) for cost, start in (above[at], row[at - 1])]
            if number > 1 and at > 1 and letter == text[at - 2] and typed[number - 2] == sign:
                cost, start = rows[-2][at - 2]
                ways.append((cost + 1, start))
            row.append(min(ways))
        rows.append(row)
    differences, start, end = min(
        ((cost, start, at) for at, (cost, start) in enumerate(rows[-1])),
        key=lambda found: (found[0], found[2] not in ends, found[1] - found[2]),
    )
    return differences, start, end
