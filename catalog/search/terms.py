"""What one word asks of the index, and what makes one hit better than another.

A word must be found somewhere: as a phrase of pairs of characters, or in another guise (romaji,
ISBN, a reading whose particles are written otherwise, another spelling of the same word). What
only lifts a hit is asked apart, so that counting and facets need not weigh anything.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from catalog.isbn import isbn_of
from catalog.search import morphemes
from catalog.search.class_numbers import within
from catalog.search.documents import volume_key
from catalog.search.field_values import LONGEST_WHOLE, alone, as_written, letters, sounded
from catalog.search.tokens import kanji, tokens, written
from japanese import loanwords
from japanese.normalise import compact
from japanese.numerals import in_figures, plain
from japanese.old_kana import as_spelt_today
from japanese.romaji import katakana_of, loose_romaji
from japanese.volume_labels import read_volume, split_volume

# Syllables of loose romaji only: cat and python are not Japanese words, neko is.
_ROMAJI = re.compile(
    r"(?:(?:[bghkmnprstz]y|[bdghkmnprstyzw]|[kstp]{2}y?|[bdghrz]{2}y?)?[aiueo]|n)+"
)
_KANA_OR_NOT = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_KANA = re.compile("[ァ-ヺー]+")
_PARTICLE_OR_SOUND = re.compile("[ハヘワエ]")
_PARTICLES = {"wa", "ha", "ga", "no", "ni", "de", "to", "e", "he", "o", "wo", "mo", "ya"}
_SHORTEST_ROMAJI = 3
_SHORTEST_SOUNDED = 3
_SHORTEST_READING = 5
_SHORT_VOLUME = 8
_LEAST_HALF_READ = 2  # kanji, and runs of kana
_VOLUMES_AS_READ = {
    "ジヨウ": "上", "ジヨウカン": "上巻", "チユウ": "中", "チユウカン": "中巻", "ゲカン": "下巻",
    "ゼンペン": "前編", "チユウヘン": "中編", "コウヘン": "後編",
}  # fmt: skip
_TOUCHING_VOLUME = re.compile(
    "(.{2,}?)([上中下前後]|[0-9]{1,2}|[IVX]+|第?(?:[0-9]{1,3}|[一二三四五六七八九十]+)[巻部集冊編話号])"
)
_TOUCHING_EDITION = re.compile("(.{2,}?)(第?[0-9〇一二三四五六七八九十]+版)")
_CLASS = re.compile(r"ndc(K?[0-9]{1,3}(?:\.[0-9]+)?)", re.IGNORECASE)
_CLASS_APART = re.compile(r"\bndc[\s:]*(?=K?[0-9])", re.IGNORECASE)
_WORKS = {
    *("本", "絵本", "小説", "作品", "著書", "童話", "お話", "エッセイ", "詩集", "漫画", "マンガ"),
    *("ほん", "えほん", "おはなし", "まんが"),
}
_MATERIALS = {
    compact(word): code
    for code, said in {
        "cd": "CD",
        "dvd": "DVD",
        "video": "ビデオ",
        "cassette": "カセット カセットテープ",
        "magazine": "雑誌",
        "kamishibai": "紙芝居 かみしばい",
        "large_kamishibai": "大型紙芝居",
        "picture_book": "絵本 えほん",
        "large_picture_book": "大型絵本 ビッグブック",
        "comic": "コミック 漫画 マンガ まんが",
        "large_print": "大活字本 大活字",
        "braille": "点字 点字本",
    }.items()
    for word in said.split()
}
_NUMBERED = re.compile("[0-9〇一二三四五六七八九十]")
_SHORTEST_OF_TWO = 2  # characters on either side of a の
_MOST_OF = 3  # the first of them: the others are part of a title

# How much a hit gains: the first five multiply the weight of the phrase, so a rare word lifts more;
IN_TITLE, IN_AUTHOR, AT_THE_START, AS_A_WORD, AS_WRITTEN = 1.0, 2.0, 1.5, 4.0, 2.0
# these are fixed, for each pair of characters, so that a whole value outweighs any part of one.
WHOLE_TITLE, WHOLE_AUTHOR, WHOLE_READING, AUTHOR_OTHERWISE = 60.0, 50.0, 35.0, 30.0
WRITTEN_THE_SAME, ALONE, THE_VOLUME, THE_NUMBER = 15.0, 25.0, 15.0, 60.0
OTHER_GUISE = 0.3


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a word is looked for."""

    pairs: str
    kanji: str
    romaji: tuple[str, ...] = ()
    loanwords: tuple[str, ...] = ()
    everywhere: bool = False
    in_title: bool = False
    in_names: bool = False
    is_whole_query: bool = False  # nothing stands beside the word: 下 is then no volume of a title


