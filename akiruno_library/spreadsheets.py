"""CSV for spreadsheets. This is the only place that makes cells safe (safety 18)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.http import HttpResponse

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads the Japanese as something else
_BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠﹣﹢")


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet executes as a formula, and that is still readable."""
    text = "" if cell is None else str(cell).replace("\0", "")
    if text.lstrip(" \u3000").startswith(_BEGINS_A_FORMULA):
        return f"'{text}"
    return text


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for row in chain([header], rows):
        writer.writerow([harmless(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Return a download. The file name comes from our code and is ASCII."""
    return HttpResponse(
        "".join(csv_rows(header, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
