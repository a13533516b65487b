import datetime
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='MailAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, unique=True, verbose_name='メールアドレス')),
                ('undeliverable_since', models.DateTimeField(blank=True, null=True, verbose_name='送信できなくなった日時')),
                ('undeliverable_reason', models.CharField(blank=True, max_length=200, verbose_name='届かないわけ')),
            ],
            options={
                'verbose_name': 'メールアドレス',
                'verbose_name_plural': 'メールアドレス',
            },
        ),
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='仕事')),
                ('at', models.DateTimeField(verbose_name='最後に動いた日時')),
                ('took', models.DurationField(default=datetime.timedelta, verbose_name='かかった時間')),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='結果')),
            ],
            options={
                'verbose_name': 'くりかえす仕事',
                'verbose_name_plural': 'くりかえす仕事',
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=60, verbose_name='仕事')),
                ('day', models.DateField(verbose_name='日')),
                ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='実行中')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='はじめ')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='おわり')),
                ('runs', models.PositiveIntegerField(db_default=0, default=0, verbose_name='動いた回数')),
                ('failures', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='失敗した回数')),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='結果')),
            ],
            options={
                'verbose_name': '日々の仕事',
                'verbose_name_plural': '日々の仕事',
                'ordering': ['-started_at'],
                'constraints': [models.UniqueConstraint(fields=('job', 'day'), name='job_run_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=120, unique=True, verbose_name='Message-ID')),
                ('kind', models.CharField(max_length=40, verbose_name='種類')),
                ('recipient', models.BigIntegerField(blank=True, help_text='その人の「図書館からのメール」に載ります。だれのことかは、上の階だけが知ります。', null=True, verbose_name='だれへ')),
                ('bulk', models.BooleanField(db_default=False, default=False, verbose_name='急がない')),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済み'), ('refused', '届きませんでした'), ('bounced', '戻ってきました'), ('expired', '送れないまま期限が過ぎました'), ('withdrawn', '取りやめ')], default='waiting', max_length=9, verbose_name='状態')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='作成')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='次に送る日時')),
                ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='送信中')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='送信回数')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送信した日時')),
                ('last_reply', models.CharField(blank=True, max_length=300, verbose_name='サーバーの返事')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='notifications.mailaddress', verbose_name='あて先')),
            ],
            options={
                'verbose_name': 'メール',
                'verbose_name_plural': 'メール',
            },
        ),
        migrations.CreateModel(
            name='MailServer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='送れなくなった日時')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='続けて失敗した回数')),
                ('paused_until', models.DateTimeField(blank=True, null=True, verbose_name='次に試す日時')),
                ('last_reply', models.CharField(blank=True, max_length=300, verbose_name='サーバーの返事')),
            ],
            options={
                'verbose_name': 'メールサーバー',
                'verbose_name_plural': 'メールサーバー',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='mail_server_is_one'), models.CheckConstraint(condition=models.Q(models.Q(('failing_since__isnull', True), ('failures', 0), ('paused_until__isnull', True)), models.Q(('failing_since__isnull', False), ('failures__gt', 0), ('paused_until__isnull', False)), _connector='OR'), name='mail_server_fails_or_works')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='同じ出来事を二度知らせないための名前です。', max_length=120, verbose_name='見分け')),
                ('kind', models.CharField(max_length=40, verbose_name='種類')),
                ('recipient', models.BigIntegerField(blank=True, null=True, verbose_name='だれへ')),
                ('digest', models.CharField(blank=True, help_text='同じ種類で同じまとめのものは1通になります。', max_length=80, verbose_name='まとめ')),
                ('bulk', models.BooleanField(db_default=False, default=False, verbose_name='急がない')),
                ('subject_ids', models.JSONField(default=dict, help_text='番号だけ。名前や題名は書きません。', verbose_name='番号')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='出来事の日時')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, verbose_name='送りはじめ')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='これを過ぎたら送らない')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='取りやめた日時')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='notifications.mailaddress', verbose_name='あて先')),
                ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='notifications.mail', verbose_name='メール')),
            ],
            options={
                'verbose_name': 'お知らせ',
                'verbose_name_plural': 'お知らせ',
            },
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['bulk', 'next_attempt_at'], name='mail_due'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('recipient__isnull', False)), fields=['recipient', '-created_at'], name='mail_of_somebody'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['created_at'], name='mail_by_age'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'bounced'])), models.Q(models.Q(('state__in', ['sent', 'bounced']), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='mail_sent_has_its_moment'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('mail__isnull', True), ('withdrawn_at__isnull', True)), fields=['bulk', 'address', 'kind', 'digest', 'id'], name='notice_loose'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('recipient__isnull', False)), fields=['recipient', 'kind'], name='notice_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('key',), name='notice_key_once'),
        ),
    ]