ANYWHERE = Scope(
    "all", "u", ("tr", "ar"), ("tk", "ak"), everywhere=True, in_title=True, in_names=True
)
SCOPES = {
    "title": Scope("ti", "ut", ("tr",), ("tk",), in_title=True),
    "author": Scope("au", "ua", ("ar",), ("ak",), in_names=True),
    "publisher": Scope("pu", "u"),
    "subject": Scope("su", "u"),
    "series": Scope("se", "u", ("tr",), ("tk",)),
}


def phrase(schema: Schema, field: str, parts: list[str]) -> Query:
    if not parts:
        return Query.empty_query()
    if len(parts) == 1:
        return Query.term_query(schema, field, parts[0])
    return Query.phrase_query(schema, field, [*parts])


def is_romaji(term: str) -> bool:
    """Whatever signs stand above its vowels: Sōseki, Sôseki."""
    latin = term.isascii() or compact(term).isascii()
    return bool(latin and _ROMAJI.fullmatch(loose_romaji(term)))


def telling(typed: list[str]) -> list[str]:
    """The words without the particles of a title typed in romaji: kaze no matasaburo.

    Nor do the shortest of several tell anything: ue in saka no ue no kumo.
    """
    latin = [term for term in typed if not term.isdecimal()]
    if len(latin) < 2 or not all(map(is_romaji, latin)):
        return typed
    words_of_title = [term for term in typed if term.lower() not in _PARTICLES]
    longer = [term for term in words_of_title if not _is_a_syllable(term)]
    return longer or words_of_title or typed


def _is_a_syllable(term: str) -> bool:
    return not term.isdecimal() and len(loose_romaji(term)) < _SHORTEST_ROMAJI


def volumes_joined(typed: list[str]) -> list[str]:
    """夜明け前 第二部 下: what follows a title may name one place in two words."""
    found = typed[:1]
    for term in typed[1:]:
        joined = found[-1] + term
        is_part = read_volume(found[-1]) and not joined.isdecimal()
        is_counted = found[-1].isalpha() and found[-1].isascii() and term.isdecimal()
        may_join = len(found) > 1 and (is_part or is_counted)
        if may_join and read_volume(term) and read_volume(joined):
            found[-1] = joined
        else:
            found.append(term)
    return found


def class_joined(text: str) -> str:
    """NDC 913.6 is one word, not two."""
    read = plain(text)
    return _CLASS_APART.sub("ndc", read) if "ndc" in read.lower() else text


def must(schema: Schema, term: str, scope: Scope) -> Query:
    """What a bib must have to be found by this word."""
    guises = [found for guise in _GUISES for found in guise(schema, term, scope)]
    if not guises:
        return as_typed(schema, term, scope)
    best, others = as_typed(schema, term, scope), guises
    return Query.boolean_query(
        [(Occur.Should, best), *((Occur.Should, Query.boost_query(o, OTHER_GUISE)) for o in others)]
    )


def as_typed(schema: Schema, term: str, scope: Scope) -> Query:
    parts = tokens(term)
    if len(parts) == 1 and kanji(term) == parts:
        return Query.term_query(schema, scope.kanji, parts[0])
    return phrase(schema, scope.pairs, parts)


def spelt_today(schema: Schema, term: str) -> Query | None:
    """てふてふ, 思ひ出: what was written in the kana of old, in those of today."""
    typed = compact(term)
    today = as_spelt_today(typed)
    if today == typed or len(today) < _SHORTEST_SOUNDED:
        return None
    parts = tokens(today)
    found = [phrase(schema, "all", parts), phrase(schema, "snd", tokens(sounded(today)))]
    return Query.boolean_query([(Occur.Should, query) for query in found])


def half_read(schema: Schema, term: str) -> Query | None:
    """鬼めつの刃, つれづれ草: the kanji as they stand, and the kana as part of the reading."""
    runs = _KANA_OR_NOT.findall(compact(term))
    read = [run for run in runs if _KANA.fullmatch(run)]
    told = [run for run in read if len(run) > 1]
    signs = kanji(term)
    if not told or not signs or len(told) + len(signs) < _LEAST_HALF_READ:
        return None
    found = [Query.term_query(schema, "ut", sign) for sign in signs]
    return _all([*found, *(phrase(schema, "snd", tokens(sounded(run))) for run in told)])


