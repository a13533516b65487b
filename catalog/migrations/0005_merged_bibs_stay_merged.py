"""What was merged into another bib does not come back by an import."""

from django.db import migrations

# After the insertion, not before: whoever waited for the row of a bib that is being merged sees
# only then that it has gone.
FORWARDS = """
CREATE OR REPLACE FUNCTION catalog_bib_stays_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_bibs JOIN catalog_formerbib USING (source, source_key)) THEN
        RAISE unique_violation
            USING MESSAGE = 'this record was merged into another bib',
                  CONSTRAINT = 'bib_stays_merged', TABLE = 'catalog_bib';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER catalog_bib_stays_merged AFTER INSERT ON catalog_bib
    REFERENCING NEW TABLE AS new_bibs
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_bib_stays_merged();
"""
BACKWARDS = """
DROP TRIGGER catalog_bib_stays_merged ON catalog_bib;
DROP FUNCTION catalog_bib_stays_merged();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_search_changes")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
