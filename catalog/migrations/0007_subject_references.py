"""See-references of subjects, and the triggers that tell the index of their changes."""

from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION search_change_{event}_subjectreference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (bib)
    SELECT id FROM catalog_bib
    WHERE subjects::text[] && ARRAY(SELECT DISTINCT subject::text FROM rows_changed);
    RETURN NULL;
END $$;
CREATE TRIGGER search_change_{event}_subjectreference AFTER {upper} ON catalog_subjectreference
    REFERENCING {rows} TABLE AS rows_changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_change_{event}_subjectreference();
"""
NO_FUNCTION = "DROP FUNCTION search_change_{event}_subjectreference() CASCADE;"


def watched(event, rows):
    return migrations.RunSQL(
        FUNCTION.format(event=event, upper=event.upper(), rows=rows),
        NO_FUNCTION.format(event=event),
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_readings_of_branches")]
    operations = [
        migrations.CreateModel(
            name="SubjectReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=300, verbose_name="件名")),
                ("see_from", models.CharField(max_length=300, verbose_name="ことば")),
            ],
            options={
                "verbose_name": "件名への案内",
                "verbose_name_plural": "件名への案内",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "see_from"), name="subject_reference_once"
                    )
                ],
            },
        ),
        watched("insert", "NEW"),
        watched("delete", "OLD"),
    ]
