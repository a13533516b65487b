"""Decides whether a candidate is a likely correction of the input, and which part of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

from catalog.indexing import morphemes
from catalog.indexing.alignment import aligned, part_as_written
from catalog.indexing.field_values import sounded
from catalog.indexing.tokens import kanji
from catalog.search.spelling.candidates import Candidate
from catalog.search.spelling.edit_distance import closest_part
from catalog.search.spelling.forms import SHORT_WORD, TypedForm
from japanese import loanwords
from japanese.normalise import compact
from japanese.romaji import hepburn, romaji_keys

LONGEST_COMPARED = 60  # characters of a candidate; the comparison costs length × length
_NEARLY_WHOLE = 0.8  # from this share on the whole title is suggested
_NEVER_FIRST = frozenset("んンーっッゃゅょャュョぁぃぅぇぉァィゥェォ々")  # of a word
_KANA = re.compile("[ァ-ヺー]+")
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_SCRIPT = re.compile(r"[一-鿿㐀-䶿々〇]+|[ァ-ヺー]+|[ぁ-ゖー]+|[^\W_一-鿿ぁ-ヺー]+|\W+")
_SHORTEST_PART_OF_KANJI = _SHORTEST_PART_OF_KANA = 4
_SHORTEST_PART_OF_LATIN, _SHORTEST_PART_OF_ROMAJI = 4, 5
_SHORTEST_NEARLY_READ_SO = 5  # kana; a shorter reading must be equal
_MOST_RUNS = 8  # of kana and kanji; the regular expression has one group for each
_SHORT_READING = 4  # up to this length the first character must be right
_AROUND = "『』「」（）()〈〉《》【】［］[]、。・ "


@dataclass(frozen=True, order=True, slots=True)
class Correction:
    """A suggestion. The order of the fields is the sort order: the smallest is the best."""

    differences: int
    left_over: int  # characters of the suggestion that the reader did not type
    is_part: bool
    unlike_from: (
        int  # negative number of equal characters at the start: an early slip is less likely
    )
    words: str
    of: str = field(default="", compare=False)  # the name of the candidate

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """Everything but the words: what makes one correction better than another."""
        return self.differences, self.left_over, self.is_part, self.unlike_from


def half_converted_corrections(term: str, candidate: Candidate) -> Iterator[Correction]:
    """Yield names that contain every typed kanji, and whose reading contains every typed kana.

    Example: 鬼めつの刃 for 鬼滅の刃.
    """
    runs = _KANA_OR_NOT.findall(compact(term))
    signs, name = set(kanji(term)), compact(candidate.name)[:LONGEST_COMPARED]
    if not 1 < len(runs) <= _MOST_RUNS or not signs or not signs <= set(name):
        return
    as_written = "".join(
        f"(?:{run}|.{{1,{len(run)}}}?)" if _KANA.fullmatch(run) else re.escape(run) for run in runs
    )
    as_read = "".join(sounded(run) if _KANA.fullmatch(run) else ".+?" for run in runs)
    found = re.fullmatch(as_written, name) or re.search(as_written, name)
    if found and any(re.search(as_read, sounded(other)) for other in candidate.spellings[1:]):
        if found[0] == name or not candidate.is_title:
            yield Correction(0, 0, False, 0, candidate.name, candidate.name)
        elif set(found.span()) <= _word_ends(candidate, candidate.name, name):
            part = part_as_written(candidate.name, found.span())
            yield Correction(0, 0, True, 0, part, candidate.name)


def corrections_by_likeness(form: TypedForm, candidate: Candidate) -> Iterator[Correction]:
    """Yield the parts of the candidate's spellings that differ little enough from the form."""
    for spelling in candidate.spellings:
        text = _comparable(form, spelling)[:LONGEST_COMPARED]
        # A cheap test first: a letter that the text lacks costs at least one difference.
        if len(set(form.text) - set(text)) > form.allowed:
            continue
        differences, first, last = closest_part(form.text, text)
        # A part as short as the allowed differences could be made of differences only.
        if differences > form.allowed or last - first <= form.allowed:
            continue
        is_whole = not first and last >= _NEARLY_WHOLE * len(text)
        # The second comparison prefers parts that end where a word ends.
        if not is_whole:
            ends = _word_ends(candidate, spelling, text)
            differences, first, last = closest_part(form.text, text, ends)
            if not {first, last} <= ends:
                continue
        is_part = not is_whole and not candidate.is_person
        meant_by = text[first:last]
        begins_so = is_whole or text[first] == form.text[0]
        if not begins_so or not _is_likely(form, meant_by, differences, candidate, is_part=is_part):
            continue
        meant = _meant(candidate, spelling, text, (first, last)).strip(_AROUND)
        # A suggestion cut inside a syllable would begin with such a sign.
        if not meant or meant[0] in _NEVER_FIRST:
            continue
        left_over = len(text) - (last - first) if meant == candidate.name else 0
        together = zip(form.text, text[first:last], strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], together))
        difference = differences + form.is_conversion
        yield Correction(difference, left_over, is_part, -same, meant, candidate.name)


