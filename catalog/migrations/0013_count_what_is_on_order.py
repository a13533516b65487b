"""Count what is on order already."""

from django.db import migrations

FILL = """
UPDATE catalog_bibstatus AS status
SET on_order = counted.on_order
FROM (
    SELECT bib_id, count(*) AS on_order FROM catalog_copy
    WHERE whereabouts = 'on_order' GROUP BY bib_id
) AS counted
WHERE status.bib_id = counted.bib_id
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_on_order")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
