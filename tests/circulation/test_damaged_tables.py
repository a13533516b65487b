"""No damage of a row ends the import of a table or takes a neighbour with it (rule 9.4)."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.imports.tables import import_table
from circulation.management.commands.import_table import TABLES
from tests.factories import BibFactory, CopyFactory, PatronFactory
from tests.withstand.long import short_or_long

ROWS = {
    "patrons": (
        "利用者番号,名前,有効期限,生年月日,電話番号",
        "2000000{},秋川,2029-03-31,S60.4.12,042",
    ),
    "copies": ("資料番号,書誌番号,所蔵館,受入日", "110000000{},B{},chuo,2026-11-20"),
    "favourites": ("利用者番号,書誌番号,登録日", "2000000{},B{},2019-11-20 10:00"),
    "lists": ("利用者番号,リストの名前,書誌番号,メモ", "2000000{},絵本,B{},孫に"),
    "loans": (
        "利用者番号,資料番号,貸出日,返却期限,延長回数",
        "2000000{},120000000{},2026-11-20,2026-12-11,1",
    ),
    "reservations": (
        "利用者番号,書誌番号,受付日時,受取館",
        "2000000{},B{},2026-11-20 10:00:52,chuo",
    ),
}
ODD = ["\x00", '"', ",", "\n", "²³", "\ud800", "1.2E+07", "85/4/12", "9" * 300, "\t", "\x1a", "٣"]


def odd_text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: st.DrawFn, row: str) -> bytes:
    at = draw(st.integers(0, len(row) - 1))
    end = draw(st.integers(at, len(row)))
    put = draw(st.one_of(st.sampled_from(ODD), st.text(max_size=8)))
    return odd_text(row[:at] + put + row[end:])


@pytest.mark.parametrize("table", ROWS)
def test_no_damage_of_a_row_ends_the_import(db, table: str, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        BibFactory(source="library", source_key=f"B{number}")
        PatronFactory(card_number=f"2000000{number}")
        CopyFactory(barcode=f"120000000{number}")
    header, row = ROWS[table]
    rows = [row.format(number, number).encode() for number in (1, 2, 3)]
    kind, writer = TABLES[table]
    file = tmp_path / "table.csv"

    @settings(
        max_examples=short_or_long(30, 3000),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(damaged(rows[1].decode()))
    def bring(broken: bytes) -> None:
        file.write_bytes(b"\n".join([header.encode(), rows[0], broken, rows[2], b""]))
        reported: list[str] = []
        import_table(file, kind, writer(dry_run=True), tell=lambda one: reported.append(str(one)))
        assert not any(line.startswith("2行目") and "入れ" not in line for line in reported), (
            reported
        )

    bring()