def _is_likely(
    form: TypedForm, text: str, differences: int, candidate: Candidate, *, is_part: bool
) -> bool:
    """Whether so much is right that the reader hardly meant anything else."""
    length = len(form.text)
    if form.is_conversion:
        # A reading with a difference needs length. The comparison gives True as 1 and False as 0.
        return differences <= (length >= _SHORTEST_NEARLY_READ_SO)
    # Two kanji with one wrong are a guess; only for a name it is a likely one.
    if _is_two_kanji(form):
        return candidate.is_person
    if length <= SHORT_WORD and form.is_reading and not form.text.isascii():
        return loanwords.sound_the_same(form.text, text)
    if not is_part:
        return not form.is_reading or length > _SHORT_READING or text[0] == form.text[0]
    if form.text.isascii():
        return length >= (_SHORTEST_PART_OF_ROMAJI if form.is_reading else _SHORTEST_PART_OF_LATIN)
    if form.is_reading:
        return length >= _SHORTEST_PART_OF_KANA
    # Without the dictionary the readings of kanji are unknown, so 飛行期 must suggest 飛行機 by its
    # kanji.
    return length >= _SHORTEST_PART_OF_KANJI - (not morphemes.known())


def _is_two_kanji(form: TypedForm) -> bool:
    return len(form.text) == 2 and not form.is_reading and kanji(form.text) == list(form.text)


def _word_ends(candidate: Candidate, spelling: str, text: str) -> frozenset[int]:
    """Return the positions between words in the compared spelling; without words only both ends."""
    if text.isascii() and _KANA.fullmatch(compact(spelling)):
        parts = [romaji_keys(part).replace(" ", "") for part in spelling.split()]
    elif _KANA.fullmatch(text):
        words = spelling.split()
        if len(words) == 1 and morphemes.known():
            words = [word.reading_form() for word in morphemes.words_of(candidate.name)]
        return _ends_in_reading(words, text)
    elif text.isascii():
        parts = [compact(part) for part in re.split(r"\W+", spelling)]
    elif morphemes.known():
        parts = [compact(word.surface()) for word in morphemes.words_of(spelling)]
    elif candidate.is_person:
        parts = [*text]  # without a dictionary the end of 夏目 is unknown
    else:
        parts = [compact(part) for part in _SCRIPT.findall(spelling)]
    ends = frozenset({0, *accumulate(map(len, parts))})
    return ends if "".join(parts).startswith(text) else frozenset({0, len(text)})


def _ends_in_reading(words: list[str], text: str) -> frozenset[int]:
    """Return the ends of the words; before a final ー a word ends, too, because it is optional."""
    ends, spoken = {0}, ""
    for word in words:
        spoken += word
        # Folding drops a ー at the end of a text, so a kana stands behind it here.
        end = len(sounded(f"{spoken}ア")) - 1
        ends |= {end, end - 1} if text[end - 1 : end] == "ー" else {end}
    is_the_same = sounded(spoken).startswith(text)
    return frozenset(ends) if is_the_same else frozenset({0, len(text)})


def _comparable(form: TypedForm, spelling: str) -> str:
    """Return the spelling in the alphabet of the form; empty if they cannot be compared."""
    folded = compact(spelling)
    is_reading = bool(_KANA.fullmatch(folded))
    if is_reading != form.is_reading:
        return ""
    if form.text.isascii() and is_reading:
        return romaji_keys(spelling).replace(" ", "")
    return sounded(spelling) if is_reading else folded


def _meant(candidate: Candidate, spelling: str, text: str, span: tuple[int, int]) -> str:
    """Return the whole name; of a title the typed part, unless that is nearly the whole title."""
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
    at = sounded(candidate.name).find(text[first:last])
    if at >= 0:  # the part is kana in the title itself
        return part_as_written(candidate.name, (at, at + last - first))
    spans = aligned(candidate.name, text, span)
    return candidate.name[spans[0][0] : spans[-1][1]]


def _in_romaji(reading: str, span: tuple[int, int]) -> str:
    """Return the words of a reading that overlap the span, in Hepburn romaji."""
    found, at = [], 0
    for word in reading.split():
        length = len(romaji_keys(word).replace(" ", ""))
        if at < span[1] and at + length > span[0]:
            found.append(hepburn(word))
        at += length
    return "".join(found)
