"""The fields of the index. PostgreSQL has all data; the index stores only keys and suggested
titles.

Tokens are made in Python (tokens.py) and separated by spaces, so any engine with a whitespace
tokeniser can replace tantivy.
"""

import tantivy

from catalog.indexing import morphemes
from japanese.normalise import NORMALISER_VERSION

# Increase it when the fields or their contents change; all indexes are then rebuilt.
SCHEMA_VERSION = 13

TOKENS = "whitespace"

# Bigrams with positions; phrases do not cross values.
PAIRS = (
    "all_bigrams",
    "title_bigrams",
    "author_bigrams",
    "publisher_bigrams",
    "subject_bigrams",
    "series_bigrams",
)
# As `all_bigrams`, with every ハ as ワ and every ヘ as エ, because particles cannot be recognised.
SOUNDED = "sounded_bigrams"
# Words, and words joined with their suffixes.
WORDS = ("words", "words_with_suffixes")
# The first kana and kanji of words (word_starts.py).
WORD_STARTS = "word_starts"
# The groups of synonyms of words in titles, series and subjects, by their numbers.
SYNONYMS = "synonyms"
# Bigrams of title, series and contributors as written.
WRITTEN = "written_bigrams"
# Single kanji of everything, of the title, of the contributors.
KANJI = ("kanji", "title_kanji", "author_kanji")
# Trigrams of loose romaji: of titles and series, and of contributors.
ROMAJI = ("title_romaji", "author_romaji")
# Katakana words of titles and series, and of names, in a form common to all transliterations.
LOANWORDS = ("title_loanwords", "author_loanwords")
# Whole values: title, its reading, contributor, variants of the name, ISBN, beginnings of the
# class, place in the set, publisher, subject, series, number in the series.
WHOLE = (
    "title_exact",
    "title_reading",
    "author_exact",
    "author_variants",
    "isbn",
    "ndc",
    "volume",
    "publisher_exact",
    "subject_exact",
    "series_exact",
    "series_volume",
)
# Beginnings of titles, contributors and series, one token for each length.
BEGINNINGS = ("title_prefixes", "author_prefixes", "series_prefixes")
FACETS = (
    *(
        "material",
        "branch",
        "available_branch",
        "available",
        "decade",
        "class",
        "language",
        "author_facet",
    ),
    "audience",
)
# A contributor and a series with all spellings, as the suggestions need them.
SUGGESTED = ("author_spellings", "series_spellings")
NUMBERS = (
    "bib",
    "year",
    "publication_order",
    "oldest_order",
    "loan_count_order",
    "volume_set",
    "volume_position",
    "title_hash",
    "suggestion_rank",
)


def version() -> str:
    """Return the version. Indexes of one version have the same fields and the same folding."""
    return f"{SCHEMA_VERSION}.{NORMALISER_VERSION}{'w' if morphemes.known() else ''}"


def build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "mark"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*PAIRS, SOUNDED, *WORDS, WRITTEN, *ROMAJI):
        builder.add_text_field(name, tokenizer_name=TOKENS, index_option="position")
    for name in (*BEGINNINGS, WORD_STARTS, SYNONYMS, *LOANWORDS):
        builder.add_text_field(name, tokenizer_name=TOKENS, index_option="basic")
    for name in KANJI:
        builder.add_text_field(name, tokenizer_name=TOKENS, index_option="freq")
    for name in WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*FACETS, *SUGGESTED):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=name in ("bib", "year"), fast=True)
    builder.add_bytes_field("title_spellings", stored=True)
    builder.add_float_field("popularity", fast=True)
    for name in ("title_sort", "author_sort"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def register_tokenisers(index: tantivy.Index) -> None:
    """Register the tokenisers; an index does not store them, so do this after each opening."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENS, analyser)
