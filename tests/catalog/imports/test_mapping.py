import pytest

from catalog.imports import UnreadableFile
from catalog.models import Bib

OWN = """
source = "kura"
recognised_by = ["番号", "書名"]
[fields]
source_key = "{番号}"
title = "{書名}"
subtitle = "{副題1} {副題2}"
material = "book"
notes = ["棚: {棚}", "もと: {もと}"]
"""


def test_columns_are_joined_and_empty_ones_leave_nothing(imported, tmp_path) -> None:
    path = tmp_path / "kura.toml"
    path.write_text(OWN)
    imported("番号,書名,副題1,副題2,棚,もと\n1,山の本,春,秋,A3,\n", mapping=str(path))
    bib = Bib.objects.get()
    assert (bib.source, bib.title, bib.subtitle, bib.notes) == ("kura", "山の本", "春 秋", "棚: A3")


def test_a_mapping_that_nobody_has_is_told_with_those_there_are(imported) -> None:
    with pytest.raises(UnreadableFile, match="aozora、library"):
        imported("a\n1\n", mapping="nobody")


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (OWN.replace("\ntitle =", "\ntitel ="), "知らない項目: titel"),
        (OWN.replace('source = "kura"', ""), "足りない項目: source"),
        ("[fields", "読めません"),
    ],
)
def test_a_mapping_with_a_mistake_says_which(imported, tmp_path, toml, sentence) -> None:
    path = tmp_path / "kura.toml"
    path.write_text(toml)
    with pytest.raises(UnreadableFile, match=sentence):
        imported("番号,書名\n1,山の本\n", mapping=str(path))
