import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('loans', '0001_initial'),
        ('patrons', '0001_initial'),
        ('reservations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Compensation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lost', '紛失'), ('damaged', '破損・汚損')], max_length=7, verbose_name='わけ')),
                ('opened_on', models.DateField(verbose_name='申し出の日')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.copy', verbose_name='所蔵')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='compensations', to='patrons.patron', verbose_name='利用者')),
            ],
            options={
                'verbose_name': '弁償の相談',
                'verbose_name_plural': '弁償の相談',
                'ordering': ['opened_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('patron', 'copy'), name='compensation_once')],
            },
        ),
        migrations.CreateModel(
            name='RecentScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lent', '貸出'), ('taken_back', '返却・確認')], max_length=10, verbose_name='種類')),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('was_whereabouts', models.CharField(choices=[('shelf', '在庫'), ('claimed', '取り寄せ準備中'), ('in_transit', '配送中'), ('hold_shelf', '予約取置中'), ('on_loan', '貸出中'), ('processing', '整理中'), ('on_order', '発注中'), ('repair', '修理中'), ('missing', '所在不明'), ('lost', '紛失'), ('withdrawn', '除籍')], max_length=10)),
                ('was_sent_at', models.DateTimeField(null=True)),
                ('was_state', models.CharField(blank=True, choices=[('requested', 'リクエスト'), ('waiting', '予約中'), ('to_fetch', '取り寄せ中'), ('in_transit', '配送中'), ('ready', '取置中(受け取れます)'), ('collected', '貸出済み'), ('cancelled', '取消'), ('lapsed', '取置期限切れ')], max_length=10)),
                ('was_assigned_at', models.DateTimeField(null=True)),
                ('was_ready_at', models.DateTimeField(null=True)),
                ('was_deadline', models.DateField(null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.branch')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.copy')),
                ('loan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='loans.loan')),
                ('patron', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='patrons.patron')),
                ('reservation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reservations.reservation')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('was_branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.branch')),
                ('was_copy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.copy')),
                ('was_sent_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.branch')),
            ],
            options={
                'verbose_name': '取り消せる読み取り',
                'verbose_name_plural': '取り消せる読み取り',
                'indexes': [models.Index(fields=['at'], name='recent_scan_by_moment')],
            },
        ),
    ]
