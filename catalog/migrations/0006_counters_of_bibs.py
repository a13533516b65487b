"""Fill the counters of BibStatus from the copies that are there already."""

from django.db import migrations

FILL = """
UPDATE catalog_bibstatus AS status
SET times_lent = counted.times_lent, first_accepted_on = counted.first_accepted_on
FROM (
    SELECT bib_id,
           sum(times_lent) AS times_lent,
           CASE WHEN bool_or(whereabouts NOT IN ('on_order', 'missing', 'lost', 'withdrawn'))
                 AND NOT bool_or(whereabouts <> 'on_order' AND accepted_on IS NULL)
                THEN min(accepted_on)
           END AS first_accepted_on
    FROM catalog_copy
    GROUP BY bib_id
) AS counted
WHERE status.bib_id = counted.bib_id
  AND (counted.times_lent > 0 OR counted.first_accepted_on IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_browsing")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
