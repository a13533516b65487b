"""What was merged leads to the bib that stays, and does not come back by an import."""

import django.db.models.deletion
from django.db import migrations, models

# After the insertion, not before: whoever waited for the row of a bib that is being merged sees
# only then that it has gone.
FORWARDS = """
CREATE FUNCTION catalog_bib_stays_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_bibs JOIN catalog_formerbib USING (source, source_key)) THEN
        RAISE unique_violation
            USING MESSAGE = 'this record was merged into another bib',
                  CONSTRAINT = 'bib_stays_merged', TABLE = 'catalog_bib';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalog_bib_stays_merged AFTER INSERT ON catalog_bib
    REFERENCING NEW TABLE AS new_bibs
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_bib_stays_merged();
"""
BACKWARDS = """
DROP TRIGGER catalog_bib_stays_merged ON catalog_bib;
DROP FUNCTION catalog_bib_stays_merged();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_count_what_is_on_order")]

    operations = [
        migrations.CreateModel(
            name="FormerBib",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="もとの番号"
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="取込元")),
                ("source_key", models.CharField(max_length=100, verbose_name="取込元の番号")),
                (
                    "bib",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former",
                        to="catalog.bib",
                        verbose_name="まとめた先",
                    ),
                ),
                ("merged_at", models.DateTimeField(verbose_name="まとめた日時")),
            ],
            options={
                "verbose_name": "まとめた資料",
                "verbose_name_plural": "まとめた資料",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["source", "source_key"], name="former_once_per_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", models.F("bib")), _negated=True),
                        name="former_is_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
