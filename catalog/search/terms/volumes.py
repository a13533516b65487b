"""Volumes, numbers and editions beside a title or directly after it."""

import re

from tantivy import Query, Schema

from catalog.indexing.documents import series_volume, volume_key
from catalog.indexing.field_values import LONGEST_WHOLE
from catalog.indexing.tokens import tokens
from catalog.search.terms.scope import Scope, Term, all_of, phrase
from japanese.normalise import compact
from japanese.numerals import in_figures, plain
from japanese.volume_labels import read_volume, split_volume

# Characters. A longer word is no volume, and reading it as one costs time.
_SHORT_VOLUME = 8
_VOLUMES_AS_READ = {
    "ジヨウ": "上", "ジヨウカン": "上巻", "チユウ": "中", "チユウカン": "中巻", "ゲカン": "下巻",
    "ゼンペン": "前編", "チユウヘン": "中編", "コウヘン": "後編",
}  # fmt: skip
_TOUCHING_VOLUME = re.compile(
    "(.{2,}?)([上中下前後]|[0-9]{1,2}|[IVX]+|第?(?:[0-9]{1,3}|[一二三四五六七八九十]+)[巻部集冊編話号])"
)
_TOUCHING_EDITION = re.compile("(.{2,}?)(第?[0-9〇一二三四五六七八九十]+版)")
_NUMBERED = re.compile("[0-9〇一二三四五六七八九十]")


def figure_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match numbers in figures: 百万回 finds 100万回."""
    figures = in_figures(term.text)
    return [phrase(schema, scope.bigrams, tokens(figures))] if figures != term.text else []


def volume_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match the place in the set, in any script, beside a title: 細雪 上, 細雪 1, 三国志 第三巻."""
    if term.is_only or not scope.in_title or len(term.text) > _SHORT_VOLUME:
        return []
    volume = read_volume(_VOLUMES_AS_READ.get(compact(term.text), term.text))
    return [Query.term_query(schema, "volume", volume_key(volume.order))] if volume else []


def series_volume_variants(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match the number in a series, in any script, beside its name: 岩波文庫 第十二巻."""
    if term.is_only or not scope.everywhere or len(term.text) > _SHORT_VOLUME:
        return []
    number = series_volume(term.text)
    return [Query.term_query(schema, "series_volume", number)] if number else []


def volume_number(schema: Schema, term: str) -> list[Query]:
    """Match the printed number: 第三巻 means the volume numbered 3, not the 下 that is third in its
    set."""
    volume = read_volume(term)
    if not volume or not _NUMBERED.search(plain(term)):
        return []
    return [Query.term_query(schema, "title_bigrams", volume_key(volume.order))]


def title_with_volume(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match a whole title followed by its volume without a space: 細雪上, 細雪中巻, バッテリー3."""
    if not scope.in_title:
        return []
    title, volume = split_volume(plain(term.text))
    if volume is None and (touching := _TOUCHING_VOLUME.fullmatch(plain(term.text))):
        title, volume = touching[1], read_volume(touching[2])
    if volume is None or not (whole := compact(title)[:LONGEST_WHOLE]):
        return []
    return [
        all_of(
            [
                Query.term_query(schema, "title_exact", whole),
                Query.term_query(schema, "volume", volume_key(volume.order)),
            ]
        )
    ]


def title_with_edition(schema: Schema, term: Term, scope: Scope) -> list[Query]:
    """Match a whole title followed by its edition without a space: 広辞苑第七版."""
    touching = _TOUCHING_EDITION.fullmatch(plain(term.text)) if scope.everywhere else None
    if not touching:
        return []
    edition = phrase(schema, "all_bigrams", tokens(in_figures(touching[2])))
    return [all_of([Query.term_query(schema, "title_exact", compact(touching[1])), edition])]
