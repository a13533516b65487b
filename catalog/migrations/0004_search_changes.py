"""What changed since the search index last looked: written by the database itself.

Triggers, so that no admin edit, bulk update or plain SQL escapes; statement level, so that an
import of a thousand rows costs one insert. The bib 0 stands for "everything: build anew".
"""

from django.db import migrations

TABLE = """
CREATE TABLE search_change (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigserial NOT NULL,
    bib bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (xid, seq)
);
"""
NO_TABLE = "DROP TABLE search_change;"

EVENTS = {
    "insert": "REFERENCING NEW TABLE AS rows_after",
    "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after",
    "delete": "REFERENCING OLD TABLE AS rows_before",
}
WATCHED = {
    # table: (events, bibs of the changed rows)
    "catalog_bib": (("insert", "update", "delete"), "SELECT id FROM {rows}"),
    "catalog_copy": (("insert", "update", "delete"), "SELECT bib_id FROM {rows}"),
    "catalog_contribution": (("insert", "update", "delete"), "SELECT bib_id FROM {rows}"),
    "catalog_bibstatus": (("update",), "SELECT bib_id FROM {rows}"),
    "catalog_contributor": (
        ("update",),
        "SELECT bib_id FROM catalog_contribution"
        " WHERE contributor_id IN (SELECT id FROM changed)",
    ),
    "catalog_series": (
        ("update",),
        "SELECT id FROM catalog_bib WHERE series_id IN (SELECT id FROM changed)",
    ),
    "catalog_branch": (
        ("update",),
        "SELECT bib_id FROM catalog_copy WHERE home_branch_id IN (SELECT id FROM changed)"
        " OR current_branch_id IN (SELECT id FROM changed)",
    ),
    "catalog_materialtype": (
        ("update",),
        "SELECT id FROM catalog_bib WHERE material_type_id IN (SELECT id FROM changed)",
    ),
}
ROWS = {"insert": ("rows_after",), "update": ("rows_before", "rows_after"), "delete": ("rows_before",)}

FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (bib) {bibs};
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON {table} {referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
NO_FUNCTION = "DROP FUNCTION {name}() CASCADE;"

EMPTIED = """
CREATE FUNCTION search_everything_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (bib) VALUES (0);
    RETURN NULL;
END $$;
CREATE TRIGGER search_everything_changed AFTER TRUNCATE ON catalog_bib
    FOR EACH STATEMENT EXECUTE FUNCTION search_everything_changed();
"""
NO_EMPTIED = "DROP FUNCTION search_everything_changed() CASCADE;"


def name_of(table, event):
    return f"search_change_{event}_{table.removeprefix('catalog_')}"


def bibs_of(statement, event):
    if "changed" in statement:
        # A row saved without a difference (the admin does that) touches no bib.
        changed = "WITH changed AS (SELECT * FROM rows_after EXCEPT SELECT * FROM rows_before) "
    else:
        changed = ""
        statement = " UNION ALL ".join(statement.format(rows=rows) for rows in ROWS[event])
    return f"{changed}SELECT DISTINCT bib FROM ({statement}) AS found (bib)"  # nosec


def watches():
    for table, (events, statement) in WATCHED.items():
        for event in events:
            name = name_of(table, event)
            yield migrations.RunSQL(
                FUNCTION.format(
                    name=name,
                    table=table,
                    event=event.upper(),
                    referencing=EVENTS[event],
                    bibs=bibs_of(statement, event),
                ),
                NO_FUNCTION.format(name=name),
            )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_branches_material_types_holidays")]
    operations = [
        migrations.RunSQL(TABLE, NO_TABLE),
        *watches(),
        migrations.RunSQL(EMPTIED, NO_EMPTIED),
    ]
