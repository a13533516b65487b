import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import patrons.models.folded
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('catalog', '0001_initial'),
        ('notifications', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FavouriteList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField(verbose_name='番')),
                ('name', models.CharField(max_length=40, verbose_name='名前')),
            ],
            options={
                'verbose_name': 'お気に入りリスト',
                'verbose_name_plural': 'お気に入りリスト',
                'ordering': ['patron', 'slot'],
            },
        ),
        migrations.CreateModel(
            name='Patron',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card_number', models.CharField(max_length=20, unique=True, verbose_name='利用者番号')),
                ('name', models.CharField(max_length=100, verbose_name='名前')),
                ('name_reading', models.CharField(max_length=100, verbose_name='読み')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='生年月日')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='電話番号')),
                ('category', models.CharField(choices=[('resident', '市内'), ('wide_area', '広域'), ('organisation', '団体')], default='resident', max_length=12, verbose_name='区分')),
                ('card_expires_on', models.DateField(verbose_name='利用者カードの有効期限')),
                ('suspended_at', models.DateTimeField(blank=True, null=True, verbose_name='利用停止の日時')),
                ('suspension_reason', models.CharField(blank=True, max_length=200, verbose_name='利用停止のわけ')),
                ('closed_until', models.DateTimeField(blank=True, help_text='利用者番号・名前・生年月日・電話番号だけでパスワードを登録・初期化すると、72時間閉じます。', null=True, verbose_name='読書履歴と子どものお知らせを閉じておく期限')),
                ('web_barred_at', models.DateTimeField(blank=True, null=True, verbose_name='ウェブでの登録を止めた日時')),
                ('web_barred_reason', models.CharField(blank=True, max_length=200, verbose_name='ウェブでの登録を止めたわけ')),
                ('may_reserve_until', models.DateField(blank=True, null=True, verbose_name='中学生になる前の予約を認める最後の日')),
                ('may_reserve_reason', models.CharField(blank=True, max_length=200, verbose_name='中学生になる前の予約を認めるわけ')),
                ('mail_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='メールアドレスの確認')),
                ('contact_method', models.CharField(choices=[('none', '連絡不要(マイページで確認)'), ('mail', 'メール'), ('telephone', '電話')], default='none', max_length=9, verbose_name='予約の連絡方法')),
                ('search_sort', models.CharField(blank=True, max_length=12, verbose_name='検索結果の並び順')),
                ('search_per_page', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='検索結果の件数')),
                ('history_consented_at', models.DateTimeField(blank=True, null=True, verbose_name='読書履歴の同意')),
                ('name_folded', models.GeneratedField(db_persist=True, expression=patrons.models.folded.FoldedName('name'), output_field=models.TextField())),
                ('reading_folded', models.GeneratedField(db_persist=True, expression=patrons.models.folded.FoldedName('name_reading'), output_field=models.TextField())),
                ('telephone_digits', models.GeneratedField(db_persist=True, expression=patrons.models.folded.DigitsOf('telephone'), output_field=models.TextField())),
                ('mail_address', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.mailaddress', verbose_name='メールアドレス')),
                ('pickup_branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='予約の受取館')),
                ('search_branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.branch', verbose_name='検索する館')),
                ('search_material', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.materialtype', verbose_name='検索する資料形態')),
            ],
            options={
                'verbose_name': '利用者',
                'verbose_name_plural': '利用者',
            },
        ),
        migrations.CreateModel(
            name='NewsletterIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='号')),
                ('day', models.DateField(unique=True, verbose_name='日')),
                ('made_at', models.DateTimeField(verbose_name='作成')),
            ],
            options={
                'verbose_name': '新着のお便り',
                'verbose_name_plural': '新着のお便り',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('kind', models.CharField(choices=[('staff', '職員'), ('patron', '利用者')], max_length=6, verbose_name='区分')),
                ('username', models.CharField(blank=True, help_text='利用者は利用者番号で入るため、空けておきます。', max_length=60, null=True, unique=True, verbose_name='職員のログイン名')),
                ('display_name', models.CharField(blank=True, max_length=60, verbose_name='職員の名前')),
                ('is_staff', models.BooleanField(default=False, verbose_name='管理画面に入れる')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '職員のアカウント',
                'verbose_name_plural': '職員のアカウント',
            },
        ),
        migrations.CreateModel(
            name='FavouriteEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登録')),
                ('place', models.IntegerField(default=0, help_text='小さいものが上。新しいものは上に。', verbose_name='並び')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='メモ')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.bib')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='patrons.favouritelist')),
            ],
            options={
                'verbose_name': 'お気に入り',
                'verbose_name_plural': 'お気に入り',
                'ordering': ['place', '-added_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='NotificationPreferences',
            fields=[
                ('patron', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notification_preferences', serialize=False, to='patrons.patron')),
                ('newsletter_since', models.DateTimeField(blank=True, null=True, verbose_name='新着のお便り')),
                ('due_soon_since', models.DateTimeField(blank=True, null=True, verbose_name='返却期限のお知らせ')),
                ('news_declined_at', models.DateTimeField(blank=True, null=True, verbose_name='図書館からのお知らせを断った')),
                ('titles_in_hold_mail', models.BooleanField(default=False, verbose_name='予約のメールに題名をのせる')),
            ],
            options={
                'verbose_name': 'メールの希望',
                'verbose_name_plural': 'メールの希望',
                'db_table': 'patrons_mailwishes',
            },
        ),
        migrations.AddField(
            model_name='patron',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='patron', to=settings.AUTH_USER_MODEL, verbose_name='ログイン'),
        ),
        migrations.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, verbose_name='見分け')),
                ('last_used_at', models.DateTimeField(verbose_name='最後にログインした日時')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_devices', to='patrons.patron')),
            ],
            options={
                'verbose_name': 'ログインしたことのある機器',
                'verbose_name_plural': 'ログインしたことのある機器',
            },
        ),
        migrations.CreateModel(
            name='GuardianMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='あて先の確認')),
                ('call_name', models.CharField(blank=True, max_length=20, verbose_name='呼び名')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.mailaddress', verbose_name='保護者のあて先')),
                ('patron', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='guardian_mail', to='patrons.patron', verbose_name='利用者')),
            ],
            options={
                'verbose_name': 'こどもの来館のお知らせ',
                'verbose_name_plural': 'こどもの来館のお知らせ',
            },
        ),
        migrations.CreateModel(
            name='FormerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='前の名前')),
                ('name_reading', models.CharField(max_length=100, verbose_name='前の読み')),
                ('changed_at', models.DateTimeField(verbose_name='変わった日時')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_names', to='patrons.patron')),
            ],
            options={
                'verbose_name': '前の名前',
                'verbose_name_plural': '前の名前',
            },
        ),
        migrations.AddField(
            model_name='favouritelist',
            name='patron',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourite_lists', to='patrons.patron'),
        ),
        migrations.CreateModel(
            name='NewsletterAuthor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名前')),
                ('folded', models.CharField(max_length=120, verbose_name='くらべる形')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='newsletter_authors', to='patrons.patron')),
            ],
            options={
                'verbose_name': 'お便りの著者',
                'verbose_name_plural': 'お便りの著者',
                'ordering': ['patron', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NewsletterGenre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(max_length=40, verbose_name='分野')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='newsletter_genres', to='patrons.patron')),
            ],
            options={
                'verbose_name': 'お便りの分野',
                'verbose_name_plural': 'お便りの分野',
            },
        ),
        migrations.CreateModel(
            name='NewsletterTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='分野')),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None, verbose_name='著者のくらべる形')),
                ('bib', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.bib')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='titles', to='patrons.newsletterissue')),
            ],
            options={
                'verbose_name': 'お便りの資料',
                'verbose_name_plural': 'お便りの資料',
            },
        ),
        migrations.CreateModel(
            name='NewsSending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', '送っています'), ('stopped', '途中で止めました'), ('done', '送り終えました')], default='running', max_length=7, verbose_name='状態')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='開始')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='終了')),
                ('counted', models.PositiveIntegerField(verbose_name='確かめた人数')),
                ('queued', models.PositiveIntegerField(default=0, verbose_name='送信待ちに入れた数')),
                ('reached', models.BigIntegerField(default=0, verbose_name='どこまで')),
                ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='送った職員')),
                ('news', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sending', to='catalog.news', verbose_name='お知らせ')),
            ],
            options={
                'verbose_name': 'お知らせの送信',
                'verbose_name_plural': 'お知らせの送信',
                'ordering': ['-begun_at'],
            },
        ),
        migrations.CreateModel(
            name='OneTimeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('reset', 'パスワードの初期化'), ('confirm', 'メールアドレスの確認'), ('guardian', 'きたよ・かえるよのあて先の確認')], max_length=8, verbose_name='用途')),
                ('salt', models.CharField(help_text='リンクは、これとサーバーの秘密から作られます。', max_length=64, verbose_name='種')),
                ('token_hash', models.CharField(max_length=64, unique=True, verbose_name='見分け')),
                ('created_at', models.DateTimeField(verbose_name='作成')),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('used_at', models.DateTimeField(null=True, verbose_name='使った日時')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.mailaddress')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='patrons.patron')),
            ],
            options={
                'verbose_name': 'メールで送ったリンク',
                'verbose_name_plural': 'メールで送ったリンク',
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='機器')),
                ('began_at', models.DateTimeField(null=True, verbose_name='ログインした日時')),
                ('last_used_at', models.DateTimeField(verbose_name='最後に使った日時')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='ログイン')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StaffAction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='日')),
                ('what', models.CharField(choices=[('looked', '利用者の情報を見た'), ('looked_loans', '貸出と予約を見た'), ('renewed', '返却期限を延長した')], max_length=12, verbose_name='したこと')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='回数')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='patrons.patron', verbose_name='利用者')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
            ],
            options={
                'verbose_name': '職員の記録',
                'verbose_name_plural': '職員の記録',
                'db_table': 'patrons_staffact',
                'ordering': ['-day', 'staff', 'patron'],
            },
        ),
        migrations.CreateModel(
            name='Terminal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='置いてある場所など。例: 1階 児童コーナー', max_length=60, verbose_name='名前')),
                ('code_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('code_expires_at', models.DateTimeField(blank=True, null=True, verbose_name='登録コードの期限')),
                ('device_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('enrolled_at', models.DateTimeField(blank=True, null=True, verbose_name='登録した日時')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='登録を取り消した日時')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terminals', to='catalog.branch', verbose_name='館')),
            ],
            options={
                'verbose_name': '館内の検索機',
                'verbose_name_plural': '館内の検索機',
                'ordering': ['branch__position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True, verbose_name='見分け')),
                ('level', models.FloatField(default=0, verbose_name='数えた回数')),
                ('counted_at', models.DateTimeField(verbose_name='最後に試した日時')),
                ('blocked_until', models.DateTimeField(null=True, verbose_name='待っていただく期限')),
                ('cards', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None, verbose_name='試した利用者番号')),
            ],
            options={
                'verbose_name': '試した回数',
                'verbose_name_plural': '試した回数',
                'indexes': [models.Index(fields=['counted_at'], name='throttle_counted')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('button', models.CharField(db_column='way', choices=[('came', 'きたよ'), ('left', 'かえるよ')], max_length=4, verbose_name='ボタン')),
                ('pressed_at', models.DateTimeField(verbose_name='押した日時')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='patrons.patron')),
            ],
            options={
                'verbose_name': 'こどもの来館',
                'verbose_name_plural': 'こどもの来館',
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'patron'), _negated=True), models.Q(('is_staff', False), ('is_superuser', False)), _connector='OR'), name='user_patron_is_never_staff', violation_error_message='利用者は職員を兼ねられません。ログインを分けてください。'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'patron'), ('username__isnull', True)), models.Q(('kind', 'staff'), ('username__isnull', False)), _connector='OR'), name='user_staff_has_a_login_name', violation_error_message='職員にはログイン名が要り、利用者には付けられません。'),
        ),
        migrations.AddConstraint(
            model_name='favouriteentry',
            constraint=models.UniqueConstraint(fields=('list', 'bib'), name='favourite_once_in_a_list'),
        ),
        migrations.AddIndex(
            model_name='patron',
            index=models.Index(django.contrib.postgres.indexes.OpClass('telephone_digits', 'text_pattern_ops'), name='patron_telephone_begins'),
        ),
        migrations.AddIndex(
            model_name='patron',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Reverse('telephone_digits'), 'text_pattern_ops'), name='patron_telephone_ends'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact_method', 'mail'), _negated=True), ('mail_address__isnull', False), _connector='OR'), name='patron_contact_by_mail_needs_an_address', violation_error_message='メールで連絡するには、メールアドレスの登録が要ります。'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(('mail_confirmed_at__isnull', True), ('mail_address__isnull', False), _connector='OR'), name='patron_confirmed_an_address_that_exists'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category', 'organisation'), _negated=True), ('birth_date__isnull', True), _connector='OR'), name='patron_organisation_has_no_birth_date', violation_error_message='団体には生年月日を登録できません。'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(('suspended_at__isnull', True), models.Q(('suspension_reason', ''), _negated=True), _connector='OR'), name='patron_suspension_has_a_reason', violation_error_message='利用停止にはわけを書いてください。'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(('web_barred_at__isnull', True), models.Q(('web_barred_reason', ''), _negated=True), _connector='OR'), name='patron_bar_has_a_reason', violation_error_message='ウェブでの登録を止めるわけを書いてください。'),
        ),
        migrations.AddConstraint(
            model_name='patron',
            constraint=models.CheckConstraint(condition=models.Q(('may_reserve_until__isnull', True), models.Q(('may_reserve_reason', ''), _negated=True), _connector='OR'), name='patron_exception_has_a_reason', violation_error_message='予約を認めるわけを書いてください。'),
        ),
        migrations.AddConstraint(
            model_name='knowndevice',
            constraint=models.UniqueConstraint(fields=('token_hash', 'patron'), name='known_device_once'),
        ),
        migrations.AddConstraint(
            model_name='favouritelist',
            constraint=models.UniqueConstraint(fields=('patron', 'slot'), name='favourite_list_one_in_each_slot'),
        ),
        migrations.AddConstraint(
            model_name='favouritelist',
            constraint=models.CheckConstraint(condition=models.Q(('slot__lte', 5)), name='favourite_list_at_most_five'),
        ),
        migrations.AddIndex(
            model_name='newsletterauthor',
            index=models.Index(fields=['folded', 'patron'], name='newsletter_by_author'),
        ),
        migrations.AddConstraint(
            model_name='newsletterauthor',
            constraint=models.UniqueConstraint(fields=('patron', 'folded'), name='newsletter_author_once'),
        ),
        migrations.AddIndex(
            model_name='newslettergenre',
            index=models.Index(fields=['genre', 'patron'], name='newsletter_by_genre'),
        ),
        migrations.AddConstraint(
            model_name='newslettergenre',
            constraint=models.UniqueConstraint(fields=('patron', 'genre'), name='newsletter_genre_once'),
        ),
        migrations.AddConstraint(
            model_name='newssending',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='news_sending_ends_when_it_does_not_run'),
        ),
        migrations.AddIndex(
            model_name='onetimelink',
            index=models.Index(fields=['address', 'purpose', 'created_at'], name='link_to_an_address'),
        ),
        migrations.AddConstraint(
            model_name='onetimelink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='link_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='staffaction',
            constraint=models.UniqueConstraint(fields=('day', 'staff', 'patron', 'what'), name='staff_act_one_row_a_day'),
        ),
        migrations.AddConstraint(
            model_name='staffaction',
            constraint=models.CheckConstraint(condition=models.Q(('times__gte', 1)), name='staff_act_happened_once_at_least'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.UniqueConstraint(fields=('branch', 'name'), name='terminal_one_of_a_name', violation_error_message='その館には同じ名前の検索機があります。'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.UniqueConstraint(condition=models.Q(('device_digest', ''), _negated=True), fields=('device_digest',), name='terminal_one_device'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.UniqueConstraint(condition=models.Q(('code_digest', ''), _negated=True), fields=('code_digest',), name='terminal_one_code'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enrolled_at__isnull', False), ('revoked_at__isnull', True), models.Q(('device_digest', ''), _negated=True)), models.Q(models.Q(('enrolled_at__isnull', False), ('revoked_at__isnull', True), _negated=True), ('device_digest', '')), _connector='OR'), name='terminal_enrolled_knows_its_device'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['pressed_at'], name='visit_by_age'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('button__in', ['came', 'left'])), name='visit_one_way'),
        ),
    ]
