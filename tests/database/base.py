"""PostgreSQL as Django has it, emptied and filled again in milliseconds between tests.

Django empties by TRUNCATE, which makes new files for each of some seventy tables, and puts back
the rows of the migrations object by object: together three seconds for each test that commits.
"""

from collections.abc import Sequence

from django.core.management.color import no_style
from django.db.backends.postgresql import base
from django.db.backends.postgresql.creation import DatabaseCreation as PostgresqlCreation
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresqlOperations
from django.db.backends.utils import CursorWrapper

KEPT = "rows_of_the_migrations"  # a schema that holds a copy of each table that is not empty
# Rows come and go as if they were replicated: no trigger fires, no order of tables is needed.
UNCHECKED = "SET LOCAL session_replication_role = replica"


class DatabaseCreation(PostgresqlCreation):
    def serialize_db_to_string(self) -> str:
        """Keep the rows of now, and return the names of their tables."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {KEPT}")
            tables = self.connection.introspection.django_table_names(only_existing=True)
            return " ".join(table for table in tables if self._keep(cursor, table))

    def _keep(self, cursor: CursorWrapper, table: str) -> bool:
        cursor.execute(f"CREATE TABLE {KEPT}.{table} AS TABLE public.{table}")
        return cursor.rowcount > 0

    def deserialize_db_from_string(self, data: str) -> None:
        """Leave these rows only: a request that was still under way may have written others."""
        tables = self.connection.introspection.django_table_names(only_existing=True)
        emptied = self.connection.ops.sql_flush(no_style(), tables)
        copied = [f"INSERT INTO public.{one} TABLE {KEPT}.{one}" for one in data.split()]
        with self.connection.cursor() as cursor:
            cursor.execute("; ".join(["BEGIN", *emptied, *copied, "COMMIT"]))


class DatabaseOperations(PostgresqlOperations):
    def sql_flush(
        self,
        style: object,
        tables: Sequence[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        if not tables or reset_sequences or allow_cascade:
            return super().sql_flush(
                style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
        # The names are those of our own tables.
        return [UNCHECKED, *(f"DELETE FROM {self.quote_name(table)}" for table in tables)]  # noqa: S608


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations
