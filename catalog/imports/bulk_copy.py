"""Many new rows at once, the way PostgreSQL takes them fastest (COPY)."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model
from psycopg import sql


def pour(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add the rows in the transaction at hand; triggers and constraints see them as any others.

    What is left out gets its default of the database, not the one of the model.
    """
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(command) as copy,
    ):
        for row in rows:
            copy.write_row(row)
