"""`python -m bench.moving_in`: how long a library's tables take to come in, in how much memory."""

import argparse
import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from bench.library import database_cpu_seconds, errand, manage
from bench.servers import servers
from demo.console import step

BIBS = """
INSERT INTO catalog_bib (source, source_key, title, title_reading, title_romanised, subtitle,
    volume, series_number, edition, publisher, published, extent, isbns, ndc, subjects,
    subject_readings, language, material_type_id, audience, contents, notes, created_at)
SELECT 'library', n::text, '題名' || n, '', '', '', '', '', '', '', '', '', '{}', '913.6', '{}',
    '{}', 'jpn', (SELECT min(id) FROM catalog_materialtype), 'adult', '', '', now()
FROM generate_series(1, %s) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.moving_in", description=__doc__)
    parser.add_argument("--patrons", type=int, default=80_000)
    parser.add_argument("--copies", type=int, default=750_000)
    options = parser.parse_args()
    with servers() as environment, tempfile.TemporaryDirectory() as name:
        os.environ.update(environment)
        bibs = options.copies * 2 // 3
        _prepare(bibs)
        folder = Path(name)
        tables = {
            "copies": (COPIES, copies(options.copies, bibs)),
            "patrons": (PATRONS, patrons(options.patrons)),
            "loans": (LOANS, loans(options.copies, options.patrons)),
            "reservations": (RESERVATIONS, reservations(options.copies, options.patrons, bibs)),
        }
        print("\n| table | rows | seconds | CPU importer s | CPU database s | MB at most |")
        print("|---|--:|--:|--:|--:|--:|")
        for table, (header, rows) in tables.items():
            file = folder / f"{table}.csv"
            number = _write(file, header, rows)
            print(f"| {table} | {number:,} | {_measured(table, file)} |", flush=True)


def _prepare(bibs: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with step("tables"):
        call_command("migrate", interactive=False, verbosity=0)
    with step(f"{bibs} bibs"), connection.cursor() as cursor:
        cursor.execute(BIBS, [bibs])
        cursor.execute("ANALYZE")


COPIES = ["資料番号", "書誌番号", "取込元", "所蔵館", "請求記号", "配架場所", "帯出区分", "状態",
          "付属資料", "受入日"]  # fmt: skip
PATRONS = ["利用者番号", "名前", "読み", "生年月日", "電話番号", "区分", "有効期限",
           "メールアドレス", "連絡方法", "受取館"]  # fmt: skip
LOANS = ["利用者番号", "資料番号", "貸出日", "返却期限", "延長回数", "貸出館"]
RESERVATIONS = ["利用者番号", "書誌番号", "取込元", "受付日時", "受取館", "連絡方法",
                "取置資料番号", "取置期限"]  # fmt: skip
BRANCHES = ["中央図書館", "東部図書館エル", "五日市図書館", "中央図書館増戸分室"]


def copies(number: int, bibs: int) -> Iterator[list[object]]:
    for n in range(number):
        where = BRANCHES[n % 4]
        yield [1_100_000_000 + n, n % bibs + 1, "", where, "913.6/ミ", "一般", "帯出可", "", "", ""]


def patrons(number: int) -> Iterator[list[object]]:
    for n in range(number):
        mail = f"patron{n}@example.jp" if n % 2 else ""
        yield [
            10_000_000 + n, f"秋川 {n}", "アキカワ", f"{1940 + n % 70}-04-12", "042-000-0000",
            "市内", "2028-03-31", mail, "メール" if mail else "電話", BRANCHES[n % 4],
        ]  # fmt: skip


def loans(number: int, readers: int) -> Iterator[list[object]]:
    for n in range(0, number, 12):
        yield [10_000_000 + n % readers, 1_100_000_000 + n, "2026-11-10", "2026-12-01", 0, ""]


def reservations(number: int, readers: int, bibs: int) -> Iterator[list[object]]:
    for n in range(0, number, 37):
        yield [10_000_000 + n % readers, n % bibs + 1, "", "2026-11-01", "chuo", "", "", ""]


def _write(file: Path, header: list[str], rows: Iterator[list[object]]) -> int:
    number = 0
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            number += 1
    return number


def _measured(table: str, file: Path) -> str:
    """By the command of the portal, in a process of its own: one line of the table."""
    before = database_cpu_seconds()
    with errand(manage("import_table", table, str(file))) as importing:
        report = importing.finish()
    if "飛ばした 0件" not in report:
        raise SystemExit(report)
    figures = (importing.seconds, importing.cpu_seconds, database_cpu_seconds() - before)
    return " | ".join(f"{figure:.0f}" for figure in (*figures, max(importing.megabytes)))


if __name__ == "__main__":
    main()
