"""Migrations after the first release keep the version alive that is still running (upgrades).

While new tables are made, the old pages go on reading and writing: two versions share one database.
So a step may add, and may take away only what the release before had let go of already:

- a column that may not be empty has a default in the database (`db_default`), or the old version
  could insert nothing any more;
- a column, table or constraint is first let go of in the state (SeparateDatabaseAndState, with
  only state_operations), and taken out of the database by a later migration;
- nothing is renamed, no type changed, nothing made narrower;
- an index on a table that is there is made and dropped CONCURRENTLY, a check comes NOT VALID and is
  validated afterwards: neither keeps writers waiting;
- rows are filled by migrations of their own, apart from the schema.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The number of the last migration of each app in the first release, from that release on: until
# then nobody runs anything that has to be kept alive, and what is on disk may be made anew.
FIRST_RELEASE: dict[str, int] = {}
ROOT = Path(__file__).resolve().parent.parent
# Tables of so few rows that a lock on them lasts no time.
SMALL = {"branch", "materialtype", "publicholiday", "openinghours", "terminal", "pulse",
         "mailserver", "jobrun", "news"}  # fmt: skip
TAKES_AWAY = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|TYPE|SCHEMA)\b|\bRENAME\b|\bALTER\s+COLUMN\b.*\b(TYPE|SET\s+NOT\s+NULL)"
    r"|\bTRUNCATE\b|\bLOCK\s+TABLE\b|\bCLUSTER\b|\bVACUUM\s+FULL\b",
    re.IGNORECASE | re.DOTALL,
)
DROPPED = re.compile(
    r"ALTER\s+TABLE\s+(?P<of>\w+)\s+DROP\s+COLUMN\s+(IF\s+EXISTS\s+)?(?P<column>\w+)"
    r"|DROP\s+TABLE\s+(IF\s+EXISTS\s+)?(?P<table>\w+)",
    re.IGNORECASE,
)
LOCKING_INDEX = re.compile(r"\b(CREATE\s+(UNIQUE\s+)?|DROP\s+)INDEX\b(?!\s+CONCURRENTLY)", re.I)
WIDER_OR_ONLY_WORDS = {"verbose_name", "help_text", "choices", "validators", "error_messages",
                       "blank", "editable", "related_name", "ordering"}  # fmt: skip


def complaints(migration: migrations.Migration, before: ProjectState) -> Iterator[str]:
    """What in this migration would break the version that runs, sentence by sentence."""
    new_tables: set[str] = set()
    state = before.clone()
    app = migration.app_label
    kinds = {_kind(operation) for operation in migration.operations}
    if len(kinds - {None}) > 1:
        yield "fills rows and changes the schema at once: two migrations"
    for operation in migration.operations:
        for part in _in_the_database(operation):
            yield from _complaints_of(part, app, state, new_tables)
        concurrently = isinstance(operation, AddIndexConcurrently | RemoveIndexConcurrently)
        if concurrently and migration.atomic:
            yield f"{operation.describe()}: CONCURRENTLY needs atomic = False"
        operation.state_forwards(app, state)


def _kind(operation: Operation) -> str | None:
    if isinstance(operation, migrations.RunPython):
        return "rows"
    return None if isinstance(operation, migrations.RunSQL) else "schema"


def _in_the_database(operation: Operation) -> list[Operation]:
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return operation.database_operations
    return [operation]


def _complaints_of(
    operation: Operation, app: str, state: ProjectState, new_tables: set[str]
) -> Iterator[str]:
    said = f"{type(operation).__name__} {getattr(operation, 'name', '')}".strip()
    table = str(getattr(operation, "model_name", "")).lower()
    calm = table in new_tables | SMALL
    match operation:
        case migrations.CreateModel():
            new_tables.add(operation.name.lower())
        case migrations.RenameModel() | migrations.RenameField() | migrations.AlterModelTable():
            yield f"{said}: the running version knows the old name only"
        case migrations.DeleteModel():
            if (app, operation.name.lower()) in state.models:
                yield f"{said}: let it go in the state first, one release earlier"
        case migrations.RemoveField():
            fields = state.models.get((app, table))
            if fields and operation.name in fields.fields and table not in new_tables:
                yield f"{said}: let it go in the state first, one release earlier"
        case migrations.AddField():
            if table not in new_tables and _must_be_given(operation.field):
                yield f"{said}: the running version inserts without it; null=True or db_default"
            if not calm and _has_an_index(operation.field):
                yield f"{said}: its index locks the table; add it CONCURRENTLY afterwards"
        case migrations.AlterField():
            old = state.models[app, table].fields[operation.name]
            if table not in new_tables and (worse := sorted(_narrower(old, operation.field))):
                yield f"{said}: changes {', '.join(worse)} under the running version"
        case migrations.AddIndex() if not isinstance(operation, AddIndexConcurrently):
            if not calm:
                yield f"{said}: locks the table; AddIndexConcurrently"
        case migrations.RemoveIndex() if not isinstance(operation, RemoveIndexConcurrently):
            if not calm:
                yield f"{said}: locks the table; RemoveIndexConcurrently"
        case migrations.AddConstraint() if not isinstance(operation, AddConstraintNotValid):
            if not calm:
                yield f"{said}: locks the table while it is read; NOT VALID, or an index first"
        case migrations.RunSQL():
            statement = DROPPED.sub(
                lambda drop: "" if _was_let_go(drop, state) else drop[0], str(operation.sql)
            )
            if TAKES_AWAY.search(statement):
                yield f"{said}: takes away, renames or locks in plain SQL"
            if LOCKING_INDEX.search(statement):
                yield f"{said}: an index without CONCURRENTLY"
        case migrations.RunPython():
            if operation.reverse_code is None:
                yield f"{said}: no way back"


def _was_let_go(drop: re.Match[str], state: ProjectState) -> bool:
    """Whether no model knows the column or the table any more when this is dropped."""
    for (app, name), model in state.models.items():
        if model.options.get("db_table", f"{app}_{name}") == (drop["table"] or drop["of"]):
            known = {field.db_column or key for key, field in model.fields.items()}
            known |= {f"{key}_id" for key, field in model.fields.items() if field.is_relation}
            return drop["column"] is not None and drop["column"] not in known
    return True


def _has_an_index(field: models.Field) -> bool:
    return field.unique or (field.db_index and not field.is_relation)


def _must_be_given(field: models.Field) -> bool:
    made_by_the_database = isinstance(field, models.GeneratedField) or field.has_db_default()
    return not (field.null or field.many_to_many or made_by_the_database)


def _narrower(old: models.Field, new: models.Field) -> Iterator[str]:
    """The options in which the new field takes less than the old one, or takes it otherwise."""
    if old.get_internal_type() != new.get_internal_type():
        yield "the type"
    facts_of_old, facts_of_new = old.deconstruct()[3], new.deconstruct()[3]
    for option in facts_of_old.keys() | facts_of_new.keys():
        before, after = facts_of_old.get(option), facts_of_new.get(option)
        if before == after or option in WIDER_OR_ONLY_WORDS:
            continue
        wider = {
            "null": bool(after),
            "max_length": after is None or (before is not None and after >= before),
            "unique": not after,
            "db_index": not after,
            "default": True,
            "db_default": after is not None,
        }
        if not wider.get(option, False):
            yield option


def _later_than_the_first_release() -> list[tuple[str, str]]:
    keys = MigrationLoader(None).disk_migrations
    return sorted(
        key for key in keys if key[0] in FIRST_RELEASE and int(key[1][:4]) > FIRST_RELEASE[key[0]]
    )


def test_every_migration_keeps_the_running_version_alive():
    loader = MigrationLoader(None)
    found = []
    for app, name in _later_than_the_first_release():
        before = loader.project_state((app, name), at_end=False)
        sentences = complaints(loader.disk_migrations[app, name], before)
        found += [f"{app} {name}: {sentence}" for sentence in sentences]
    assert found == []


def test_from_the_first_release_on_every_app_of_the_house_is_looked_at():
    """The list of changes says whether there has been one: its only entry is being prepared."""
    changes = (ROOT / "docs/changelog.md").read_text()
    headings = re.findall(r"^## (.+)$", changes, re.MULTILINE)
    apps = {app for app, _ in MigrationLoader(None).disk_migrations}
    ours = apps - {"admin", "auth", "contenttypes", "otp_totp", "otp_static", "demo"}
    is_released = len(headings) > 1 or "準備中" not in headings[0]
    assert set(FIRST_RELEASE) == (ours if is_released else set())


# --- The linter itself ------------------------------------------------------------------------


def state_with_a_table(**fields: models.Field) -> ProjectState:
    state = ProjectState()
    shape = [("id", models.BigAutoField(primary_key=True)), *fields.items()]
    migrations.CreateModel("Bib", shape).state_forwards("catalog", state)
    return state


def sentences(*operations: Operation, atomic: bool = True, **fields: models.Field) -> str:
    migration = migrations.Migration("0099_planted", "catalog")
    migration.operations, migration.atomic = list(operations), atomic
    return "\n".join(complaints(migration, state_with_a_table(**fields)))


TITLE = models.CharField(max_length=100)
BY_TITLE = models.Index(fields=["title"], name="by_title")
NOT_EMPTY = models.CheckConstraint(condition=~models.Q(title=""), name="not_empty")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.RemoveField("bib", "title"), "let it go in the state first"),
        (migrations.DeleteModel("Bib"), "let it go in the state first"),
        (migrations.RenameField("bib", "title", "name"), "knows the old name only"),
        (migrations.RenameModel("Bib", "Record"), "knows the old name only"),
        (migrations.AlterModelTable("Bib", "records"), "knows the old name only"),
        (migrations.AddField("bib", "note", models.TextField()), "inserts without it"),
        (migrations.AddField("bib", "note", models.TextField(default="")), "inserts without it"),
        (
            migrations.AddField("bib", "isbn", models.TextField(null=True, unique=True)),
            "its index locks the table",
        ),
        (migrations.AlterField("bib", "title", models.CharField(max_length=50)), "max_length"),
        (migrations.AlterField("bib", "title", models.IntegerField()), "the type"),
        (
            migrations.AlterField("bib", "title", models.CharField(max_length=100, unique=True)),
            "unique",
        ),
        (migrations.AddIndex("bib", BY_TITLE), "AddIndexConcurrently"),
        (migrations.AddConstraint("bib", NOT_EMPTY), "NOT VALID"),
        (AddIndexConcurrently("bib", BY_TITLE), "atomic = False"),
        (migrations.RunSQL("ALTER TABLE catalog_bib DROP COLUMN title"), "takes away"),
        (migrations.RunSQL("ALTER TABLE a ALTER COLUMN b SET NOT NULL"), "takes away"),
        (migrations.RunSQL("CREATE UNIQUE INDEX x ON catalog_bib (title)"), "CONCURRENTLY"),
        (migrations.RunPython(lambda apps, editor: None), "no way back"),
    ],
)
def test_what_would_break_the_running_version_is_named(operation: Operation, words: str):
    assert words in sentences(operation, title=TITLE)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("bib", "note", models.TextField(null=True)),
        migrations.AddField("bib", "note", models.TextField(db_default="")),
        migrations.AlterField("bib", "title", models.CharField(max_length=200, help_text="x")),
        migrations.AlterField("bib", "title", models.CharField(max_length=100, null=True)),
        migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("bib", "title")]
        ),
        AddConstraintNotValid("bib", NOT_EMPTY),
        ValidateConstraint("bib", "not_empty"),
        migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON catalog_bib (title)"),
        migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop),
    ],
)
def test_what_the_running_version_does_not_notice_is_let_through(operation: Operation):
    assert sentences(operation, title=TITLE) == ""


def test_what_was_let_go_of_a_release_earlier_may_be_dropped():
    drop = migrations.RunSQL("ALTER TABLE catalog_bib DROP COLUMN title", "SELECT 1")
    assert sentences(drop) == ""
    assert "takes away" in sentences(drop, title=TITLE)
    assert sentences(migrations.RunSQL("DROP TABLE catalog_forgotten")) == ""
    assert "takes away" in sentences(migrations.RunSQL("DROP TABLE catalog_bib"))


def test_a_table_made_in_the_same_step_may_be_given_anything():
    new = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    column = migrations.AddField("new", "title", models.TextField(default=""))
    index = migrations.AddIndex("new", models.Index(fields=["title"], name="new_by_title"))
    assert sentences(new, column, index) == ""


def test_rows_and_schema_are_changed_apart():
    column = migrations.AddField("bib", "note", models.TextField(null=True))
    rows = migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop)
    assert "two migrations" in sentences(column, rows)


def test_an_index_made_concurrently_outside_a_transaction_is_let_through():
    assert sentences(AddIndexConcurrently("bib", BY_TITLE), atomic=False, title=TITLE) == ""
