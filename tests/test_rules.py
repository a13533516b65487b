"""docs/rules.md and the code agree: what the table names exists, what the code cites stands in it.

Both are read as text: no database is needed, and the whole takes a second.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULEBOOK, POLICY = ROOT / "docs/rules.md", ROOT / "akiruno_library/policy.py"
FOLDERS = [
    *("akiruno_library", "bench", "catalog", "circulation", "demo", "docs", "japanese"),
    *("loans", "notifications", "operation", "patrons", "reservations", "templates", "tests"),
]
KINDS = {"seed", "policy", "beyond"}
NOT_BUILT, NO_TEST = "まだ", "—"
# A rule that gets a test leaves this list; the comparison below is exact.
WITHOUT_TEST = {
    **dict.fromkeys(["2.8", "6.8", "6.9", "6.10", "9.6"], "not built yet"),
    **dict.fromkeys(["5.15", "5.16", "5.17", "5.18", "5.19"], "not built yet"),
}

NUMBER = r"(?:[1-9]\d?\.[1-9]\d?|11)(?![\d.]\d|\d)"
MORE = rf"(?:(?:, and |, | and | to ){NUMBER})*"
SPOKEN = re.compile(rf"\brules? ((?:{NUMBER}|\d{{1,2}}(?![\d.]\d|\d)){MORE})", re.IGNORECASE)
IN_BRACKETS = re.compile(rf"(?<!\w)\(({NUMBER}{MORE})(?: seed| policy)?[;:)]")
IN_POLICY = re.compile(rf"# ({NUMBER}{MORE})(?: seed| policy)?(?:$|[:;])", re.MULTILINE)
IN_NAME = re.compile(r"(?<=_)r(?:ule_)?(\d{1,2})(?:_(\d{1,2}))?(?=_)")


@dataclass(frozen=True)
class Row:
    number: str
    sentence: str
    kind: str
    module: str
    test: str

    def modules(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.module)

    def tests(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.test)


@cache
def rows() -> list[Row]:
    cells = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in RULEBOOK.read_text("utf-8").splitlines()
        if re.match(r"\| \d", line)
    )
    return [Row(*row) for row in cells]


def chapters() -> set[str]:
    return set(re.findall(r"^## (\d+) ", RULEBOOK.read_text("utf-8"), re.MULTILINE))


@cache
def functions_of(path: str) -> set[str]:
    return set(
        re.findall(r"^ *(?:async )?def (\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    )


def numbers_in(cited: str) -> list[str]:
    return re.findall(r"\d{1,2}(?:\.\d{1,2})?", cited)


def cited_in(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    # A citation may run over the end of a line, in a comment over the next sign of one, too.
    text = re.sub(r"(?<=\S)\n[ \t]*(?:# )?(?=\S)", " ", source)
    found = SPOKEN.findall(text)
    if path.suffix == ".py":
        found += IN_BRACKETS.findall(text)
    if path == POLICY:
        found += IN_POLICY.findall(source)
    for cited in found:
        yield from numbers_in(cited)
    for name in re.findall(r"def (test_\w+)", source):
        yield from cited_in_name(name)


def cited_in_name(name: str) -> list[str]:
    return [".".join(filter(None, found)) for found in IN_NAME.findall(name)]


def citations() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".md"} and path != RULEBOOK:
                yield from ((str(path.relative_to(ROOT)), number) for number in cited_in(path))


def test_every_row_is_whole_and_has_a_kind():
    assert len(rows()) > 80
    assert [row.number for row in rows() if not row.sentence or row.kind not in KINDS] == []


def test_no_number_stands_twice_and_each_stands_in_its_chapter_in_order():
    numbers = [row.number for row in rows()]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert {number.partition(".")[0] for number in numbers} == chapters()
    assert numbers == sorted(numbers, key=lambda number: [int(n) for n in number.split(".")])


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.number)
def test_every_module_and_test_that_is_named_exists(row: Row):
    assert row.modules() or row.module == NOT_BUILT
    assert row.tests() or row.test == NO_TEST
    assert [path for path in row.modules() if not (ROOT / path).is_file()] == []
    for named in row.tests():
        path, _, function = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert not function or function in functions_of(path), named


def test_a_test_that_is_named_for_a_rule_is_named_for_one_of_its_own_row():
    """A function named `test_r5_3_…` holds 5.3, whatever else it stands beside."""
    wrong = [
        (row.number, named)
        for row in rows()
        for named in row.tests()
        if (cited := cited_in_name(named.partition("::")[2])) and row.number not in cited
    ]
    assert wrong == []


def test_every_number_that_is_cited_stands_in_the_rulebook():
    known = {row.number for row in rows()} | chapters()
    assert [(path, number) for path, number in citations() if number not in known] == []


def test_a_rule_has_a_test_or_a_reason():
    assert {row.number for row in rows() if row.test == NO_TEST} == set(WITHOUT_TEST)
    not_built = {number for number, why in WITHOUT_TEST.items() if why == "not built yet"}
    assert {row.number for row in rows() if row.module == NOT_BUILT} == not_built


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the limits (5.3), twice", ["5.3"]),
        ("on consent (rules 2.7, 6.4 and 11).", ["2.7", "6.4", "11"]),
        ("Rules 5.10 to 5.13; safety 3", ["5.10", "5.13"]),
        ("after facts alone (2.1, 2.2; safety 1)", ["2.1", "2.2"]),
        ("WCAG 2.5.8, 1.5 on average, version (2.5.8)", []),
    ],
)
def test_a_citation_is_seen_however_it_is_written(text: str, numbers: list[str]):
    found = [*SPOKEN.findall(text), *IN_BRACKETS.findall(text)]
    assert [number for cited in found for number in numbers_in(cited)] == numbers


def test_a_number_in_a_name_is_seen():
    assert cited_in_name("test_r7_3_r7_4_the_jobs_run") == ["7.3", "7.4"]
    assert cited_in_name("test_rule_2_9_words") == ["2.9"]
    assert cited_in_name("test_r11_hours") == ["11"]
    assert cited_in_name("test_s14_lists_only_answer") == []
