"""All rows as they stand now, to be put back as often as a test wants to begin from them again."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection, transaction
from django.db.models import GeneratedField, Model

APPS = ["catalog", "notifications", "patrons", "loans", "reservations", "circulation"]
# Neither triggers nor foreign keys look on: what is put back was true together before.
UNWATCHED = "SET LOCAL session_replication_role = replica"


class KeptRows:
    """Cheaper than making the same rows anew; only sequences go on."""

    def __init__(self) -> None:
        tables = list(_tables())
        with connection.cursor() as cursor:
            for number, table in enumerate(tables):
                cursor.execute(f"DROP TABLE IF EXISTS kept_{number}")
                cursor.execute(f"CREATE TEMP TABLE kept_{number} AS TABLE {table._meta.db_table}")
        self._put_back = ";".join(
            [UNWATCHED]
            + [f"DELETE FROM {table._meta.db_table}" for table in tables]  # noqa: S608 our own names
            + [_from_kept(number, table) for number, table in enumerate(tables)]
        )

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self._put_back)


def _tables() -> Iterable[type[Model]]:
    for label in APPS:
        for table in apps.get_app_config(label).get_models(include_auto_created=True):
            if table._meta.managed and not table._meta.proxy:
                yield table


def _from_kept(number: int, table: type[Model]) -> str:
    fields = table._meta.local_concrete_fields
    columns = ", ".join(f'"{f.column}"' for f in fields if not isinstance(f, GeneratedField))
    into = f"{table._meta.db_table} ({columns})"
    return f"INSERT INTO {into} SELECT {columns} FROM kept_{number}"  # noqa: S608 our own names
