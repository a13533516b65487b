from django.db import migrations

FORWARDS = """
CREATE FUNCTION catalog_status_with_each_bib() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_bibstatus (bib_id, waiting, circulating, in_library_only, free_at)
    SELECT id, 0, 0, 0, '{}' FROM new_bibs;
    RETURN NULL;
END $$;
CREATE TRIGGER catalog_bib_gets_its_status AFTER INSERT ON catalog_bib
    REFERENCING NEW TABLE AS new_bibs
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_status_with_each_bib();
"""
BACKWARDS = """
DROP TRIGGER catalog_bib_gets_its_status ON catalog_bib;
DROP FUNCTION catalog_status_with_each_bib();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