def lifts(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """What puts a hit higher: rather the title than the notes, a word than a part of one."""
    parts = tokens(term)
    single = len(parts) == 1 and kanji(term) == parts
    found = [
        (phrase(schema, "ut" if single else "ti", parts), IN_TITLE),
        (phrase(schema, "ua" if single else "au", parts), IN_AUTHOR),
        (Query.phrase_query(schema, "ti", ["^", *parts]), AT_THE_START),
    ]
    if written_so := written(term):
        found.append((phrase(schema, "wr", written_so), AS_WRITTEN))
    if whole := morphemes.split_and_whole(term)[1]:
        found.append(
            (_both(phrase(schema, "ww", whole), as_typed(schema, term, ANYWHERE)), AS_A_WORD)
        )
    lifted = [Query.boost_query(query, weight) for query, weight in found]
    volumes = [] if scope.is_whole_query else _volume(schema, term, ANYWHERE)
    numbers = _number(schema, term) if volumes else []
    return [
        *lifted,
        *wholes(schema, term),
        *(Query.const_score_query(volume, THE_VOLUME) for volume in volumes),
        *(Query.const_score_query(number, THE_NUMBER) for number in numbers),
    ]


def _both(telling: Query, needed: Query) -> Query:
    """What is weighed by the one query where the other holds, too."""
    return Query.boolean_query(
        [(Occur.Must, telling), (Occur.Must, Query.const_score_query(needed, 0.0))]
    )


def wholes(schema: Schema, text: str) -> list[Query]:
    """What is typed is the whole title, the whole reading, the whole name."""
    whole = compact(text)[:LONGEST_WHOLE]
    values = [
        ("tx", whole, WHOLE_TITLE),
        ("tx", as_written(text), WRITTEN_THE_SAME),
        ("tx", alone(text), ALONE),
        ("rx", sounded(text)[:LONGEST_WHOLE], WHOLE_READING),
        ("ax", whole, WHOLE_AUTHOR),
        ("ay", whole, AUTHOR_OTHERWISE),
    ]
    pairs = len(tokens(text))
    return [
        Query.const_score_query(Query.term_query(schema, field, value), weight * pairs)
        for field, value, weight in values
        if value
    ]


def in_a_row(schema: Schema, typed: list[str]) -> list[Query]:
    """Romaji in the order in which they are typed, with the particles that find nothing alone."""
    if not all(map(is_romaji, typed)):
        return []
    return [phrase(schema, "tr", letters(loose_romaji(" ".join(typed))))]


def _romaji(schema: Schema, term: str, scope: Scope) -> list[Query]:
    if not is_romaji(term) or len(loose_romaji(term)) < _SHORTEST_ROMAJI:
        return []
    whole = [f"={word}" for word in loose_romaji(term).split()]
    return [
        query
        for field in scope.romaji
        for query in (phrase(schema, field, letters(term)), phrase(schema, field, whole))
    ]


def _isbn(schema: Schema, term: str, scope: Scope) -> list[Query]:
    isbn = isbn_of(term) if scope.everywhere else None
    return [Query.term_query(schema, "isbn", isbn)] if isbn else []


def _particles(schema: Schema, term: str, scope: Scope) -> list[Query]:
    kana = compact(term)
    if not scope.everywhere or len(kana) < _SHORTEST_SOUNDED:
        return []
    if not _KANA.fullmatch(kana) or not _PARTICLE_OR_SOUND.search(kana):
        return []
    return [phrase(schema, "snd", tokens(sounded(term)))]


def _spelling(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """子供 is 子ども to the dictionary; a single character is left as it was typed."""
    if not scope.in_title or len(compact(term)) < 2 or term.isascii():
        return []
    split = morphemes.split(term)
    return [phrase(schema, "w", split)] if split else []


def _reading(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """奥の細道 finds おくのほそ道: where kanji and kana mix, some write more of either."""
    if not scope.everywhere or not kanji(term) or not re.search("[ァ-ヺ]", compact(term)):
        return []
    read = sounded(morphemes.reading(term))
    return [phrase(schema, "snd", tokens(read))] if len(read) >= _SHORTEST_READING else []


def _loanword(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """ドストエーフスキイ, ゲエテの詩: foreign words in another transliteration."""
    if scope.loanwords and is_romaji(term):
        forms = loanwords.long_forms(katakana_of(loose_romaji(term)))
        return [_alike(_transliterated(schema, term, forms, scope))] if forms else []
    parts = loanwords.parts(term) if scope.loanwords else []
    if not any(forms for _, forms in parts):
        return []
    found = [_transliterated(schema, part, forms, scope) for part, forms in parts]
    return [_alike(_all(found))]


def _alike(query: Query) -> Query:
    """What finds the same work adds the same weight, so that what tells its volumes apart does."""
    return Query.const_score_query(query, 1.0)


def _transliterated(schema: Schema, part: str, forms: list[str], scope: Scope) -> Query:
    found = [Query.term_query(schema, field, form) for field in scope.loanwords for form in forms]
    if not found:
        return as_typed(schema, part, scope)
    return Query.boolean_query([(Occur.Should, query) for query in found])


def _half_converted(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """東野けいご: a name of which only the first part has been made kanji."""
    parts = _KANA_OR_NOT.findall(compact(term))
    if not scope.in_names or len(parts) != 2 or not kanji(parts[0]) or len(parts[1]) < 2:
        return []
    return [_all([as_typed(schema, part, SCOPES["author"]) for part in parts])]


def _figures(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """百万回 is found as 100万回."""
    figures = in_figures(term)
    return [phrase(schema, scope.pairs, tokens(figures))] if figures != term else []


def _volume(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """細雪 上, 細雪 1, 三国志 第三巻: beside a title, the place in its set in any script."""
    if scope.is_whole_query or not scope.in_title or len(term) > _SHORT_VOLUME:
        return []
    volume = read_volume(_VOLUMES_AS_READ.get(compact(term), term))
    return [Query.term_query(schema, "vo", volume_key(volume.order))] if volume else []


def _number(schema: Schema, term: str) -> list[Query]:
    """第三巻 is rather the volume 3 than a 下 that comes third."""
    volume = read_volume(term)
    if not volume or not _NUMBERED.search(plain(term)):
        return []
    return [Query.term_query(schema, "ti", volume_key(volume.order))]


def _touching_volume(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """細雪上, 細雪中巻, バッテリー3: the whole title, and the volume without a gap."""
    if not scope.in_title:
        return []
    title, volume = split_volume(plain(term))
    if volume is None and (touching := _TOUCHING_VOLUME.fullmatch(plain(term))):
        title, volume = touching[1], read_volume(touching[2])
    if volume is None or not (whole := compact(title)[:LONGEST_WHOLE]):
        return []
    return [
        _all(
            [
                Query.term_query(schema, "tx", whole),
                Query.term_query(schema, "vo", volume_key(volume.order)),
            ]
        )
    ]


def _touching_edition(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """広辞苑第七版: the whole title, and the edition without a gap."""
    touching = _TOUCHING_EDITION.fullmatch(plain(term)) if scope.everywhere else None
    if not touching:
        return []
    edition = phrase(schema, "all", tokens(in_figures(touching[2])))
    return [_all([Query.term_query(schema, "tx", compact(touching[1])), edition])]


def _class(schema: Schema, term: str, scope: Scope) -> list[Query]:
    mark = _CLASS.fullmatch(term) if scope.everywhere else None
    found = within(schema, mark[1]) if mark else None
    return [found] if found else []


def _material(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """黒澤 DVD, 落語 CD: what it is, said beside what it is about."""
    code = _MATERIALS.get(compact(term)) if scope.everywhere and not scope.is_whole_query else None
    return [Query.term_query(schema, "material", code)] if code else []


def _of_somebody(schema: Schema, term: str, scope: Scope) -> list[Query]:
    """カフカの変身: of a contributor, a title; 猫の本, 佐野洋子の絵本: about it or by her."""
    if not scope.everywhere:
        return []
    found: list[Query] = []
    for at, sign in enumerate(term):
        if len(found) == _MOST_OF:
            break
        name, title = term[:at], term[at + 1 :]
        if sign == "の" and title in _WORKS and (kanji(name) or len(name) >= _SHORTEST_OF_TWO):
            found.append(as_typed(schema, name, scope))
        elif sign == "の" and min(len(name), len(title)) >= _SHORTEST_OF_TWO:
            parts = ((name, SCOPES["author"]), (title, SCOPES["title"]))
            found.append(_all([as_typed(schema, part, place) for part, place in parts]))
    return found


def _all(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


_GUISES: tuple[Callable[[Schema, str, Scope], list[Query]], ...] = (
    _romaji,
    _isbn,
    _particles,
    _spelling,
    _reading,
    _loanword,
    _half_converted,
    _figures,
    _volume,
    _touching_volume,
    _touching_edition,
    _class,
    _material,
    _of_somebody,
)
