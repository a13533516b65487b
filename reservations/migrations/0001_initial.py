import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('patrons', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request_text', models.TextField(blank=True, help_text='所蔵していない資料の題名・著者・出版者など。', verbose_name='リクエストの内容')),
                ('state', models.CharField(choices=[('requested', 'リクエスト'), ('waiting', '予約中'), ('to_fetch', '取り寄せ中'), ('in_transit', '配送中'), ('ready', '取置中(受け取れます)'), ('collected', '貸出済み'), ('cancelled', '取消'), ('lapsed', '取置期限切れ')], default='waiting', max_length=10, verbose_name='状態')),
                ('contact_method', models.CharField(choices=[('none', '連絡不要(マイページで確認)'), ('mail', 'メール'), ('telephone', '電話')], default='none', max_length=9, verbose_name='連絡方法')),
                ('beyond_limit_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='上限を超えて受け付けたわけ')),
                ('priority', models.SmallIntegerField(default=0, verbose_name='優先')),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='受付日時')),
                ('is_transfer', models.BooleanField(default=False, help_text='受け付けたとき棚にあった資料は取り寄せになります。', verbose_name='取り寄せ')),
                ('became_hold_at', models.DateTimeField(blank=True, null=True, verbose_name='予約に変更した日時')),
                ('order_group', models.BigIntegerField(blank=True, null=True, verbose_name='順番予約の組')),
                ('order_no', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='順番')),
                ('assigned_at', models.DateTimeField(blank=True, null=True, verbose_name='所蔵を割り当てた日時')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='取り置いた日時')),
                ('deadline', models.DateField(blank=True, null=True, verbose_name='取置期限')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='終わった日時')),
                ('close_reason', models.CharField(blank=True, max_length=200, verbose_name='終わったわけ')),
                ('bib', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='catalog.bib', verbose_name='資料')),
                ('copy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='catalog.copy', verbose_name='所蔵')),
                ('patron', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='patrons.patron', verbose_name='利用者')),
                ('pickup_branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='受取館')),
            ],
            options={
                'verbose_name': '予約・取り寄せ',
                'verbose_name_plural': '予約・取り寄せ',
            },
        ),
        migrations.CreateModel(
            name='PhoneCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('result', models.CharField(choices=[('spoken', '本人'), ('recorded', '留守電'), ('nobody', '不在')], max_length=8, verbose_name='結果')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
                ('reservation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='reservations.reservation')),
            ],
            options={
                'verbose_name': '電話連絡',
                'verbose_name_plural': '電話連絡',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReservationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='日時')),
                ('actor', models.CharField(choices=[('patron', '本人'), ('staff', '職員'), ('library', '自動')], max_length=7, verbose_name='だれが')),
                ('from_state', models.CharField(blank=True, choices=[('requested', 'リクエスト'), ('waiting', '予約中'), ('to_fetch', '取り寄せ中'), ('in_transit', '配送中'), ('ready', '取置中(受け取れます)'), ('collected', '貸出済み'), ('cancelled', '取消'), ('lapsed', '取置期限切れ')], max_length=10, verbose_name='前の状態')),
                ('to_state', models.CharField(choices=[('requested', 'リクエスト'), ('waiting', '予約中'), ('to_fetch', '取り寄せ中'), ('in_transit', '配送中'), ('ready', '取置中(受け取れます)'), ('collected', '貸出済み'), ('cancelled', '取消'), ('lapsed', '取置期限切れ')], max_length=10, verbose_name='後の状態')),
                ('why', models.CharField(max_length=200, verbose_name='わけ')),
                ('reservation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='reservations.reservation')),
                ('staff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
            ],
            options={
                'verbose_name': '予約の記録',
                'verbose_name_plural': '予約の記録',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BasketEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='入れた日時')),
                ('order_group', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='順番予約の組')),
                ('order_no', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='順番')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.bib')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='basket', to='patrons.patron')),
            ],
            options={
                'verbose_name': '予約かごの資料',
                'verbose_name_plural': '予約かご',
                'ordering': ['added_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('patron', 'bib'), name='basket_each_bib_once'), models.CheckConstraint(condition=models.Q(models.Q(('order_group__isnull', True), ('order_no__isnull', True)), models.Q(('order_group__isnull', False), ('order_no__isnull', False)), _connector='OR'), name='basket_order_both_or_neither'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('patron', 'order_group', 'order_no'), name='basket_place_in_order_once')],
            },
        ),
        migrations.CreateModel(
            name='HoldSkip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='はじめの日')),
                ('last_day', models.DateField(verbose_name='おわりの日')),
                ('patron', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hold_skip', to='patrons.patron', verbose_name='利用者')),
            ],
            options={
                'verbose_name': '予約取置スキップ',
                'verbose_name_plural': '予約取置スキップ',
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day')), ('last_day__lte', django.db.models.expressions.CombinedExpression(models.F('first_day'), '+', models.Value(365)))), name='skip_within_a_year', violation_error_message='おわりの日は、はじめの日から1年以内にしてください。')],
            },
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(models.F('bib'), models.OrderBy(models.F('priority'), descending=True), models.F('placed_at'), models.F('id'), condition=models.Q(('state', 'waiting')), name='reservation_queue'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('state', 'ready')), fields=['deadline'], name='reservation_on_shelf'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['closed_at'], name='reservation_closed'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('requested', 'waiting', 'to_fetch', 'in_transit', 'ready'))), fields=('patron', 'bib'), name='reservation_one_open_per_patron_and_bib'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('to_fetch', 'in_transit', 'ready'))), fields=('copy',), name='reservation_one_per_copy'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('requested', 'waiting')), ('copy__isnull', True)), models.Q(('state__in', ('to_fetch', 'in_transit', 'ready')), ('copy__isnull', False)), ('state__in', ('collected', 'cancelled', 'lapsed')), _connector='OR'), name='reservation_has_a_copy_when_it_should'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'ready'), _negated=True), ('deadline__isnull', False), _connector='OR'), models.Q(('deadline__isnull', True), ('state__in', ('ready', 'collected', 'cancelled', 'lapsed')), _connector='OR')), name='reservation_deadline_from_ready_on'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('requested', 'waiting', 'to_fetch', 'in_transit', 'ready')), ('closed_at__isnull', True), ('close_reason', '')), models.Q(('state__in', ('collected', 'cancelled', 'lapsed')), ('closed_at__isnull', False), models.Q(('close_reason', ''), _negated=True)), _connector='OR'), name='reservation_closed_has_moment_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('collected', 'cancelled', 'lapsed')), ('patron__isnull', False), _connector='OR'), name='reservation_open_has_a_patron'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bib__isnull', True), models.Q(('request_text', ''), _negated=True)), models.Q(('bib__isnull', False), ('request_text', '')), _connector='OR'), name='reservation_of_a_bib_or_a_request'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'requested'), _negated=True), ('bib__isnull', True), _connector='OR'), name='reservation_requested_has_no_bib'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order_group__isnull', True), ('order_no__isnull', True)), models.Q(('order_group__isnull', False), ('order_no__isnull', False)), _connector='OR'), name='reservation_order_both_or_neither'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('order_group', 'order_no'), name='reservation_place_in_order_once'),
        ),
    ]
