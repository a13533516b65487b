from django.db import migrations, models

# What ended before had one free text. The log says who acted, the state and the text say why.
# Staff's own words stay as the note. The deferred constraints are checked at once, because
# PostgreSQL alters no table with checks still to come.
FILL = """
UPDATE reservations_reservation closed
SET close_reason = CASE
        WHEN state = 'collected' THEN 'lent'
        WHEN state = 'lapsed' THEN 'lapsed'
        WHEN bib_id IS NULL THEN 'declined'
        WHEN close_note LIKE '二つの資料の登録を一つにまとめたため%%' THEN 'merged'
        ELSE 'cancelled'
    END,
    closed_by = COALESCE((
        SELECT event.actor FROM reservations_reservationevent event
        WHERE event.reservation_id = closed.id AND event.to_state = closed.state
        ORDER BY event.at DESC, event.id DESC LIMIT 1
    ), 'library')
WHERE state IN ('collected', 'cancelled', 'lapsed');
UPDATE reservations_reservation SET close_note = ''
WHERE NOT (closed_by = 'staff' AND close_reason IN ('cancelled', 'declined'));
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_readings_of_branches'),
        ('patrons', '0003_roles_of_staff'),
        ('reservations', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reservation',
            name='reservation_closed_has_moment_and_reason',
        ),
        migrations.RenameField('reservation', 'close_reason', 'close_note'),
        migrations.AlterField(
            model_name='reservation',
            name='close_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='終わったときのことば'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='closed_by',
            field=models.CharField(blank=True, choices=[('patron', '本人'), ('staff', '職員'), ('library', '自動')], max_length=7, verbose_name='終わらせた人'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='close_reason',
            field=models.CharField(blank=True, choices=[('lent', '窓口でお貸ししました'), ('cancelled', '取り消しました'), ('declined', 'リクエストをお受けできませんでした'), ('merged', '二つの資料の登録を一つにまとめたため、もう一つの予約だけを残しました'), ('lapsed', '取置期限が過ぎました')], max_length=9, verbose_name='終わったわけ'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_note', ''), ('close_reason', ''), ('closed_at__isnull', True), ('closed_by', ''), ('state__in', ('requested', 'waiting', 'to_fetch', 'in_transit', 'ready'))), models.Q(('closed_at__isnull', False), ('closed_by__in', ['patron', 'staff', 'library']), ('state__in', ('collected', 'cancelled', 'lapsed'))), _connector='OR'), name='reservation_closed_has_moment_and_actor'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('requested', 'waiting', 'to_fetch', 'in_transit', 'ready')), models.Q(('close_reason', 'lent'), ('state', 'collected')), models.Q(('close_reason', 'lapsed'), ('state', 'lapsed')), models.Q(('close_reason__in', ['cancelled', 'declined', 'merged']), ('state', 'cancelled')), _connector='OR'), name='reservation_closed_for_a_reason_of_its_state'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('close_note', ''), ('close_reason__in', ['cancelled', 'declined']), ('closed_by', 'staff'), _negated=True), name='reservation_cancelled_by_staff_has_a_note'),
        ),
    ]
