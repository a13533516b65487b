"""The fields of the index. PostgreSQL is the truth: stored are a document's key and, for what is
suggested, its title with the reading.

Tokens are made in Python (tokens.py) and parted by spaces, so any engine that splits at spaces can
take this one's place.
"""

import tantivy

from catalog.indexing import morphemes
from japanese.normalise import NORMALISER_VERSION

SCHEMA_VERSION = 10  # raise it with every change of the fields or of what documents.py puts in them

TOKENS = "whitespace"

# Pairs of characters with positions, each value apart.
PAIRS = (
    "all_bigrams",
    "title_bigrams",
    "author_bigrams",
    "publisher_bigrams",
    "subject_bigrams",
    "series_bigrams",
)
# As `all`, with every ハ read ワ and every ヘ read エ: where particles cannot be told apart.
SOUNDED = "sounded_bigrams"
# Words, and words with the suffixes that hang on them.
WORDS = ("words", "words_with_suffixes")
# Pairs of characters of title, series and contributors as they are written.
WRITTEN = "written_bigrams"
# Single kanji of everything, of the title, of the contributors.
KANJI = ("kanji", "title_kanji", "author_kanji")
# Loose romaji of titles and series, and of contributors: three letters at a time.
ROMAJI = ("title_romaji", "author_romaji")
# Words of katakana in titles and series, and in names, however transliterated.
LOANWORDS = ("title_loanwords", "author_loanwords")
# Whole values: title, its reading, contributor, how the name is read or else written; ISBN,
# beginnings of the class mark, place in a set; publisher, subject, series.
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
)
# Beginnings of titles, contributors, series: the first characters, one more with each token.
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
# A contributor and a series with all their spellings, as they are suggested while typing.
SUGGESTED = ("author_spellings", "series_spellings")
NUMBERS = (
    "bib",
    "year",
    "publication_order",
    "loan_count_order",
    "volume_set",
    "volume_position",
    "title_hash",
    "suggestion_rank",
)


def version() -> str:
    """Two indexes of the same version hold the same fields, folded the same way."""
    return f"{SCHEMA_VERSION}.{NORMALISER_VERSION}{'w' if morphemes.known() else ''}"


def build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "mark"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*PAIRS, SOUNDED, *WORDS, WRITTEN, *ROMAJI):
        builder.add_text_field(name, tokenizer_name=TOKENS, index_option="position")
    for name in (*BEGINNINGS, *LOANWORDS):
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
    """To be done each time an index is opened: it does not remember."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENS, analyser)
